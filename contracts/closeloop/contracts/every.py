"""What every service tells: marks of a case, tasks on a desk, refused attempts, judged occasions, attachments."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from closeloop.contracts.event import CaseHeader, Event, Moment
from closeloop.contracts.personal import Attachment, Customer, Personal
from closeloop.contracts.vocabulary import Text


class MarkSet(Event):
    """A service says where it stands with this round of a case, or takes it back."""

    subject: ClassVar[str] = "mark.set.v1"

    case: CaseHeader
    """The case."""
    mark: str
    """Name of the mark: handled, satisfied, dissatisfied, waived, occasions_settled ..."""
    is_set: bool = True
    """False where the mark is lifted."""
    round: int = 1
    """Round that the mark is about."""
    reason: Personal[str] | None = None
    """Why, such as what the customer said."""
    customer: Customer | None = None
    """Who brought the case, where the next service must reach them."""


class CaseBrought(Event):
    """What stands on a sealed form or on an answer sheet is a case by itself; intake registers it once."""

    subject: ClassVar[str] = "case.brought.v1"

    case_id: str
    """Id that the case gets."""
    kind: str
    """Kind of case in the pack's words."""
    channel: str
    """How it comes in, in the pack's words."""
    content: Personal[str]
    """What stands on the form, in words."""
    customer: Customer
    """Whom the form is about, as far as it says so."""
    fields: Personal[dict[str, Any]] = Field(default_factory=dict)
    """Columns of the register that are known."""
    form: str
    """Form on which it stands."""
    rule: str
    """Name of the rule of that form by which it is a case."""
    record_id: str
    """Id of the record or answer sheet, in the service that tells it."""


class TaskOpened(Event):
    """Something lies on a desk and waits for a person."""

    subject: ClassVar[str] = "task.opened.v1"

    task_id: str
    """Id of the task."""
    kind: str
    """What is to be done, as a code: assess, accept, call ..."""
    of: str
    """What it is about within the key: duty:1, callback:2 ..."""
    desk: str
    """Department or role on whose desk it lies."""
    person: str | None = None
    """Login name, where it lies on one person's desk."""
    title: Text
    """What is to be done; without anything personal."""
    url: str
    """Page where it is done, as a path."""
    due_at: Moment | None = None
    """Until when; none if there is no limit."""


class TaskClosed(Event):
    """What lay on a desk is done or no longer needed."""

    subject: ClassVar[str] = "task.closed.v1"

    task_id: str
    """Id of the task."""
    kind: str
    """What was to be done, as a code."""
    of: str
    """What it was about within the key."""
    needed: bool = True
    """False where it was closed because it is no longer needed."""


class AttemptRefused(Event):
    """Somebody tried what a clause forbids; nothing was changed."""

    subject: ClassVar[str] = "attempt.refused.v1"

    action: str
    """What was tried: name of the action."""
    clause: str
    """Clause that forbids it."""
    sentence: Text
    """What the person was told."""


class AttachmentKept(Event):
    """A photo or scan was attached to a case or job; its bytes lie sealed elsewhere."""

    subject: ClassVar[str] = "attachment.kept.v1"

    attachment: Attachment
    """The photo or scan."""
    of: str = ""
    """What it belongs to within the key: duty:1, callback:2 ...; empty if to the whole."""


class AttachmentErased(Event):
    """Nobody reads a photo or scan any more: its key is destroyed."""

    subject: ClassVar[str] = "attachment.erased.v1"

    attachment: Attachment
    """The photo or scan as it was kept; its hash is all that is left of it."""
    of: str = ""
    """What it belonged to within the key."""
    reason: Personal[str]
    """Why it was erased."""


class GroupJudged(BaseModel):
    """One group of a figure, such as a place."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    """What it is grouped by and which of its values, such as `place:garden-estate`."""
    numerator: int
    """What stood above the line."""
    denominator: int | None = None
    """What stood below the line; none for a plain count."""
    value: float | None = None
    """The figure; none where there was nothing to divide by."""


class FigureJudged(BaseModel):
    """The figure by which a period was judged, so that it can be counted again."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    indicator: str
    """Name of the indicator in the pack."""
    numerator: int
    """What stood above the line."""
    denominator: int | None = None
    """What stood below the line; none for a plain count."""
    value: float | None = None
    """The figure; none where there was nothing to divide by."""
    target: dict[str, float] = Field(default_factory=dict)
    """What it should have been: at_least, at_most, below."""
    left_out: int | None = None
    """What counted on neither side; none where nothing is left out."""
    groups: tuple[GroupJudged, ...] = ()
    """The figure by what it is grouped by; groups without anything are left away."""
    restated: int = 0
    """How often later facts changed it after it was judged first."""


class JobDone(BaseModel):
    """That a periodic job was done, so that others may go by its record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    job: str
    """Name of the job in the pack."""
    record: str | None = None
    """Id of its record, in the service whose job it is; none if it has no form."""
    record_hash: str | None = None
    """SHA-256 of the sealed record, in hexadecimal."""


class OccasionsJudged(Event):
    """Occasions opened or ended without any other event, such as at the end of a period."""

    subject: ClassVar[str] = "occasions.judged.v1"

    period: str | None = None
    """Period that they belong to: 2026-W03, 2026-01, 2026-Q1, 2026; none if to a case or place."""
    figure: FigureJudged | None = None
    """The figure by which they were judged, where it was one."""
    job: JobDone | None = None
    """The job that was done, where it was one."""
