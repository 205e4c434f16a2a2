"""What follows from an attempt: a mark, the next attempt, an appointment, or a warning."""

from __future__ import annotations

from datetime import datetime

from closeloop.callback import clauses
from closeloop.callback.asking.column import seal_the_column
from closeloop.callback.asking.forms import AttemptForm
from closeloop.callback.asking.model import VERIFIED, Attempt
from closeloop.callback.ending import (
    ANSWER,
    end_waived,
    is_over,
    off_the_desk,
    say_whether_settled,
    set_mark,
    tell_planned,
)
from closeloop.callback.model import WAIVED, Callback, Case
from closeloop.chassis.coverage import note_attempt
from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit, start_limit, stop_limit
from closeloop.chassis.occasions import Judgement, kept, opened, waived
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackAttempted
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import CallbackOutcome, CallbackState


def tell_attempt(
    work: Work,
    callback: Callback,
    case: Case,
    attempt: Attempt,
    pack: Pack,
    *,
    judging: list[Judgement] | None = None,
) -> None:
    """The others learn what came of it; what the attempt fulfils is kept by it."""
    told = CallbackAttempted(
        case=case.known,
        callback_id=callback.id,
        number=callback.number,
        round=callback.round,
        verifies=callback.verifies,
        attempt=attempt.number,
        form=attempt.form,
        outcome=attempt.outcome,
        note=attempt.note,
        attempted_at=attempt.attempted_at,
        caller=attempt.caller,
        counts=attempt.counts,
        signature=Signature.model_validate(attempt.signature) if attempt.signature else None,
        answer_by=attempt.answer_by,
        facts=attempt.facts,
        same_problem=attempt.problem,
        by=attempt.caller,
    )
    note_attempt(case, told)
    answered = _answered(work, callback, attempt, pack)
    work.publish(told, judging=[*answered, *_fulfilled(callback, attempt, pack), *(judging or ())])
    if attempt.answer_by is not None:
        _promise(work, callback, case, attempt, pack)


def go_on(work: Work, callback: Callback, case: Case, attempt: Attempt, pack: Pack) -> None:
    """Satisfied ends it, dissatisfied brings a further round, nobody reached means trying again."""
    loop, outcome = pack.callback.loop, attempt.outcome
    if attempt.answer_by is not None and outcome == CallbackOutcome.SATISFIED:
        _ask_again_then(work, callback, case, attempt, pack)
        return
    if outcome in VERIFIED or (callback.verifies and outcome != CallbackOutcome.UNREACHABLE):
        _verified(work, callback, case, outcome, pack)
        return
    if outcome == CallbackOutcome.UNREACHABLE:
        if callback.tries - callback.reached < loop.attempts or outcome not in loop.marks:
            wait = loop.next_attempt
            callback.next_at = moment_after(wait, work.now, work.calendar(callback.place)) if wait else None
            return
        _gave_up(work, callback, pack)
        if callback.verifies:
            _verified(work, callback, case, outcome, pack)
            return
    mark = loop.marks[outcome]
    if outcome == CallbackOutcome.DECLINED and mark == WAIVED:
        callback.outcome = outcome
        seal_the_column(work, callback, pack)
        exempting = pack.callback.said.exemptions.get(str(outcome))
        told = exempting.clauses if exempting else ()
        end_waived(work, callback, case, str(outcome), note=attempt.note, exempting=told)
        return
    callback.end(CallbackState.DONE, work.now, outcome)
    off_the_desk(work, callback)
    seal_the_column(work, callback, pack)
    is_over(work, callback)
    set_mark(work, callback, case, mark, attempt.note)
    if outcome == CallbackOutcome.DISSATISFIED:
        _warn(work, callback, case, pack)


def _verified(work: Work, callback: Callback, case: Case, outcome: CallbackOutcome, pack: Pack) -> None:
    """It is known whether it is as the case says, or that nobody can tell; what follows is the rating's."""
    callback.end(CallbackState.DONE, work.now, outcome)
    off_the_desk(work, callback)
    seal_the_column(work, callback, pack)
    is_over(work, callback)
    say_whether_settled(work, case)


