"""What dispatch does by itself: when it hears of something, and when time passes."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.limit_changes import RUNS_ON
from closeloop.chassis.limits import WARNS
from closeloop.chassis.records import archive_records
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseReopened, RoundOpened
from closeloop.dispatch.accounts import jobs as account_jobs
from closeloop.dispatch.accounts.clearing import TIMER, say_uncleared
from closeloop.dispatch.accounts.posting import take_in
from closeloop.dispatch.accounts.signing import OF_A_VOUCHER
from closeloop.dispatch.corrective import handlers as corrective_handlers
from closeloop.dispatch.corrective.opening import drop_undecided_actions
from closeloop.dispatch.deciding.necessity import drop_questions
from closeloop.dispatch.issuing.handing_out import hand_out
from closeloop.dispatch.limits import answered, missing, pausing
from closeloop.dispatch.limits.judging import CALENDAR, withdraw_limits_of_the_case
from closeloop.dispatch.limits.moments import begin_round, note_assessment
from closeloop.dispatch.model import NEVER, DeskTask, Duty, HandledCase
from closeloop.dispatch.payouts.approving import OF_A_REQUEST
from closeloop.dispatch.sheets import attaching
from closeloop.dispatch.signing.sign_offs import OF_A_DUTY, say_whether_settled
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.on_the_spot import carry_through
from closeloop.dispatch.steps.raising import keep_raised
from closeloop.dispatch.steps.tracking import say_what_nobody_tracked

hears = Hears()
hears.signed("duty", OF_A_DUTY)
hears.signed("request", OF_A_REQUEST)
hears.signed("voucher", OF_A_VOUCHER)
hears.settles(say_whether_settled)
hears.due(TIMER)(say_uncleared)
hears.told("came_in")(take_in)
hears.join(corrective_handlers.hears)
hears.join(account_jobs.hears)
hears.join(answered.hears)
hears.join(attaching.hears)


@hears
def issue_duties(case: CaseAssessed, work: Work) -> None:
    """An assessed case becomes duties: who must do what, on which form, by when."""
    header = case.case
    known = work.maybe(HandledCase)
    if known is None:
        known = HandledCase(header.id, header.number, header.round, header.place, header.audience, {}, "", {}, {})
        work.add(known)
    _take_in(known, header)
    keep_raised(work, work.pack(case), known, case.raised)
    known.content, known.facts = case.content, case.facts
    known.customer = case.customer.model_dump(mode="json")
    known.record = case.record.model_dump(mode="json") if case.record else None
    note_assessment(known, case.occurred_at or work.now)
    if known.closed_at is None:
        hand_out(work, work.pack(case), known)
        if case.at_once is not None:
            carry_through(work, work.pack(case), known, case.at_once)


@hears
def handle_once_more(round_: RoundOpened, work: Work) -> None:
    """Whoever was not satisfied is handled once more, by a new limit, and higher up where the procedure says so."""
    known = work.one(HandledCase)
    pack = work.pack(round_)
    withdraw_limits_of_the_case(work, pack, known)
    _take_in(known, round_.case)
    keep_raised(work, pack, known)
    known.opinion = round_.opinion
    begin_round(known, round_.occurred_at or work.now)
    hand_out(work, pack, known)


@hears
def take_up_again(case: CaseReopened, work: Work) -> None:
    """A closed case is open again: its new round gets its duties."""
    known = work.one(HandledCase)
    _take_in(known, case.case)
    keep_raised(work, work.pack(case), known)
    known.closed_at, known.opinion = None, case.reason
    begin_round(known, case.occurred_at or work.now)
    hand_out(work, work.pack(case), known)


@hears
def put_away(case: CaseClosed, work: Work) -> None:
    """A closed case asks nothing of anybody; what was still open is withdrawn."""
    known = work.maybe(HandledCase)
    if known is None:
        return
    _take_in(known, case.case)
    known.closed_at = work.now
    for duty in work.all(Duty):
        on = Handling.of_duty(work, duty)
        if duty.is_open:
            on.withdraw("the case was closed")
        say_what_nobody_tracked(on)
    withdraw_limits_of_the_case(work, work.pack(case), known)
    drop_questions(work, work.pack(case))
    drop_undecided_actions(work, known)
    archive_records(work, work.pack(case))
    work.done("no_duty", of="case")


@hears
def lay_on_the_desk(task: TaskOpened, work: Work) -> None:
    """A task of another service lies on the common desk."""
    if work.maybe(DeskTask, id=task.task_id) is None:
        row = DeskTask(
            id=task.task_id,
            key=task.key,
            service=task.url.split("/")[1] if task.url.startswith("/") else "",
            kind=task.kind,
            of=task.of,
            desk=task.desk,
            person=task.person,
            place=task.place,
            audience=str(task.audience),
            title_zh=task.title.zh,
            title_en=task.title.en,
            url=task.url,
            opened_at=task.occurred_at or work.now,
            due_at=task.due_at,
            sort_at=task.due_at or NEVER,
            case_number=task.case.number if task.case else None,
        )
        work.add(row)


@hears
def clear_from_the_desk(task: TaskClosed, work: Work) -> None:
    """What is done, or no longer needed, leaves the common desk."""
    for row in work.all(DeskTask, id=task.task_id):
        work.remove(row)


@hears.due("limit")
def say_that_a_limit_passed(timer: Timer, work: Work) -> None:
    """A limit that passes is said once, and goes to whoever answers for it."""
    missing.say_that_it_passed(work, timer)


@hears.due("limit_rises")
def go_one_level_up(timer: Timer, work: Work) -> None:
    """Still not done: the next level is told."""
    missing.go_one_level_up(work, timer)


@hears.due(WARNS)
def remind_the_desk(timer: Timer, work: Work) -> None:
    """Before a limit passes the desk is reminded."""
    missing.remind(work, timer)


@hears.due(CALENDAR)
def look_at_the_calendar(timer: Timer, work: Work) -> None:
    """The public days of a new year may be out by now: limits that rest on them end where these say."""
    missing.look_at_the_calendar(work, timer)


@hears.due(RUNS_ON)
def let_it_run_on(timer: Timer, work: Work) -> None:
    """A limit that has rested as long as it may runs on by itself."""
    pausing.run_on_by_itself(work, timer)


def _take_in(known: HandledCase, header: CaseHeader) -> None:
    known.number, known.round, known.place = header.number, header.round, header.place
    known.audience, known.header = str(header.audience), header.model_dump(mode="json")
    known.rated = {facet: value for facet, value in known.rated.items() if header.facets.get(facet) != value}
