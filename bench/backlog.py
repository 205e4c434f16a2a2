"""A service was away and comes back: how fast it works off what the others told in the meantime, with its own handlers.

The cases are whole ones. They go through the loop stage by stage, so that what each service hears waits for it: first
only intake is there, then dispatch, then callback; survey and stats come last. The messages that dispatch finds are
also fetched and acknowledged by a bare client, in turns with dispatch on a new database.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import asyncpg
from nats.js.errors import NotFoundError

from bench.house import House, Running, apart, helper
from bench.loop import PEOPLE, People
from bench.results import Goal, Result, compared
from closeloop.chassis.broker import stream_of
from closeloop.contracts.loop import HEARS, SERVICES

BRANCH = "main"
CASES, LONG_CASES = 2_000, 15_000
"""Of the longer ones stats hears 180,000 events."""
ROUNDS = 5
AT_ONCE = 128
LOOKS_EVERY = 0.03
CAUGHT_UP_WITHIN = 300.0
REAL, REAL_AIM = Goal(">=", 0.2), 0.35
A_MINUTE = Goal(">=", 3_000)
"""180,000 events in 60 seconds."""


async def backlog(house: House, cases: int = CASES, rounds: int = ROUNDS) -> list[Result]:
    """Each service in turn finds what waited for it."""
    away = Away(house)
    try:
        return await away.whole(cases, rounds)
    finally:
        await away.stop(*away.running)


async def backlog_for_long(house: House) -> list[Result]:
    """So many cases that a service hears 180,000 events."""
    return await backlog(house, LONG_CASES, 1)


class Away:
    """Services that come and go, and what waits for them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.running: dict[str, Running] = {}
        self.heard: dict[str, int] = {}
        self.drained: dict[str, dict[str, float]] = {}
        self.cases = 0

    async def whole(self, cases: int, rounds: int) -> list[Result]:
        """All stages of so many cases."""
        self.cases = cases
        self.running["intake"] = intake = await apart(self.house.serve, "intake")
        await apart(self.house.put_in_force, intake)
        brought = (await self._stage("register", number=cases))["cases"]
        await self.stop("intake")
        ratio = [await self._beside_a_bare_client(n) for n in range(rounds)]
        await self.comes_back("dispatch")
        await self._stage("work", cases=brought)
        await self.stop("dispatch")
        await self.comes_back("callback")
        await self._stage("ask", cases=brought)
        for service in ("intake", "survey", "stats"):
            await self.comes_back(service)
        return [
            compared(
                "drain_real",
                "events/s",
                [mine for mine, _ in ratio],
                [bare for _, bare in ratio],
                REAL,
                REAL_AIM,
                "Hearing with dispatch's own handlers, against nats-py fetch of 500 and ack of the same messages",
                cpu_us=round(self.drained["dispatch"]["cpu_us"]),
            ),
            *(self._result(service) for service in SERVICES),
        ]

    async def comes_back(self, service: str, database: str = "") -> float:
        """Start it, and see how long it takes from the first message to the last; events per second."""
        waiting = await self._told_to(service) - self.heard.get(service, 0)
        if database:
            self.house.database(database)
        process = await apart(self.house.serve, service, False, database or service)
        self.running[service] = process
        connection = await asyncpg.connect(self.house.postgres.url_of(database or service))
        try:
            began, ended, used = await self._watched(connection, process)
        finally:
            await connection.close()
        self.drained[service] = {"rate": waiting / (ended - began), "cpu_us": used / waiting * 1e6, "events": waiting}
        return waiting / (ended - began)

    async def stop(self, *services: str) -> None:
        """They go away, having heard everything so far."""
        for service in services:
            self.heard[service] = await self._told_to(service)
            await apart(self.running.pop(service).stop)

    async def _watched(self, connection: asyncpg.Connection[Any], process: Running) -> tuple[float, float, float]:
        until = time.monotonic() + CAUGHT_UP_WITHIN
        was, began, ended, used, used_then = -1, 0.0, 0.0, 0.0, 0.0
        at_first = await self._last_heard(connection)
        while time.monotonic() < until:
            now, cpu = await self._last_heard(connection), process.cpu
            if now > at_first and not began:
                began, used = time.perf_counter(), cpu
            if began and now != was:
                was, ended, used_then = now, time.perf_counter(), cpu
            elif began and await apart(process.is_ready):
                return began, ended, used_then - used
            await asyncio.sleep(LOOKS_EVERY)
        raise RuntimeError(f"not caught up within {CAUGHT_UP_WITHIN:.0f} s")

    async def _last_heard(self, connection: asyncpg.Connection[Any]) -> int:
        """How far it has heard everybody, as it stands on its disk."""
        try:
            return int(await connection.fetchval("select coalesce(sum(position), 0) from positions"))
        except asyncpg.UndefinedTableError:
            return 0

    async def _told_to(self, service: str) -> int:
        """How many messages there are that it hears."""
        client = await self.house.nats()
        total = 0
        for publisher, events in HEARS[service].items():
            stream = stream_of(BRANCH, publisher)
            for event in events:
                subject = event.nats_subject(BRANCH, publisher)
                try:
                    found = await client.jetstream().stream_info(stream, subjects_filter=subject)
                except NotFoundError:
                    break
                total += sum((found.state.subjects or {}).values())
        await client.close()
        return total

    async def _beside_a_bare_client(self, n: int) -> tuple[float, float]:
        """Dispatch on a new database, and a client that does nothing with the same messages."""
        mine = await self.comes_back("dispatch", f"dispatch_{n}")
        await self.stop("dispatch")
        del self.heard["dispatch"]
        client = await self.house.nats()
        await client.jetstream().delete_stream(stream_of(BRANCH, "dispatch"))
        await client.close()
        subjects = [event.nats_subject(BRANCH, "intake") for event in HEARS["dispatch"]["intake"]]
        words = [BRANCH, str(int(self.drained["dispatch"]["events"])), *subjects]
        bare = await apart(helper, "bench.fetcher", words, self.house.settings())
        return mine, bare["rate"]

    async def _stage(self, stage: str, **more: Any) -> dict[str, Any]:
        tokens = {person: self.house.token(person)["Authorization"] for person in PEOPLE}
        urls = {name: one.url for name, one in self.running.items()}
        people = People({"urls": urls, "tokens": tokens, "at_once": AT_ONCE, "stage": stage, **more})
        return await people.seen()

    def _result(self, service: str) -> Result:
        found = self.drained[service]
        return Result(
            f"backlog_{service}",
            found["rate"],
            "events/s",
            A_MINUTE,
            says=f"Backlog of {service}, its own handlers (180,000 events in a minute are 3,000/s)",
            more={"cases": self.cases, "events": round(found["events"]), "cpu_us": round(found["cpu_us"])},
        )
