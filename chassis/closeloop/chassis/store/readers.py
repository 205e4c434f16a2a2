"""Who was given a sealed record, and whether they have read it."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from closeloop.chassis.rows import keeps


@keeps(
    "readers",
    key="key",
    only="(read_at is null and withdrawn_at is null)",
    indexes=[("desk", "read_at"), ("record",), ("given_at", "id")],
)
class Reader:
    """A desk that is given a sealed record, until somebody of it confirms to have read it.

    `hash` is that of the record: what was read is named by it. A record that is corrected is given out anew.
    """

    id: str
    key: str
    record: str
    form: str
    title: dict[str, str]
    number: str | None
    desk: str
    procedure: str
    procedure_version: str
    place: str | None
    audience: str | None
    hash: str
    given_at: datetime
    due_at: datetime
    clauses: list[str] = field(default_factory=list)
    missed_at: datetime | None = None
    read_at: datetime | None = None
    read_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody of the desk has read it yet."""
        return self.read_at is None and self.withdrawn_at is None

    @property
    def occasion(self) -> str:
        """What its occasions and its timer hang on."""
        return f"record:{self.form}:{self.record}:{self.desk}"
