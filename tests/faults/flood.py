"""Many customers at once, in a process of their own: `python -m tests.faults.flood` reads its task as JSON.

With `clients` each asks again when it was answered; with `rate` so many requests go out per second, answered or not.
Who is told to come again does not come again here: that is the flood.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import uvloop

TICK_SECONDS = 0.005
LINES = 1_000
"""Connections that a flood keeps open; a request for which none is free is not sent, and counted."""
LAST_ANSWERS_SECONDS = 30.0
TAKEN, AGAIN = 201, 503
DIGITS = 8


class Line(asyncio.Protocol):
    """One kept-alive connection with at most one request under way."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answered: Callable[[Line, int, bytes, bytes], None] = lambda line, status, head, body: None
        self.asked_at = 0.0
        self._had = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def ask(self, request: bytes) -> None:
        """Send a request."""
        assert self.transport is not None
        self.asked_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._had += data
        end = self._had.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._had[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self._had) < end + 4 + length:
            return
        body, self._had = self._had[end + 4 : end + 4 + length], b""
        self.answered(self, int(head[9:12]), head, body)


class Flood:
    """The requests of one run, each about something else, and what became of them."""

    def __init__(self, task: dict[str, Any]) -> None:
        where = urlsplit(task["url"])
        self.host, self.port, self.run = where.hostname or "", where.port or 80, str(task["run"])
        body = json.dumps({**task["body"], "content": self.content(0)}, ensure_ascii=False).encode()
        headers = {"Host": where.netloc, "Content-Type": "application/json", "Content-Length": len(body)}
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**headers, **task["headers"]}.items())
        number = b"0" * DIGITS
        before, after = body.split(f"{self.run}/".encode() + number)
        self.head = f"POST {where.path} HTTP/1.1\r\n{lines}Idempotency-Key: {self.run}-".encode()
        self.body = b"\r\n\r\n" + before + f"{self.run}/".encode(), after
        self.sent = self.unsent = self.without_moment = 0
        self.statuses: Counter[int] = Counter()
        self.began = time.perf_counter()
        self.took: list[list[float]] = []
        self.away: list[int] = []
        self.registered: dict[str, tuple[str, str]] = {}
        self.contents: dict[Line, str] = {}

    def content(self, number: int) -> str:
        """What this customer says, and nobody else."""
        return f"水管漏水 {self.run}/{number:0{DIGITS}d}"

    def ask(self, line: Line) -> None:
        """The next request goes out on this connection."""
        self.sent += 1
        self.contents[line] = self.content(self.sent)
        number = b"%0*d" % (DIGITS, self.sent)
        line.ask(self.head + number + self.body[0] + number + self.body[1])

    def note(self, line: Line, status: int, head: bytes, body: bytes) -> None:
        """What became of it, and in which second."""
        now = time.perf_counter()
        self.statuses[status] += 1
        second = int(now - self.began)
        while len(self.took) <= second:
            self.took.append([])
            self.away.append(0)
        if status == TAKEN:
            self.took[second].append((now - line.asked_at) * 1000)
            case = json.loads(body)
            self.registered[self.contents[line]] = (case["id"], case["number"])
        elif status == AGAIN:
            self.away[second] += 1
            self.without_moment += b"\r\nretry-after:" not in head

    async def lines(self, number: int) -> list[Line]:
        """Connections."""
        loop = asyncio.get_running_loop()
        return [(await loop.create_connection(Line, self.host, self.port))[1] for _ in range(number)]

    async def closed(self, clients: int, seconds: float) -> None:
        """Each asks again as soon as it was answered."""
        left, done = clients, asyncio.get_running_loop().create_future()

        def answered(line: Line, status: int, head: bytes, body: bytes) -> None:
            nonlocal left
            self.note(line, status, head, body)
            if time.perf_counter() - self.began < seconds:
                self.ask(line)
                return
            left -= 1
            if not left:
                done.set_result(None)

        lines = await self.lines(clients)
        self.began = time.perf_counter()
        for line in lines:
            line.answered = answered
            self.ask(line)
        await done

    async def steady(self, rate: float, seconds: float, lines: int) -> None:
        """So many per second, whatever happens to them."""
        free = deque(await self.lines(lines))

        def answered(line: Line, status: int, head: bytes, body: bytes) -> None:
            self.note(line, status, head, body)
            free.append(line)

        for line in free:
            line.answered = answered
        self.began = time.perf_counter()
        while (passed := time.perf_counter() - self.began) < seconds:
            for _ in range(int(passed * rate) - self.sent - self.unsent):
                if free:
                    self.ask(free.popleft())
                else:
                    self.unsent += 1
            await asyncio.sleep(TICK_SECONDS)
        until = time.perf_counter() + LAST_ANSWERS_SECONDS
        while len(free) < lines and time.perf_counter() < until:
            await asyncio.sleep(TICK_SECONDS)

    def seen(self) -> dict[str, Any]:
        """Everything, as JSON."""
        all_took = sorted(ms for second in self.took for ms in second)
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "sent": self.sent,
            "unsent": self.unsent,
            "unanswered": self.sent - sum(self.statuses.values()),
            "statuses": dict(self.statuses),
            "without_moment": self.without_moment,
            "p50": at(all_took, 0.5),
            "p99": at(all_took, 0.99),
            "seconds": [
                [len(took), away, at(sorted(took), 0.99)] for took, away in zip(self.took, self.away, strict=True)
            ],
            "cpu": used.ru_utime + used.ru_stime,
            "registered": self.registered,
        }


def at(ordered: list[float], part: float) -> float:
    """The value below which this part lies."""
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0


async def flooded(task: dict[str, Any]) -> dict[str, Any]:
    """Do the task; answers what was seen."""
    flood = Flood(task)
    if "clients" in task:
        await flood.closed(int(task["clients"]), float(task["seconds"]))
    else:
        await flood.steady(float(task["rate"]), float(task["seconds"]), int(task.get("lines", LINES)))
    return flood.seen()


def main() -> None:
    """Do the task of standard input."""
    json.dump(uvloop.run(flooded(json.load(sys.stdin))), sys.stdout)


if __name__ == "__main__":
    main()
