"""The case or job to which something is attached: jobs are the chassis' own, of cases the service knows."""

from __future__ import annotations

from closeloop.chassis.acting import here
from closeloop.chassis.attachments.hooks import HOUSE, Belongs
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.schedules import asking as jobs
from closeloop.chassis.schedules.bearings import pack_of
from closeloop.chassis.schedules.job import ScheduledJob

JOB = "job:"


async def belonging(read: Read, person: Person, about: str) -> Belongs:
    """That to which something is attached; `NotFound` if there is no such thing for this person."""
    hears = here.get().hears
    found: Belongs | None = None
    if about.startswith(JOB):
        job = await jobs.job_of(read, person, about)
        found = belonging_of(job) if job else None
    elif hears.belonging is not None:
        found = await hears.belonging(read, person, about)
    if found is None:
        raise NotFound()
    return found


def belonging_of(job: ScheduledJob) -> Belongs:
    """A periodic job: what is attached to it is the house's own."""
    title = pack_of(job).jobs[job.name].title.zh
    url = f"/{here.get().name}/jobs/{job.id}"
    return Belongs(job.id, f"{title} {job.period}", url, HOUSE, job.place, None, job.audience)
