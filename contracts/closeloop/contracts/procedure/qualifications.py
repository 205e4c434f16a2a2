"""qualifications: in dispatch.yaml: what somebody needs before anything of a role is assigned to them."""

from typing import Self

from pydantic import model_validator

from closeloop.contracts.procedure.condition import Condition
from closeloop.contracts.procedure.entry import Entry, Name
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text


class Training(Entry):
    """What is learnt before, in one stretch or several that are added up."""

    form: Name
    """Record of one stretch."""
    least: Length
    """How long at least, all stretches laid end to end from the first day; months are those of the calendar."""
    started: Name = "started_on"
    """Field of the record with the first day of the stretch."""
    ended: Name = "ended_on"
    """Field of the record with its last day."""

    @model_validator(mode="after")
    def _in_days(self) -> Self:
        if self.least.parameter is None and self.least.unit not in ("days", "weeks", "months", "years"):
            raise ValueError("count the training in days, weeks, months or years, such as 2 months")
        return self


class Assessment(Entry):
    """Somebody looks whether the person can do it; the last one counts."""

    form: Name
    """Record of it."""
    by: Name
    """Department or role that assesses, and that enters the training; never the person who is assessed."""
    passed: Condition
    """What its record says of whoever passed."""
    day: Name = "assessed_on"
    """Field of the record with the day."""


class Retraining(Entry):
    """Whoever failed learns again, and is assessed again, until they pass."""

    form: Name
    """Record of it."""


class Qualification(Entry):
    """What somebody needs before anything of a role is assigned to them."""

    title: Text
    """What people call those who have it."""
    roles: tuple[Name, ...]
    """Roles that ask for it."""
    training: Training | None = None
    """What is learnt before; none if nothing."""
    assessment: Assessment
    """What is passed."""
    retraining: Retraining | None = None
    """What follows upon a failure; none if a new assessment is enough."""
