"""A handled case is planned: its customer is asked, waits for the draw, or is exempted by the facts."""

from __future__ import annotations

from datetime import datetime

from closeloop.callback.desks import department_of, desk_meant
from closeloop.callback.ending import (
    end_waived,
    is_over,
    off_the_desk,
    pack_of,
    put_on_the_desk,
    say_whether_settled,
    tell_planned,
)
from closeloop.callback.model import WAIVED, Callback, Case
from closeloop.chassis.coverage import HANDLED, NOT_IN_THE_SAMPLE
from closeloop.chassis.packs import Pack, Rule, moment_after
from closeloop.chassis.packs.limit_rules import moment_named
from closeloop.chassis.periods import period_of
from closeloop.chassis.schedules.turns import every_of
from closeloop.chassis.work import Work
from closeloop.contracts.every import MarkSet
from closeloop.contracts.procedure.callback import Coverage
from closeloop.contracts.procedure.schedule import Job
from closeloop.contracts.vocabulary import CallbackState

DRAWS = "sample_callbacks"


def plan(work: Work, case: Case, round_: int, *, starts: str) -> None:
    """One callback for each round; facts that exempt the customer waive it with their reason."""
    header, pack = case.known, pack_of(work, case)
    facts = pack.facts_of(header, case.facts)
    coverage = pack.callback.coverage_for(facts)
    if coverage is None or coverage.entry.starts != starts:
        if coverage is None and starts == HANDLED:
            work.publish(MarkSet(case=header, mark=WAIVED, round=round_))
        return
    desk = desk_meant(pack.callback.asks(coverage, round_), header, case.facts, pack) or pack.head.desk
    known = work.maybe(Callback, round=round_, verifies=False)
    if known is not None and not (known.held and known.state == CallbackState.PLANNED):
        return
    callback = known or work.add(planned(work, case, round_, coverage, desk, pack))
    callback.held = False
    callback.due_at = due(work, coverage, round_, case, pack)
    exemption = pack.callback.exempted_by(facts)
    if exemption is not None:
        title = exemption.entry.title.zh
        end_waived(work, callback, case, exemption.name, note=title, exempting=exemption.clauses)
        return
    draw = draw_of(coverage, pack)
    every = every_of(pack, draw) if draw is not None else None
    if every is not None and not callback.required:
        calendar = work.calendar(case.place)
        callback.awaits = period_of(every, work.now.astimezone(calendar.zone).date(), calendar.zone).name
        return
    tell_planned(work, callback, case, pack)
    put_on_the_desk(work, callback, case)
    say_whether_settled(work, case)


def draw_in(work: Work, callback: Callback, case: Case, job: str) -> None:
    """The draw chose this customer: from now on the callback has to be made."""
    if callback.state == CallbackState.WAIVED or callback.held:
        is_over_for(work, callback, job)
        return
    callback.jobs = list(dict.fromkeys([*callback.jobs, job]))
    if callback.awaits is None:
        if callback.state == CallbackState.DONE:
            is_over_for(work, callback, job)
        return
    pack = pack_of(work, case)
    coverage = next(rule for rule in pack.callback.coverage if rule.name == callback.coverage)
    callback.awaits, callback.required, callback.reason = None, True, "sample"
    callback.due_at = due(work, coverage, callback.round, case, pack)
    tell_planned(work, callback, case, pack)
    put_on_the_desk(work, callback, case)


def leave_out(work: Work, callback: Callback, case: Case) -> None:
    """The draw did not choose this customer: the case need not wait for a callback."""
    if callback.is_open and callback.awaits is not None:
        end_waived(work, callback, case, NOT_IN_THE_SAMPLE)


def is_over_for(work: Work, callback: Callback, job: str) -> None:
    """The job need not wait for this customer."""
    callback.jobs = [job]
    is_over(work, callback)


def draw_of(coverage: Rule[Coverage], pack: Pack) -> Job | None:
    """The job that draws the sample of a coverage; none where every case is asked about."""
    if coverage.entry.select == "all":
        return None
    return next((job for job in pack.jobs.values() if job.does == DRAWS and job.about == coverage.name), None)


def lapse(work: Work, callback: Callback, case: Case) -> bool:
    """Nobody had to ask, and nobody did until it was due: the case goes on without."""
    if callback.required or callback.tries:
        return False
    off_the_desk(work, callback)
    end_waived(work, callback, case, NOT_IN_THE_SAMPLE)
    return True


def planned(work: Work, case: Case, round_: int, coverage: Rule[Coverage], desk: str, pack: Pack) -> Callback:
    """The callback of a round, as it lies on a desk."""
    header, number = case.known, len(work.all(Callback)) + 1
    arranges = coverage.entry.arranged_by
    return Callback(
        id=f"{case.id}.{number}",
        case_id=case.id,
        number=number,
        case_number=case.number,
        kind=header.kind,
        round=round_,
        coverage=coverage.name,
        desk=desk,
        verifies=coverage.entry.starts == "assessed",
        arranged_by=desk_meant(arranges, header, case.facts, pack) or pack.head.desk if arranges else None,
        department=department_of(desk, pack),
        form=coverage.entry.form,
        required=round_ > 1 or coverage.entry.select == "all",
        reason="handled" if round_ == 1 else "another_round",
        planned_at=work.now,
        due_at=work.now,
        procedure=header.procedure,
        place=header.place,
        audience=header.audience,
    )


def due(work: Work, coverage: Rule[Coverage], round_: int, case: Case, pack: Pack) -> datetime:
    """Until when the customer is asked: so long after the work, or before the moment that the case names."""
    within = pack.callback.loop.within if round_ > 1 and pack.callback.loop.within else coverage.entry.within
    calendar = work.calendar(case.place)
    by_length: datetime = moment_after(within, work.now, calendar)
    by_fact = _by_fact(work, coverage.entry, case)
    return by_length if by_fact is None else min(by_length, by_fact)


def move_with_the_facts(work: Work, case: Case, pack: Pack) -> None:
    """The case names another moment by which its customer is asked: what is planned moves with it."""
    for rule in pack.callback.of_cases:
        by_fact = _by_fact(work, rule.entry, case)
        for callback in work.all(Callback, coverage=rule.name, state=CallbackState.PLANNED) if by_fact else ():
            if callback.is_open and callback.awaits is None and by_fact is not None and by_fact < callback.due_at:
                callback.due_at = by_fact
                off_the_desk(work, callback)
                put_on_the_desk(work, callback, case)


def _by_fact(work: Work, coverage: Coverage, case: Case) -> datetime | None:
    """The moment that the case names; none where it names none that is still to come."""
    if coverage.until is None:
        return None
    calendar = work.calendar(case.place)
    named = moment_named(case.facts.get(coverage.until.fact), calendar)
    if named is not None and coverage.until.ahead is not None:
        named = moment_after(coverage.until.ahead, named, calendar, back=True)
    return named if named is not None and named > work.now else None
