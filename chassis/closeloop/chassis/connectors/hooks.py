"""What a connector is: three kinds, each with what the house asks of it; its docstring is one sentence for its users.

An entry point in the group of its kind names a class that is made without arguments; it reads its own settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

from closeloop.chassis.i18n import Sentence

Kind = Literal["channels", "notifiers", "exports"]
GROUPS: dict[Kind, str] = {
    "channels": "closeloop.channels",
    "notifiers": "closeloop.notifiers",
    "exports": "closeloop.exports",
}
"""Kind of connector to the group of its entry points."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter as a connector carries it; `id` stays the same when it is tried again."""

    id: str
    goes_to: str
    subject: str
    text: str
    language: str
    written_at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of carrying a letter."""

    state: Literal["sent", "delivered", "failed", "again", "unclear"]
    """Taken over by the provider; arrived; refused for good; not taken now; nobody can say."""
    reference: str | None = None
    """By what the provider knows it."""
    reason: Sentence | str | None = None
    """Why it did not go: a sentence of ours, or the provider's own words."""

    @property
    def why(self) -> dict[str, str] | None:
        """The reason as it is kept, in both languages where it is ours."""
        if isinstance(self.reason, Sentence):
            return self.reason.texts
        return {"zh": self.reason, "en": self.reason} if self.reason else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file: headings, and rows of texts, numbers, days and moments."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Book:
    """What an export writes: a title, what stands below it, pairs of label and value, and tables."""

    title: str
    lines: Sequence[str] = ()
    facts: Sequence[tuple[str, Any]] = ()
    sheets: Sequence[Sheet] = field(default_factory=tuple)


@runtime_checkable
class Connector(Protocol):
    """What every kind of connector says of itself."""

    def lacks(self) -> Sentence | None:
        """What has to be set before it can work; none if nothing is missing."""
        ...


@runtime_checkable
class Carrier(Connector, Protocol):
    """What carries letters."""

    repeats_safely: bool
    """Whether a letter that is sent twice arrives once, or does no harm."""

    async def carry(self, letter: Outgoing) -> Carried:
        """Have the letter taken over; an exception counts as unclear."""
        ...


@runtime_checkable
class Channel(Carrier, Protocol):
    """Carries letters to people outside, such as a customer."""

    def takes(self, goes_to: str) -> bool:
        """Whether this is an address that it can carry to."""
        ...


@runtime_checkable
class Notifier(Carrier, Protocol):
    """Tells the people of a desk that something waits for them."""

    def reaches(self, desk: str) -> bool:
        """Whether it knows where the people of this desk are told."""
        ...


@runtime_checkable
class Export(Connector, Protocol):
    """Writes tables as a file that other programs open."""

    suffix: str
    """How the names of its files end, such as xlsx."""
    media_type: str
    """Media type of its files."""

    def write(self, book: Book) -> bytes:
        """The file; called apart from the event loop."""
        ...


PROTOCOLS: dict[Kind, type[Any]] = {"channels": Channel, "notifiers": Notifier, "exports": Export}
