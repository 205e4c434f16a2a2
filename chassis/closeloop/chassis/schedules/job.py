"""A periodic job as it lies on a desk: one row for each job, period and, where each has its own, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from closeloop.chassis.rows import keeps

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.contracts.procedure.schedule import Job

OF = "job"
"""What the occasions of a job hang on; the job itself is their key."""

WHOM = ("job.whom", "customer.name")
"""What a field of a form is filled from that names the person or customer whom a job is about."""

SAID_LATE = timedelta(minutes=1)
"""From here on a job is said to have been opened late: the service was down when its moment came."""


class JobState(StrEnum):
    """Where a job stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    WRITTEN = "written"
    DONE = "done"


@keeps("jobs", key="id", under="job:", indexes=[("starts_at", "id"), ("procedure", "period")])
class ScheduledJob:
    """One job of one period.

    `found` is what the service found when it began. Of it the page shows `summary`, a text in both languages, and
    `items`, each with a `title`, a `value` and perhaps a `url` where it opens; its `fields` stand on the form already.
    """

    id: str
    procedure: str
    version: str
    name: str
    title: dict[str, Any]
    desk: str
    place: str | None
    period: str
    starts_at: datetime
    due_at: datetime
    opened_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None
    found: dict[str, Any] = field(default_factory=dict)
    record: str | None = None
    whom: str | None = None
    """The person or customer whom it is about: login or id."""
    audience: str | None = None
    written_at: datetime | None = None
    """When it was written down, where others sign it before it is done."""
    writer: dict[str, Any] = field(default_factory=dict)
    """Who wrote it, and how they put their name to it."""

    @property
    def standing(self) -> dict[str, Any]:
        """What stands on its form already."""
        return dict(self.found.get("fields", {}))

    @property
    def frozen(self) -> frozenset[str]:
        """The fields of its form that hold figures: nobody writes them."""
        return frozenset(self.found.get("frozen", ()))

    def freeze(self, figures: Mapping[str, Any]) -> None:
        """Figures stand on it from now on, besides what was found already."""
        if figures:
            fields = {**self.standing, **figures["fields"]}
            items = [*self.found.get("items", ()), *figures["items"]]
            self.found = {**self.found, **figures, "fields": fields, "items": items}

    @property
    def opened_late(self) -> bool:
        """Whether it was opened so long after its moment that somebody may ask why."""
        return self.opened_at - self.starts_at > SAID_LATE

    @property
    def in_time(self) -> bool | None:
        """Whether it was done in time, or written where others sign it afterwards; None while nobody knows."""
        at = self.written_at or self.done_at
        return None if at is None else at <= self.due_at

    def state(self, now: datetime) -> JobState:
        """Where it stands at a moment."""
        if self.done_at is not None:
            return JobState.DONE
        if self.written_at is not None:
            return JobState.WRITTEN
        return JobState.OVERDUE if self.due_at < now else JobState.OPEN

    def finish(self, by: str, at: datetime, note: str | None) -> None:
        """It was done."""
        self.done_by, self.done_at, self.note = by, at, note or self.note

    def write(self, fields: Mapping[str, Any], at: datetime, **writer: Any) -> None:
        """It is written down, and lies before those who sign it; it may have been so once before, and refused."""
        self.found = {**self.found, "fields": dict(fields)}
        self.written_at, self.writer = at, writer

    def is_about(self, name: str | None, pack: Pack, rule: Job) -> None:
        """The name of whom it is about stands on the form already, where the form asks for it."""
        if name is None:
            return
        fields = pack.forms[rule.form].fields if rule.form else {}
        known = {called: name for called, about in fields.items() if about.from_ in WHOM}
        self.found = {**self.found, "whom": name, "fields": {**self.standing, **known}}

    def send_back(self) -> None:
        """What was written is to be written once more."""
        self.written_at = None


def key_of(procedure: str, name: str, period: str, place: str | None) -> str:
    """The key of a job, which is its id as well."""
    return ".".join((f"job:{procedure}", name, period, *([place] if place else [])))
