"""Limits: by when something must have happened, in which calendar, and what follows when it has not."""

from typing import Literal

from pydantic import model_validator

from closeloop.contracts.procedure.condition import Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.number import Number, Times
from closeloop.contracts.vocabulary import Text

Moment = Literal[
    "received", "registered", "assessed", "issued", "accepted", "assigned", "arrived", "finished", "signed", "returned"
]
"""What starts or stops a limit."""


class ByCase(Part):
    """A length for some cases."""

    when: Condition
    """Which cases."""
    length: Length
    """How long."""


class Missed(Part):
    """What follows when a limit passes."""

    to: tuple[Name, ...] = ()
    """Roles that are told, one level after another; the head of the desk where none is named."""
    every: Length | None = None
    """After which time it goes one level further; none if only once."""
    transfers: bool = False
    """Whether the duty itself goes to that desk."""


class Extension(Part):
    """Whether a limit may be put off before it passes."""

    by: Name
    """Role that allows it."""
    times: Times = Number(1)
    """How often at most."""
    at_most: Length | None = None
    """How long at most, all extensions together; none if whoever allows it decides."""


class Limit(Entry):
    """A deadline with a name."""

    title: Text
    """What people call it."""
    starts: Moment
    """What starts it."""
    stops: Moment
    """What stops it."""
    length: Length | None = None
    """How long, for all cases."""
    by_case: tuple[ByCase, ...] = ()
    """Or: how long by case; the first that holds counts, before `length`."""
    end_of_day: bool = False
    """Whether it runs on to the end of the working day on which it would pass."""
    warn_before: tuple[Length, ...] = ()
    """When the desk is reminded."""
    missed: Missed = Missed()
    """What follows when it passes."""
    extension: Extension | None = None
    """Whether it may be put off; none if not."""

    @model_validator(mode="after")
    def _has_a_length(self) -> "Limit":
        if self.length is None and not self.by_case:
            raise ValueError("say how long: length: 2 days, length: {parameter: <name>}, or by_case:")
        return self
