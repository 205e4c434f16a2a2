"""Following a duty: the desk that tracks it checks what is done, and notes it on the form before the case is closed."""

from __future__ import annotations

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _, day
from closeloop.chassis.occasions import breached, kept
from closeloop.chassis.records import KeptRecord, change_record
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch.model import Duty
from closeloop.dispatch.signing.sealing import corrected_by_whoever_tracks
from closeloop.dispatch.steps.forms import TrackForm
from closeloop.dispatch.steps.handling import Handling


@acts
def track_duty(work: Work, number: int, form: TrackForm, desks: frozenset[str]) -> Duty:
    """The tracking desk notes what it found; a sheet that was returned stays, and is corrected by one with the note."""
    on = Handling.of(work, number)
    duty, rule = on.duty, on.rule.entry.tracking
    if rule is None:
        raise Refused(_("Nobody has to follow “{title}”.", title=duty.title))
    clause = rule.clauses[0] if rule.clauses else None
    if duty.tracked_by not in desks:
        desk = on.pack.title_of(duty.tracked_by).model_dump()
        raise Refused(_("Only “{desk}” follows this duty.", desk=desk), clause=clause)
    if duty.is_gone or on.case.closed_at:
        raise Refused(_("This duty is over; there is nothing to follow any more."), clause=clause)
    assert work.by is not None
    duty.tracked = [*duty.tracked, {"at": work.now.isoformat(), "by": work.by.id, "note": form.note}]
    written = f"{day(work.now.astimezone(work.calendar(duty.place).zone), 'zh')} {work.by.name}：{form.note}"
    before = duty.record.get(rule.field)
    duty.record = {**duty.record, rule.field: f"{before}\n{written}" if before else written}
    _on_the_paper(on, rule.field)
    work.done("track", of=_of(duty))
    work.judge(kept(rule.clauses, of=_of(duty)))
    on.say_whether_settled()
    return duty


def ask_to_track(on: Handling) -> None:
    """A sheet that came back without anybody having followed it lies on the tracking desk until it was checked."""
    duty = on.duty
    if on.rule.entry.tracking is None or duty.tracked:
        return
    on.work.task(
        desk=duty.tracked_by,
        kind="track",
        of=_of(duty),
        title=(f"{duty.title['zh']}：跟踪检查", f"{duty.title['en']}: check what was done"),
        url=duty.url,
        place=duty.place,
        audience=duty.audience,
        case=on.header,
    )


def say_what_nobody_tracked(on: Handling) -> None:
    """The case is closed: what came back and was never checked stays unchecked."""
    rule, duty = on.rule.entry.tracking, on.duty
    on.work.done("track", of=_of(duty))
    if rule is not None and duty.state is DutyState.RETURNED and not duty.tracked:
        on.work.judge(breached(rule.clauses, of=_of(duty)))


def _on_the_paper(on: Handling, name: str) -> None:
    duty, work = on.duty, on.work
    record = work.maybe(KeptRecord, id=duty.record_id) if duty.record_id else None
    if record is None:
        return
    if record.is_sealed:
        corrected_by_whoever_tracks(on, judging=[])
    else:
        change_record(work, record, {name: duty.record[name]})


def _of(duty: Duty) -> str:
    return f"{duty.of}:tracking"
