"""callback.yaml: whom to ask after handling, how, how many, and when not."""

from typing import Literal

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part, Period, To
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.limit import UntilFact
from closeloop.contracts.procedure.number import Number, Share
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, Text


class AskedOn(Part):
    """The form that is filled when somebody was asked, and what follows from what stands on it."""

    form: Name
    """The form."""
    fields: tuple[Name, ...] = ()
    """Fields that whoever asks fills in besides those that say what came of it."""
    outcomes: dict[CallbackOutcome, Condition] = Field(default_factory=dict)
    """Outcome to the condition over the fields under which it came of the callback; whoever asks says it if none."""


class Coverage(Entry):
    """How many cases of some kinds are asked about."""

    title: Text
    """What people call it."""
    of: Literal["cases", "sheets"] = "cases"
    """Whether it is about cases, or about the answer sheets of surveys that are over."""
    when: Condition
    """Cases that it is about; of sheets the survey, who ran it (survey_desk), and how many items displeased."""
    select: Literal["all", "sample"] = "all"
    """Whether every case is planned, or a random sample that reaches the share; a job of schedule.yaml draws it."""
    share: Share | None = None
    """Least share of the cases that must be asked about, in percent; as it was set when the period began."""
    per: Period = "month"
    """Period over which the share counts, by the day of handling."""
    exempt_cases: Literal["left_out", "counted"] = "left_out"
    """Whether exempted cases are left out of the denominator, or stay in it."""
    starts: Literal["handled", "closed", "assessed"] = "handled"
    """From when on the customer may be asked; asked as soon as it is assessed, they verify what the case says."""
    within: Length
    """How soon after that the customer is to be asked."""
    until: UntilFact | None = None
    """A moment that the case names by which the customer is asked, where that comes first."""
    desk: To
    """Department or role that asks."""
    arranged_by: To | None = None
    """Who says who asks, in which form and when, before anybody may ask; none if the desk goes on by itself."""
    form: CallbackForm = CallbackForm.TELEPHONE
    """The form that is suggested."""
    record: AskedOn | None = None
    """The form that is filled; none if only the answer is written down."""

    @model_validator(mode="after")
    def _asks_about_sheets(self) -> "Coverage":
        said = sorted({"starts", "per", "select", "exempt_cases", "arranged_by", "until"} & self.model_fields_set)
        if self.of == "sheets" and said:
            raise ValueError(f"sheets are drawn once, when their survey is over: leave out {', '.join(said)}")
        return self


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
    desk: To
    """Department or role that asks then."""


class Further(Entry):
    """Second and further callbacks: what the first one asks for is asked for again."""


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
    further: Further | None = None
    """What a second and every further callback fulfils."""


class Appointments(Entry):
    """A question that cannot be answered at once gets its answer at an appointed time."""

    within: Length | None = None
    """How soon where the caller names no time; none if the caller must name one."""
    at_most: Length | None = None
    """The latest time that may be promised; none if the caller decides."""


class Supervision(Entry):
    """Somebody checks the work of the callers; a job of schedule.yaml that checks callers says how often."""

    by: Name
    """Role that checks, never the caller."""
    share: Share = Number(10)
    """Share of the callbacks of each caller that is checked, in percent; at least one."""


class PublicLetter(Entry):
    """One letter, posted where everybody reads it, may answer all customers with the same problem."""

    form: Name
    """Form of the letter; its record stays in the callback file."""


class SameProblem(Entry):
    """Callbacks about one and the same problem are answered once, with one record that names them all."""

    when: Condition = ALWAYS
    """Cases whose callbacks may be put together."""
    form: Name
    """Form of the one record."""
    letter: PublicLetter | None = None
    """Whether a public letter may answer them; none if everybody is asked."""


class Callback(Part):
    """Whom to ask after handling."""

    coverage: dict[Name, Coverage] = Field(default_factory=dict)
    """How many cases are asked about; the first that fits a case counts."""
    forms: dict[CallbackForm, FormRule] = Field(default_factory=dict)
    """Forms of callback that are allowed."""
    exemptions: dict[Name, Exemption] = Field(default_factory=dict)
    """Reasons for which nobody asks."""
    loop: Loop | None = None
    """What follows from an answer; none where nobody is asked."""
    appointments: Appointments | None = None
    """How a question is answered that could not be answered at once."""
    supervision: Supervision | None = None
    """Who checks the callers."""
    same_problem: SameProblem | None = None
    """How callbacks about one problem are answered once; none if each stands alone."""

    @model_validator(mode="after")
    def _suggests_what_is_allowed(self) -> "Callback":
        if self.coverage and self.loop is None:
            raise ValueError("say what follows from an answer: loop: {marks: {satisfied: satisfied, ...}}")
        for name, coverage in self.coverage.items():
            if coverage.form not in self.forms:
                raise ValueError(f"coverage {name} suggests the form {coverage.form}, which forms: does not name")
        return self
