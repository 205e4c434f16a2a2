"""Making the tables of stats again from the journals: the command as an operator runs it, and what it finds."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench.house import House, apart
from bench.million.seeding import seed
from bench.results import Goal, Result

CASES, MANY = 2_000, 100_000
EVENTS_PER_SECOND = Goal(">=", 5_000)
HEARD = re.compile(r"stats: (\d+) events heard once more")
NOT_THE_SAME = " by the journals; "


async def rebuild(house: House) -> list[Result]:
    """A register of ordinary size."""
    return await of_a_register(house, CASES)


async def rebuild_for_long(house: House) -> list[Result]:
    """A register of many; its journals are all there."""
    return await of_a_register(house, MANY)


async def of_a_register(house: House, n: int) -> list[Result]:
    """Make the register, then have its figures made again."""
    await seed(house, n)
    seconds, cpu, said = await apart(compared, house)
    found = HEARD.search(said)
    if found is None:
        raise RuntimeError(said)
    events = int(found[1])
    differing = [line.strip() for line in said.splitlines() if NOT_THE_SAME in line]
    return [
        Result(
            f"rebuild_{n}",
            events / seconds,
            "events/s",
            EVENTS_PER_SECOND,
            says=f"At {n:,} cases: `closeloop rebuild stats --compare`, from its start to its end",
            more={"events": events, "cpu_us": round(1e6 * cpu / events), "differing_tables": len(differing)},
        )
    ]


def compared(house: House) -> tuple[float, float, str]:
    """Seconds on the clock, seconds of processor of the command itself, and what it said."""
    command = [str(Path(sys.executable).parent / "closeloop"), "rebuild", "stats", "--compare"]
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(command, env=house.settings(), capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, cpu, ended.stdout + ended.stderr
