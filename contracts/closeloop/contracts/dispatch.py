"""What dispatch tells: who must do what for a case, by when, and what came of it."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from closeloop.contracts.event import CaseHeader, Event, Moment
from closeloop.contracts.personal import Attachment, Personal
from closeloop.contracts.record import Record, Signature
from closeloop.contracts.vocabulary import DutyState, Outcome, Text


class LimitSet(BaseModel):
    """A limit as it runs for one duty."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    """Name of the limit in the pack."""
    due_at: Moment
    """Until when its stop must have happened."""
    stops: str = "returned"
    """The state of the duty that stops it."""


class _DutyTold(Event):
    """What every event of a duty says of it."""

    publisher: ClassVar[str] = "dispatch"

    case: CaseHeader
    """The case that the duty serves."""
    duty_id: str
    """Id of the duty: the id of the case, a dot, the duty's number."""
    number: int = Field(ge=1)
    """Number of the duty within its case, counted from 1 over all rounds."""
    rule: str
    """Name of the duty in the pack."""
    round: int = 1
    """Round in which it was issued."""
    desk: str
    """Department or role on whose desk it lies now."""
    form: str
    """Name of the form that it is carried on."""
    state: DutyState = DutyState.ISSUED
    """State of the duty after this event."""


class DutyIssued(_DutyTold):
    """Somebody must now do something for a case, by a limit."""

    subject: ClassVar[str] = "duty.issued.v1"

    title: Text | None = None
    """What the duty is, for a list."""
    content: Personal[str] | None = None
    """What is to be done, as the customer asked."""
    due_at: Moment | None = None
    """The earliest limit; none if the duty has no limit."""
    limits: tuple[LimitSet, ...] = ()
    """Every limit that runs from now on."""
    again_of: str | None = None
    """Id of the duty of an earlier round that this one repeats."""
    record: Record | None = None
    """The form as far as it is filled in."""


class DutyAccepted(_DutyTold):
    """The desk took the duty on."""

    subject: ClassVar[str] = "duty.accepted.v1"

    accepted_by: str = ""
    """Login name of whoever took it on."""


class DutyAssigned(_DutyTold):
    """The duty was given to a person."""

    subject: ClassVar[str] = "duty.assigned.v1"

    to: str
    """Login name of the person who is to do it; of several, the one who leads."""
    crew: tuple[str, ...] = ()
    """Login names of those who go along."""
    trade: str | None = None
    """The trade that is needed, in the pack's words: plumber, electrician ..."""


class DutyArrived(_DutyTold):
    """The person is on site."""

    subject: ClassVar[str] = "duty.arrived.v1"

    arrived_at: Moment
    """When they arrived, as they say."""


class DutyFinished(_DutyTold):
    """The work is done; from here on the customer may sign."""

    subject: ClassVar[str] = "duty.finished.v1"

    outcome: Outcome
    """What became of the matter."""
    result: Personal[str]
    """What was done."""
    finished_at: Moment
    """When the work was done, as they say."""
    record: Record | None = None
    """The form as far as it is filled in."""


class DutySigned(_DutyTold):
    """The customer, or whoever the pack names, signed the form; its content is sealed."""

    subject: ClassVar[str] = "duty.signed.v1"

    signature: Signature
    """Who signed, how, and the hash of what was signed."""
    opinion: Personal[str] | None = None
    """What the signer wrote about the work."""
    satisfied: bool | None = None
    """Whether the signer said to be satisfied; none if not asked."""


class DutyStepped(_DutyTold):
    """A step was taken that the pack made up, something was rated with a step, or somebody was told."""

    subject: ClassVar[str] = "duty.stepped.v1"

    step: str
    """Name of the step, or of the telling, in the pack."""
    title: Text | None = None
    """What people call it."""
    rated: dict[str, str] = Field(default_factory=dict)
    """Facets of the case that were rated with it: facet to value."""
    to: str | None = None
    """Whom it told: customer, a department or a role; none if it is no telling."""
    how: Literal["spoken", "written"] | None = None
    """In which form they were told."""
    text: Personal[str] | None = None
    """What they were told."""
    record: Record | None = None
    """The form as far as it is filled in."""


class DutyReturned(_DutyTold):
    """The result and the completed form came back to the desk that sent it."""

    subject: ClassVar[str] = "duty.returned.v1"

    outcome: Outcome
    """What became of the matter."""
    result: Personal[str]
    """What was done."""
    with_original: bool = True
    """Whether the original of the form came back."""
    returned_at: Moment
    """When it came back."""
    record: Record | None = None
    """The completed form."""
    attachments: tuple[Attachment, ...] = ()
    """Scans and photos."""


class CustomerServed(Event):
    """What was done for a customer of whom a profile is kept; told with the duty that comes back."""

    subject: ClassVar[str] = "customer.served.v1"
    publisher: ClassVar[str] = "dispatch"

    case: CaseHeader
    """The case that they brought."""
    rule: str
    """Name of the duty in the pack."""
    record: Record
    """The completed form."""


