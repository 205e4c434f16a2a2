"""What people fill in at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from closeloop.chassis.i18n import _
from closeloop.chassis.needs import Necessary
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack, Rating, Rule
from closeloop.contracts.procedure.intake import Handover
from closeloop.intake.at_once import SpotForm
from closeloop.intake.phones import phone_of

LONGEST_CONTENT = 10_000


def _writable(text: str) -> str:
    if "\x00" in text:
        raise ValueError(_("This text holds a character that nobody can read. Write it again."))
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_writable)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_CONTENT), AfterValidator(_writable)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), AfterValidator(_writable)]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(lambda p: phone_of(p) if p else "")
]


class CustomerForm(BaseModel):
    """Who brings the case."""

    anonymous: bool = Field(False, title="Whether the customer does not want to be named")
    name: Line = Field("", title="Name as the customer gives it")
    phone: Phone = Field("", title="Telephone number")
    email: Annotated[Line, Field(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")] = Field("", title="Mail address")
    address: Line = Field("", title="Where the customer lives or wants to be met")
    kind: Line = Field("", title="What the customer is to the organisation: owner, resident, guest ...")
    acting_for: Line = Field("", title="Whom the customer speaks for")
    language: Literal["zh", "en"] = Field("zh", title="Language to speak to the customer in")

    @property
    def is_named(self) -> bool:
        return bool(self.name or self.phone or self.email or self.address)

    @property
    def can_be_reached(self) -> bool:
        return bool(self.phone or self.email or self.address)


class CaseForm(BaseModel):
    """What a customer brings, as the desk takes it down."""

    model_config = ConfigDict(extra="forbid", title="A case to register")

    procedure: Line = Field(title="Id of the procedure")
    kind: Line = Field(title="Kind of case, in the procedure's words")
    channel: Line = Field(title="How the case came in, in the procedure's words")
    content: Words = Field("", title="What the customer said or wrote")
    customer: CustomerForm | None = Field(None, title="Who brings it; none if anonymous")
    anonymous: bool = Field(False, title="Whether the customer does not want to be named")
    place: Line = Field("", title="Place that the case is about")
    remedy_sought: Note = Field("", title="What the customer wants to be done")
    received_at: AwareDatetime | None = Field(None, title="When it was received, if not now")
    wants_callback: bool | None = Field(None, title="Whether the customer wants to be asked after handling")
    fields: dict[str, Any] = Field(default_factory=dict, title="Further columns of the register")
    facets: dict[str, str] = Field(default_factory=dict, max_length=50, title="What the desk rates at once, by facet")
    reason: Note = Field("", title="Why it is rated so; needed where that is a judgement")
    necessary: dict[str, Necessary] = Field(
        default_factory=dict, max_length=50, title="Whether what may be necessary is, and why not"
    )
    on_the_spot: SpotForm | None = Field(None, title="What was done at once; none if the case goes to its desk")
    guidance: tuple[str, ...] = Field((), max_length=50, title="Guidance that was in front of the person, by name")


class AssessmentForm(BaseModel):
    """How a person rates a case."""

    model_config = ConfigDict(extra="forbid", title="A rating of a case")

    facets: dict[str, str] = Field(min_length=1, max_length=50, title="Facet to value")
    reason: Note = Field("", title="Why; needed where it changes an earlier rating")


class ReasonForm(BaseModel):
    """Why a person closes a case, or opens it again."""

    reason: Annotated[Note, Field(min_length=2)] = Field(title="Why")


class ActivationForm(BaseModel):
    """From when on cases are judged by an installed procedure pack."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    pack: Line = Field(title="Name of an installed pack")
    active_from: date | None = Field(None, alias="from", title="First day; today if none is given")
    reason: Note = Field("", title="Why, where another version is in force")


@dataclass(frozen=True, slots=True)
class Registration:
    """A form that fits: what the action needs to register a case."""

    pack: Pack
    form: CaseForm
    customer: CustomerForm
    received_at: datetime
    rating: Rating
    """How far its facts rate it, with what was rated by whoever took it down."""
    known: Mapping[str, Any]
    """What conditions may ask about it, the rated facets included."""
    facts: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    branch: str = "main"
    handover: Rule[Handover] | None = None
    """How another department passes it on; none where the desk itself received it."""
    needs: tuple[Judgement, ...] = ()
    """How what had to be there ended."""
    known_as: tuple[str, ...] = ()
    """The keys by which the customer may be known from an earlier case; none where no profile is kept."""
    by_the_desk: bool = True
    """Whether the desk that takes such cases over took it down itself, as it was told by the other department."""
