"""`make bench` measures everything; `make bench ARGS="intake relay"` only some, and writes nothing."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.drain import drain
from bench.duty import duty
from bench.house import House
from bench.intake import intake
from bench.relay import relay
from bench.results import Result, table, write
from bench.suite import suite
from closeloop.chassis.embedded.broker import SYNC_INTERVAL

BENCHES: dict[str, Callable[[House], Awaitable[list[Result]]]] = {
    "intake": intake,
    "drain": drain,
    "relay": relay,
    "duty": duty,
    "suite": suite,
}


async def measure(names: list[str]) -> list[Result]:
    """Each bench in a house of its own."""
    results: list[Result] = []
    for name in names:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="closeloop-bench-", ignore_cleanup_errors=True) as folder:
            house = await House.opened(Path(folder), SYNC_INTERVAL)
            try:
                results += await BENCHES[name](house)
            finally:
                await house.close()
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return results


def main(names: list[str]) -> int:
    """Exit code 1 if a goal was missed."""
    results = asyncio.run(measure(names or list(BENCHES)))
    print(table(results))
    if not names:
        load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
        about = (
            f"Measured on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} cores, {platform.system()}, "
            f"Python {platform.python_version()}; load average of 1, 5 and 15 minutes at the end {load}."
        )
        write(results, about)
    return 1 if any(result.met is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
