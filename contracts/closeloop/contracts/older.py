"""Events of former versions: still heard, and handed to the handlers as the newest version."""

from typing import ClassVar

from closeloop.contracts.event import EVENTS, Event


class OlderEvent(Event):
    """A version that is no longer published; `upgrade` says the same in the next version."""

    becomes: ClassVar[type[Event]]
    """The next version."""

    def upgrade(self) -> Event:
        """The same in the next version; the base fields stay as they are."""
        raise NotImplementedError

    def carried_over(self) -> dict[str, object]:
        """The base fields, for building the next version."""
        return {name: getattr(self, name) for name in Event.model_fields}


def newest(event: Event) -> Event:
    """The event in its newest version."""
    while isinstance(event, OlderEvent):
        event = event.upgrade()
    return event


def versions_of(event: type[Event]) -> tuple[type[Event], ...]:
    """The class itself and all older ones that become it: what a hearer of it must subscribe to."""
    older = [known for known in EVENTS.values() if issubclass(known, OlderEvent) and known.becomes is event]
    return (event, *(version for known in older for version in versions_of(known)))
