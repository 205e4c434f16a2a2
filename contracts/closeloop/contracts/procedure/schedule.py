"""schedule.yaml: what is done again and again."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part, People, Period, To
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.signing import CUSTOMER, SignOff
from closeloop.contracts.vocabulary import Text

DOES: Mapping[str, tuple[str, ...]] = {
    "dispatch": ("count_holder", "empty_holder"),
    "callback": ("check_register", "sample_callbacks", "check_callers"),
    "stats": ("hand_over", "classify_opinions", "check_register", "follow_up_complaints", "analyse_callbacks"),
}
"""What a service does by itself when a job of that name is opened or done, besides putting the task on its desk."""


Follows = Literal["alarm_raised", "survey_closed"]
"""What a job may follow."""


class Interval(Part):
    """How often something is done, as a role sets it; not at all while nobody has."""

    parameter: Name
    """Parameter whose unit is a period."""


class CustomersOf(Part):
    """Customers on a list of the procedure, such as those that are looked after by the calendar."""

    customers: Name
    """Name of the list in intake.yaml."""
    when: Condition = ALWAYS
    """Which of them, by what stands in their profile."""


class Job(Entry):
    """A job of a desk, done again and again, or each time that something has happened."""

    title: Text
    """What is to be done."""
    service: Literal["intake", "dispatch", "callback", "survey", "stats"]
    """Service whose job it is."""
    every: Period | Interval | None = None
    """How often; none if it follows something."""
    after: Follows | None = None
    """What it follows: an alarm or survey, that which it is about, or any where it names none."""
    on: str | None = Field(
        default=None,
        pattern=r"^(monday|tuesday|wednesday|thursday|friday|saturday|sunday|first day|last day"
        r"|first working day|last working day|day [0-9]{1,2}|working day [0-9]{1,2})$",
    )
    """Which day of the period; none if its first day."""
    at: str = Field(default="09:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    """Time of day in the zone of the place."""
    desk: To
    """Who does it: a department or role, the head of one; each department has its own job."""
    does: Name = "task"
    """What happens: a task on the desk, or something that the service does besides."""
    about: Name | None = None
    """What it is about: name of a coverage, survey, register, indicator, alarm or holder of an account."""
    form: Name | None = None
    """Form that is filled."""
    figures: tuple[Name, ...] = ()
    """Indicators whose figures of the period before are written into the form when the job begins, and stay."""
    inputs: tuple[Name, ...] = ()
    """Jobs whose records must lie before whoever does this one, or it is said why they are missing."""
    within: Length | None = None
    """How soon it is to be done; none if by the end of the period."""
    each: Literal["place"] | People | CustomersOf | None = None
    """Of what each has its own: places, people or customers whom it is about; none if there is one for all."""
    restricted: bool = False
    """Whether only those may see it who read restricted matters; such as what is written about a person."""
    signatures: dict[Name, SignOff] = Field(default_factory=dict)
    """Who signs or approves what was written, before it stands on record; what is refused is written once more."""
    at_first: bool = False
    """Whether the period in which the procedure comes into force has its job too, at once."""

    @model_validator(mode="after")
    def _has_its_moment(self) -> Self:
        if (self.every is None) == (self.after is None):
            raise ValueError("say how often (every: month), or what it follows (after: alarm_raised)")
        if self.desk.fact is not None or self.desk.among:
            raise ValueError("no case names the desk of a job: write a desk, the head of one, or each: department")
        if self.after is not None and self.within is None:
            raise ValueError("say how soon after that it is to be done (within: 3 working days)")
        if self.after == "survey_closed" and self.figures:
            raise ValueError("figures are those of a period: leave them out, or let it come back (every: half_year)")
        if self.signatures and self.form is None:
            raise ValueError("what is signed is written on a form: name it (form: report), or leave signatures out")
        if any(CUSTOMER in one.signers for one in self.signatures.values()):
            raise ValueError("a job has no customer who signs: name a role (by: manager)")
        said = sorted(self.model_fields_set & {"on", "at", "at_first", "each"})
        if self.after is not None and said:
            raise ValueError(f"it begins when that has happened: leave out {', '.join(said)}")
        return self


class Schedule(Part):
    """What is done again and again."""

    jobs: dict[Name, Job] = Field(default_factory=dict)
    """Jobs."""
