"""What follows from a run of figures: it is told once, and withdrawn where later facts take its cause away."""

from closeloop.chassis.occasions import kept, opened
from closeloop.chassis.packs import Rule
from closeloop.chassis.work import Work
from closeloop.contracts.event import Judged
from closeloop.contracts.procedure.stats import Alarm
from closeloop.contracts.stats import AlarmRaised, AlarmWithdrawn
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.stats.alarms import SAID_LATE, RaisedAlarm, Run
from closeloop.stats.judged import JudgedFigure, key_of
from closeloop.stats.periods import read_period

LOOK_AGAIN = "look_again"


def raise_alarms(work: Work, figure: JudgedFigure, runs: list[Run]) -> None:
    """Every run is told once; what was raised by figures that are others now is withdrawn."""
    standing = {(one.alarm, one.watched): one for one in work.all(RaisedAlarm, withdrawn_at=None)}
    for run in runs:
        if standing.pop((run.rule.name, run.watched), None) is None:
            _raise(work, figure, run)
    for alarm in standing.values():
        _withdraw(work, figure, alarm)


def look_at_later_alarms(work: Work, figure: JudgedFigure) -> None:
    """Figures of later periods are compared with one that was restated; those that go by what was reported are not."""
    pack = work.pack(figure.procedure, figure.version)
    span = read_period(figure.period, work.calendar().zone)
    for rule in pack.stats.alarms_of(figure.indicator, span.kind):
        if rule.entry.figures == "as_reported":
            continue
        later = span
        for _step in range(_reach(rule)):
            later = later.next
            if later.end <= work.now:
                work.tell(key_of(pack.id, figure.indicator, later.name), LOOK_AGAIN)


def _reach(rule: Rule[Alarm]) -> int:
    """To how many later figures a figure matters; a number that nobody has said yet matters to none."""
    rises = rule.entry.rises
    if rises is None:
        return 1
    return int(rises) + 1 if rises.is_known else 0


def _raise(work: Work, figure: JudgedFigure, run: Run) -> None:
    late = work.now - figure.judge_at > SAID_LATE
    alarm = RaisedAlarm(
        id=work.new_id(),
        figure=figure.id,
        alarm=run.rule.name,
        procedure=figure.procedure,
        version=figure.version,
        indicator=figure.indicator,
        watched=run.watched,
        period=figure.period,
        raised_at=work.now,
        late=late,
        periods=run.periods,
        figures=run.figures,
    )
    told = AlarmRaised(**_said(alarm), periods=run.periods, figures=run.figures, late=late)
    judging = [*opened(run.rule.clauses, alarm.of), *kept(run.rule.clauses, alarm.of)]
    stamped = work.publish(told, judging=judging)
    alarm.judged = {one.clause: one.id for one in stamped.occasions}
    work.add(alarm)


def _withdraw(work: Work, figure: JudgedFigure, alarm: RaisedAlarm) -> None:
    end = OccasionEnd.WITHDRAWN
    taken_back = tuple(
        Judged(clause=clause, of=alarm.of, end=end, at=work.now, id=id) for clause, id in alarm.judged.items()
    )
    work.publish(AlarmWithdrawn(**_said(alarm), occasions=taken_back))
    alarm.withdrawn_at = work.now


def _said(alarm: RaisedAlarm) -> dict[str, str | None]:
    return {
        "procedure": alarm.procedure,
        "procedure_version": alarm.version,
        "alarm": alarm.alarm,
        "alarm_id": alarm.id,
        "indicator": alarm.indicator,
        "group": alarm.watched or None,
        "period": alarm.period,
    }
