"""`closeloop up` on a folder that has data: when it is ready, and what it takes when nothing happens."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench.house import ROOT, House, Running, apart, free_port, wait_until_ready, without_caching_ban
from bench.results import Goal, Result

ROUNDS = 5
REST_SECONDS = 2.0
START, MEMORY = Goal("<", 3.0), Goal("<=", 150)


async def suite(house: House, rounds: int = ROUNDS) -> list[Result]:
    """The first start makes the folder and is not counted."""
    folder = house.folder / "suite"
    started = [await apart(_once, folder) for _ in range(rounds + 1)][1:]
    seconds, rss, pss, cpu = ([one[at] for one in started] for at in range(4))
    return [
        Result(
            "suite_start",
            median(seconds),
            "s",
            START,
            says="Start of the suite until /readyz, on existing data",
            more={"cpu_s": round(median(cpu), 2)},
        ),
        Result(
            "suite_memory",
            median(rss),
            "MB",
            MEMORY,
            says="Memory of the suite at rest, nats-server included (RSS)",
            more={"pss_mb": round(median(pss))},
        ),
    ]


def _once(folder: Path) -> tuple[float, float, float, float]:
    port = free_port()
    command = [str(Path(sys.executable).parent / "closeloop"), "up", "--port", str(port), "--data", str(folder)]
    began = time.perf_counter()
    log = folder.with_suffix(".log").open("ab")
    process = subprocess.Popen(command, env=without_caching_ban(), cwd=ROOT, stdout=log, stderr=log)
    one = Running(process, f"http://127.0.0.1:{port}")
    try:
        wait_until_ready(one)
        seconds = time.perf_counter() - began
        cpu = one.cpu
        time.sleep(REST_SECONDS)
        together = family(process.pid)
        return (
            seconds,
            sum(kb(pid, "Rss") for pid in together) / 1024,
            sum(kb(pid, "Pss") for pid in together) / 1024,
            cpu,
        )
    finally:
        one.stop()


def family(pid: int) -> list[int]:
    """A process and its children."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(int(word) for file in found for word in file.read_text().split())]


def kb(pid: int, what: str) -> int:
    """What a process has of the memory, in so many KB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1])
    return 0
