"""What stats judges by itself: the figures of a period that is over."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from closeloop.chassis.acting import here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import OPENED, Judgement, withdrawn
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.event import Judged
from closeloop.contracts.every import FigureJudged, OccasionsJudged
from closeloop.contracts.personal import Audience
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.stats.asking import Asked
from closeloop.stats.expecting import expected
from closeloop.stats.judged import OF, JudgedFigure, moment_of_judging, next_midnight
from closeloop.stats.periods import Span, read_period
from closeloop.stats.queries import Figure, figures_of

hears = Hears()

JUDGE = "judge_figure"
EVERYBODYS_EYES = Person("stats", "stats", audiences=frozenset({Audience.RESTRICTED.value}))


class Counted(NamedTuple):
    """A figure as it was counted, and how it ends the occasions of its clauses."""

    figure: FigureJudged
    end: OccasionEnd


async def version_of(read: Read, timer: Timer) -> str:
    """The version in force when the period starts; of a younger procedure the one at its end."""
    told, procedures = timer.data, here.get().procedures
    span = _span(told["period"])
    pack = procedures.in_force(told["procedure"], span.start) or procedures.in_force(told["procedure"], span.end)
    return (pack or procedures.pack(told["procedure"])).version


@hears.told("expect_figure", reads=version_of)
def expect_a_figure(timer: Timer, work: Work, version: str) -> None:
    """The first case of a period opens the occasions of its figure; a fact that comes late has it counted again."""
    told = timer.data
    pack = work.pack(told["procedure"], version)
    figure = work.maybe(JudgedFigure)
    if figure is None:
        rule = next((one for one in pack.stats.indicators if one.name == told["indicator"] and one.clauses), None)
        if rule is None:
            return
        span = read_period(told["period"], work.calendar().zone)
        judge_at = moment_of_judging(rule, span, work)
        figure = work.add(JudgedFigure(work.key, pack.id, version, rule.name, span.name, work.now, judge_at))
        _judge(work, figure, [Judgement(clause, OF, OPENED) for clause in rule.clauses])
        work.at(judge_at, JUDGE)
    elif figure.judged_at is not None:
        work.at(next_midnight(work), JUDGE)
    expected(work.pack(pack.id)).heard(work.key, figure.judge_at)


async def count_once_more(read: Read, timer: Timer) -> Counted | None:
    """The figure as its facts stand now, counted by no one's eyes but the clause's."""
    table = table_of(JudgedFigure)
    known = await read.one(JudgedFigure, sa.select(table).where(table.c.id == timer.key))
    if known is None:
        return None
    running = here.get()
    pack = running.procedures.pack(known.procedure, known.version)
    rules = [rule for rule in pack.stats.indicators if rule.name == known.indicator]
    asked = Asked(EVERYBODYS_EYES, (pack,), _span(known.period), running.now())
    [figure] = await figures_of(read, asked, pack, rules)
    return Counted(_said(figure, known), _end(figure))


@hears.due(JUDGE, reads=count_once_more)
def judge_the_figure(timer: Timer, work: Work, counted: Counted | None) -> None:
    """A period is judged by its figure; where later facts change how it ends, that is withdrawn and judged anew."""
    figure = work.one(JudgedFigure)
    if counted is None or (figure.judged_at is not None and not figure.differs(counted.figure)):
        return
    before = figure.ended_as
    figure.settle(counted.figure, counted.end, work.now)
    if counted.end == before:
        _judge(work, figure, said=counted.figure)
        return
    judging = [Judgement(clause, OF, counted.end) for clause in figure.judged]
    if before == OccasionEnd.BREACHED:
        judging = [*withdrawn(figure.judged, OF), *judging]
    known = _taken_back(figure, work.now) if before not in (None, OccasionEnd.BREACHED) else ()
    _judge(work, figure, judging, known, counted.figure)


def _judge(
    work: Work,
    figure: JudgedFigure,
    judging: Iterable[Judgement] = (),
    taken_back: tuple[Judged, ...] = (),
    said: FigureJudged | None = None,
) -> None:
    told = work.publish(
        OccasionsJudged(
            procedure=figure.procedure,
            procedure_version=figure.version,
            period=figure.period,
            figure=said,
            occasions=taken_back,
        ),
        judging=judging,
    )
    standing = {one.clause: one.id for one in told.occasions if one.end is not OccasionEnd.WITHDRAWN}
    figure.judged = {**figure.judged, **standing}


def _taken_back(figure: JudgedFigure, at: datetime) -> tuple[Judged, ...]:
    """The chassis keeps at hand what is open or breached; what was kept is taken back by its id."""
    end = OccasionEnd.WITHDRAWN
    return tuple(Judged(clause=clause, of=OF, end=end, at=at, id=id) for clause, id in figure.judged.items())


def _said(figure: Figure, known: JudgedFigure) -> FigureJudged:
    value = figure.value
    return FigureJudged(
        indicator=figure.rule.name,
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=None if value is None else round(float(value), 4),
        target=figure.target,
        restated=known.restated + (known.judged_at is not None),
    )


def _end(figure: Figure) -> OccasionEnd:
    """Without anything to divide by the clause does not apply; without a target it asks to count, which was done."""
    if figure.denominator == 0:
        return OccasionEnd.NOT_APPLICABLE
    return OccasionEnd.BREACHED if figure.met is False else OccasionEnd.KEPT


def _span(period: str) -> Span:
    return read_period(period, here.get().people.calendar(None).zone)
