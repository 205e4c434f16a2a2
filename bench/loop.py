"""Whole life cycles per second: five services, each a process of its own, PostgreSQL, and one nats-server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import asyncpg

from bench.cycles import REQUESTS
from bench.house import PROCEDURE, ROOT, House, Running, apart, ask, without_caching_ban
from bench.results import Goal, Result
from closeloop.contracts.loop import SERVICES

PEOPLE = ("desk-1", "repair-leader", "repair-worker-1", "callback-1")
HEAD = "customer-service-head"
AT_ONCE = 160
WARM_SECONDS = 10.0
SECONDS, LONG_SECONDS = 40.0, 600.0
SLICE_SECONDS = 10
COUNTED_WITHIN = 60.0
LOOKS_EVERY = 0.2
QUIET, BURST = 1, 35
BURST_SECONDS = 20.0
LATE_SECONDS = 5.0
RATE, RATE_AIM = Goal(">=", 60), 100.0
CPU = Goal("<=", 30)
NONE_LATE = Goal("==", 0)
CLOSED = "select count(*) from case_facts where closed_at is not null"
COUNTED_AT = (
    "select id, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 from case_facts "
    "where id = any($1::text[]) and closed_at is not null"
)


async def loop(house: House, seconds: float = SECONDS) -> list[Result]:
    """As fast as it goes for a while, then one case per second, then of a sudden 35."""
    whole = await Whole.opened(house)
    try:
        return [*await whole.sustained(seconds), *await whole.burst()]
    finally:
        await whole.close()


async def loop_for_long(house: House) -> list[Result]:
    """The same for ten minutes."""
    return await loop(house, LONG_SECONDS)


@dataclass
class Whole:
    """Five services at work, and somebody who counts what stats has counted."""

    house: House
    services: dict[str, Running]
    counting: asyncpg.Connection[Any]
    expected: int = 0

    @classmethod
    async def opened(cls, house: House) -> Whole:
        """Every service is ready and knows the procedure."""
        services = {service: await apart(house.serve, service) for service in SERVICES}
        await apart(house.put_in_force, services["intake"])
        return cls(house, services, await asyncpg.connect(house.postgres.url_of("stats")))

    async def close(self) -> None:
        """Everybody goes home."""
        await self.counting.close()
        for service in self.services.values():
            await apart(service.stop)

    def task(self, **more: Any) -> dict[str, Any]:
        """What the people of a case need to know."""
        tokens = {person: self.house.token(person)["Authorization"] for person in PEOPLE}
        return {"urls": {name: one.url for name, one in self.services.items()}, "tokens": tokens, **more}

    async def sustained(self, seconds: float) -> list[Result]:
        """As many cases at once as keep everybody busy; what counts is what stats has counted in between."""
        people = People(self.task(at_once=AT_ONCE, seconds=WARM_SECONDS + seconds))
        await asyncio.sleep(WARM_SECONDS)
        before, used, began = await self.closed(), self._cpu(people), time.time()
        await asyncio.sleep(seconds)
        after, used_then, ended = await self.closed(), self._cpu(people), time.time()
        seen = await people.seen()
        await self._all_counted(len(seen["ended"]))
        cycles = after - before
        cost = {name: round((used_then[name] - used[name]) / cycles * 1000, 2) for name in used}
        slices = Counter(int((at - began) // SLICE_SECONDS) for at in seen["ended"] if began <= at < ended)
        whole_ones = [slices[n] / SLICE_SECONDS for n in range(int((ended - began) // SLICE_SECONDS))]
        return [
            Result(
                "loop_rate",
                cycles / (ended - began),
                "cycles/s",
                RATE,
                RATE_AIM,
                says=f"Whole life cycles, {REQUESTS} requests each, five services on two cores, for {seconds:g} s",
                more={
                    "cpu_ms_of": cost,
                    "slowest_10_s": min(whole_ones, default=None),
                    "tried_again": seen["not_yet"],
                    "full": seen["full"],
                },
            ),
            Result(
                "loop_cpu", sum(cost.values()), "ms", CPU, says="CPU of a whole life cycle, load generator included"
            ),
        ]

    async def burst(self, seconds: float = BURST_SECONDS) -> list[Result]:
        """From one case per second to 35 of a sudden, and back."""
        rates = [(QUIET, seconds), (BURST, seconds), (QUIET, seconds)]
        people = People(self.task(rates=rates, again=0.05))
        seen = await people.seen()
        quiet, burst, after = seen["began"]
        counted = await self._all_counted(len({**quiet, **burst, **after}), {**quiet, **burst, **after})
        took = [sorted(counted[case] - at for case, at in began.items()) for began in (quiet, burst, after)]
        return [
            Result(
                "loop_burst_late",
                sum(1 for one in took[1] if one > LATE_SECONDS),
                "cases",
                NONE_LATE,
                says=f"From {QUIET} to {BURST} cases per second of a sudden: counted later than {LATE_SECONDS:g} s",
                more={
                    f"{name}_{part}_ms": round(_at(times, of) * 1000)
                    for name, times in zip(("quiet", "burst", "after"), took, strict=True)
                    for part, of in (("p50", 0.5), ("p99", 0.99))
                },
            )
        ]

    async def closed(self) -> int:
        """How many cases stats has counted as closed."""
        return int(await self.counting.fetchval(CLOSED))

    async def _all_counted(self, more: int, began: dict[str, float] | None = None) -> dict[str, float]:
        """Come back when every case that was seen through is counted as closed, and its customer as satisfied."""
        self.expected += more
        until = time.monotonic() + COUNTED_WITHIN
        while (found := await self.closed()) < self.expected:
            if time.monotonic() > until:
                raise RuntimeError(f"{self.expected - found} of {self.expected} cases are not counted as closed")
            await asyncio.sleep(LOOKS_EVERY)
        figures = f"{self.services['stats'].url}/api/stats/indicators?procedure={quote(PROCEDURE)}"
        said = {one["indicator"]: one for one in await apart(ask, figures, None, self.house.token(HEAD))}
        if (satisfied := said["satisfied_rate"]["numerator"]) != self.expected:
            raise RuntimeError(f"{self.expected} customers were satisfied, the figure says {satisfied}")
        rows = await self.counting.fetch(COUNTED_AT, list(began)) if began else []
        return {row[0]: row[1] for row in rows}

    def _cpu(self, people: People) -> dict[str, float]:
        return {
            **{name: service.cpu for name, service in self.services.items()},
            **self.house.cpu,
            "generator": people.cpu,
        }


class People(Running):
    """The load generator at work."""

    def __init__(self, task: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "bench.cycles"]
        super().__init__(
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env=without_caching_ban(),
            )
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(task).encode())
        self.process.stdin.close()
        self.process.stdin = None

    async def seen(self) -> dict[str, Any]:
        """What they saw, when all of them are done."""
        said, _ = await apart(self.process.communicate)
        if self.process.returncode:
            raise RuntimeError("the load generator failed, see above")
        found: dict[str, Any] = json.loads(said)
        return found


def _at(ordered: list[float], part: float) -> float:
    return ordered[int(len(ordered) * part)]
