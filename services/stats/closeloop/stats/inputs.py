"""The records of jobs, whichever service did them: inputs for whoever reviews."""

from datetime import datetime

import sqlalchemy as sa

from closeloop.chassis.hearing import Hears
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import keeps, table_of
from closeloop.chassis.schedules import ScheduledJob, bearings
from closeloop.chassis.schedules.inputs import Input
from closeloop.chassis.work import Work
from closeloop.contracts.every import JobDone, OccasionsJudged

hears = Hears()


@keeps("job_facts", key="id", indexes=[("procedure", "name", "done_at")])
class JobFacts:
    """What is known of a job that was done, in whichever service."""

    id: str
    procedure: str
    name: str
    period: str
    place: str | None
    done_at: datetime
    record: str | None = None
    record_hash: str | None = None


def note_a_job(judged: OccasionsJudged, done: JobDone, work: Work) -> None:
    """A job was done; hearing it twice changes nothing."""
    if work.maybe(JobFacts) is None:
        at = judged.occurred_at or work.now
        period, place = judged.period or "", judged.place
        work.add(JobFacts(judged.key, judged.procedure, done.job, period, place, at, done.record, done.record_hash))


@hears.inputs
async def inputs_of(read: Read, job: ScheduledJob) -> list[Input]:
    """For each job that is asked for the record that was made last, since the period began that is looked back on."""
    pack = bearings.pack_of(job)
    since, table = bearings.period_before(job).start, table_of(JobFacts)
    found = []
    for name in pack.jobs[job.name].inputs:
        asked = pack.jobs[name]
        wanted = sa.select(table).where(table.c.procedure == pack.id, table.c.name == name, table.c.done_at >= since)
        made = await read.rows(JobFacts, wanted.order_by(table.c.done_at.desc(), table.c.id).limit(1))
        title = asked.title.model_dump()
        if not made:
            found.append(Input(name, title))
            continue
        [one] = made
        url = f"/{asked.service}/records/{one.record}" if one.record else f"/{asked.service}/jobs/{one.id}"
        found.append(Input(name, title, one.done_at, one.record, one.record_hash, url))
    return found
