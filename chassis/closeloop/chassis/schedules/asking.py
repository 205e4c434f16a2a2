"""What is shown of periodic jobs: lists of them, and one as programs read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.schedules.job import JobState, ScheduledJob

jobs = table_of(ScheduledJob)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are asked for; open are all that are not done, overdue those of them that are late."""

    period: str | None = None
    procedure: str | None = None
    state: JobState | None = None
    name: str | None = None


async def list_of(
    read: Read, person: Person, wanted: Wanted, now: datetime, *, cursor: str | None = None, limit: int | None = None
) -> Paged[ScheduledJob]:
    """Jobs that the person may see, the latest first."""
    statement = scoped(sa.select(jobs), jobs, person)
    for column in ("period", "procedure", "name"):
        if value := getattr(wanted, column):
            statement = statement.where(jobs.c[column] == value)
    if wanted.state is not None:
        done, written = jobs.c.done_at.is_not(None), jobs.c.written_at.is_not(None)
        statement = statement.where(done if wanted.state is JobState.DONE else ~done)
        if wanted.state is JobState.WRITTEN:
            statement = statement.where(written)
        elif wanted.state is JobState.OVERDUE:
            statement = statement.where(~written)
    if wanted.state is JobState.OVERDUE:
        statement = statement.where(jobs.c.due_at < sa.bindparam(None, now, jobs.c.due_at.type, unique=True))
    return await read.page(
        ScheduledJob, statement, by=[jobs.c.starts_at, jobs.c.id], cursor=cursor, limit=limit, descending=True
    )


async def job_of(read: Read, person: Person, identity: str) -> ScheduledJob | None:
    """One job, if there is such a one for this person."""
    return await read.one(ScheduledJob, scoped(sa.select(jobs), jobs, person).where(jobs.c.id == identity))


def as_json(job: ScheduledJob, pack: Pack, now: datetime) -> dict[str, Any]:
    """A job on the wire."""
    rule = pack.jobs[job.name]
    return {
        "id": job.id,
        "procedure": job.procedure,
        "procedure_version": job.version,
        "name": job.name,
        "title": job.title,
        "desk": job.desk,
        "place": job.place,
        "period": job.period,
        "state": job.state(now),
        "starts_at": job.starts_at,
        "due_at": job.due_at,
        "opened_at": job.opened_at,
        "opened_late": job.opened_late,
        "done_at": job.done_at,
        "done_by": job.done_by,
        "in_time": job.in_time,
        "written_at": job.written_at,
        "whom": job.whom,
        "note": job.note,
        "found": job.found,
        "form": rule.form,
        "record": job.record,
        "clauses": list(rule.clauses),
    }
