"""What dispatch does by itself: when it hears of something, and when time passes."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.limits import Limit, is_said_late, missed_limit
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.records import archive_records
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import LimitMissed
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseReopened, RoundOpened
from closeloop.contracts.procedure.limit import Missed
from closeloop.dispatch.handling import Handling
from closeloop.dispatch.issuing import hand_out
from closeloop.dispatch.model import NEVER, DeskTask, Duty, HandledCase
from closeloop.dispatch.payouts.approving import OF_A_REQUEST
from closeloop.dispatch.reporting import LIMIT, ask_for_reports, drop_undecided, say_that_a_report_is_late
from closeloop.dispatch.tracking import say_what_nobody_tracked

hears = Hears()
hears.signed("request", OF_A_REQUEST)


@hears
def issue_duties(case: CaseAssessed, work: Work) -> None:
    """An assessed case becomes duties: who must do what, on which form, by when."""
    header = case.case
    known = work.maybe(HandledCase)
    if known is None:
        known = HandledCase(header.id, header.number, header.round, header.place, header.audience, {}, "", {}, {})
        work.add(known)
    _take_in(known, header)
    known.content, known.facts = case.content, case.facts
    known.customer = case.customer.model_dump(mode="json")
    known.record = case.record.model_dump(mode="json") if case.record else None
    if known.closed_at is None:
        hand_out(work, work.pack(case), known)


@hears
def handle_once_more(round_: RoundOpened, work: Work) -> None:
    """Whoever was not satisfied is handled once more, by a new limit, and higher up where the procedure says so."""
    known = work.one(HandledCase)
    _take_in(known, round_.case)
    known.opinion = round_.opinion
    pack = work.pack(round_)
    hand_out(work, pack, known)
    ask_for_reports(work, pack, known, because=round_.opinion or str(round_.reason))


@hears
def take_up_again(case: CaseReopened, work: Work) -> None:
    """A closed case is open again: its new round gets its duties."""
    known = work.one(HandledCase)
    _take_in(known, case.case)
    known.closed_at, known.opinion = None, case.reason
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
    drop_undecided(work)
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
    found = missed_limit(work, timer)
    if found is not None:
        limit, judging = found
        if limit.name == LIMIT:
            say_that_a_report_is_late(work, limit, judging)
            return
        _go_up(Handling.of_limit(work, limit), limit, 1, judging)


@hears.due("limit_rises")
def go_one_level_up(timer: Timer, work: Work) -> None:
    """Still not done: the next level is told."""
    limit = next((limit for limit in work.all(Limit) if limit.occasion == timer.of and limit.runs), None)
    if limit is not None and limit.missed_at is not None:
        _go_up(Handling.of_limit(work, limit), limit, int(timer.data["level"]), [])


def _go_up(on: Handling, limit: Limit, level: int, judging: list[Judgement]) -> None:
    work, duty = on.work, on.duty
    said = on.pack.dispatch.limits[limit.name]
    desk = _desk_of_level(on, said.missed, level)
    if desk is None and level > 1:
        return
    if desk is not None and said.missed.transfers:
        duty.desk, duty.worker = desk, None
        on.ask_for_next_step()
    on.look_at_limits()
    late = is_said_late(limit.due_at, work.now) if level == 1 else False
    on.tell(LimitMissed, judging, limit=limit.name, due_at=limit.due_at, goes_to=desk, level=level, said_late=late)
    work.task(
        desk=desk or duty.desk,
        kind="overdue",
        of=f"{limit.occasion}:{level}",
        title=(f"超时：{said.title.zh}（{duty.title['zh']}）", f"Overdue: {said.title.en} ({duty.title['en']})"),
        url=duty.url,
        due_at=limit.due_at,
        place=duty.place,
        audience=duty.audience,
        case=on.header,
    )
    if said.missed.every is not None and _desk_of_level(on, said.missed, level + 1) is not None:
        again_at = moment_after(said.missed.every, work.now, work.calendar(duty.place))
        work.at(again_at, "limit_rises", of=limit.occasion, level=level + 1, limit=limit.name)
    on.say_whether_settled()


def _desk_of_level(on: Handling, missed: Missed, level: int) -> str | None:
    """Who is told: the roles that the limit names, one after another; without any, whoever is above the desk."""
    if level <= len(missed.to):
        return missed.to[level - 1]
    return on.pack.superior_of(on.duty.desk) if level == 1 else None


def _take_in(known: HandledCase, header: CaseHeader) -> None:
    known.number, known.round, known.place = header.number, header.round, header.place
    known.audience, known.header = str(header.audience), header.model_dump(mode="json")
    known.rated = {facet: value for facet, value in known.rated.items() if header.facets.get(facet) != value}
