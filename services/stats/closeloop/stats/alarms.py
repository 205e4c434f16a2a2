"""Alarms: runs of figures that nobody may overlook, each said once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.parameters import number_at
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import keeps, table_of
from closeloop.contracts.procedure.stats import Alarm, Indicator
from closeloop.stats.asking import Asked
from closeloop.stats.grouping import groups_of
from closeloop.stats.judged import JudgedFigure, group_name, key_of
from closeloop.stats.periods import Span
from closeloop.stats.queries import Figure, Part, figure_of, figures_of
from closeloop.stats.tables import NONE

SAID_LATE = timedelta(minutes=1)
"""From here on an alarm is said to come late: stats was down, or a later fact changed a figure."""

Values = dict[str, float | None]
"""The figure of each group of a period; none where there was nothing to divide by."""


@keeps("raised_alarms", key="figure", indexes=[("procedure", "raised_at")])
class RaisedAlarm:
    """One time that an alarm was raised, for a group or the whole, in the period of the figure that raised it."""

    id: str
    figure: str
    """The key of the judged figure."""
    alarm: str
    procedure: str
    version: str
    indicator: str
    watched: str
    """The group, such as `severity:minor`; empty for the whole."""
    period: str
    raised_at: datetime
    late: bool
    periods: tuple[str, ...]
    figures: tuple[float, ...]
    judged: dict[str, Any] = field(default_factory=dict)
    """Clause to the id of its occasion."""
    withdrawn_at: datetime | None = None

    @property
    def of(self) -> str:
        """What its occasions hang on."""
        return f"alarm:{self.alarm}:{self.watched}" if self.watched else f"alarm:{self.alarm}"


@dataclass(frozen=True, slots=True)
class Run:
    """Figures in a row that raise an alarm."""

    rule: Rule[Alarm]
    watched: str
    periods: tuple[str, ...]
    figures: tuple[float, ...]


def rises_at_the_end(figures: Sequence[float | None]) -> int:
    """How often in a row the figure rose, up to the last one; a fall, an equal or a missing figure ends the run."""
    rises = 0
    for later, earlier in zip(reversed(figures), reversed(figures[:-1]), strict=False):
        if later is None or earlier is None or later <= earlier:
            break
        rises += 1
    return rises


def is_beyond(alarm: Alarm, bound: float, figure: float | None) -> bool:
    """Whether a figure is beyond the threshold; the threshold itself is not."""
    if figure is None:
        return False
    return figure > bound if alarm.above is not None else figure < bound


async def runs_of(
    read: Read, pack: Pack, rule: Rule[Indicator], span: Span, known: JudgedFigure, now: Sequence[Figure], asked: Asked
) -> list[Run]:
    """The alarms that the figures of a period raise, the periods before it looked up as far as they are needed."""
    found = []
    for alarm in pack.stats.alarms_of(rule.name, span.kind):
        entry = alarm.entry
        asks = entry.rises if entry.rises is not None else entry.above if entry.above is not None else entry.below
        bound = await number_at(read, pack, asks, span.start)
        if bound is None:
            continue
        before = int(bound) + 1 if entry.rises is not None else 1
        values = [_reported_or_counted(known, now, rule, pack, entry)]
        spans = [span]
        while len(spans) <= before and (earlier := _before(spans[0], pack)) is not None:
            spans.insert(0, earlier)
            values.insert(0, await _values_of(read, pack, rule, earlier, entry, asked))
        for watched in sorted({name for one in values for name in one}):
            series = [one.get(watched, _nothing(rule)) for one in values]
            length = rises_at_the_end(series) if entry.rises is not None else _just_beyond(entry, bound, series)
            if length == (int(bound) if entry.rises is not None else 1):
                n = length + 1 if entry.rises is not None else 1
                figures = tuple(float(one) for one in series[-n:] if one is not None)
                found.append(Run(alarm, watched, tuple(one.name for one in spans[-n:]), figures))
    return found


def _just_beyond(alarm: Alarm, bound: float, series: Sequence[float | None]) -> int:
    return int(is_beyond(alarm, bound, series[-1]) and not any(is_beyond(alarm, bound, one) for one in series[:-1]))


def _before(span: Span, pack: Pack) -> Span | None:
    """The period before; none before the procedure came into force: what was then is not known, and not nothing."""
    since = here.get().procedures.versions(pack.id)[0][0]
    return span.previous if span.previous.end > since else None


async def _values_of(read: Read, pack: Pack, rule: Rule[Indicator], span: Span, alarm: Alarm, asked: Asked) -> Values:
    """The figures of an earlier period: as they were reported, or as they stand now."""
    table = table_of(JudgedFigure)
    key = key_of(pack.id, rule.name, span.name)
    known = await read.one(JudgedFigure, sa.select(table).where(table.c.id == key))
    reported = _reported(known, rule, pack, alarm) if known else None
    if reported is not None:
        return reported
    then = Asked(asked.person, (pack,), span, asked.now)
    if alarm.each is None:
        return _counted(await figures_of(read, then, pack, [rule]), alarm)
    groups = await groups_of(read, then, pack, rule)
    return _counted([group.figure for one in groups for group in one.groups], alarm)


def _reported_or_counted(
    known: JudgedFigure, now: Sequence[Figure], rule: Rule[Indicator], pack: Pack, alarm: Alarm
) -> Values:
    reported = _reported(known, rule, pack, alarm)
    return _counted(now, alarm) if reported is None else reported


def _reported(known: JudgedFigure, rule: Rule[Indicator], pack: Pack, alarm: Alarm) -> Values | None:
    """The figures by which a period was judged first, where these count; none while it is not judged."""
    if alarm.figures == "as_rerated" or not known.reported:
        return None
    return {name: _value(pack, rule, said) for name, said in known.reported.items() if _is_watched(name, alarm)}


def _counted(figures: Iterable[Figure], alarm: Alarm) -> Values:
    named = ((group_name(*one.group) if one.group else "", one) for one in figures)
    return {name: _number(one.value) for name, one in named if _is_watched(name, alarm)}


def _is_watched(name: str, alarm: Alarm) -> bool:
    by, _colon, value = name.partition(":")
    return not name if alarm.each is None else by == alarm.each and value != NONE


def _value(pack: Pack, rule: Rule[Indicator], said: list[int | None]) -> float | None:
    numbers: dict[Part, int] = {part: n for part, n in zip(rule.entry.sides, said, strict=False) if n is not None}
    return _number(figure_of(pack, rule, numbers, {}).value)


def _number(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _nothing(rule: Rule[Indicator]) -> float | None:
    """The figure of a group without anything: a count is nought, a rate is not there."""
    return 0.0 if rule.entry.denominator is None else None
