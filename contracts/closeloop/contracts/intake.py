"""What intake tells: cases come in, are assessed, go another round, and are closed."""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from closeloop.contracts.event import CaseHeader, Event, Moment
from closeloop.contracts.personal import Attachment, Customer, Personal
from closeloop.contracts.record import Record, Signature
from closeloop.contracts.vocabulary import Outcome


class _CaseTold(Event):
    """How a case stands in the register."""

    publisher: ClassVar[str] = "intake"

    case: CaseHeader
    """The case."""
    channel: str
    """How the case came in, in the pack's words."""
    received_at: Moment
    """When the organisation received it, which may be before it was registered."""
    received_by: str = ""
    """Login name of whoever received it."""
    contact_left: bool = True
    """Whether the customer left a way to be reached."""
    wants_callback: bool | None = None
    """Whether the customer wants to be asked after handling; none if not asked."""
    facets: dict[str, str] = Field(default_factory=dict)
    """Facets rated so far: facet to value."""


class CaseRegistered(_CaseTold):
    """A case was written into the register and has its number, but waits to be rated; what the customer said follows.

    A case that is rated as it is written down is told once: `CaseAssessed` names the register then.
    """

    subject: ClassVar[str] = "case.registered.v1"

    in_register: str = ""
    """Name of the register in the pack."""


class ResolvedAtOnce(BaseModel):
    """Whoever took the case down resolved it at once; dispatch takes the steps of its duty in their name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    by: str
    """Login name of whoever took the case down."""
    name: Personal[str]
    """Their name, as it stands on the form."""
    at: Moment
    """When the case was registered."""
    outcome: Outcome
    """What became of the matter."""
    fields: Personal[dict[str, Any]] = Field(default_factory=dict)
    """Fields of the working form."""
    necessary: Personal[dict[str, Any]] = Field(default_factory=dict)
    """What may be necessary: whether it was, and why not."""
    guidance: tuple[str, ...] = ()
    """Names of the texts that were in front of the person."""


class CaseAssessed(_CaseTold):
    """Every facet that the pack asks for is rated; a later rating publishes it again.

    It says what the customer brought, complete enough for every hearer to act.
    """

    subject: ClassVar[str] = "case.assessed.v1"

    content: Personal[str]
    """What the customer said or wrote."""
    customer: Customer
    """Who brought the case."""
    remedy_sought: Personal[str] | None = None
    """What the customer wants to be done."""
    facts: dict[str, Any] = Field(default_factory=dict)
    """Facts that the pack's conditions use, nothing personal: name to text, number, truth or list."""
    record: Record | None = None
    """The first part of the working form, filled from the register."""
    attachments: tuple[Attachment, ...] = ()
    """Photos, letters and recordings that came with the case."""
    reason: Personal[str] | None = None
    """Why it was rated so, where a person rated."""
    rated_before: dict[str, str] = Field(default_factory=dict)
    """The facets that this rating changes, with their former values."""
    raised: tuple[str, ...] = ()
    """Ids of the events by which dispatch said that a level gave the case up, as far as intake has heard of them."""
    signature: Signature | None = None
    """Who signed the rating, where it is a decision."""
    in_register: str | None = None
    """Name of the register in the pack, where the case was written into it by the same act; none told it before."""
    at_once: ResolvedAtOnce | None = None
    """What was done while the case was taken down, where it was resolved at once; told once."""


class RoundOpened(Event):
    """Somebody was not satisfied or something stayed unsolved: the case is handled once more."""

    subject: ClassVar[str] = "round.opened.v1"
    publisher: ClassVar[str] = "intake"

    case: CaseHeader
    """The case, its round already raised."""
    number: int = Field(ge=2)
    """Number of the round that begins."""
    reason: str
    """The mark that opened it: dissatisfied, unsolved ..."""
    opinion: Personal[str] | None = None
    """What the customer said about the last round."""


class CaseClosed(Event):
    """Nothing is open any more: the case is closed."""

    subject: ClassVar[str] = "case.closed.v1"
    publisher: ClassVar[str] = "intake"

    case: CaseHeader
    """The case."""
    marks: tuple[str, ...] = ()
    """The marks that stood when it was closed."""
    how: Literal["rule", "person"] = "rule"
    """Whether the pack's closing rule closed it, or a person."""
    reason: str | None = None
    """Why, where a person closed it."""
    rounds: int = 1
    """How many rounds it took."""
    received_at: Moment
    """When the organisation had received it."""
    customer: Customer
    """Who brought the case, so that survey can send a sheet."""


class CaseReopened(Event):
    """A closed case is open again."""

    subject: ClassVar[str] = "case.reopened.v1"
    publisher: ClassVar[str] = "intake"

    case: CaseHeader
    """The case, its round already raised."""
    reason: Personal[str]
    """Why it was opened again."""


class CustomerKept(Event):
    """A customer is on a list of the procedure, or something about them changed, or they are off it."""

    subject: ClassVar[str] = "customer.kept.v1"
    publisher: ClassVar[str] = "intake"

    customer_id: str
    """Id of the customer."""
    in_list: str
    """Name of the list in the pack."""
    since: Moment
    """From when they are on it."""
    name: Personal[str] | None = None
    """What they are called."""
    facts: dict[str, Any] = Field(default_factory=dict)
    """What stands in the profile, nothing personal: field to value."""
    struck_off_at: Moment | None = None
    """When they were taken off the list; none while they are on it."""
    merged_into: str | None = None
    """Id of the customer who they are as well; off the list by themselves since then. None while they stand alone."""


class MessageWritten(Event):
    """Something was said to a customer or by them, and stands in the conversation of their case."""

    subject: ClassVar[str] = "message.written.v1"
    publisher: ClassVar[str] = "intake"

    case: CaseHeader
    """The case."""
    number: int = Field(ge=1)
    """Number of the message within its case, in the order in which they were written down."""
    direction: Literal["in", "out"]
    """Whether the customer said it, or somebody said it to them."""
    channel: str
    """How it came or went, in the pack's words."""
    says: Literal["asks", "clarifies", "answers", "informs"]
    """What it does."""
    answers: int | None = None
    """Number of the message that it answers or makes clear; none if it is about none."""
    text: Personal[str]
    """What was said."""


class ProcedureActivated(Event):
    """From a day on cases are judged by this version of a procedure."""

    subject: ClassVar[str] = "procedure.activated.v1"
    publisher: ClassVar[str] = "intake"

    pack: str
    """Id of the pack."""
    version: str
    """Version of the pack."""
    active_from: Moment
    """From when cases are registered under it."""
    hash: str
    """SHA-256 of the canonical JSON, in hexadecimal."""
    encoding: Literal["json", "zlib+base64"] = "json"
    """How the content is written."""
    content: str
    """The whole pack as canonical JSON, compressed where `encoding` says so."""
    proposed_by: str | None = None
    """Login name of whoever proposed it; none where the house began with it."""
    approved_by: str | None = None
    """Login name of whoever approved it; of the proposer where nobody else may."""
    reason: Personal[str] | None = None
    """Why."""
