"""Figures of whole months: closed cases are added up from their sums, open ones are counted one by one."""

from __future__ import annotations

import sqlalchemy as sa

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.rows import table_of
from closeloop.stats.asking import Asked
from closeloop.stats.counting import Counting
from closeloop.stats.periods import Span, survey_of
from closeloop.stats.sums.model import AT_ALL, SAME, WHETHER, CaseSum
from closeloop.stats.tables import CASES, Day, Facts, amounts_of, cases

SUMS = table_of(CaseSum)
COLUMNS = (*SAME, *WHETHER, *AT_ALL)


def facts_for(asked: Asked, wanted: Counting) -> Facts:
    """Where a number is counted: in the sums where they say it, else case by case."""
    of_cases = wanted.facts is CASES and wanted.only.state is None and not wanted.count.about
    return _of_months(asked.span, wanted) if of_cases and is_of_months(asked.span) else wanted.facts


def is_of_months(span: Span) -> bool:
    """Whether a period is made of whole months in the time by which they were added up."""
    if survey_of(span) is not None or span.zone != HOME_ZONE:
        return False
    return span.first.day == 1 and span.after.day == 1


def _of_months(span: Span, wanted: Counting) -> Facts:
    day: Day = wanted.day
    at = CASES.days[day]
    closed = sa.select(*(SUMS.c[name] for name in COLUMNS), SUMS.c.n).where(
        SUMS.c.procedure == wanted.pack.id, SUMS.c.by_day == day, SUMS.c.month >= span.first, SUMS.c.month < span.after
    )
    one = sa.literal_column("1", sa.BigInteger()).label("n")
    still_open = sa.select(*(cases.c[name] for name in COLUMNS), one).where(
        cases.c.procedure == wanted.pack.id, cases.c.closed_at.is_(None), at >= span.start, at < span.end
    )
    table = sa.union_all(closed, still_open).subquery("counted")
    amounts = {counted: amount * table.c.n for counted, amount in amounts_of(table).items()}
    return Facts(CASES.of, table, amounts, {}, is_summed=True)
