"""Figures by which clauses are judged: expected from the first case of a period on, judged when the period is over."""

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from closeloop.chassis.packs import Pack, Rule, moment_after
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import keeps, table_of
from closeloop.chassis.work import Work
from closeloop.contracts.every import FigureJudged
from closeloop.contracts.procedure.stats import Indicator
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.stats.periods import Span, period_of, read_period

OF = "figure"
"""What the occasions of a figure hang on; the figure itself is their key."""


@keeps("judged_figures", key="id", indexes=[("procedure", "period")])
class JudgedFigure:
    """An indicator of one period whose clauses are judged by it, with the figures that it was judged by."""

    id: str
    procedure: str
    version: str
    indicator: str
    period: str
    opened_at: datetime
    judge_at: datetime
    judged_at: datetime | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    target: dict[str, Any] = field(default_factory=dict)
    ended_as: OccasionEnd | None = None
    restated: int = 0
    restated_at: datetime | None = None
    judged: dict[str, Any] = field(default_factory=dict)
    """Clause to the id of the occasion that stands."""

    def settle(self, said: FigureJudged, end: OccasionEnd, at: datetime) -> None:
        """This is the figure by which the period is judged, for the first time or anew."""
        if self.judged_at is None:
            self.judged_at = at
        else:
            self.restated, self.restated_at = said.restated, at
        self.numerator, self.denominator, self.value = said.numerator, said.denominator, said.value
        self.target, self.ended_as = said.target, end

    def differs(self, said: FigureJudged) -> bool:
        """Whether a later fact has changed it."""
        now = (said.numerator, said.denominator, said.target)
        return now != (self.numerator, self.denominator, self.target)


def key_of(procedure: str, indicator: str, period: str) -> str:
    """The key of a judged figure, which is its id as well."""
    return f"{OF}:{procedure}.{indicator}.{period}"


def judging_rules(pack: Pack) -> Iterable[Rule[Indicator]]:
    """The indicators by which clauses are judged."""
    return (rule for rule in pack.stats.indicators if rule.clauses)


def period_in(rule: Rule[Indicator], at: datetime, zone: ZoneInfo) -> Span:
    """The period of the indicator to which a moment belongs."""
    return period_of(rule.entry.judged, at.astimezone(zone).date(), zone)


def moment_of_judging(rule: Rule[Indicator], span: Span, work: Work) -> datetime:
    """When a period is judged: so long after its end that what was still in time is in it."""
    return moment_after(rule.entry.settles, span.end, work.calendar())


def next_midnight(work: Work) -> datetime:
    """When it is looked again whether later facts have changed a figure."""
    zone = work.calendar().zone
    tomorrow = work.now.astimezone(zone).date() + timedelta(days=1)
    return read_period(tomorrow.isoformat(), zone).start


async def judged_in(read: Read, procedure: str, span: Span) -> dict[str, "JudgedFigure"]:
    """The figures by which this very period was judged, by their indicators."""
    table = table_of(JudgedFigure)
    found = sa.select(table).where(table.c.procedure == procedure, table.c.period == span.name)
    return {one.indicator: one for one in await read.rows(JudgedFigure, found)}


async def judged_figures(read: Read, procedures: Iterable[str], span: Span) -> list[JudgedFigure]:
    """The figures of every period that begins in this one, in their order."""
    table = table_of(JudgedFigure)
    found = sa.select(table).where(table.c.procedure.in_(list(procedures))).order_by(table.c.procedure, table.c.id)
    figures = await read.rows(JudgedFigure, found)
    begins = {one.period: read_period(one.period, span.zone).start for one in figures}
    return [one for one in figures if span.start <= begins[one.period] < span.end]
