"""Whose turn it is: in which period a job comes next, at which moment, until when, and which version decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import get_args

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.calendar_settings import WEEKDAYS
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.periods import Span, period_of
from closeloop.chassis.schedules.job import key_of
from closeloop.contracts.procedure.entry import Period
from closeloop.contracts.procedure.schedule import Interval, Job

JUST = timedelta(microseconds=1)
Versions = Sequence[tuple[datetime, Pack]]
"""The versions of a procedure in the order in which they came or come into force."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One period of a job, by the version in force when the period begins."""

    pack: Pack
    name: str
    job: Job
    place: str | None
    span: Span
    at: datetime
    due_at: datetime

    @property
    def key(self) -> str:
        """The key of the job of this turn."""
        return key_of(self.pack.id, self.name, self.span.name, self.place)


def turn_after(
    versions: Versions,
    name: str,
    place: str | None,
    *,
    service: str,
    after: datetime,
    not_before: datetime,
    calendar: WorkingCalendar,
    every: Period | None = None,
) -> Turn | None:
    """The first turn of a period that begins after this moment; none if no version has it any more.

    `every` is how often a role has set it to be, where the procedure leaves that to one.
    """
    for n, (since, pack) in enumerate(versions):
        until = versions[n + 1][0] if n + 1 < len(versions) else None
        job = pack.jobs.get(name)
        if job is None or job.service != service or (job.each == "place") != (place is not None):
            continue
        kind = every_of(pack, job, every)
        for span in _spans(kind, job.at_first, since, after, calendar) if kind else ():
            if until is not None and span.start >= until:
                break
            at = moment_in(job, span, calendar)
            if at is not None:
                at = max(at, not_before)
                return Turn(pack, name, job, place, span, at, due(job, span, at, calendar))
    return None


def every_of(pack: Pack, job: Job, set_to: Period | None = None) -> Period | None:
    """How often a job is done: as the procedure says, or as a role has set it; none while nobody has."""
    if not isinstance(job.every, Interval):
        return job.every
    parameter = pack.head.parameters.get(job.every.parameter)
    said = set_to or (parameter.value if parameter is not None else None)
    return next((kind for kind in get_args(Period) if kind == said), None)


def period_at(kind: Period, moment: datetime, calendar: WorkingCalendar) -> Span:
    """The period of this kind in which a moment lies, in the time of the place."""
    return period_of(kind, moment.astimezone(calendar.zone).date(), calendar.zone)


def _spans(
    every: Period, at_first: bool, since: datetime, after: datetime, calendar: WorkingCalendar
) -> Iterator[Span]:
    """The periods that begin after a moment and not before the version; its first one runs already where it says so."""
    span = period_at(every, max(after, since), calendar)
    while True:
        if span.start > after and (span.start >= since or (at_first and span.end > since)):
            yield span
        span = span.next


def moment_in(job: Job, span: Span, calendar: WorkingCalendar) -> datetime | None:
    """When in the period the job begins; none where the period, a single day, is not such a day."""
    day = _day_in(job.on or "first day", span, calendar)
    if day is None:
        return None
    return datetime.combine(day, time.fromisoformat(job.at), calendar.zone).astimezone(span.start.tzinfo)


def due(job: Job, span: Span, at: datetime, calendar: WorkingCalendar) -> datetime:
    """Until when it is to be done: within its length, else by the end of the period."""
    if job.within is not None:
        return moment_after(job.within, at, calendar)
    return span.end if at < span.end else calendar.end_of_day(at)


def _day_in(on: str, span: Span, calendar: WorkingCalendar) -> date | None:
    days = [span.first + timedelta(days=n) for n in range((span.after - span.first).days)]
    if on in WEEKDAYS:
        return next((day for day in days if WEEKDAYS[day.weekday()] == on), None)
    if "working day" not in on:
        return _of(days, on)
    working = [day for day in days if calendar.is_working_day(day)]
    if working:
        return _of(working, on)
    return None if span.kind == "day" else _next_working_day(span.after, calendar)


def _of(days: Sequence[date], on: str) -> date:
    """The first, the last, or the nth of these days; the last where there are not so many."""
    if on.startswith("first"):
        return days[0]
    if on.startswith("last"):
        return days[-1]
    return days[min(int(on.rsplit(" ", 1)[1]), len(days)) - 1]


def _next_working_day(day: date, calendar: WorkingCalendar) -> date:
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day
