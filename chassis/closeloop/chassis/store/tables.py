"""What every service keeps besides its own things: keys, journal, timers, tasks, occasions, records, jobs, parked."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.attachments.attached import Attached
from closeloop.chassis.connectors.letter import Letter
from closeloop.chassis.rows import Moment, keeps, kept
from closeloop.chassis.schedules.job import ScheduledJob
from closeloop.chassis.store.absences import AbsenceNote
from closeloop.chassis.store.organisations import ApprovedOrganisation
from closeloop.chassis.store.readers import Reader
from closeloop.chassis.store.sign_offs import Signing


@keeps("keys", key="key")
class Key:
    """One thing that work is done on (a case, a survey, an account): its version (the ETag) and its event count."""

    key: str
    version: int
    sequence: int
    holds: str = ""
    """The tables that have rows of it; a case has rows in few of a service's tables, and no other is read for it."""


@keeps("counters", read=False)
class Counter:
    """A gapless series: the last number given out."""

    name: str
    n: int


@keeps("unsent", read=False)
class Unsent:
    """A journal entry that has no position yet."""

    seq: int


@keeps("chain", read=False, indexes=[("seq",)])
class Chained:
    """The order in which journal entries are published, each link hashed over the one before it."""

    position: int
    seq: int
    hash: str


@keeps("positions", read=False)
class Position:
    """How far this service has heard one publisher; `chain` is the head that the last message named: a witness."""

    publisher: str
    position: int
    chain: str = ""


@keeps("heard", read=False)
class HeardStream:
    """How far this service has read one stream; `created` tells one stream from its successor of the same name."""

    stream: str
    created: str
    sequence: int


@keeps("answers", read=False, primary=("asker", "idempotency_key"))
class StoredAnswer:
    """What a request with an Idempotency-Key was answered, so that its repetition gets the same."""

    asker: str
    idempotency_key: str
    fingerprint: str
    status: int
    body: str
    version: int
    at: datetime


@keeps("parked", read=False, indexes=[("key", "parked_at"), ("next_try_at",)])
class Parked:
    """A message that could not be handled, kept with its reason until it can."""

    id: str
    key: str
    publisher: str
    position: int
    subject: str
    body: str
    reason: str
    tries: int
    parked_at: datetime
    next_try_at: datetime | None = None


@keeps("timers", key="key", loose=True, indexes=[("due_at",)])
class Timer:
    """Something to be done for a key at a moment; the row is the truth, memory only a convenience."""

    id: str
    key: str
    kind: str
    of: str
    due_at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@keeps("tasks", key="key", only="closed_at is null", indexes=[("desk", "closed_at"), ("person", "closed_at")])
class Task:
    """One row on a desk: something that a person is asked to do."""

    id: str
    key: str
    kind: str
    of: str
    desk: str
    person: str | None
    place: str | None
    audience: str | None
    title_zh: str
    title_en: str
    url: str
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None


@keeps("occasions", key="key", only="(ended_at is null or ended_as = 'breached')", indexes=[("clause",)])
class Occasion:
    """One time that a clause became applicable and stayed open, or was breached: it can still end, or be withdrawn.

    What ended as it began is told in its event only; the journal holds all.
    """

    id: str
    key: str
    clause: str
    of: str
    opened_at: datetime
    ended_as: str | None = None
    ended_at: datetime | None = None


@keeps("records", key="key", indexes=[("form", "made_at"), ("keep_until",)])
class KeptRecord:
    """A filled form: its content, who signed it, and the hash that seals it; a correction is a record of its own."""

    id: str
    key: str
    of: str
    form: str
    form_version: str
    procedure: str
    procedure_version: str
    number: str | None
    fields: dict[str, Any]
    signatures: list[dict[str, Any]]
    made_at: datetime
    made_by: str
    place: str | None = None
    department: str | None = None
    audience: str | None = None
    hash: str | None = None
    sealed_at: datetime | None = None
    corrects: str | None = None
    keep_until: datetime | None = None
    archived_at: datetime | None = None
    disposed_at: datetime | None = None
    disposed_by: str | None = None

    @property
    def is_sealed(self) -> bool:
        """Whether nothing in it may change any more."""
        return self.hash is not None

    @property
    def judged_on(self) -> str:
        """What its occasions hang on."""
        return f"record:{self.form}"


@keeps("activated", read=False, primary=("procedure", "version"), at_hand=True)
class Activated:
    """A version of a procedure pack that is or was in force here."""

    procedure: str
    version: str
    hash: str
    valid_from: datetime
    canonical: str


JOURNAL = sa.Table(
    "journal",
    sa.MetaData(),
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("journal_by_key", "key", "sequence", unique=True),
)

CHASSIS_ROWS: tuple[type[Any], ...] = (
    Key,
    Counter,
    Unsent,
    Chained,
    Position,
    HeardStream,
    StoredAnswer,
    Parked,
    Timer,
    Task,
    Occasion,
    KeptRecord,
    ScheduledJob,
    Signing,
    Reader,
    Activated,
    Letter,
    Attached,
    AbsenceNote,
    ApprovedOrganisation,
)

READ_WITH_EVERY_KEY: tuple[type[Any], ...] = (
    Timer,
    Task,
    Occasion,
    KeptRecord,
    ScheduledJob,
    Signing,
    Reader,
    Letter,
    Attached,
)


def chassis_metadata() -> sa.MetaData:
    """All tables of the chassis, for its migrations and their check."""
    metadata = sa.MetaData()
    for cls in CHASSIS_ROWS:
        kept(cls).table.to_metadata(metadata)
    JOURNAL.to_metadata(metadata)
    return metadata