def promised_for(work: Work, callback: Callback, form: AttemptForm, pack: Pack) -> datetime | None:
    """When the customer will get an answer; who cannot answer at once names a time, or the procedure does."""
    rule = pack.callback.said.appointments
    clause = next(iter(rule.clauses), None) if rule else None
    calendar = work.calendar(callback.place)
    answer_by = form.answer_by
    if form.unanswered and answer_by is None:
        if rule is None or rule.within is None:
            raise Refused(_("Tell the customer when they will get an answer, and write that time down."), clause=clause)
        answer_by = moment_after(rule.within, work.now, calendar)
    if answer_by is not None and rule is not None and rule.at_most is not None:
        latest = moment_after(rule.at_most, work.now, calendar)
        if answer_by > latest:
            raise Refused(_("An answer has to come by {latest} at the latest.", latest=latest), clause=clause)
    return answer_by


def _fulfilled(callback: Callback, attempt: Attempt, pack: Pack) -> list[Judgement]:
    """What an attempt that reached the customer fulfils; a breach that was said before stays said."""
    if not attempt.counts:
        return []
    rule, of = pack.callback.form(attempt.form), f"{callback.of}:{attempt.number}"
    judged = clauses.of_the_form(rule, attempt.signature is not None, of, pack)
    if callback.reached == 1:
        if callback.overdue_at is None:
            judged += kept(clauses.asking(callback, pack), of=callback.of)
        judged += clauses.by_form(callback, attempt.form, pack)
        judged += kept(clauses.of_the_loop(callback, pack), of=f"again:{callback.round - 1}")
    if attempt.outcome == CallbackOutcome.DISSATISFIED:
        judged += opened(clauses.again(pack), of=f"again:{callback.round}")
    return judged


def _answered(work: Work, callback: Callback, attempt: Attempt, pack: Pack) -> list[Judgement]:
    """Whoever reaches the customer gives the answers that were promised, in time or late."""
    if not attempt.counts:
        return []
    judged: list[Judgement] = []
    for limit in work.all(Limit, name=ANSWER):
        if limit.runs:
            judged += stop_limit(work, ANSWER, limit.of, attempt.attempted_at)
            judged += kept(clauses.further(pack), of=f"{limit.of}:further")
            work.done(ANSWER, of=limit.of)
    callback.answer_by = None
    return judged


def _promise(work: Work, callback: Callback, case: Case, attempt: Attempt, pack: Pack) -> None:
    """The desk has to answer by the appointed time; a further callback gives the answer."""
    assert attempt.answer_by is not None
    rule, of = pack.callback.said.appointments, f"{callback.of}:{attempt.number}"
    callback.answer_by = attempt.answer_by
    work.judge(
        start_limit(work, name=ANSWER, of=of, due_at=attempt.answer_by, clauses=rule.clauses if rule else ())
        + opened(clauses.further(pack), of=f"{of}:further")
    )
    work.task(
        desk=callback.desk,
        person=callback.caller,
        kind=ANSWER,
        of=of,
        title=(f"答复 {case.number} 的客户", f"Answer the customer of {case.number}"),
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        due_at=attempt.answer_by,
        case=case.known,
    )


def _ask_again_then(work: Work, callback: Callback, case: Case, attempt: Attempt, pack: Pack) -> None:
    """The callback stays open until the answer was given."""
    assert attempt.answer_by is not None
    callback.due_at, callback.reason = max(attempt.answer_by, callback.due_at), "appointment"
    work.at(callback.due_at, "callback_due", of=callback.of)
    tell_planned(work, callback, case, pack)
    say_whether_settled(work, case)


def _gave_up(work: Work, callback: Callback, pack: Pack) -> None:
    """Every attempt that the pack asks for was made: the callers did their part."""
    judged = kept(clauses.asking(callback, pack), of=callback.of) if callback.counts_for_the_clauses else []
    work.judge([*judged, *waived(clauses.of_the_loop(callback, pack), of=f"again:{callback.round - 1}")])


def _warn(work: Work, callback: Callback, case: Case, pack: Pack) -> None:
    """After so many rounds the head is told; a case is never closed by their number."""
    rounds = pack.intake.rounds
    if rounds is None or rounds.warn_after is None or callback.round < rounds.warn_after:
        return
    work.done("warn")
    work.task(
        desk=rounds.warn or pack.superior_of(callback.desk) or callback.desk,
        kind="warn",
        title=(
            f"{case.number} 第 {callback.round} 轮仍不满意",
            f"{case.number}: still dissatisfied after round {callback.round}",
        ),
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        case=case.known,
    )
