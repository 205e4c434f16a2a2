"""A piece of work as it waits in the queue: what to run, on which keys, for whom, and who waits for its outcome."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from closeloop.chassis.people import Person
    from closeloop.chassis.work import Work

Source = Literal["http", "event", "timer"]


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The caller's promise that a repetition is the same request: who asks, under which key, and what."""

    asker: str
    key: str
    fingerprint: str


PLACE = re.compile(rb'^\{"position":(\d+),"chain":"([0-9a-f]*)",')
"""What stands first in a message: the position, and the head of the chain before it."""


class HeardFrom(NamedTuple):
    """Where an event was read: the publisher's position says whether it is news, the sequence where to go on."""

    publisher: str
    position: int
    stream: str
    created: str
    sequence: int
    subject: str
    body: bytes
    reply: str

    @property
    def chain(self) -> str:
        """The head of the publisher's chain before this message, as it says itself."""
        found = PLACE.match(self.body)
        return found[2].decode() if found else ""


@dataclass(slots=True)
class Outcome:
    """How a piece ended: its result, or the refusal or fault that undid it."""

    result: Any = None
    version: int = 0
    status: int = 200
    body: str | None = None
    error: Exception | None = None
    replayed: bool = False


@dataclass(slots=True, eq=False)
class Piece:
    """One action, event or due timer."""

    name: str
    source: Source
    keys: tuple[str, ...]
    run: Callable[[Work], Any]
    by: Person | None = None
    new: bool = False
    if_match: int | None = None
    idempotency: Idempotency | None = None
    shows: Callable[[Any, Work], tuple[int, str]] | None = None
    heard: HeardFrom | None = None
    releases: str = ""  # the key of the parked message that this piece handles
    traceparent: str | None = None
    span: Span | None = None
    queued_at: float = 0.0
    is_first: bool = False
    """It is known that nothing was answered yet under its Idempotency-Key."""
    outcome: Outcome = field(default_factory=Outcome)
    waiter: asyncio.Future[Outcome] | None = None
