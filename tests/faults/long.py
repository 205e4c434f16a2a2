"""The long form, `CLOSELOOP_KILLS=100 python -m tests.faults.long`: prints seed and counts, ends with 1 on findings."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from pathlib import Path

from tests.faults import trial

TRIALS = {"postgresql": trial.on_postgres, "sqlite": trial.on_sqlite}


def main() -> int:
    """Both databases, or the one that is named; the seed may be named too."""
    kills = int(os.environ.get("CLOSELOOP_KILLS", "100"))
    seed = int(os.environ.get("CLOSELOOP_SEED", "0")) or secrets.randbelow(10**6)
    found = 0
    for database in sys.argv[1:] or TRIALS:
        sys.stdout.write(f"{database}, {kills} kills, CLOSELOOP_SEED={seed}\n")
        sys.stdout.flush()
        folder = Path(tempfile.mkdtemp(prefix=f"closeloop-faults-{database}-"))
        result = asyncio.run(TRIALS[database](folder, seed=seed, kills=kills))
        sys.stdout.write(f"{result}\n  logs and data: {folder}\n")
        found += len(result.findings)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
