"""A broker's store after a power cut: some of it as it is, some of it as it was a while ago, sector by sector.

nats-server is no program that a library could be preloaded into, so nobody knows what it has synced. It syncs every ten
seconds (decision 0014); whatever it may have lost lies between a copy of some seconds ago and what is there now.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from tests.faults.disk import by_lot


class Mixed:
    """A folder, and what it was like when somebody last looked."""

    def __init__(self, folder: Path, copy: Path) -> None:
        self.folder, self.copy = folder, copy

    def look(self) -> None:
        """Keep what is there now; whoever writes there is not asked to stop."""
        shutil.rmtree(self.copy, ignore_errors=True)
        self.copy.mkdir(parents=True)
        for file in self._files():
            kept = self.copy / file.relative_to(self.folder)
            kept.parent.mkdir(parents=True, exist_ok=True)
            try:
                kept.write_bytes(file.read_bytes())
            except FileNotFoundError:
                kept.unlink(missing_ok=True)  # gone while we looked

    def forget(self, chance: Random | None = None) -> None:
        """Everything as it was, or by lot; names come and go with their folders, so they stay as they are."""
        for file in self._files():
            kept = self.copy / file.relative_to(self.folder)
            was, now = kept.read_bytes() if kept.exists() else b"", file.read_bytes()
            file.write_bytes(was if chance is None else by_lot(was, now, chance))

    def _files(self) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file() and not file.is_symlink()]
