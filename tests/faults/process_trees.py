"""Processes with all that they have started: listed, or ended in one moment."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def end_at_once(roots: Iterable[int | None]) -> list[int]:
    """Stop these processes and all that they started, so that none sees another one end; then end them."""
    stopped: list[int] = []
    while found := [pid for pid in with_children(roots) if pid not in stopped]:
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        stopped += found
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return stopped


def with_children(roots: Iterable[int | None]) -> list[int]:
    """These processes, and all that they started."""
    found = [pid for pid in roots if pid is not None]
    for pid in found:  # grows while it is gone through
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found
