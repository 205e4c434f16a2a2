"""Week by week: how many cases came in, and how many stood open and overdue when the week was over."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.reading import Read
from closeloop.stats.asking import Asked
from closeloop.stats.counting import visible
from closeloop.stats.periods import Span, period_of
from closeloop.stats.tables import beside, cases, limits

AT_LEAST = 8
"""So many weeks are shown where a week or a day is asked for, so that there is something to compare."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week: what came in, and what stood at its end, or stands now where it lasts."""

    span: Span
    received: int
    open: int
    overdue: int


def weeks_of(asked: Asked) -> list[Span]:
    """The weeks that the period touches, as far as they have begun; of a single week those before it, too."""
    zone = asked.span.zone
    first = period_of("week", asked.span.first, zone)
    if asked.span.kind in ("day", "week"):
        for _ in range(AT_LEAST - 1):
            first = first.previous
    found = [first]
    while found[-1].after < asked.span.after:
        found.append(found[-1].next)
    return [week for week in found if week.start < asked.now]


async def cases_per_week(read: Read, asked: Asked) -> list[Week]:
    """The weeks in order; each number is that of the list which it opens."""
    spans = weeks_of(asked)
    if not spans:
        return []
    ends = [min(span.end, asked.now) for span in spans]
    received, open_ = [0] * len(spans), [0] * (len(spans) + 1)
    for received_at, closed_at in await _stood(read, asked, spans[0].start, ends[-1]):
        first, after = bisect_right(ends, received_at), _closed_by(ends, closed_at)
        if received_at >= spans[0].start:
            received[first] += 1
        if first < after:
            open_[first] += 1
            open_[after] -= 1
    overdue: list[set[str]] = [set() for _ in spans]
    for case, due_at, stopped_at, received_at, closed_at in await _passed(read, asked, spans[0].start, ends[-1]):
        first = max(bisect_right(ends, due_at), bisect_right(ends, received_at))
        for n in range(first, min(_closed_by(ends, stopped_at), _closed_by(ends, closed_at))):
            overdue[n].add(case)
    stood = accumulate(open_)
    return [
        Week(span, n, there, len(late)) for span, n, there, late in zip(spans, received, stood, overdue, strict=False)
    ]


def _closed_by(ends: list[datetime], at: datetime | None) -> int:
    """The first week at whose end it was over."""
    return len(ends) if at is None else bisect_right(ends, at)


async def _stood(read: Read, asked: Asked, start: datetime, end: datetime) -> list[Any]:
    statement = sa.select(cases.c.received_at, cases.c.closed_at).where(
        cases.c.procedure == asked.pack.id,
        cases.c.received_at < end,
        sa.or_(cases.c.closed_at.is_(None), cases.c.closed_at >= start, cases.c.received_at >= start),
    )
    found = await read.all(visible(statement, cases, asked, asked.pack))
    return [tuple(row.values()) for row in found]


async def _passed(read: Read, asked: Asked, start: datetime, end: datetime) -> list[Any]:
    """Limits that had passed and had not stopped, with their cases; few, so they are looked for before the cases."""
    running = sa.select(limits.c.case_id, limits.c.due_at, limits.c.stopped_at).where(
        limits.c.stopped_at.is_(None), limits.c.due_at < end
    )
    late = sa.select(limits.c.case_id, limits.c.due_at, limits.c.stopped_at).where(
        limits.c.stopped_at >= start, limits.c.stopped_at > limits.c.due_at, limits.c.due_at < end
    )
    passed = sa.union_all(running, late).subquery()
    statement = (
        sa.select(passed, cases.c.received_at, cases.c.closed_at)
        .join_from(passed, cases, cases.c.id == passed.c.case_id)
        .where(beside(cases.c.procedure) == asked.pack.id, cases.c.received_at.is_not(None))
    )
    return [tuple(row.values()) for row in await read.all(visible(statement, cases, asked, asked.pack))]
