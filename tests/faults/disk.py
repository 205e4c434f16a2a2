"""A disk that forgets what no fsync has reached, as a power cut would; or that is slow, or full.

`shims/disk.c` sees every change of a process that it is preloaded into, and keeps what stood there before until the
file is synced. Whoever killed the processes then has two disks to go on with: the one that kept nothing of what was
not synced, or one that kept some of it, sector by sector, in any order, as disks do. With `names` it also forgets
what was made, moved or deleted in folders that nobody synced, which is what POSIX allows and few disks do.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.faults.names import names_taken_back
from tests.faults.preloaded import Preloaded

SECTOR = 512  # what a disk writes wholly or not at all
HEAD = struct.Struct("=QQQ")  # where, how large the file was, how many bytes of it follow


class Disk(Preloaded):
    """What lies under one folder, as the processes that were started with `environment` write it."""

    def __init__(self, folder: Path, *, sync_milliseconds: int = 0, names: bool = False) -> None:
        super().__init__(*(("names",) if names else ()), "disk")
        self.watched = folder.resolve()
        self.sync_milliseconds = sync_milliseconds
        self._logs, self._names = self.folder / "before", self.folder / "names" if names else None
        self._full = self.folder / "full"
        for logs in filter(None, (self._logs, self._names)):
            logs.mkdir()
            os.chmod(logs, 0o777)  # PostgreSQL is another user

    @property
    def environment(self) -> dict[str, str]:
        told = {
            "DISK_FOLDER": str(self.watched),
            "DISK_UNDO": str(self._logs),
            "DISK_FULL": str(self._full),
            "DISK_SYNC_MS": str(self.sync_milliseconds),
        }
        names = {"NAMES_FOLDER": str(self.watched), "NAMES_LOG": str(self._names)} if self._names else {}
        return super().environment | told | names

    @property
    def is_full(self) -> bool:
        """Whether no file grows any more."""
        return self._full.exists()

    @is_full.setter
    def is_full(self, full: bool) -> None:
        self._full.touch() if full else self._full.unlink(missing_ok=True)

    def forget(self, chance: Random | None = None) -> int:
        """Take back what was not synced: all of it, or by lot some of it; how many files are not as they were.

        Only when no process has any file open any more.
        """
        changed = names_taken_back(self.watched, self._names, chance) if self._names else 0
        for file in (file for file in self.watched.rglob("*") if file.is_file() and not file.is_symlink()):
            about = file.stat()
            log = self._logs / f"{about.st_dev}-{about.st_ino}"
            if not log.exists() or not (said := log.read_bytes()):
                continue
            now = file.read_bytes()
            synced = _taken_back(now, said)
            after = synced if chance is None else by_lot(synced, now, chance)
            if after != now:
                changed += 1
                file.write_bytes(after)
        for log in self._logs.iterdir():
            log.unlink()
        return changed


def _taken_back(now: bytes, log: bytes) -> bytes:
    """What was there at the last sync."""
    content = bytearray(now)
    for at, was, before in reversed(list(_changes(log))):
        _resize(content, was)
        content[at : at + len(before)] = before
    return bytes(content)


def _changes(log: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each change; one that was being written down when the process was killed was never made."""
    place = 0
    while place + HEAD.size <= len(log):
        at, was, kept = HEAD.unpack_from(log, place)
        place += HEAD.size
        if place + kept > len(log):
            return
        yield at, was, log[place : place + kept]
        place += kept


def by_lot(synced: bytes, now: bytes, chance: Random) -> bytes:
    """Some sectors reached the disk, others did not; the file is as long as it was, or as it is now."""
    size = chance.choice((len(synced), len(now)))
    old, content = bytearray(synced), bytearray(now)
    _resize(old, size)
    _resize(content, size)
    for at in range(0, size, SECTOR):
        if content[at : at + SECTOR] != old[at : at + SECTOR] and chance.random() < 0.5:
            content[at : at + SECTOR] = old[at : at + SECTOR]
    return bytes(content)


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))
