"""What callback does by itself: when it hears of a case, and when a callback is due."""

from __future__ import annotations

from datetime import datetime

from closeloop.callback.actions import (
    coverage_clauses,
    end_waived,
    off_the_desk,
    put_on_the_desk,
    tell_planned,
)
from closeloop.callback.model import (
    NOT_IN_THE_SAMPLE,
    WAIVED,
    Callback,
    Case,
    after,
    is_required,
    period_of,
)
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import breached, not_applicable, opened, withdrawn
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.store.tables import Occasion, Timer
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyFinished
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import MarkSet
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseReopened, RoundOpened
from closeloop.contracts.procedure.callback import Coverage
from closeloop.contracts.vocabulary import CallbackState

HANDLED = "handled"
hears = Hears()


@hears
def know_the_case(event: CaseAssessed, work: Work) -> None:
    """Callback remembers what was asked for and how the customer is reached."""
    case = _known(event.case, work)
    case.facts = event.facts
    case.content, case.remedy_sought = event.content, event.remedy_sought
    case.customer = event.customer.model_dump(mode="json")


@hears
def remember_what_was_done(event: DutyFinished, work: Work) -> None:
    """Whoever calls can say what was done for the customer."""
    case = _known(event.case, work)
    done = {"round": event.round, "outcome": event.outcome, "result": event.result, "at": event.finished_at.isoformat()}
    case.done = [*case.done, done]


@hears
def plan_when_handled(event: MarkSet, work: Work) -> None:
    """Handled: the customer will be asked. Taken back: nobody asks until it is handled again."""
    if event.mark != HANDLED:
        return
    case = _known(event.case, work)
    if event.customer is not None and not case.customer:
        case.customer = event.customer.model_dump(mode="json")
    if event.is_set:
        _plan(work, case, event.round, starts=HANDLED)
    else:
        for callback in work.all(Callback, round=event.round, state=CallbackState.PLANNED, held=False):
            _hold(work, callback, case)


@hears
def begin_another_round(event: RoundOpened, work: Work) -> None:
    """The case is handled once more; when that is done the customer is asked again."""
    case = _known(event.case, work)
    for callback in work.all(Callback, state=CallbackState.PLANNED, held=False):
        if callback.round < event.number:
            _hold(work, callback, case)


@hears
def put_away(event: CaseClosed, work: Work) -> None:
    """A closed case needs no callback any more, unless the pack asks after closing."""
    case = _known(event.case, work)
    case.is_closed = True
    pack = _pack(work, case)
    for callback in work.all(Callback, state=CallbackState.PLANNED, held=False):
        off_the_desk(work, callback)
        work.cancel("answer_due", of=callback.of)
        work.done("answer", of=callback.of)
        callback.held = True
        if callback.counts_for_the_clauses:
            work.judge(not_applicable(coverage_clauses(callback, pack), of=callback.of))
    for round_ in range(1, event.case.round + 1):
        _forget_the_loop(work, pack, round_)
    work.done("warn")
    _plan(work, case, event.case.round, starts="closed")


@hears
def take_up_again(event: CaseReopened, work: Work) -> None:
    """The case is open again, in a round of its own."""
    _known(event.case, work).is_closed = False


@hears.due("callback_due")
def say_that_nobody_asked(timer: Timer, work: Work) -> None:
    """A required callback that was not made is a breach; one outside the sample lapses."""
    case = work.one(Case)
    callback = next(one for one in work.all(Callback) if one.of == timer.of)
    if callback.state != CallbackState.PLANNED or callback.held:
        return
    pack = _pack(work, case)
    if not callback.required and not callback.tries:
        end_waived(work, callback, case, NOT_IN_THE_SAMPLE)
        return
    if callback.required and not callback.reached:
        callback.overdue_at = timer.due_at
        work.judge(breached(coverage_clauses(callback, pack), of=callback.of))
    work.task(
        desk=pack.superior_of(callback.desk) or callback.desk,
        kind="overdue",
        of=callback.of,
        title=(f"回访超期 {case.number}", f"Callback overdue: {case.number}"),
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        case=case.known,
    )


