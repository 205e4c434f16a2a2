"""How a callback leaves the desks: done, waived, or waiting while the case is handled again."""

from __future__ import annotations

from closeloop.callback import clauses
from closeloop.callback.model import WAIVED, Callback, Case
from closeloop.chassis.coverage import note_waiver
from closeloop.chassis.limits import Limit, withdraw_limit
from closeloop.chassis.occasions import kept, not_applicable, waived, withdrawn
from closeloop.chassis.packs import Pack
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackPlanned, CallbackWaived
from closeloop.contracts.every import MarkSet
from closeloop.contracts.personal import Attachment
from closeloop.contracts.vocabulary import CallbackState

OVER = "over"
"""What a job is told when the customer that it waits for was asked, or need not be asked."""
ANSWER = "answer"
"""The limit by which a promised answer is due."""


def pack_of(work: Work, case: Case) -> Pack:
    """The procedure by which the case is judged."""
    return work.pack(case.known.procedure, case.known.procedure_version)


def put_on_the_desk(work: Work, callback: Callback, case: Case) -> None:
    """Somebody is to ask the customer by the day on which it is due, or to say first who asks."""
    asks = (callback.desk, callback.caller, "call", (f"回访 {case.number}", f"Call back {case.number}"))
    first = (f"安排单独回访 {case.number}", f"Arrange the callback of {case.number}")
    to_do = (callback.arranged_by or callback.desk, None, "arrange", first) if callback.waits_to_be_arranged else asks
    work.task(
        desk=to_do[0],
        person=to_do[1],
        kind=to_do[2],
        of=callback.of,
        title=to_do[3],
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        due_at=callback.due_at,
        case=case.known,
    )
    work.at(callback.due_at, "callback_due", of=callback.of)


def off_the_desk(work: Work, callback: Callback) -> None:
    """Nothing reminds of this callback any more."""
    for kind in ("call", "arrange", "overdue"):
        work.done(kind, of=callback.of)
    work.cancel("callback_due", of=callback.of)


def tell_planned(work: Work, callback: Callback, case: Case, pack: Pack) -> None:
    """The others learn until when the customer is to be asked; from here on the clauses apply."""
    work.publish(
        CallbackPlanned(
            case=case.known,
            callback_id=callback.id,
            number=callback.number,
            round=callback.round,
            verifies=callback.verifies,
            due_at=callback.due_at,
            reason=callback.reason,
            desk=callback.desk,
            form=callback.form,
        ),
        judging=clauses.at_planning(callback, pack) if callback.counts_for_the_clauses and not callback.reached else (),
    )


def is_over(work: Work, callback: Callback) -> None:
    """The jobs that wait for this callback hear that it is over."""
    for job in callback.jobs:
        work.tell(job, OVER, callback=callback.id)


def end_waived(
    work: Work,
    callback: Callback,
    case: Case,
    reason: str,
    *,
    note: str | None = None,
    evidence: Attachment | None = None,
    exempting: tuple[str, ...] = (),
) -> None:
    """Nobody asks this customer; the case may be closed without an answer."""
    pack = pack_of(work, case)
    callback.end(CallbackState.WAIVED, work.now)
    callback.waived_for, callback.waiver_note = reason, note
    callback.evidence = evidence.model_dump(mode="json") if evidence else None
    off_the_desk(work, callback)
    forget_answers(work, callback)
    judged = kept(exempting, of=callback.of)
    if callback.counts_for_the_clauses:
        judged += waived(clauses.asking(callback, pack), of=callback.of)
    judged += waived(clauses.of_the_loop(callback, pack), of=f"again:{callback.round - 1}")
    told = CallbackWaived(
        case=case.known,
        callback_id=callback.id,
        number=callback.number,
        round=callback.round,
        verifies=callback.verifies,
        reason=reason,
        note=note,
        evidence=evidence,
    )
    note_waiver(case, told, work.now)
    work.publish(told, judging=judged)
    is_over(work, callback)
    if callback.verifies:
        say_whether_settled(work, case)
    else:
        set_mark(work, callback, case, WAIVED)


def set_mark(work: Work, callback: Callback, case: Case, mark: str, reason: str | None = None) -> None:
    """Callback says where it stands with this round; intake closes the case or opens a further round."""
    say_whether_settled(work, case)
    work.publish(MarkSet(case=case.known, mark=mark, round=callback.round, reason=reason))


def say_whether_settled(work: Work, case: Case) -> None:
    """Until a callback of the round let the case go, its missing mark holds the case; nothing need be said before."""
    of_the_round = work.all(Callback, round=case.known.round)
    tell_whether_settled(work, case.known, may_close=any(one.lets_the_case_go for one in of_the_round))


def hold(work: Work, callback: Callback, case: Case) -> None:
    """The case is being handled again: the callback waits, its occasion is taken back, no job waits for it."""
    off_the_desk(work, callback)
    callback.held, callback.awaits = True, None
    if callback.counts_for_the_clauses:
        work.judge(withdrawn(clauses.asking(callback, pack_of(work, case)), of=callback.of))
    is_over(work, callback)


def put_away(work: Work, callback: Callback, case: Case) -> None:
    """The case was closed: what was still to be asked need not be asked any more."""
    off_the_desk(work, callback)
    callback.held = True
    if callback.counts_for_the_clauses:
        work.judge(not_applicable(clauses.asking(callback, pack_of(work, case)), of=callback.of))
    is_over(work, callback)


def forget_answers(work: Work, callback: Callback) -> None:
    """No answer is owed to this customer any more."""
    for limit in _owed(work, callback):
        work.done(ANSWER, of=limit.of)
        work.judge(withdraw_limit(work, limit.name, limit.of))
        _not_needed(work, f"{limit.of}:further")
    callback.answer_by = None


def forget_the_loop(work: Work, round_: int) -> None:
    """Nobody has to ask again about a round of a closed case."""
    _not_needed(work, f"again:{round_}")


def _not_needed(work: Work, of: str) -> None:
    open_ones = [occasion.clause for occasion in work.all(Occasion, of=of) if occasion.ended_at is None]
    if open_ones:
        work.judge(not_applicable(open_ones, of=of))


def _owed(work: Work, callback: Callback) -> list[Limit]:
    of = f"{callback.of}:"
    return [limit for limit in work.all(Limit, name=ANSWER) if limit.runs and limit.of.startswith(of)]
