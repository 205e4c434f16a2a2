"""What stands before the replicas of a service: each connection goes to the next one that takes it.

`python -m bench.balancer PORT HOST:PORT …` prints its address and runs until it is ended.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from itertools import count
from typing import cast

import uvloop

Place = tuple[str, int]


class Behind(asyncio.Protocol):
    """The side of a replica."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def data_received(self, data: bytes) -> None:
        assert self.caller.transport is not None
        self.caller.transport.write(data)

    def connection_lost(self, trouble: Exception | None) -> None:
        if self.caller.transport is not None:
            self.caller.transport.close()


class Caller(asyncio.Protocol):
    """The side of whoever asks."""

    def __init__(self, balancer: Balancer) -> None:
        self.balancer = balancer
        self.transport: asyncio.Transport | None = None
        self.behind: asyncio.Transport | None = None
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._finding = asyncio.ensure_future(self._find())

    def data_received(self, data: bytes) -> None:
        if self.behind is None:
            self.waiting += data
        else:
            self.behind.write(data)

    def connection_lost(self, trouble: Exception | None) -> None:
        self._finding.cancel()
        if self.behind is not None:
            self.behind.close()

    async def _find(self) -> None:
        assert self.transport is not None
        for place in self.balancer.in_turn():
            try:
                behind, _ = await asyncio.get_running_loop().create_connection(lambda: Behind(self), *place)
            except OSError:
                continue
            behind.write(self.waiting)
            self.behind = behind
            return
        self.transport.close()


class Balancer:
    """Who is asked next."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places, self._calls = places, count()

    def in_turn(self) -> Sequence[Place]:
        """All of them, beginning with the one whose turn it is."""
        first = next(self._calls) % len(self.places)
        return (*self.places[first:], *self.places[:first])

    async def serve(self, port: int) -> None:
        """Take connections, for ever."""
        server = await asyncio.get_running_loop().create_server(lambda: Caller(self), "127.0.0.1", port)
        sys.stdout.write("http://{}:{}\n".format(*server.sockets[0].getsockname()[:2]))
        sys.stdout.flush()
        await server.serve_forever()


def main(port: str, *places: str) -> None:
    """Run until ended."""
    known = [(host, int(at)) for host, _, at in (place.rpartition(":") for place in places)]
    uvloop.run(Balancer(known).serve(int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
