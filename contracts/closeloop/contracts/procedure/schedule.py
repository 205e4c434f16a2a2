"""schedule.yaml: what is done again and again."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.entry import Entry, Name, Part, Period
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text

DOES: Mapping[str, tuple[str, ...]] = {
    "callback": ("check_register", "sample_callbacks", "check_callers"),
    "stats": ("hand_over", "classify_opinions", "check_register", "follow_up_complaints", "analyse_callbacks"),
}
"""What a service does by itself when a job of that name is opened or done, besides putting the task on its desk."""


class Job(Entry):
    """A periodic job of a desk."""

    title: Text
    """What is to be done."""
    service: Literal["intake", "dispatch", "callback", "survey", "stats"]
    """Service whose job it is."""
    every: Period
    """How often."""
    on: str | None = Field(
        default=None,
        pattern=r"^(monday|tuesday|wednesday|thursday|friday|saturday|sunday|first day|last day"
        r"|first working day|last working day|day [0-9]{1,2}|working day [0-9]{1,2})$",
    )
    """Which day of the period; none if its first day."""
    at: str = Field(default="09:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    """Time of day in the zone of the place."""
    desk: Name
    """Department or role that does it."""
    does: Name = "task"
    """What happens: a task on the desk, or something that the service does besides."""
    about: Name | None = None
    """What it is about: name of a coverage, survey, register or report."""
    form: Name | None = None
    """Form that is filled."""
    figures: tuple[Name, ...] = ()
    """Indicators whose figures of the period before are written into the form when the job begins, and stay."""
    within: Length | None = None
    """How soon it is to be done; none if by the end of the period."""
    per_place: bool = False
    """Whether each place has its own."""
    at_first: bool = False
    """Whether the period in which the procedure comes into force has its job too, at once."""


class Schedule(Part):
    """What is done again and again."""

    jobs: dict[Name, Job] = Field(default_factory=dict)
    """Jobs."""
