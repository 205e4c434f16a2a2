"""The long form of what happens to a machine: power cuts, what is away for half a minute, a slow disk, a wrong clock.

Each says what it was like and answers how much was found; `tests.faults.long` calls them by their names in `TRIALS`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import power, trial
from tests.faults.away import leaving
from tests.faults.wrong_clock import jumps

CUTS = 20
AWAY_SECONDS = 30.0
TIMES_AWAY = 4  # database and broker, gone and frozen
JUMPS = 12
SLOW_MILLISECONDS = 2
ANSWERS_ON_A_SLOW_DISK = 2_000


def cuts() -> int:
    """The power fails, `CLOSELOOP_CUTS` times on each database."""
    times = int(os.environ.get("CLOSELOOP_CUTS", str(CUTS)))
    return sum(
        _said(f"power cuts, {database}", on(_folder("power"), seed=_seed(), kills=times))
        for database, on in (("postgresql", power.on_postgres), ("sqlite", power.on_sqlite))
    )


def away() -> int:
    """Database and broker are away for half a minute each: gone, then frozen."""
    result, unsaid = asyncio.run(
        leaving(_folder("away"), seed=_seed(), seconds=AWAY_SECONDS, times=TIMES_AWAY, in_time=True)
    )
    _say(f"away for {AWAY_SECONDS:.0f} s: {result}")
    for sentence in unsaid:
        _say(f"  {sentence}")
    return len(result.findings) + len(unsaid)


def slow_disk() -> int:
    """Each sync takes two milliseconds, on each database."""
    found = 0
    for database, kind in (("postgresql", power.ApartOnADisk), ("sqlite", power.TogetherOnADisk)):
        house = kind(_folder("slow"), Random(0), sync_milliseconds=SLOW_MILLISECONDS)
        found += _said(
            f"{SLOW_MILLISECONDS} ms for each sync, {database}",
            trial.run(house, _seed(), 0, ANSWERS_ON_A_SLOW_DISK),
        )
    return found


def clock() -> int:
    """The clock jumps an hour, on and back."""
    return _said("clock jumps", jumps(_folder("clock"), seed=_seed(), times=JUMPS))


TRIALS: dict[str, Callable[[], int]] = {"power": cuts, "away": away, "slow-disk": slow_disk, "clock": clock}


def _said(what: str, running: Coroutine[Any, Any, trial.Result]) -> int:
    result = asyncio.run(running)
    _say(f"{what}: {result.answers / result.seconds:.0f} answers/s, {result}")
    return len(result.findings)


def _seed() -> int:
    return int(os.environ.get("CLOSELOOP_SEED", "0")) or secrets.randbelow(10**6)


def _folder(what: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"closeloop-faults-{what}-"))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(1 if sum(TRIALS[name]() for name in sys.argv[1:] or TRIALS) else 0)
