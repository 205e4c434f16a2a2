"""Whole life cycles of cases, as people make them happen through JSON, from a process of its own.

`python -m bench.cycles` reads its task as JSON from standard input and writes what it saw as JSON to standard output.
Nobody looks at lists: a step whose duty has not been issued yet is answered 404 and tried again a moment later.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import uvloop

from bench.house import PROCEDURE, a_repair
from bench.load import Connection

OPEN_CONNECTIONS = 64  # per service
AGAIN_SECONDS = 0.25  # until a step is tried again that is not there yet
FULL_SECONDS = 1.0
GIVEN_UP_SECONDS = 60.0
NOT_YET, FULL = 404, 503
IDENTITY = re.compile(rb'"id":"([^"]+)"')

SIGNED = {"means": "drawn", "drawing": "M0 0L9 9", "signer": "李女士", "opinion": "很及时", "satisfied": True}
WORK: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "repair-leader", {}),
    ("assign", "repair-leader", {"to": "repair-worker-1", "trade": "plumbing"}),
    ("arrive", "repair-worker-1", {}),
    ("finish", "repair-worker-1", {"outcome": "solved", "work_done": "更换进水软管，试水半小时不漏"}),
    ("sign", "repair-worker-1", SIGNED),
    ("return", "repair-worker-1", {}),
)
ASKED = {"form": "telephone", "outcome": "satisfied", "note": "水不漏了"}
REQUESTS = 2 + len(WORK)
"""Of one life cycle: registering, the steps, the callback."""


class Wrong(Exception):
    """An answer that nobody wanted."""


class Door:
    """One service: connections that are used again, and requests of people with tokens."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        where = urlsplit(url)
        self.host, self.port = where.hostname or "", where.port or 80
        self.heads = {
            person: f" HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: {token}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {time.time_ns()}-".encode()
            for person, token in tokens.items()
        }
        self.free: list[Connection] = []
        self.at_once = asyncio.Semaphore(OPEN_CONNECTIONS)

    async def post(self, path: str, person: str, body: bytes, key: int) -> tuple[int, bytes]:
        """One request, answered with status and body; the same key when it is sent again."""
        answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        head = b"POST %b%b%d\r\nContent-Length: %d\r\n\r\n" % (path.encode(), self.heads[person], key, len(body))
        async with self.at_once:
            connection = await self._connected()
            connection.ask(head + body, lambda status, said: answer.set_result((status, said)))
            try:
                return await answer
            finally:
                self.free.append(connection)

    async def _connected(self) -> Connection:
        """The connection that was used last, if the service has not closed it for having been quiet."""
        while self.free:
            connection = self.free.pop()
            if connection.transport is not None and not connection.transport.is_closing():
                return connection
        return (await asyncio.get_running_loop().create_connection(Connection, self.host, self.port))[1]


class People:
    """Everybody who has a part in a case, at the doors of the services."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.doors = {service: Door(url, task["tokens"]) for service, url in task["urls"].items()}
        self.again = float(task.get("again", AGAIN_SECONDS))
        self.work = [(step, person, _written(said)) for step, person, said in WORK]
        self.asked = _written(ASKED)
        self.first = time.time_ns() // 1_000 % 10_000_000
        self.brought = self.keys = 0
        self.not_yet = self.full = 0
        self.ended: list[float] = []

    async def see_through(self) -> str:
        """One case from the first word to the customer's last; its id."""
        case = await self.register()
        await self.do_the_work(case)
        await self.ask(case)
        self.ended.append(time.time())
        return case

    async def register(self) -> str:
        """The desk takes a repair down."""
        self.brought += 1
        said = _written(a_customers_repair(self.first + self.brought))
        found = IDENTITY.search(await self._done("intake", "/api/intake/cases", "desk-1", said))
        assert found is not None
        return found[1].decode()

    async def do_the_work(self, case: str) -> None:
        """The work order goes through all its steps."""
        for step, person, said in self.work:
            await self._done("dispatch", f"/api/dispatch/cases/{case}/duties/1/{step}", person, said)

    async def ask(self, case: str) -> None:
        """The customer is asked and is satisfied."""
        await self._done("callback", f"/api/callback/callbacks/{case}.1/attempts", "callback-1", self.asked)

    async def _done(self, service: str, path: str, person: str, said: bytes) -> bytes:
        """Tried until it is there; whatever else is refused ends everything."""
        until = time.monotonic() + GIVEN_UP_SECONDS
        self.keys += 1
        key = self.keys
        while True:
            status, body = await self.doors[service].post(path, person, said, key)
            if status in (200, 201):
                return body
            if status not in (NOT_YET, FULL) or time.monotonic() > until:
                raise Wrong(f"POST {path} by {person}: {status} {body.decode(errors='replace')[:500]}")
            self.not_yet += status == NOT_YET
            self.full += status == FULL
            await asyncio.sleep(self.again if status == NOT_YET else FULL_SECONDS)


async def closed(task: dict[str, Any]) -> dict[str, Any]:
    """So many cases at once; each is followed by another one."""
    people = People(task)
    until = time.time() + float(task["seconds"])

    async def go_on() -> None:
        while time.time() < until:
            await people.see_through()

    await asyncio.gather(*(go_on() for _ in range(int(task["at_once"]))))
    return _seen(people)


async def offered(task: dict[str, Any]) -> dict[str, Any]:
    """So many cases per second for so long, one rate after the other, whether the services keep up or not."""
    people = People(task)
    began: list[dict[str, float]] = []

    async def one(at: float, of: dict[str, float]) -> None:
        of[await people.see_through()] = at

    brought: list[asyncio.Task[None]] = []
    moment = time.time()
    for rate, seconds in task["rates"]:
        began.append({})
        for _ in range(int(rate * seconds)):
            if (pause := moment - time.time()) > 0:
                await asyncio.sleep(pause)
            brought.append(asyncio.create_task(one(moment, began[-1])))
            moment += 1 / rate
    await asyncio.gather(*brought)
    return {**_seen(people), "began": began}


async def staged(task: dict[str, Any]) -> dict[str, Any]:
    """One stage of many cases: they are registered, worked on, or their customers asked."""
    people = People(task)
    cases = deque(task.get("cases", [None] * int(task.get("number", 0))))
    done: list[str] = []
    began = time.time()

    async def go_on() -> None:
        while cases:
            case = cases.popleft()
            if task["stage"] == "register":
                case = await people.register()
            else:
                await {"work": people.do_the_work, "ask": people.ask}[task["stage"]](case)
            done.append(case)

    await asyncio.gather(*(go_on() for _ in range(int(task["at_once"]))))
    return {**_seen(people), "cases": done, "seconds": time.time() - began}


def a_customers_repair(n: int) -> dict[str, Any]:
    """A repair of somebody's own."""
    said = a_repair(PROCEDURE)
    return {**said, "content": f"{n}：{said['content']}", "customer": {"name": "李女士", "phone": f"138{n:08d}"}}


def _written(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def _seen(people: People) -> dict[str, Any]:
    return {"ended": people.ended, "not_yet": people.not_yet, "full": people.full}


def main() -> None:
    """Do the task of standard input."""
    task = json.load(sys.stdin)
    way = staged if "stage" in task else offered if "rates" in task else closed
    seen = uvloop.run(way(task))
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump({**seen, "cpu": used.ru_utime + used.ru_stime}, sys.stdout)


if __name__ == "__main__":
    main()
