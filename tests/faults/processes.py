"""What the operating system says about a process: memory, handles, CPU."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_mb(pid: int) -> float:
    """Memory of a process that lies in RAM, in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def handles(pid: int, port: int = 0) -> int:
    """Open files and connections of a process, without those of who came in by this port."""
    visitors = {
        f"socket:[{line.split()[9]}]" for line in _connections() if int(line.split()[1].split(":")[1], 16) == port
    }
    return sum(target not in visitors for target in _targets(pid))


def _connections() -> list[str]:
    return Path("/proc/net/tcp").read_text().splitlines()[1:]


def _targets(pid: int) -> Iterator[str]:
    for handle in os.listdir(f"/proc/{pid}/fd"):
        with suppress(FileNotFoundError):  # closed while we looked
            yield os.readlink(f"/proc/{pid}/fd/{handle}")


def cpu_seconds(pid: int) -> float:
    """CPU that a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICKS
