"""Limits: by when something must have happened, in which calendar, and what follows when it has not."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.number import Number, Times
from closeloop.contracts.vocabulary import Text

Moment = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=121)]
"""What starts or stops a limit: one of the case (below), `issued`, the moment of a step (`accepted`, or the name of
a step of the pack's own), or that of another duty as `duty.moment`."""

OF_THE_CASE = ("received", "registered", "assessed", "applies", "answered")
"""Moments of the case itself; `applies` is the one from which `when` holds, `answered` the first answer to the customer
in the round."""


class ByCase(Part):
    """A length for some cases."""

    when: Condition
    """Which cases."""
    length: Length
    """How long."""


class WorkingDay(Part):
    """A working day of a month, until business stops on it."""

    nth: Annotated[int, Field(ge=-20, le=20)]
    """Which one: 3 is the third, -1 the last, -2 the one before it."""
    month: Literal["same", "next"] = "next"
    """The month in which the limit starts, or the one after it; a day that has passed already is that of the next."""

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        if self.nth == 0:
            raise ValueError("count from 1, or from -1 for the last working day")
        return self


class UntilFact(Part):
    """A moment that the case itself names, such as the customer's departure."""

    fact: Name
    """Fact that names the moment, or the day, which then counts to its end."""
    ahead: Length | None = None
    """How long before it."""


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


class Pause(Part):
    """Whether a limit may rest, such as while the customer is away."""

    by: Name
    """Role that lets it rest, and run on."""
    reasons: dict[Name, Text] = Field(default_factory=dict)
    """Reasons that count; any that is written down where none is named."""
    times: Times | None = None
    """How often at most; none if as often as needed."""
    at_most: Length | None = None
    """How long at a time at most; then it runs on by itself."""


class Limit(Entry):
    """A deadline with a name."""

    title: Text
    """What people call it."""
    of: Literal["duty", "case"] = "duty"
    """Whether it runs for a duty that names it, or for the case, whether or not a duty of it was issued yet."""
    when: Condition = ALWAYS
    """Cases for which it runs; when the case is rated anew and leaves them, it is withdrawn."""
    starts: Moment
    """What starts it."""
    stops: Moment
    """What stops it."""
    length: Length | None = None
    """How long, for all cases."""
    by_case: tuple[ByCase, ...] = ()
    """Or: how long by case; the first that holds counts, before `length`."""
    day: WorkingDay | None = None
    """Or: the working day of a month on which it ends."""
    until: UntilFact | None = None
    """Moment of the case by which it ends if that is earlier; one that is past when it starts does not count."""
    repeats: bool = False
    """Whether it runs once more from each stop, until the duty is returned: the customer is told every four hours."""
    end_of_day: bool = False
    """Whether it runs on to the end of the working day on which it would pass."""
    warn_before: tuple[Length, ...] = ()
    """When the desk is reminded."""
    missed: Missed = Missed()
    """What follows when it passes."""
    extension: Extension | None = None
    """Whether it may be put off; none if not."""
    pause: Pause | None = None
    """Whether it may rest; none if not."""

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.length is None and not self.by_case and self.day is None:
            raise ValueError("say how long: length: 2 days, length: {parameter: <name>}, by_case:, or day: {nth: 3}")
        if self.day is not None and (self.length is not None or self.by_case):
            raise ValueError("say how long (length:, by_case:) or on which working day it ends (day:), not both")
        return self
