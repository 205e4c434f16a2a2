"""The plans of the weeks: the jobs by which the register is checked."""

from __future__ import annotations

import sqlalchemy as sa

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.chassis.schedules import ScheduledJob

JOBS = table_of(ScheduledJob)


async def jobs_that(read: Read, person: Person, packs: list[Pack], does: str, most: int = 12) -> list[ScheduledJob]:
    """The last jobs of this kind that the person may see, the newest first."""
    wanted = [
        sa.and_(JOBS.c.procedure == pack.id, JOBS.c.name == name)
        for pack in packs
        for name, job in pack.jobs.items()
        if job.does == does
    ]
    found = scoped(sa.select(JOBS), JOBS, person).where(sa.or_(sa.false(), *wanted))
    return await read.rows(ScheduledJob, found.order_by(JOBS.c.starts_at.desc(), JOBS.c.id).limit(most))


async def job(read: Read, person: Person, identity: str) -> ScheduledJob:
    """One job; nothing for whom it is none of their business."""
    found = await read.one(ScheduledJob, scoped(sa.select(JOBS), JOBS, person).where(JOBS.c.id == identity))
    if found is None:
        raise NotFound()
    return found
