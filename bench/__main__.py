"""`make bench` measures what fits into a quarter of an hour, `make bench-long` what takes longer.

`make bench ARGS="intake relay"` measures only some, and writes nothing.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bench.backlog import backlog, backlog_for_long
from bench.costs import costs
from bench.drain import drain
from bench.duty import duty
from bench.embedded import embedded
from bench.helpdesk import helpdesk
from bench.house import House
from bench.intake import intake, on_sqlite
from bench.loop import loop, loop_for_long
from bench.queries import queries, queries_at_a_million
from bench.rebuild import rebuild, rebuild_for_long
from bench.relay import relay
from bench.replicas import replicas
from bench.results import Result, table, write
from bench.scaling import page
from bench.suite import suite
from closeloop.chassis.embedded.broker import SYNC_INTERVAL

BENCHES: dict[str, Callable[[House], Awaitable[list[Result]]]] = {
    "intake": intake,
    "sqlite": on_sqlite,
    "replicas": replicas,
    "helpdesk": helpdesk,
    "drain": drain,
    "relay": relay,
    "duty": duty,
    "suite": suite,
    "embedded": embedded,
    "loop": loop,
    "backlog": backlog,
    "queries": queries,
    "rebuild": rebuild,
    "costs": costs,
}
LONG: dict[str, Callable[[House], Awaitable[list[Result]]]] = {
    "loop": loop_for_long,
    "backlog": backlog_for_long,
    "queries": queries_at_a_million,
    "rebuild": rebuild_for_long,
}


async def measure(benches: Mapping[str, Callable[[House], Awaitable[list[Result]]]]) -> tuple[list[Result], list[str]]:
    """Each bench in a house of its own; answers what they found, and the names of those that failed."""
    results: list[Result] = []
    failed: list[str] = []
    for name, bench in benches.items():
        began, found = time.monotonic(), len(results)
        with tempfile.TemporaryDirectory(prefix="closeloop-bench-", ignore_cleanup_errors=True) as folder:
            house = await House.opened(Path(folder), SYNC_INTERVAL)
            try:
                results += await bench(house)
            except Exception as error:  # what the others found is not to be lost with it
                failed.append(name)
                print(f"{name} failed: {error}", file=sys.stderr)
            finally:
                await house.close()
        print(
            f"{name}: {time.monotonic() - began:.0f} s", *table(results[found:]).splitlines()[2:], sep="\n", flush=True
        )
    return results, failed


def main(words: list[str]) -> int:
    """Exit code 1 if a goal was missed."""
    long, names = "--long" in words, [word for word in words if word != "--long"]
    known = LONG if long else BENCHES
    results, failed = asyncio.run(measure({name: known[name] for name in names or known}))
    print(table(results))
    if not names:
        load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
        about = (
            f"Measured on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} cores, {platform.system()}, "
            f"Python {platform.python_version()}; load average of 1, 5 and 15 minutes at the end {load}."
            + (f" Not measured this time, because they failed: {', '.join(failed)}." if failed else "")
        )
        write(results, about, long=long)
        if not long:
            page.main()
    return 1 if failed or any(result.met is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
