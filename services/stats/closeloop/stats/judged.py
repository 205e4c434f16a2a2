"""Figures by which clauses are judged: expected from the first case of a period on, judged when the period is over."""

from collections.abc import Iterable, Mapping
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
from closeloop.stats.periods import SURVEY, Span, period_of, read_period, span_of_survey

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
    groups: dict[str, Any] = field(default_factory=dict)
    """Each group, such as `place:garden-estate`, to what is above and below its line."""
    reported: dict[str, Any] = field(default_factory=dict)
    """The groups as they were when the figure was judged first, and the whole under no name."""
    ended_as: OccasionEnd | None = None
    """How the whole ended; of groups breached where one was."""
    restated: int = 0
    restated_at: datetime | None = None
    judged: dict[str, Any] = field(default_factory=dict)
    """What occasions hang on, to how they ended (`end`) and clause to the id of the occasion that stands."""

    def settle(self, said: FigureJudged, at: datetime) -> None:
        """This is the figure by which the period is judged, for the first time or anew."""
        groups = {group.name: [group.numerator, group.denominator] for group in said.groups}
        if self.judged_at is None:
            self.judged_at = at
            self.reported = {**groups, "": [said.numerator, said.denominator]}
        else:
            self.restated, self.restated_at = said.restated, at
        self.numerator, self.denominator, self.value = said.numerator, said.denominator, said.value
        self.target, self.groups = said.target, groups

    def differs(self, said: FigureJudged) -> bool:
        """Whether a later fact has changed it."""
        now = (said.numerator, said.denominator, said.target)
        groups = {group.name: [group.numerator, group.denominator] for group in said.groups}
        return (*now, groups) != (self.numerator, self.denominator, self.target, self.groups)

    def end_of(self, of: str) -> OccasionEnd | None:
        """How that ended which occasions hang on; none while it is open."""
        end = self.judged.get(of, {}).get("end")
        return OccasionEnd(end) if end else None

    def note(self, of: str, end: OccasionEnd | None, occasions: Mapping[str, str]) -> None:
        """How it stands with what occasions hang on, and with which of them."""
        known = self.judged.get(of, {}).get("clauses", {})
        self.judged = {**self.judged, of: {"end": end, "clauses": {**known, **occasions}}}
        ends = [one["end"] for one in self.judged.values() if one["end"]]
        worst = (OccasionEnd.BREACHED, OccasionEnd.KEPT, OccasionEnd.NOT_APPLICABLE)
        self.ended_as = next((one for one in worst if one in ends), None)


def key_of(procedure: str, indicator: str, period: str) -> str:
    """The key of a judged figure, which is its id as well."""
    return f"{OF}:{procedure}.{indicator}.{period}"


def group_name(by: str, value: str) -> str:
    """A group in one word: what it is grouped by, and its value."""
    return f"{by}:{value}"


def judging_rules(pack: Pack) -> Iterable[Rule[Indicator]]:
    """The indicators whose figures are judged: by clauses, and by alarms that watch them."""
    return (rule for rule in pack.stats.indicators if pack.stats.judged_per(rule))


def by_group(rule: Rule[Indicator]) -> bool:
    """Whether each group is judged by itself: where there is a target and groups; the whole is then only shown."""
    return bool(rule.entry.by) and rule.entry.target is not None


def of_group(group: str) -> str:
    """What the occasions of a group hang on; those of the whole on the figure itself."""
    return f"{OF}:{group}" if group else OF


def periods_in(
    pack: Pack, rule: Rule[Indicator], at: datetime, zone: ZoneInfo, survey: str | None = None
) -> list[Span]:
    """The periods of the indicator that are judged and to which a moment, or a sheet of a survey, belongs."""
    day, found = at.astimezone(zone).date(), []
    for kind in pack.stats.judged_per(rule):
        if kind == "survey":
            found += [span_of_survey(survey, zone)] if survey is not None else []
        else:
            found.append(period_of(kind, day, zone))
    return found


def moment_of_judging(rule: Rule[Indicator], span: Span, work: Work) -> datetime:
    """When a period is judged: so long after its end that what was still in time is in it."""
    if span.kind == SURVEY:
        return span.end  # nobody knows yet; its closing says it
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
