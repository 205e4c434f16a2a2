"""The long form of what happens to a machine: power cuts, what is away, a slow disk, a wrong clock."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import power, trial
from tests.faults.away import leaving
from tests.faults.table import Line, counted
from tests.faults.wrong_clock import jumps

CUTS = int(os.environ.get("CLOSELOOP_CUTS", "20"))
AWAY_SECONDS = 30.0
TIMES_AWAY = 4  # database and broker, gone and frozen
SAID_WITHIN_SECONDS = 20.0
READY_WITHIN_SECONDS = 30.0
JUMPS = 12
SLOW_MILLISECONDS = 2
ANSWERS_ON_A_SLOW_DISK = 2_000


def cuts(database: str, seed: int) -> Sequence[Line]:
    """The power fails while people work."""
    on = {"postgresql": power.on_postgres, "sqlite": power.on_sqlite}[database]
    return _lines("power cuts", on(_folder("power"), seed=seed, kills=CUTS), CUTS)


def away(seed: int) -> Sequence[Line]:
    """Database and broker are away for half a minute each, gone or frozen."""
    result, deployment = asyncio.run(leaving(_folder("away"), seed=seed, seconds=AWAY_SECONDS, times=TIMES_AWAY))
    return [
        *(
            Line(f"{target}: {what}", f"{seconds:.1f} s", f"<= {bound:.0f}", seconds <= bound)
            for what, found, bound in (
                ("all say so after", deployment.said_after, SAID_WITHIN_SECONDS),
                ("all ready after its return", deployment.ready_after, READY_WITHIN_SECONDS),
            )
            for target, seconds in found.items()
        ),
        counted("said wrongly, or not", deployment.unsaid),
        *_of(result),
    ]


def slow_disk(database: str, seed: int) -> Sequence[Line]:
    """Each sync takes two milliseconds."""
    kind = power.ApartOnADisk if database == "postgresql" else power.TogetherOnADisk
    house: power.ApartOnADisk | power.TogetherOnADisk
    house = kind(_folder("slow"), Random(seed), sync_milliseconds=SLOW_MILLISECONDS)
    return _lines(f"{SLOW_MILLISECONDS} ms for each sync", trial.run(house, seed, 0, ANSWERS_ON_A_SLOW_DISK), 0)


def clock(seed: int) -> Sequence[Line]:
    """The clock jumps an hour, on and back."""
    return _lines("jumps of an hour", jumps(_folder("clock"), seed=seed, times=JUMPS), JUMPS)


def trials(seed: Callable[[], int]) -> dict[str, Callable[[], Sequence[Line]]]:
    """What `make faults` calls, by name."""
    return {
        "power-postgresql": lambda: cuts("postgresql", seed()),
        "power-sqlite": lambda: cuts("sqlite", seed()),
        "away": lambda: away(seed()),
        "slow-disk-postgresql": lambda: slow_disk("postgresql", seed()),
        "slow-disk-sqlite": lambda: slow_disk("sqlite", seed()),
        "clock": lambda: clock(seed()),
    }


def _lines(what: str, running: Coroutine[Any, Any, trial.Result], times: int) -> Sequence[Line]:
    result = asyncio.run(running)
    return [Line(what, f"{len(result.killed)}", f"{times}", len(result.killed) == times), *_of(result)]


def _of(result: trial.Result) -> Sequence[Line]:
    work = f"{result.registered} cases, {result.answers} answers, {result.repeated} repeated, {result.events} events"
    return [
        Line("meanwhile", f"{work}, seed {result.seed}, {result.answers / result.seconds:.0f} answers/s"),
        counted("lost, doubled or out of order", result.findings),
    ]


def _folder(what: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"closeloop-faults-{what}-"))