@hears.due("answer_due")
def say_that_an_answer_is_due(timer: Timer, work: Work) -> None:
    """The appointed time has come: if nobody answered the customer, the head learns of it."""
    case = work.one(Case)
    callback = next(one for one in work.all(Callback) if one.of == timer.of)
    if callback.answer_by is None:
        return
    pack = _pack(work, case)
    work.done("answer", of=callback.of)
    work.task(
        desk=pack.superior_of(callback.desk) or callback.desk,
        kind="answer",
        of=callback.of,
        title=(f"预约答复到期 {case.number}", f"Promised answer is due: {case.number}"),
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        due_at=callback.answer_by,
        case=case.known,
    )


def _known(header: CaseHeader, work: Work) -> Case:
    case = work.maybe(Case)
    if case is None:
        return work.add(Case(header.id, header.number, header.model_dump(mode="json")))
    case.learn(header)
    return case


def _pack(work: Work, case: Case) -> Pack:
    return work.pack(case.known.procedure, case.known.procedure_version)


def _plan(work: Work, case: Case, round_: int, *, starts: str) -> None:
    """One callback for each round; facts that exempt the customer waive it with their reason."""
    header, pack = case.known, _pack(work, case)
    facts = pack.facts_of(header, case.facts)
    coverage = pack.callback.coverage_for(facts)
    if coverage is None or coverage.entry.starts != starts:
        if coverage is None and starts == HANDLED:
            work.publish(MarkSet(case=header, mark=WAIVED, round=round_))
        return
    known = work.maybe(Callback, round=round_)
    if known is not None and not (known.held and known.state == CallbackState.PLANNED):
        return
    callback = known or work.add(_planned(work, case, round_, coverage, pack))
    callback.held = False
    callback.due_at = _due(work, coverage, round_, callback.place, pack)
    exemption = pack.callback.exempted_by(facts)
    if exemption is not None:
        title = exemption.entry.title.zh
        end_waived(work, callback, case, exemption.name, note=title, exempting=exemption.clauses)
        return
    judged = opened(coverage.clauses, of=callback.of) if callback.counts_for_the_clauses else []
    tell_planned(work, callback, case, judging=judged)
    put_on_the_desk(work, callback, case)


def _planned(work: Work, case: Case, round_: int, coverage: Rule[Coverage], pack: Pack) -> Callback:
    header, number = case.known, len(work.all(Callback)) + 1
    desk = pack.callback.desk_of(coverage, round_)
    role = pack.head.roles.get(desk)
    return Callback(
        id=f"{case.id}.{number}",
        case_id=case.id,
        number=number,
        case_number=case.number,
        kind=header.kind,
        round=round_,
        coverage=coverage.name,
        desk=desk,
        department=role.department if role else desk,
        form=coverage.entry.form,
        required=round_ > 1 or _drawn(work, header, coverage, pack),
        reason="handled" if round_ == 1 else "another_round",
        planned_at=work.now,
        due_at=work.now,
        place=header.place,
        audience=header.audience,
    )


def _drawn(work: Work, header: CaseHeader, coverage: Rule[Coverage], pack: Pack) -> bool:
    if coverage.entry.select == "all":
        return True
    nth = work.number(f"sample {header.procedure} {coverage.name} {period_of(coverage.entry, work.now)}")
    return is_required(coverage, pack.callback.share_of(coverage), nth)


def _due(work: Work, coverage: Rule[Coverage], round_: int, place: str | None, pack: Pack) -> datetime:
    within = pack.callback.loop.within if round_ > 1 and pack.callback.loop.within else coverage.entry.within
    return after(within, work.now, work.calendar(place))


def _hold(work: Work, callback: Callback, case: Case) -> None:
    """The case is being handled again: the callback waits, and its occasion is taken back."""
    off_the_desk(work, callback)
    callback.held = True
    if callback.counts_for_the_clauses:
        work.judge(withdrawn(coverage_clauses(callback, _pack(work, case)), of=callback.of))


def _forget_the_loop(work: Work, pack: Pack, round_: int) -> None:
    of = f"again:{round_}"
    open_ones = [occasion.clause for occasion in work.all(Occasion, of=of) if occasion.ended_at is None]
    if open_ones:
        work.judge(not_applicable(open_ones, of=of))
