"""What callback tells: when the customer will be asked, what came of it, when nobody asks, which share is wanted."""

from typing import Any, ClassVar

from pydantic import Field

from closeloop.contracts.event import CaseHeader, Event, Moment
from closeloop.contracts.personal import Attachment, Personal
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome


class _CallbackTold(Event):
    """What every event of a callback says of it."""

    publisher: ClassVar[str] = "callback"

    case: CaseHeader
    """The case that the customer is asked about."""
    callback_id: str
    """Id of the callback: the id of the case, a dot, the callback's number."""
    number: int = Field(ge=1)
    """Number of the callback within its case, counted from 1 over all rounds."""
    round: int = 1
    """Round that the customer is asked about."""
    verifies: bool = False
    """Whether it checks what the case says, not how it was handled; then it counts in no callback rate."""


class CallbackPlanned(_CallbackTold):
    """The customer will be asked whether handling was enough."""

    subject: ClassVar[str] = "callback.planned.v1"

    due_at: Moment
    """Until when the customer is to be asked."""
    reason: str
    """Why: handled, another_round, appointment, sample, extra."""
    desk: str
    """Department or role that asks."""
    form: CallbackForm
    """The form that the pack suggests."""


class CallbackAttempted(_CallbackTold):
    """The customer was asked, or nobody was reached."""

    subject: ClassVar[str] = "callback.attempted.v1"

    attempt: int = Field(default=1, ge=1)
    """Which attempt of this callback it is."""
    form: CallbackForm
    """How the customer was asked."""
    outcome: CallbackOutcome
    """What came of it."""
    note: Personal[str] | None = None
    """What the customer said."""
    attempted_at: Moment
    """When the customer was asked, as the caller says."""
    caller: str = ""
    """Login name of whoever asked."""
    counts: bool = True
    """Whether it counts as a callback carried out in the callback rate."""
    signature: Signature | None = None
    """The customer's signature, where the form of callback asks for one."""
    answer_by: Moment | None = None
    """When the customer will get an answer that could not be given at once."""
    facts: dict[str, Any] = Field(default_factory=dict)
    """What stands on the form of the callback, nothing personal: field to value."""
    same_problem: str | None = None
    """Id of the same problem by which this callback was answered together with others."""


class CallbackWaived(_CallbackTold):
    """Nobody asks this customer, for a reason that the pack allows."""

    subject: ClassVar[str] = "callback.waived.v1"

    reason: str
    """Name of the exemption in the pack; not_in_sample where the draw left the case out."""
    note: Personal[str] | None = None
    """What was written about it."""
    evidence: Attachment | None = None
    """Proof, such as the reply letter."""


class ParameterSet(Event):
    """Whoever may has set a number of the procedure that its text leaves to them."""

    subject: ClassVar[str] = "parameter.set.v1"
    publisher: ClassVar[str] = "callback"

    name: str
    """Name of the parameter in the pack."""
    value: str
    """What it is from that day on, as written in a pack: 50, 2 working days."""
    valid_from: Moment
    """From when it holds."""
    reason: str
    """Why."""
