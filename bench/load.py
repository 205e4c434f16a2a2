"""The load: a small HTTP client in a process of its own, so that it takes nothing from what is measured.

`python -m bench.load` reads its task as JSON from standard input and writes what it saw as JSON to standard output.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import uvloop

OPEN_CONNECTIONS = 64
AFTERWARDS_SECONDS = 30  # how long answers are waited for


class Connection(asyncio.Protocol):
    """One kept-alive connection with one request under way."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.buffer = b""
        self.answered: Callable[[int, bytes], None] = lambda status, body: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def ask(self, request: bytes, answered: Callable[[int, bytes], None]) -> None:
        """Send a request; `answered` is called with status and body."""
        assert self.transport is not None
        self.answered = answered
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + length:
            return
        status, body = int(head[9:12]), self.buffer[end + 4 : end + 4 + length]
        self.buffer = b""
        self.answered(status, body)


class Requests:
    """The same request again and again, each with a key of its own."""

    def __init__(self, task: dict[str, Any]) -> None:
        where = urlsplit(task["url"])
        self.host, self.port = where.hostname or "", where.port or 80
        body = json.dumps(task["body"], ensure_ascii=False).encode()
        headers = {
            "Host": where.netloc,
            "Content-Type": "application/json",
            "Content-Length": len(body),
            **task["headers"],
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.head = f"POST {where.path} HTTP/1.1\r\n{lines}Idempotency-Key: {time.time_ns()}-".encode()
        self.tail = b"\r\n\r\n" + body
        self.made = 0

    def next(self) -> bytes:
        """A new one."""
        self.made += 1
        return b"%b%d%b" % (self.head, self.made, self.tail)

    async def connections(self, number: int) -> list[Connection]:
        """Connections to the server."""
        loop = asyncio.get_running_loop()
        return [(await loop.create_connection(Connection, self.host, self.port))[1] for _ in range(number)]


async def closed(task: dict[str, Any]) -> dict[str, Any]:
    """So many clients, each asks again as soon as it was answered."""
    requests, seconds = Requests(task), float(task["seconds"])
    took: list[float] = []
    statuses: dict[int, int] = {}
    left = int(task["clients"])
    done = asyncio.get_running_loop().create_future()
    began = time.perf_counter()

    def ask(connection: Connection) -> None:
        asked = time.perf_counter()

        def answered(status: int, body: bytes) -> None:
            nonlocal left
            now = time.perf_counter()
            took.append(now - asked)
            statuses[status] = statuses.get(status, 0) + 1
            if now - began < seconds:
                ask(connection)
                return
            left -= 1
            if not left:
                done.set_result(None)

        connection.ask(requests.next(), answered)

    for connection in await requests.connections(left):
        ask(connection)
    await done
    took.sort()
    return {"answers": len(took), "seconds": time.perf_counter() - began, "statuses": statuses, **_spread(took)}


async def steady(task: dict[str, Any]) -> dict[str, Any]:
    """So many requests per second, whether the server keeps up or not; a late start counts as waiting."""
    requests, rate = Requests(task), float(task["rate"])
    free = deque(await requests.connections(OPEN_CONNECTIONS))
    waiting: deque[float] = deque()
    sent: dict[str, float] = {}
    took: list[float] = []
    statuses: dict[int, int] = {}

    def ask(intended: float) -> None:
        connection = free.popleft()

        def answered(status: int, body: bytes) -> None:
            took.append(time.time() - intended)
            statuses[status] = statuses.get(status, 0) + 1
            if status == 201:
                sent[json.loads(body)["id"]] = intended
            free.append(connection)
            if waiting:
                ask(waiting.popleft())

        connection.ask(requests.next(), answered)

    began, total = time.time(), int(rate * float(task["seconds"]))
    for n in range(total):
        intended = began + n / rate
        if (pause := intended - time.time()) > 0:
            await asyncio.sleep(pause)
        if free:
            ask(intended)
        else:
            waiting.append(intended)
    until = time.time() + AFTERWARDS_SECONDS
    while len(took) < total and time.time() < until:
        await asyncio.sleep(0.05)
    took.sort()
    return {"answers": len(took), "asked": total, "statuses": statuses, "sent": sent, **_spread(took)}


def _spread(took: list[float]) -> dict[str, float]:
    return {"p50": took[len(took) // 2] * 1000, "p99": took[int(len(took) * 0.99)] * 1000, "most": took[-1] * 1000}


def main() -> None:
    """Do the task of standard input."""
    task = json.load(sys.stdin)
    seen = uvloop.run(closed(task) if "clients" in task else steady(task))
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump({**seen, "cpu": used.ru_utime + used.ru_stime}, sys.stdout)


if __name__ == "__main__":
    main()
