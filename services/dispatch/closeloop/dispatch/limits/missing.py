"""What follows when a limit is about to pass, passes, and is still not kept: the desk is reminded, others are told."""

from __future__ import annotations

from closeloop.chassis.limits import Limit, is_said_late, limit_of, missed_limit, soon_due
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import LimitMissed
from closeloop.contracts.procedure.limit import Missed
from closeloop.dispatch.corrective.matter import rules_for
from closeloop.dispatch.limits.judging import Change, Holder, holder_of, wait_for_the_calendar
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.steps.handling import Handling


def holder_of_limit(work: Work, limit: Limit) -> Holder:
    """The duty, or the case, that a limit runs for."""
    case = work.one(HandledCase)
    header = case.told
    duty = next((duty for duty in work.all(Duty) if duty.of == limit.of), None)
    return holder_of(work, rules_for(work.pack(header.procedure, header.procedure_version), case), case, duty)


def say_that_it_passed(work: Work, timer: Timer) -> None:
    """It is said once, and goes to whoever answers for it; a calendar that has arrived since is looked at first."""
    limit = limit_of(work, timer)
    if limit is None:
        return
    on = holder_of_limit(work, limit)
    if limit.is_estimate and (moved := on.aim(on.pack.dispatch.limit(limit.name), limit)) is not None:
        on.tell(moved)
    found = missed_limit(work, timer)
    if found is not None:
        _go_up(on, limit, 1, found[1])


def go_one_level_up(work: Work, timer: Timer) -> None:
    """Still not done: the next level is told."""
    limit = limit_of(work, timer)
    if limit is not None and limit.missed_at is not None:
        _go_up(holder_of_limit(work, limit), limit, int(timer.data["level"]), [])


def look_at_the_calendar(work: Work, timer: Timer) -> None:
    """Whether the public days of a year are out by now on which a limit rests; then it ends where they say."""
    limit = limit_of(work, timer)
    if limit is None:
        return
    on = holder_of_limit(work, limit)
    if (moved := on.aim(on.pack.dispatch.limit(limit.name), limit)) is not None:
        on.tell(moved)
        if on.duty is not None:
            handling = Handling.of_duty(work, on.duty)
            handling.look_at_limits()
            handling.ask_for_next_step()
    wait_for_the_calendar(work, limit)


def remind(work: Work, timer: Timer) -> None:
    """The desk finds among its tasks what will be overdue soon."""
    limit = soon_due(work, timer)
    if limit is None:
        return
    on = holder_of_limit(work, limit)
    _ask(on, limit, "due_soon", f"{limit.occasion}:soon", on.desk, ("即将到期", "Due soon"))


def _go_up(on: Holder, limit: Limit, level: int, judging: list[Judgement]) -> None:
    work, duty = on.work, on.duty
    said = on.pack.dispatch.limits[limit.name]
    desk = _desk_of_level(on, said.missed, level)
    if desk is None and level > 1:
        return
    handling = Handling.of_duty(work, duty) if duty is not None else None
    if handling is not None and desk is not None and said.missed.transfers:
        handling.duty.desk, handling.duty.worker, handling.duty.crew = desk, None, []
        handling.ask_for_next_step()
    if handling is not None:
        handling.look_at_limits()
    late = is_said_late(limit.due_at, work.now) if level == 1 else False
    on.tell(Change(LimitMissed, limit, judging, {"goes_to": desk, "level": level, "said_late": late}))
    work.done("due_soon", of=f"{limit.occasion}:soon")
    _ask(on, limit, "overdue", f"{limit.occasion}:{level}", desk or on.desk, ("超时", "Overdue"))
    if said.missed.every is not None and _desk_of_level(on, said.missed, level + 1) is not None:
        again_at = moment_after(said.missed.every, work.now, on.calendar)
        work.at(again_at, "limit_rises", of=limit.occasion, level=level + 1, limit=limit.name)
    tell_whether_settled(work, on.case.told, may_close=on.case.round in on.case.marks.values())


def _ask(on: Holder, limit: Limit, kind: str, of: str, desk: str, words: tuple[str, str]) -> None:
    title, duty = on.pack.dispatch.limits[limit.name].title, on.duty
    zh, en = (duty.title["zh"], duty.title["en"]) if duty is not None else (on.case.number, on.case.number)
    on.work.task(
        desk=desk,
        kind=kind,
        of=of,
        title=(f"{words[0]}：{title.zh}（{zh}）", f"{words[1]}: {title.en} ({en})"),
        url=on.url,
        due_at=limit.due_at,
        place=on.case.place,
        audience=duty.audience if duty is not None else on.case.audience,
        case=on.case.told,
    )


def _desk_of_level(on: Holder, missed: Missed, level: int) -> str | None:
    """Who is told: the roles that the limit names, one after another; without any, whoever is above the desk."""
    if level <= len(missed.to):
        return missed.to[level - 1]
    return on.pack.superior_of(on.desk) if level == 1 else None
