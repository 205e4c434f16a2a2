"""The long form, `make faults`: every trial with its bounds, and a table of them; ends with 1 where one does not hold.

`python -m tests.faults.long NAME …` makes those that are named. What can be set stands in the environment:

CLOSELOOP_KILLS         kills of each kill loop (100)
CLOSELOOP_CUTS          power cuts on each database (20)
CLOSELOOP_CUTS          power cuts on each database (20)
CLOSELOOP_SEED          what chance hangs on (a new one)
CLOSELOOP_FLOOD         seconds of the flood (60)
CLOSELOOP_SOAK_MINUTES  minutes of work at half capacity (60)
CLOSELOOP_PREVIOUS      the version to set beside this one: a tag or a commit (the last tag, else HEAD)
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.faults import long_machine, trial
from tests.faults.deadlines import while_dispatch_is_away
from tests.faults.long_machine import trials as of_the_machine
from tests.faults.overload import overload
from tests.faults.soak import soak
from tests.faults.strangers import strangers
from tests.faults.table import Line, counted, table
from tests.faults.versions import versions

KILLED = {"postgresql": trial.on_postgres, "sqlite": trial.on_sqlite}
LIMITS = 10_000
CAUGHT_UP_SECONDS = 60.0
"""So long after its return dispatch has told every limit that passed."""
KILLS = int(os.environ.get("CLOSELOOP_KILLS", "100"))
FLOOD_SECONDS = float(os.environ.get("CLOSELOOP_FLOOD", "60"))
SOAK_MINUTES = float(os.environ.get("CLOSELOOP_SOAK_MINUTES", "60"))

Trial = Callable[[], Sequence[Line] | int]
"""Answers what it looked at, or the number of its findings, which it has said itself."""


def seed() -> int:
    """What chance hangs on."""
    return int(os.environ.get("CLOSELOOP_SEED", "0")) or secrets.randbelow(10**6)


def kills(database: str) -> list[Line]:
    """Processes are killed while people work."""
    chosen = seed()
    say(f"{database}, {KILLS} kills, CLOSELOOP_SEED={chosen}")
    folder = Path(tempfile.mkdtemp(prefix=f"closeloop-faults-{database}-"))
    result = asyncio.run(KILLED[database](folder, seed=chosen, kills=KILLS))
    say(f"{result}\n  logs and data: {folder}")
    work = f"{result.registered} cases, {result.answers} answers, {result.repeated} repeated, {result.events} events"
    return [
        Line("kill -9", f"{len(result.killed)}, seed {chosen}", f"{KILLS}", len(result.killed) == KILLS),
        Line("meanwhile", work),
        counted("lost, doubled or out of order", result.findings),
    ]


def deadlines() -> list[Line]:
    """Limits pass while dispatch is away."""
    with tempfile.TemporaryDirectory(prefix="closeloop-faults-deadlines-") as folder:
        passed = while_dispatch_is_away(Path(folder), LIMITS)
    due = LIMITS - len(passed.answered)
    return [
        Line("limits that passed while dispatch was away", f"{LIMITS:,}, {len(passed.answered):,} stopped in time"),
        Line("told to have passed", f"{len(passed.missed):,}", f"{due:,}", len(passed.missed) == due),
        Line(
            "after its return",
            f"{passed.seconds:.0f} s",
            f"<= {CAUGHT_UP_SECONDS:.0f}",
            passed.seconds <= CAUGHT_UP_SECONDS,
        ),
        counted("twice, in time, or not said to be late", passed.findings),
    ]


TRIALS: Mapping[str, Trial] = {
    "kills-postgresql": partial(kills, "postgresql"),
    "kills-sqlite": partial(kills, "sqlite"),
    "strangers": lambda: strangers(seed()),
    **long_machine.trials(seed),
    "deadlines": deadlines,
    "overload-postgresql": partial(overload, "postgresql", FLOOD_SECONDS),
    "overload-sqlite": partial(overload, "sqlite", FLOOD_SECONDS),
    **of_the_machine(seed),
    "versions": lambda: versions(seed()),
    "soak": partial(soak, SOAK_MINUTES),
}


def main() -> int:
    """All trials, or those that are named."""
    names = sys.argv[1:] or list(TRIALS)
    if unknown := [name for name in names if name not in TRIALS]:
        sys.stderr.write(f"There is no trial {unknown[0]}. There are: {', '.join(TRIALS)}.\n")
        return 2
    done: list[tuple[str, float, Sequence[Line]]] = []
    for name in names:
        say(f"-- {name}")
        began = time.monotonic()
        try:
            found = TRIALS[name]()
        except Exception as broken:
            say(f"{broken}")
            found = [counted("came to an end", [f"{type(broken).__name__}: {broken}"])]
        lines = [counted("findings", ["see above"] * found)] if isinstance(found, int) else found
        done.append((name, time.monotonic() - began, lines))
        say(table(done[-1:]))
    say("\n" + table(done))
    return 0 if all(line.holds for _name, _seconds, lines in done for line in lines) else 1


def say(line: str) -> None:
    """One line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
