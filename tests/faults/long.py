"""The long form, `CLOSELOOP_KILLS=100 python -m tests.faults.long`: prints seed and counts, ends with 1 on findings.

`postgresql`, `sqlite` or `deadlines` names one of the trials; without a name it is all of them.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from pathlib import Path

from tests.faults import trial
from tests.faults.deadlines import while_dispatch_is_away

KILLED = {"postgresql": trial.on_postgres, "sqlite": trial.on_sqlite}
LIMITS = 10_000
CAUGHT_UP_SECONDS = 60.0
"""So long after its return dispatch has told every limit that passed."""


def main() -> int:
    """All trials, or those that are named; the seed may be named too."""
    names = sys.argv[1:] or [*KILLED, "deadlines"]
    return 1 if sum(deadlines() if name == "deadlines" else kills(name) for name in names) else 0


def kills(database: str) -> int:
    """Processes are killed while people work; answers how much was found."""
    times = int(os.environ.get("CLOSELOOP_KILLS", "100"))
    seed = int(os.environ.get("CLOSELOOP_SEED", "0")) or secrets.randbelow(10**6)
    say(f"{database}, {times} kills, CLOSELOOP_SEED={seed}")
    folder = Path(tempfile.mkdtemp(prefix=f"closeloop-faults-{database}-"))
    result = asyncio.run(KILLED[database](folder, seed=seed, kills=times))
    say(f"{result}\n  logs and data: {folder}")
    return len(result.findings)


def deadlines() -> int:
    """Limits pass while dispatch is away; answers how much was found."""
    with tempfile.TemporaryDirectory(prefix="closeloop-faults-deadlines-") as folder:
        passed = while_dispatch_is_away(Path(folder), LIMITS)
    late = passed.seconds > CAUGHT_UP_SECONDS
    say(
        f"{LIMITS:,} limits passed while dispatch was away, {len(passed.answered):,} of them stopped in time: "
        f"{len(passed.missed):,} told, {passed.seconds:.0f} s after its return"
    )
    for finding in passed.findings:
        say(f"  {finding}")
    return len(passed.findings) + late


def say(line: str) -> None:
    """One line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
