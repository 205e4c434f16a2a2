"""What stats judges by itself: the figures of a period that is over."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from closeloop.chassis.acting import here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import Judgement, opened, withdrawn
from closeloop.chassis.packs import Pack, Rule, moment_after
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.event import Judged
from closeloop.contracts.every import FigureJudged, GroupJudged, OccasionsJudged
from closeloop.contracts.personal import Audience
from closeloop.contracts.procedure.stats import Indicator
from closeloop.contracts.survey import SurveyClosed
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.stats.alarms import Run, runs_of
from closeloop.stats.asking import Asked
from closeloop.stats.expecting import EXPECT, expected
from closeloop.stats.grouping import groups_of
from closeloop.stats.judged import (
    JudgedFigure,
    by_group,
    group_name,
    judging_rules,
    key_of,
    moment_of_judging,
    next_midnight,
    of_group,
)
from closeloop.stats.periods import Span, read_period, span_of_survey
from closeloop.stats.queries import Figure, figures_of
from closeloop.stats.raising import LOOK_AGAIN, look_at_later_alarms, raise_alarms

hears = Hears()

JUDGE = "judge_figure"
SURVEY_OVER = "survey_over"
BESIDE = "figure:left_out"
"""What the occasions of that hang on which is left out: there was something, and it counted on neither side."""
EVERYBODYS_EYES = Person("stats", "stats", audiences=frozenset({Audience.RESTRICTED.value}))


class Counted(NamedTuple):
    """A figure as it was counted, how it ends the occasions of each thing that they hang on, and what it raises."""

    figure: FigureJudged
    ends: dict[str, OccasionEnd]
    runs: list[Run]


async def version_of(read: Read, timer: Timer) -> str:
    """The version in force when the period starts; of a younger procedure the one at its end."""
    told, procedures = timer.data, here.get().procedures
    span = _span(told["period"])
    pack = procedures.in_force(told["procedure"], span.start) or procedures.in_force(told["procedure"], span.end)
    return (pack or procedures.pack(told["procedure"])).version


@hears.told(EXPECT, reads=version_of)
def expect_a_figure(timer: Timer, work: Work, version: str) -> None:
    """The first case of a period opens the occasions of its figure; a fact that comes late has it counted again."""
    told = timer.data
    pack = work.pack(told["procedure"], version)
    rule = next((one for one in judging_rules(pack) if one.name == told["indicator"]), None)
    figure = work.maybe(JudgedFigure)
    if figure is None:
        if rule is None:
            return
        span = read_period(told["period"], work.calendar().zone)
        judge_at = moment_of_judging(rule, span, work)
        figure = work.add(JudgedFigure(work.key, pack.id, version, rule.name, span.name, work.now, judge_at))
        work.at(judge_at, JUDGE)
    elif figure.judged_at is not None:
        work.at(next_midnight(work), JUDGE)
    if rule is not None:
        _open(work, figure, rule, told["group"])
    expected().heard(f"{work.key}|{told['group']}", figure.judge_at)


@hears.told(SURVEY_OVER, reads=version_of)
def judge_when_it_settled(timer: Timer, work: Work, version: str) -> None:
    """A survey was closed: what came back is judged as soon as nothing more can come."""
    told, figure = timer.data, work.maybe(JudgedFigure)
    pack = work.pack(told["procedure"], version)
    rule = next((one for one in judging_rules(pack) if one.name == told["indicator"]), None)
    if rule is None:
        return
    judge_at: datetime = moment_after(rule.entry.settles, work.now, work.calendar())
    if figure is None:
        figure = work.add(JudgedFigure(work.key, pack.id, version, rule.name, told["period"], work.now, judge_at))
    figure.judge_at = judge_at
    work.at(judge_at, JUDGE)


def judge_after_the_survey(survey: SurveyClosed, pack: Pack, work: Work) -> None:
    """The figures of this very survey come next."""
    span = span_of_survey(survey.survey_id, work.calendar().zone)
    for rule in judging_rules(pack):
        if span.kind in pack.stats.judged_per(rule) and survey.sent:
            told = {"procedure": pack.id, "indicator": rule.name, "period": span.name}
            work.tell(key_of(pack.id, rule.name, span.name), SURVEY_OVER, **told)


async def count_once_more(read: Read, timer: Timer) -> Counted | None:
    """The figure as its facts stand now, counted by no one's eyes but the clause's."""
    table = table_of(JudgedFigure)
    known = await read.one(JudgedFigure, sa.select(table).where(table.c.id == timer.key))
    if known is None:
        return None
    running = here.get()
    pack = running.procedures.pack(known.procedure, known.version)
    rule = pack.stats.indicator(known.indicator)
    if rule is None:
        return None
    asked = Asked(EVERYBODYS_EYES, (pack,), _span(known.period), running.now())
    [figure] = await figures_of(read, asked, pack, [rule])
    groups = [group.figure for one in await groups_of(read, asked, pack, rule) for group in one.groups]
    ends = {_of(one): how_it_ends(one) for one in (figure, *groups)}
    ends[BESIDE] = OccasionEnd.KEPT if figure.left_out else OccasionEnd.NOT_APPLICABLE
    runs = await runs_of(read, pack, rule, asked.span, known, [figure, *groups], asked)
    return Counted(_said(figure, groups, known), ends, runs)


@hears.told(LOOK_AGAIN)
def judge_once_more(timer: Timer, work: Work) -> None:
    """A figure of an earlier period was restated, and this one is compared with it."""
    figure = work.maybe(JudgedFigure)
    if figure is not None and figure.judged_at is not None:
        work.at(work.now, JUDGE)


@hears.due(JUDGE, reads=count_once_more)
def judge_the_figure(timer: Timer, work: Work, counted: Counted | None) -> None:
    """A period is judged by its figure; where later facts change how it ends, that is withdrawn and judged anew."""
    figure = work.one(JudgedFigure)
    if counted is None:
        return
    raise_alarms(work, figure, counted.runs)
    waiting = any(one["end"] is None for one in figure.judged.values())
    if figure.judged_at is not None and not waiting and not figure.differs(counted.figure):
        return
    if figure.judged_at is not None:
        look_at_later_alarms(work, figure)
    figure.settle(counted.figure, work.now)
    judging: list[Judgement] = []
    taken_back: list[Judged] = []
    ended: dict[str, OccasionEnd] = {}
    for of, stands in figure.judged.items():
        before, end = figure.end_of(of), counted.ends.get(of, OccasionEnd.NOT_APPLICABLE)
        if end == before:
            continue
        if before is OccasionEnd.BREACHED:
            judging += withdrawn(stands["clauses"], of)
        elif before is not None:
            taken_back += _taken_back(stands["clauses"], of, work.now)
        judging += [Judgement(clause, of, end) for clause in stands["clauses"]]
        ended[of] = end
    _judge(work, figure, judging, ended, tuple(taken_back), counted.figure)


def _open(work: Work, figure: JudgedFigure, rule: Rule[Indicator], group: str) -> None:
    """The first case that counts opens the occasions: those of its group where groups are judged, else of the whole."""
    if read_period(figure.period, work.calendar().zone).kind != rule.entry.judged:
        return
    beside = rule.entry.left_out.clauses if rule.entry.left_out else ()
    own = rule.clauses if by_group(rule) == bool(group) else ()
    told = {of_group(group): own, BESIDE: beside}
    new = {of: clauses for of, clauses in told.items() if clauses and of not in figure.judged}
    judging = [judgement for of, clauses in new.items() for judgement in opened(clauses, of)]
    if judging:
        _judge(work, figure, judging, dict.fromkeys(new))


def _judge(
    work: Work,
    figure: JudgedFigure,
    judging: Iterable[Judgement],
    ends: Mapping[str, OccasionEnd | None],
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
    for of, end in ends.items():
        standing = [one for one in told.occasions if one.of == of and one.end is not OccasionEnd.WITHDRAWN]
        figure.note(of, end, {one.clause: one.id for one in standing})


def _taken_back(standing: Mapping[str, str], of: str, at: datetime) -> list[Judged]:
    """The chassis keeps at hand what is open or breached; what was kept is taken back by its id."""
    end = OccasionEnd.WITHDRAWN
    return [Judged(clause=clause, of=of, end=end, at=at, id=id) for clause, id in standing.items()]


def _said(figure: Figure, groups: Iterable[Figure], known: JudgedFigure) -> FigureJudged:
    return FigureJudged(
        indicator=figure.rule.name,
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=_rounded(figure),
        target=figure.target,
        left_out=figure.left_out,
        groups=tuple(
            GroupJudged(
                name=group_name(*one.group),
                numerator=one.numerator,
                denominator=one.denominator,
                value=_rounded(one),
            )
            for one in groups
            if one.group and (one.numerator or one.denominator)
        ),
        restated=known.restated + (known.judged_at is not None),
    )


def _rounded(figure: Figure) -> float | None:
    return None if figure.value is None else round(float(figure.value), 4)


def _of(figure: Figure) -> str:
    return of_group(group_name(*figure.group) if figure.group else "")


def how_it_ends(figure: Figure) -> OccasionEnd:
    """Without anything to divide by, or while nobody has set what it should be, the clause does not apply.

    Without a target it asks to count, which was done.
    """
    nobody_set_it = figure.rule.entry.target is not None and not figure.target
    if figure.denominator == 0 or nobody_set_it:
        return OccasionEnd.NOT_APPLICABLE
    return OccasionEnd.BREACHED if figure.met is False else OccasionEnd.KEPT


def _span(period: str) -> Span:
    return read_period(period, here.get().people.calendar(None).zone)
