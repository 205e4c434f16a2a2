"""A data folder belongs to one running suite at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from closeloop.chassis.i18n import Sentence, _

ALREADY_RUNNING = 3
"""The exit code of a second start on the same data folder."""


class AlreadyRunning(Exception):
    """Somebody else works with this data folder."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keeps others out of the folder; the lock goes with the process, however that ends."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_refusal(folder, os.pread(held, 20, 0).decode().strip())) from None
        os.ftruncate(held, 0)
        os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(held)


def _refusal(folder: Path, pid: str) -> Sentence:
    return _(
        "Closeloop already runs on {folder} (process {pid}): stop it, or name another folder with CLOSELOOP_DATA.",
        folder=str(folder),
        pid=pid or "?",
    )
