"""Week by week: how many cases came in, and how many stood open and overdue when the week was over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.reading import Read
from closeloop.stats.asking import Asked
from closeloop.stats.counting import RECEIVED, Counting, cases, limits, visible
from closeloop.stats.periods import Span, period_of

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
    stood = await _stood(read, asked, spans[0].start, ends[-1])
    passed = await _passed(read, asked, spans[0].start, ends[-1])
    return [
        Week(span, _received(stood, span), _open(stood, end), _overdue(passed, end))
        for span, end in zip(spans, ends, strict=True)
    ]


def received_in(asked: Asked) -> Counting:
    """What came in, in the period of the address."""
    return Counting(asked.pack, RECEIVED)


async def _stood(read: Read, asked: Asked, start: datetime, end: datetime) -> list[Any]:
    statement = sa.select(cases.c.received_at, cases.c.closed_at).where(
        cases.c.procedure == asked.pack.id,
        cases.c.received_at < max(end, start),
        sa.or_(cases.c.closed_at.is_(None), cases.c.closed_at >= start, cases.c.received_at >= start),
    )
    found = await read.all(visible(statement, cases, asked, asked.pack))
    return [(row["received_at"], row["closed_at"]) for row in found]


async def _passed(read: Read, asked: Asked, start: datetime, end: datetime) -> list[Any]:
    """Limits that had passed and had not stopped, with their cases."""
    statement = (
        sa.select(limits.c.case_id, limits.c.due_at, limits.c.stopped_at, cases.c.received_at, cases.c.closed_at)
        .join_from(limits, cases, cases.c.id == limits.c.case_id)
        .where(
            cases.c.procedure == asked.pack.id,
            limits.c.due_at < end,
            sa.or_(
                limits.c.stopped_at.is_(None),
                sa.and_(limits.c.stopped_at > limits.c.due_at, limits.c.stopped_at >= start),
            ),
        )
    )
    return [tuple(row.values()) for row in await read.all(visible(statement, cases, asked, asked.pack))]


def _received(stood: Iterable[Any], span: Span) -> int:
    return sum(span.start <= received_at < span.end for received_at, _ in stood)


def _open(stood: Iterable[Any], at: datetime) -> int:
    return sum(received_at < at and (closed_at is None or closed_at >= at) for received_at, closed_at in stood)


def _overdue(passed: Iterable[Any], at: datetime) -> int:
    return len(
        {
            case
            for case, due_at, stopped_at, received_at, closed_at in passed
            if due_at < at
            and (stopped_at is None or stopped_at >= at)
            and received_at is not None
            and received_at < at
            and (closed_at is None or closed_at >= at)
        }
    )
