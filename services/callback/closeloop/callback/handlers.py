"""What callback does by itself: when it hears of a case, and when a callback, an answer or a job is due."""

from __future__ import annotations

from closeloop.callback import attaching, customers
from closeloop.callback.asking.column import take_over
from closeloop.callback.clauses import asking
from closeloop.callback.ending import (
    ANSWER,
    forget_answers,
    forget_the_loop,
    hold,
    pack_of,
    put_away,
    say_whether_settled,
)
from closeloop.callback.model import Callback, Case
from closeloop.callback.planning import draw, register
from closeloop.callback.planning.plan import lapse, move_with_the_facts, plan
from closeloop.callback.planning.verifying import verify
from closeloop.callback.same_problem import handlers as same_problem
from closeloop.callback.sheets import handlers as sheets
from closeloop.callback.supervision import handlers as supervision
from closeloop.chassis.coverage import HANDLED, note_mark
from closeloop.chassis.hearing import Hears
from closeloop.chassis.limits import missed_limit
from closeloop.chassis.occasions import breached
from closeloop.chassis.records import archive_records
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyFinished, DutyReturned
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import MarkSet
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseReopened, RoundOpened
from closeloop.contracts.vocabulary import CallbackState

hears = Hears()
for part in (attaching, customers, draw, register, same_problem, sheets, supervision):
    hears.join(part.hears)


@hears.settles
def say_what_still_holds_the_case(work: Work) -> None:
    """A record of callback was read: that may have been the last thing that held the case open here."""
    case = work.maybe(Case)
    if case is not None:
        say_whether_settled(work, case)


@hears
def know_the_case(event: CaseAssessed, work: Work) -> None:
    """Callback remembers what was asked for and how the customer is reached."""
    case = _known(event.case, work)
    case.facts = event.facts
    case.content, case.remedy_sought = event.content, event.remedy_sought
    case.customer = event.customer.model_dump(mode="json")
    case.belongs_to(pack_of(work, case))
    if not case.is_closed:
        verify(work, case)
        move_with_the_facts(work, case, pack_of(work, case))


@hears
def remember_what_was_done(event: DutyFinished, work: Work) -> None:
    """Whoever calls can say what was done for the customer."""
    case = _known(event.case, work)
    done = {"round": event.round, "outcome": event.outcome, "result": event.result, "at": event.finished_at.isoformat()}
    case.done = [*case.done, done]


@hears
def take_over_the_form(event: DutyReturned, work: Work) -> None:
    """The form came back with the work; callback fills its column."""
    case = _known(event.case, work)
    if event.record is not None:
        take_over(case, event.record, event.round)


@hears
def plan_when_handled(event: MarkSet, work: Work) -> None:
    """Handled: the customer will be asked. Taken back: nobody asks until it is handled again."""
    if event.mark != HANDLED:
        return
    case = _known(event.case, work)
    if event.customer is not None and not case.customer:
        case.customer = event.customer.model_dump(mode="json")
    case.belongs_to(pack_of(work, case))
    note_mark(case, event, event.occurred_at or work.now)
    if event.is_set:
        plan(work, case, event.round, starts=HANDLED)
    else:
        for callback in work.all(Callback, round=event.round, state=CallbackState.PLANNED, held=False, verifies=False):
            hold(work, callback, case)


@hears
def begin_another_round(event: RoundOpened, work: Work) -> None:
    """The case is handled once more; when that is done the customer is asked again."""
    case = _known(event.case, work)
    for callback in work.all(Callback, state=CallbackState.PLANNED, held=False, verifies=False):
        if callback.round < event.number:
            hold(work, callback, case)
    say_whether_settled(work, case)


@hears
def put_away_what_is_left(event: CaseClosed, work: Work) -> None:
    """A closed case needs no callback any more, unless the draw is still to come or the pack asks after closing."""
    case = _known(event.case, work)
    case.is_closed = True
    for callback in work.all(Callback):
        forget_answers(work, callback)
        if callback.is_open and callback.awaits is None:
            put_away(work, callback, case)
    for round_ in range(1, event.case.round + 1):
        forget_the_loop(work, round_)
    work.done("warn")
    plan(work, case, event.case.round, starts="closed")
    archive_records(work, pack_of(work, case))
    say_whether_settled(work, case)


@hears
def take_up_again(event: CaseReopened, work: Work) -> None:
    """The case is open again, in a round of its own."""
    _known(event.case, work).is_closed = False


@hears.due("callback_due")
def say_that_nobody_asked(timer: Timer, work: Work) -> None:
    """A required callback that was not made is a breach; one that nobody had to make lapses."""
    case = work.one(Case)
    callback = next(one for one in work.all(Callback) if one.of == timer.of)
    if not callback.is_open or lapse(work, callback, case):
        return
    pack = pack_of(work, case)
    if callback.required and not callback.reached:
        callback.overdue_at = timer.due_at
        work.judge(breached(asking(callback, pack), of=callback.of))
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
    say_whether_settled(work, case)


@hears.due("limit")
def say_that_an_answer_is_owed(timer: Timer, work: Work) -> None:
    """The appointed time has come and nobody answered the customer: that is a breach, and the head learns of it."""
    found = missed_limit(work, timer)
    if found is None:
        return
    limit, judging = found
    case = work.one(Case)
    callback = next(one for one in work.all(Callback) if limit.of.startswith(f"{one.of}:"))
    pack = pack_of(work, case)
    work.judge(judging)
    work.done(ANSWER, of=limit.of)
    work.task(
        desk=pack.superior_of(callback.desk) or callback.desk,
        kind=ANSWER,
        of=limit.of,
        title=(f"预约答复到期 {case.number}", f"Promised answer is due: {case.number}"),
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        due_at=limit.due_at,
        case=case.known,
    )
    say_whether_settled(work, case)


def _known(header: CaseHeader, work: Work) -> Case:
    case = work.maybe(Case)
    if case is None:
        case = Case(header.id, header.number, header.model_dump(mode="json"))
        work.add(case)
    case.learn(header)
    return case
