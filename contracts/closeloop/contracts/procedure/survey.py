"""survey.yaml: who is asked what, when, and how the answers are counted."""

from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part, Period
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text


class Answer(Part):
    """A value of a scale."""

    title: Text
    """What people read."""
    counts: Literal["qualified", "dissatisfied", "unanswered"]
    """As what it counts."""
    points: int | float | None = None
    """Points, where the sheet is scored."""


class Scale(Part):
    """Answers to choose from, from the best to the worst."""

    answers: dict[Name, Answer]
    """Value to what it means."""


class Question(Part):
    """A question of a sheet."""

    text: Text
    """The question."""
    type: Literal["scale", "points", "choice", "text"] = "scale"
    """How it is answered."""
    scale: Name | None = None
    """Scale, where it is answered by one."""
    choices: dict[Name, Text] = Field(default_factory=dict)
    """Values of a choice."""
    full_points: int | float | None = Field(default=None, gt=0)
    """Highest number of points, where it is answered by points."""
    weight: int | float = Field(default=1, ge=0)
    """Weight in the figure."""
    required: bool = False
    """Whether the sheet cannot be sent back without it."""


class Sheet(Entry):
    """A questionnaire."""

    title: Text
    """What stands at its top."""
    version: str
    """Version; locked with the first answer."""
    introduction: Text | None = None
    """What the customer reads first."""
    questions: dict[Name, Question]
    """Questions in their order."""
    formula: Literal["share_of_items", "share_of_sheets", "mean", "total"] = "share_of_items"
    """How satisfaction is computed: qualified / (qualified + dissatisfied) of items or sheets, mean or total points."""


class LowScore(Entry):
    """A sheet below the threshold becomes a case."""

    below: int | float
    """Threshold in points or percent; itself not below."""
    opens: Name
    """Kind of case that is opened."""


class Survey(Entry):
    """A planned questioning."""

    title: Text
    """What people call it."""
    purpose: Text
    """What is to be found out."""
    population: Text
    """Who is asked."""
    sheet: Name
    """Sheet that is sent."""
    after: Literal["closing", "plan"] = "plan"
    """Whether a sheet goes out when a case is closed, or by a plan."""
    when: Condition = ALWAYS
    """Cases after whose closing a sheet goes out."""
    delay: Length | None = None
    """How long after closing."""
    every: Period | None = None
    """How often it is planned; none if as needed."""
    quantity: int | None = Field(default=None, ge=1)
    """How many sheets."""
    desk: Name
    """Department or role that carries it out."""
    approver: Name | None = None
    """Role that approves the plan before any sheet goes out."""
    area: Literal["place", "none"] = "place"
    """In what the return rate is counted."""
    least_return: int | float | None = Field(default=None, ge=0, le=100)
    """Least share of sheets that must come back from each area, in percent."""
    low_score: LowScore | None = None
    """What follows from a low score."""


class Surveys(Part):
    """Who is asked what."""

    surveys: dict[Name, Survey] = Field(default_factory=dict)
    """Surveys."""
    sheets: dict[Name, Sheet] = Field(default_factory=dict)
    """Sheets."""
    scales: dict[Name, Scale] = Field(default_factory=dict)
    """Scales."""
