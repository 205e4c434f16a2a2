"""What a job takes its bearings from: the version of its procedure, and the period that ended before it."""

from __future__ import annotations

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.periods import Span, read_period
from closeloop.chassis.schedules.job import ScheduledJob


def pack_of(job: ScheduledJob) -> Pack:
    """The version of the procedure that decides about the job."""
    return here.get().procedures.pack(job.procedure, job.version)


def period_before(job: ScheduledJob) -> Span:
    """The period that a job looks back on, in the time of its place; of one that follows something its own."""
    span = read_period(job.period, here.get().people.calendar(job.place).zone)
    return span.previous if pack_of(job).jobs[job.name].every else span
