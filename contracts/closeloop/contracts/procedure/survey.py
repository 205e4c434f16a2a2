"""survey.yaml: who is asked what, by which plan, how forms go out and come back, how the answers are counted."""

from typing import Literal

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.vocabulary import Text

Formula = Literal["share_of_items", "share_of_sheets", "mean", "total"]
Means = Literal["link", "paper", "with_the_form", "meeting"]
PlanFact = Literal["purpose", "population", "areas", "quantity", "starts_on", "ends_on", "staff"]
"""What a plan may have to say."""


class Answer(Part):
    """A step of a scale."""

    title: Text
    """What people read."""
    counts: Literal["qualified", "dissatisfied", "unanswered"]
    """As what it counts."""
    points: int | float | None = None
    """Points, where the form is scored."""


class Scale(Entry):
    """Answers to choose from, from the best to the worst; no other answer is taken."""

    answers: dict[Name, Answer]
    """Value to what it means."""


class Plan(Entry):
    """Before anything goes out somebody writes down what is to be done."""

    form: Name | None = None
    """The record on which the plan is kept, sealed when the survey is opened."""
    required: tuple[PlanFact, ...] = ()
    """Without these a plan is not taken; an area always says how many forms it gets."""
    approval: SignOff | None = None
    """Who approves exactly this plan before anything goes out; none if it goes out as it is written."""

    @model_validator(mode="after")
    def _decides(self) -> "Plan":
        if self.approval is not None and not self.approval.decides:
            raise ValueError("whoever approves a plan says yes or no: add decides: true to its approval")
        return self


class Covers(Entry):
    """What a questionnaire must ask about."""

    that: Condition
    """Condition over the topics of the form's sections; each is the number of items that are asked about it."""


class Chase(Part):
    """Whoever brings the forms back is reminded while too few are there."""

    warn_before: tuple[Length, ...] = ()
    """How long before the last day an area below the rate is put on the desk."""
    reason_below: bool = False
    """Whether the survey is closed only with a reason for every area that stayed below the rate."""


class Distribution(Entry):
    """How the forms go out and come back."""

    areas: Literal["place", "named", "none"] = "place"
    """In what the return rate is counted: places, areas as the plan names them, or the whole."""
    means: tuple[Means, ...] = Field(default=("link",), min_length=1)
    """In which ways a form may go out."""
    form: Name | None = None
    """The list of what went out and came back, filled and signed when the survey is closed."""
    rate: Name | None = None
    """Indicator that says how many must come back from each area."""
    chase: Chase | None = None
    """What is done for the rate; none if it is only counted."""


class GoesOut(Part):
    """A form goes to the customer of a case by itself."""

    at: Name = "closed"
    """When it goes out: closed, or a mark of the case that a duty or an answer sets, such as handled."""
    when: Condition = ALWAYS
    """Cases of which it goes out."""
    delay: Length | None = None
    """How long after that moment."""


class Survey(Entry):
    """A questioning: its answers are counted together."""

    title: Text
    """What people call it."""
    desk: Name
    """Department or role that plans and carries it out."""
    form: Name
    """The questionnaire: a form whose items are answered by a scale or in points."""
    formula: Formula = "share_of_items"
    """How satisfaction is computed: qualified / (qualified + dissatisfied) of items or forms, mean or total points."""
    purpose: Text | None = None
    """What is to be found out; none if the plan says it."""
    population: Text | None = None
    """Who is asked; none if the plan says it."""
    quantity: int | None = Field(default=None, ge=1)
    """How many forms, where the plan says nothing else."""
    goes_out: GoesOut | None = None
    """How a form goes out by itself; none if people hand it out by the plan."""
    plan: Plan | None = None
    """What its plan needs; none if anybody of the desk may open it as it stands here."""
    covers: Covers | None = None
    """What its questionnaire must ask about."""
    distribution: Distribution | None = None
    """How the forms go out and come back; none if by link, counted for each place."""


class Surveys(Part):
    """Who is asked what."""

    surveys: dict[Name, Survey] = Field(default_factory=dict)
    """Surveys."""
    scales: dict[Name, Scale] = Field(default_factory=dict)
    """Scales."""
