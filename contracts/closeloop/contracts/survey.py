"""What survey tells: planned questionings, sheets that go out and come back."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from closeloop.contracts.event import Event, Moment
from closeloop.contracts.personal import Customer, Personal
from closeloop.contracts.vocabulary import Text


class _SurveyTold(Event):
    """What every event of a survey says of it."""

    publisher: ClassVar[str] = "survey"

    survey_id: str
    """Id of the survey; the key of its events."""
    survey: str
    """Name of the survey in the pack."""


class AreaPlanned(BaseModel):
    """An area with the number of forms that it gets."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    area: str
    """Place, or the area as the plan names it."""
    quantity: int = Field(ge=1)
    """How many forms go there."""


class AreaCounted(BaseModel):
    """What went out to an area and came back from it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    area: str
    """Place, or the area as the plan names it; empty where the survey is counted as a whole."""
    sent: int
    """Forms that went out."""
    returned: int
    """Forms that came back."""
    reason: str | None = None
    """Why it stayed below the rate; none if it did not, or nobody had to say it."""


class SurveyPlanned(_SurveyTold):
    """Somebody wrote the plan of a survey; it waits for approval."""

    subject: ClassVar[str] = "survey.planned.v1"

    title: Text
    """What the survey is called."""
    purpose: Text | None = None
    """What is to be found out; none if the plan does not say it."""
    population: Text | None = None
    """Who is asked; none if the plan does not say it."""
    areas: tuple[AreaPlanned, ...] = ()
    """Where forms are handed out, and how many."""
    quantity: int | None = Field(default=None, ge=1)
    """How many sheets are to go out; none if as many as there are cases."""
    starts_on: date
    """First day of asking, in the calendar of the place."""
    ends_on: date | None = None
    """Last day of asking; none if it goes on."""
    author: str
    """Login name of whoever wrote the plan."""
    approvers: tuple[str, ...] = ()
    """Roles that approve it; none if no approval is asked for."""
    plan_hash: str
    """SHA-256 of the plan, in hexadecimal: what will be approved."""


class SurveyApproved(_SurveyTold):
    """The plan was approved; sheets may go out."""

    subject: ClassVar[str] = "survey.approved.v1"

    approved_by: str
    """Login name of whoever approved."""
    role: str | None = None
    """Role in which they approved."""
    plan_hash: str
    """SHA-256 of what was approved, in hexadecimal."""


class SheetSent(_SurveyTold):
    """A sheet went out to somebody."""

    subject: ClassVar[str] = "sheet.sent.v1"

    sheet_id: str
    """Id of the sheet; not the secret that opens it."""
    area: str | None = None
    """Place or area in which the return rate is counted."""
    means: Literal["link", "paper", "with_the_form", "meeting"] = "link"
    """How it went out."""
    sent_at: Moment
    """When it went out."""


class SheetReturned(_SurveyTold):
    """A sheet came back with answers."""

    subject: ClassVar[str] = "sheet.returned.v1"

    sheet_id: str
    """Id of the sheet."""
    area: str | None = None
    """Place or area in which the return rate is counted."""
    number: str | None = None
    """What people call the sheet: the number of its case, or its area and number on paper."""
    customer: Customer | None = None
    """Who answered, as far as the sheet says it; none where it asks nobody for a name."""
    answers: Personal[dict[str, Any]]
    """Question to answer: a value of its scale, a number, a text; questions left out are not answered."""
    qualified: int = 0
    """Answered items that count as satisfied."""
    dissatisfied: int = 0
    """Answered items that count as dissatisfied."""
    unanswered: int = 0
    """Items without an answer; they are left out of the rate."""
    items: dict[str, Literal["qualified", "dissatisfied", "unanswered"]] = Field(default_factory=dict)
    """Each item that is answered by a scale to as what its answer counts."""
    serious: tuple[str, ...] = ()
    """Items that are seriously dissatisfying, as whoever entered the sheet saw it."""
    score: Decimal | None = None
    """Total of the scored items, in points; none if the sheet is not scored."""
    returned_at: Moment
    """When it came back."""


class SurveyClosed(_SurveyTold):
    """No more answers are taken; the figures stand."""

    subject: ClassVar[str] = "survey.closed.v1"

    sent: int
    """Sheets that went out."""
    returned: int
    """Sheets that came back."""
    rate: Decimal | None = None
    """Satisfaction by the pack's formula, in percent; none where nobody answered."""
    areas: tuple[AreaCounted, ...] = ()
    """The same for each area."""
