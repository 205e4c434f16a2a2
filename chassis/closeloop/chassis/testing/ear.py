"""The ear of the test kit: what a service hears and tells, through the same bytes as on the wire."""

from __future__ import annotations

from itertools import count
from typing import Any

from closeloop.chassis.listening import piece_of
from closeloop.chassis.piece import HeardFrom
from closeloop.chassis.relay import on_the_wire
from closeloop.chassis.running import Running
from closeloop.contracts.envelope import decode, encode
from closeloop.contracts.event import Event

_POSITIONS = count(1)


class Ear:
    """Has a service hear events, and reads what it told."""

    def __init__(self, running: Running) -> None:
        self.running = running

    async def __call__(self, event: Event, *, teller: str | None = None, position: int | None = None) -> None:
        """The service hears the event; a new position each time, unless the test says which."""
        teller = teller or event.publisher or "dispatch"
        body = encode(event, branch=self.running.branch, service=teller).decode()
        await self.bytes(on_the_wire(position or next(_POSITIONS), "", body), event, teller)

    async def bytes(self, message: bytes, event: Event, teller: str) -> None:
        """The service hears these bytes; what it parks because of them is raised here."""
        from closeloop.chassis.relay import position_of

        subject = event.nats_subject(self.running.branch, teller)
        heard = HeardFrom(f"{self.running.branch}.{teller}", position_of(message), "", "", 0, subject, message, "")
        await self.running.submit(piece_of(heard, self.running.hears))

    async def told(self, kind: type[Event] | None = None) -> list[Any]:
        """What the service has written into its journal, of one kind or all."""
        rows = await self.running.store.fetch("select body from journal order by seq")
        events = [decode(self.running.sealing.open(body.encode())) for (body,) in rows]
        return [event for event in events if kind is None or isinstance(event, kind)]
