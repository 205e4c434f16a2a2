"""HTTP as uvicorn speaks it, with a door: whoever is turned away costs neither a task nor a look at the body."""

from __future__ import annotations

import asyncio
from typing import ClassVar, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from closeloop.chassis.door.door import Door, Room

VISIT = "closeloop.visit"


class Visit:
    """One request on its way through a service: it counts from the end of its body, which a slow line may delay."""

    __slots__ = ("app", "is_inside", "is_over", "room")

    def __init__(self, room: Room, app: ASGIApp) -> None:
        self.room, self.app = room, app
        self.is_inside = self.is_over = False

    def begin(self) -> None:
        """Everything is there."""
        if not self.is_inside and not self.is_over:
            self.is_inside = True
            self.room.inside += 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            self.is_over = True
            if self.is_inside:
                self.room.inside -= 1


class AtTheDoor(HttpToolsProtocol):
    """One connection."""

    door: ClassVar[Door]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.door.most_connections:
            self.door.others.turned_away()
            transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:  # type: ignore[override]
        room = self.door.room(cycle.scope["path"])
        if room is None:
            super()._start_asgi_task(cycle, app)  # type: ignore[arg-type]
        elif room.is_full:
            self._turn_away(cycle, room)
        else:
            visit = Visit(room, app)
            cast(Scope, cycle.scope)[VISIT] = visit
            if not cycle.more_body:
                visit.begin()
            super()._start_asgi_task(cycle, visit)  # type: ignore[arg-type]

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if not self.cycle.response_complete:
            visit: Visit | None = cast(Scope, self.cycle.scope).get(VISIT)
            if visit is not None:
                visit.begin()

    def _turn_away(self, cycle: RequestResponseCycle, room: Room) -> None:
        room.turned_away()
        last = not cycle.keep_alive or cycle.waiting_for_100_continue  # who waits to be asked does not send the body
        cycle.response_started = cycle.response_complete = True
        self.transport.write(self.door.answers.to(cast(Scope, cycle.scope), last=last))
        if last:
            self.transport.close()
        cycle.on_response()


def at_this(door: Door) -> type[AtTheDoor]:
    """Connections that come in by this door."""
    return type("AtThisDoor", (AtTheDoor,), {"door": door})