class DutyRejected(_DutyTold):
    """The work was not good enough, or the desk is the wrong one: the duty goes back."""

    subject: ClassVar[str] = "duty.rejected.v1"

    reason: Personal[str]
    """Why."""
    from_desk: str
    """Desk that rejected it."""


class DutyRaised(_DutyTold):
    """Whoever has the duty cannot handle the case: it is rated higher at once, and its next level takes it."""

    subject: ClassVar[str] = "duty.raised.v1"

    facet: str
    """Facet by which the case is rated higher."""
    before: str
    """Value that it had."""
    to: str
    """Value that it has from now on."""
    criterion: str
    """The criterion of the pack by which it is raised."""
    reason: Personal[str]
    """Why it cannot be handled here."""


class _LimitTold(_DutyTold):
    """What every event of a limit says of it."""

    duty_id: str = ""
    """Id of the duty that it runs for; empty where it runs for the case."""
    number: int = Field(default=0, ge=0)
    """Number of that duty; 0 where it runs for the case."""
    rule: str = ""
    """Name of that duty in the pack; empty where it runs for the case."""
    form: str = ""
    """Form of that duty; empty where it runs for the case."""
    limit: str
    """Name of the limit in the pack."""
    due_at: Moment
    """Until when the stop should have happened."""


class LimitStarted(_LimitTold):
    """A limit began to run for a case, or for a duty after it was issued."""

    subject: ClassVar[str] = "limit.started.v1"

    title: Text | None = None
    """What people call it."""
    started_at: Moment
    """The moment from which it runs."""
    stops: str
    """The moment that stops it, in the pack's words."""


class LimitMoved(_LimitTold):
    """What a limit is computed from changed, or it rests, or it runs on."""

    subject: ClassVar[str] = "limit.moved.v1"

    because: Literal["fact", "rated", "calendar", "paused", "resumed"]
    """The case names another moment, is rated anew, a calendar arrived, or somebody lets it rest or run on."""
    new_due_at: Moment | None = None
    """Until when it runs now; none while it rests."""
    reason: Personal[str] | None = None
    """Why it rests, where somebody says so."""


class LimitEnded(_LimitTold):
    """A limit runs no longer: what it waited for happened, or need not happen any more."""

    subject: ClassVar[str] = "limit.ended.v1"

    how: Literal["in_time", "late", "withdrawn"]
    """In time, late, or no longer needed."""
    ended_at: Moment
    """When that happened."""


class LimitMissed(_LimitTold):
    """A limit passed without its stop."""

    subject: ClassVar[str] = "limit.missed.v1"

    goes_to: str | None = None
    """Desk that is told; none if nobody but the desk itself."""
    level: int = 1
    """How often the miss went up, counted from 1."""
    said_late: bool = False
    """True where the service was down at the limit and says so only now."""


class LimitExtended(_LimitTold):
    """A limit was put off before it passed."""

    subject: ClassVar[str] = "limit.extended.v1"

    new_due_at: Moment
    """The new limit."""
    reason: Personal[str]
    """Why."""
    approved_by: str | None = None
    """Login name of whoever allowed it."""


class PaymentMade(Event):
    """Something was given to the customer, within a ceiling; a negative one takes back an earlier payment."""

    subject: ClassVar[str] = "payment.made.v1"
    publisher: ClassVar[str] = "dispatch"

    case: CaseHeader
    """The case for which it was given."""
    number: int = Field(ge=1)
    """Number of the payment within its case, counted from 1."""
    payout: str
    """Name of the payout in the pack, such as compensation."""
    amount: Decimal
    """How much; of goods, what they are worth; below nothing where it takes a payment back."""
    currency: str
    """Currency of the amounts, such as CNY."""
    total: Decimal
    """What was given for the case in all, this payment included."""
    means: str | None = None
    """In what it was given, in the pack's words."""
    desk: str
    """Department or role whose ceiling counted."""
    duty: int
    """Number of the duty for which it was given."""
    takes_back: int | None = None
    """Number of the payment that it takes back."""
    reason: Personal[str] | None = None
    """Why."""


class EntryLine(BaseModel):
    """One item of what was moved."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    item: tuple[str, ...] = ()
    """What tells the item from others, such as name and specification; empty for money."""
    quantity: Decimal
    """How many, or how much."""


class EntryPosted(Event):
    """Something was moved from one holder of an account to another: parts or money."""

    subject: ClassVar[str] = "entry.posted.v1"
    publisher: ClassVar[str] = "dispatch"

    account: str
    """Name of the account in the pack."""
    posting: str
    """Name of the posting in the pack."""
    voucher: int = Field(ge=1)
    """Number of the voucher in its account."""
    giver: str
    """Holder that gave; with the person or place after a colon where each has a balance of its own."""
    receiver: str
    """Holder that received."""
    lines: tuple[EntryLine, ...]
    """What was moved."""
    takes_back: int | None = None
    """Number of the voucher that it takes back."""
