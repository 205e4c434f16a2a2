"""Hearing: which functions of a service act on which events, due timers and told jobs."""

from __future__ import annotations

import typing
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, overload

from closeloop.chassis.work import Work
from closeloop.contracts.event import Event
from closeloop.contracts.loop import HEARS

Handler = TypeVar("Handler", bound=Callable[..., None])
KeysOf = Callable[[Any], tuple[str, ...]]


def key_of(event: Event) -> tuple[str, ...]:
    """The keys that an event is handled on: ordinarily its own."""
    return (event.key,)


class Hears:
    """`@hears` on a function takes the event from its first parameter's type; one handler per event."""

    def __init__(self) -> None:
        self.events: dict[type[Event], Callable[[Any, Work], None]] = {}
        self.keys: dict[type[Event], KeysOf] = {}
        self.dues: dict[str, Callable[[Any, Work], None]] = {}

    @overload
    def __call__(self, handler: Handler) -> Handler: ...
    @overload
    def __call__(self, *, keys: KeysOf) -> Callable[[Handler], Handler]: ...
    def __call__(self, handler: Any = None, *, keys: KeysOf = key_of) -> Any:
        if handler is None:
            return partial(self.__call__, keys=keys)
        name = next(iter(handler.__annotations__))
        event = typing.get_type_hints(handler)[name]
        if event in self.events:
            raise TypeError(
                f"{event.__name__} is heard already, by {self.events[event].__name__}; call both reactions from there."
            )
        self.events[event], self.keys[event] = handler, keys
        return handler

    def due(self, kind: str) -> Callable[[Handler], Handler]:
        """Called when a timer of this kind, set by `work.at`, is due."""

        def declare(handler: Handler) -> Handler:
            self.dues[kind] = handler
            return handler

        return declare

    def told(self, name: str) -> Callable[[Handler], Handler]:
        """Called as a piece of its own for what `work.tell(key, name, …)` asked for."""
        return self.due(f"told:{name}")

    def join(self, other: Hears) -> None:
        """Take in what another part of the same service hears."""
        self.events |= other.events
        self.keys |= other.keys
        self.dues |= other.dues

    def publishers(self, service: str) -> dict[str, list[type[Event]]]:
        """Whom this service listens to, and for what; what every service tells is heard from whom the loop says."""
        wanted: dict[str, list[type[Event]]] = {}
        for event in self.events:
            of_interest = [teller for teller, told in HEARS.get(service, {}).items() if event in told]
            for publisher in [event.publisher] if event.publisher else of_interest:
                wanted.setdefault(publisher, []).append(event)
        return wanted

    def piece(self, event: Event) -> tuple[tuple[str, ...], Callable[[Work], None]]:
        """The keys of an event, and what to run."""
        kind = type(event)
        return self.keys[kind](event), partial(_hear, self.events[kind], event)


def _hear(handler: Callable[[Any, Work], None], event: Event, work: Work) -> None:
    work.hearing(event)
    handler(event, work)
