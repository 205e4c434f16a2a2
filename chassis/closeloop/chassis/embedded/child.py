"""A child process that ends with its parent, however the parent ends.

This file is both: the module that starts a child, and the small program that every child is at first. The program takes
the lock on the child's folder, becomes the wanted user, asks Linux to be told when the parent is gone, and then turns
into the wanted server. The lock stays with the server: a second one never works on the same folder, not even while
the first is still stopping. (Doing this between fork and exec would be unsafe in a process with threads.)
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

LOCKED_OUT = 75
"""The exit code of a child that never got the lock on its folder, or whose parent was gone before it began."""
PATIENCE = 10.0


def start_child(
    words: list[str],
    *,
    folder: Path,
    output: Path,
    lock: Path | None = None,
    told_by: signal.Signals = signal.SIGTERM,
    user: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts the server in a session of its own, so that Ctrl-C reaches it last.

    On Linux the child is told when the *thread* that started it ends: start it from the main thread.
    """
    uid, gid = user or (-1, -1)
    before = [str(os.getpid()), str(int(told_by)), str(uid), str(gid), str(lock or "")]
    with output.open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, *before, *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end_left_over(lock: Path) -> None:
    """Asks a server that outlived its parent to stop; whoever holds the lock has written its own number into it."""
    if not lock.exists():
        return
    with lock.open("r+b") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(ValueError, ProcessLookupError):
                os.kill(int(held.read()), signal.SIGTERM)


def _take(lock: str) -> None:
    held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                sys.exit(LOCKED_OUT)
            time.sleep(0.02)
    os.ftruncate(held, 0)
    os.pwrite(held, str(os.getpid()).encode(), 0)
    os.set_inheritable(held, True)


def _become(parent: int, told_by: int, uid: int, gid: int, lock: str, words: list[str]) -> None:
    if lock:
        _take(lock)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, told_by)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            sys.exit(LOCKED_OUT)
    os.execv(words[0], words)


if __name__ == "__main__":
    _parent, _told_by, _uid, _gid = (int(word) for word in sys.argv[1:5])
    _become(_parent, _told_by, _uid, _gid, sys.argv[5], sys.argv[6:])
