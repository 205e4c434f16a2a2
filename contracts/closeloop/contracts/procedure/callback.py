"""callback.yaml: whom to ask after handling, how, how many, and when not."""

from typing import Literal

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part, Period
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, Text


class Coverage(Entry):
    """How many cases of some kinds are asked about."""

    title: Text
    """What people call it."""
    when: Condition
    """Cases that it is about."""
    select: Literal["all", "sample"] = "all"
    """Whether every case is planned, or a random sample that reaches the share."""
    share: int | float | None = Field(default=None, ge=0, le=100)
    """Least share of the cases that must be asked about, in percent."""
    parameter: Name | None = None
    """Or: the parameter of the head that sets the share."""
    per: Period = "month"
    """Period over which the share counts, by the day of handling."""
    exempt_cases: Literal["left_out", "counted"] = "left_out"
    """Whether exempted cases are left out of the denominator, or stay in it."""
    starts: Literal["handled", "closed"] = "handled"
    """Mark or state after which the customer may be asked."""
    within: Length
    """How soon after that the customer is to be asked."""
    desk: Name
    """Department or role that asks."""
    form: CallbackForm = CallbackForm.TELEPHONE
    """The form that is suggested."""
    column_of: Name | None = None
    """Form whose callback column is filled."""


class FormRule(Entry):
    """A form of callback and what it asks for."""

    title: Text
    """What people call it."""
    signature: Literal["required", "asked", "none"] = "none"
    """Whether the customer must sign, is asked to, or is not."""
    may_refuse: bool = True
    """Whether a refusal with a witness stands for the signature."""
    when: Condition = ALWAYS
    """Cases for which the form is allowed."""


class Exemption(Entry):
    """A reason for which nobody asks."""

    title: Text
    """What people call it."""
    when: Condition | None = None
    """Facts by which it applies without asking a person; none if a person decides."""
    granted_by: Name | None = None
    """Role that may grant it; none if anybody of the desk."""
    evidence: Literal["none", "note", "attachment"] = "none"
    """What must be attached."""


class RisingDesk(Part):
    """From a round on somebody higher asks."""

    from_round: int = Field(ge=2)
    """First round of which it is true."""
    desk: Name
    """Department or role that asks then."""


class Loop(Entry):
    """What follows from an answer."""

    marks: dict[CallbackOutcome, Name]
    """Outcome to the mark that it sets, such as satisfied: satisfied."""
    within: Length | None = None
    """How soon the customer is asked again in a further round; none if as in the first."""
    rising: tuple[RisingDesk, ...] = ()
    """Rounds in which somebody higher asks."""
    attempts: int = Field(default=3, ge=1)
    """Attempts without reaching anybody, after which the callback ends as unreachable."""
    next_attempt: Length | None = None
    """How long to wait after an attempt that reached nobody."""
    answer_within: Length | None = None
    """How soon a question that could not be answered at once gets its answer; none if set each time."""


class Supervision(Entry):
    """Somebody checks the work of the callers."""

    by: Name
    """Role that checks, never the caller."""
    every: Period
    """How often."""
    share: int | float | None = Field(default=None, gt=0, le=100)
    """Share of the callbacks that is checked, in percent; none if as the checker sees fit."""
    form: Name | None = None
    """Form of the check."""


class Callback(Part):
    """Whom to ask after handling."""

    coverage: dict[Name, Coverage]
    """How many cases are asked about; the first that fits a case counts."""
    forms: dict[CallbackForm, FormRule]
    """Forms of callback that are allowed."""
    exemptions: dict[Name, Exemption] = Field(default_factory=dict)
    """Reasons for which nobody asks."""
    loop: Loop
    """What follows from an answer."""
    supervision: Supervision | None = None
    """Who checks the callers."""

    @model_validator(mode="after")
    def _suggests_what_is_allowed(self) -> "Callback":
        for name, coverage in self.coverage.items():
            if coverage.form not in self.forms:
                raise ValueError(f"coverage {name} suggests the form {coverage.form}, which forms: does not name")
        return self
