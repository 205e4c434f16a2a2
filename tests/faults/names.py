"""Names that a power cut takes back: what was made, moved or deleted in a folder that nobody synced."""

from __future__ import annotations

from pathlib import Path
from random import Random

MADE, DELETED = "+", "-"  # what else happens is a move


def names_taken_back(watched: Path, logs: Path, chance: Random | None) -> int:
    """Take back the changes of each folder, latest first: all of them, or by lot the last few; how many it were."""
    taken_back = 0
    for folder in [watched, *(path for path in watched.rglob("*") if path.is_dir() and not path.is_symlink())]:
        about = folder.stat()
        log = logs / f"{about.st_dev}-{about.st_ino}"
        changes = log.read_text().splitlines() if log.exists() else []
        stay = 0 if chance is None else chance.randint(0, len(changes))
        for change in reversed(changes[stay:]):
            _take_back(folder, logs, *change.split("\t"))
            taken_back += 1
    for log in logs.iterdir():
        log.unlink()
    return taken_back


def _take_back(folder: Path, logs: Path, what: str, name: str, other: str, kept: str) -> None:
    if what == MADE:
        (folder / name).unlink(missing_ok=True)
    elif what == DELETED:
        (logs / kept).replace(folder / name)
    else:
        (folder / other).replace(folder / name)
        if kept:
            (logs / kept).replace(folder / other)
