"""What people do: they ask the customer and write down what came of it, or say why nobody asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from closeloop.callback.model import (
    REACHED,
    WAIVED,
    Attempt,
    Callback,
    Case,
    Evidence,
    after,
    check_form,
    check_moments,
    check_signature,
    may_waive,
    signed,
)
from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, opened, waived
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Forbidden, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived
from closeloop.contracts.every import MarkSet
from closeloop.contracts.personal import Attachment
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, CallbackState, SignatureMeans


class SignatureForm(BaseModel):
    """Who signed, and how; or who saw that the customer refused."""

    model_config = ConfigDict(extra="forbid")

    means: SignatureMeans
    signer: str | None = Field(default=None, max_length=100)
    witness: str | None = Field(default=None, max_length=100)


class AttemptForm(BaseModel):
    """What came of asking the customer once."""

    model_config = ConfigDict(extra="forbid")

    form: CallbackForm
    outcome: CallbackOutcome
    note: str | None = Field(default=None, max_length=10_000)
    signature: SignatureForm | None = None
    attempted_at: AwareDatetime | None = None
    answer_by: AwareDatetime | None = None


class Proof(BaseModel):
    """What shows that a waiver is right."""

    model_config = ConfigDict(extra="forbid")

    note: str | None = Field(default=None, max_length=10_000)
    attachment: Attachment | None = None


class WaiverForm(BaseModel):
    """Why nobody asks this customer: an exemption of the pack, with its evidence."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=60)
    evidence: Proof | str = Field(default_factory=Proof)

    @property
    def proof(self) -> Proof:
        """The evidence; plain text is a note."""
        return Proof(note=self.evidence) if isinstance(self.evidence, str) else self.evidence


@acts
def record_attempt(work: Work, number: int, form: AttemptForm) -> tuple[Callback, Attempt]:
    """The customer was asked; what they said decides how the case goes on."""
    callback, case, pack, person = _in_hand(work, number)
    rule = check_form(form.form, pack.callback.forms_for(pack.facts_of(case.known, case.facts)), pack)
    at = form.attempted_at or work.now
    check_moments(at, form.answer_by, form.outcome, work.now)
    means, signer, witness = _who_signed(form)
    check_signature(rule, form.outcome, means, signer, witness, pack)
    if form.outcome != CallbackOutcome.UNREACHABLE and form.outcome not in pack.callback.loop.marks:
        raise Refused(_("This procedure does not know this outcome; choose another one."))

    callback.tries += 1
    callback.reached += form.outcome in REACHED
    attempt = Attempt(
        id=f"{callback.id}.{callback.tries}",
        case_id=callback.case_id,
        callback_id=callback.id,
        number=callback.tries,
        form=form.form,
        outcome=form.outcome,
        caller=person.id,
        attempted_at=at,
        recorded_at=work.now,
        note=form.note or None,
        counts=form.outcome in REACHED,
        signature=_signature(form, callback, case, at),
        answer_by=form.answer_by,
    )
    work.add(attempt)
    clauses = rule.clauses if form.signature else [c for c in rule.clauses if rule.signature != "required"]
    _tell(work, callback, case, attempt, judging=_kept(callback, attempt, tuple(clauses), pack))
    _go_on(work, callback, case, attempt, pack)
    return callback, attempt


@acts
def waive(work: Work, number: int, form: WaiverForm, scan: Evidence | None = None) -> Callback:
    """Somebody who may says why this customer is not asked, with the evidence that the pack wants."""
    callback, case, pack, person = _in_hand(work, number)
    exemption = pack.callback.said.exemptions.get(form.reason)
    if exemption is None:
        known = ", ".join(pack.callback.said.exemptions)
        raise Refused(_("There is no such reason for leaving out a callback; it is one of: {known}.", known=known))
    if not may_waive(person, exemption, pack):
        raise Forbidden(_("Your role may not grant this exemption; ask whoever answers for callbacks."))
    proof = form.proof
    clause = exemption.clauses[-1] if exemption.clauses else None
    if exemption.evidence == "attachment" and proof.attachment is None:
        raise Refused(_("Attach the evidence, such as the reply letter, to waive this callback."), clause=clause)
    if exemption.evidence != "none" and not (proof.note or proof.attachment):
        raise Refused(_("Write down what shows that this customer need not be asked."), clause=clause)
    if scan is not None:
        work.add(scan)
    end_waived(
        work, callback, case, form.reason, note=proof.note, evidence=proof.attachment, exempting=exemption.clauses
    )
    return callback


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
    pack = work.pack(case.known.procedure, case.known.procedure_version)
    callback.end(CallbackState.WAIVED, work.now)
    callback.waived_for, callback.waiver_note = reason, note
    callback.evidence = evidence.model_dump(mode="json") if evidence else None
    off_the_desk(work, callback)
    work.done("answer", of=callback.of)
    work.cancel("answer_due", of=callback.of)
    judged = kept(exempting, of=callback.of)
    if callback.counts_for_the_clauses:
        judged += waived(coverage_clauses(callback, pack), of=callback.of)
    judged += waived(_loop_of(callback, pack), of=f"again:{callback.round - 1}")
    work.publish(
        CallbackWaived(
            case=case.known,
            callback_id=callback.id,
            number=callback.number,
            round=callback.round,
            reason=reason,
            note=note,
            evidence=evidence,
        ),
        judging=judged,
    )
    set_mark(work, callback, case, WAIVED)


def off_the_desk(work: Work, callback: Callback) -> None:
    """Nothing reminds of this callback any more."""
    for kind in ("call", "overdue"):
        work.done(kind, of=callback.of)
    work.cancel("callback_due", of=callback.of)


def set_mark(work: Work, callback: Callback, case: Case, mark: str, reason: str | None = None) -> None:
    """Callback says where it stands with this round; intake closes the case or opens a further round."""
    work.publish(MarkSet(case=case.known, mark=mark, round=callback.round, reason=reason))


def coverage_clauses(callback: Callback, pack: Pack) -> tuple[str, ...]:
    """The clauses by which the customer is asked."""
    coverage = pack.callback.said.coverage.get(callback.coverage)
    return coverage.clauses if coverage else ()


def put_on_the_desk(work: Work, callback: Callback, case: Case) -> None:
    """Somebody is to ask the customer by the day on which it is due."""
    work.task(
        desk=callback.desk,
        kind="call",
        of=callback.of,
        title=(f"回访 {case.number}", f"Call back {case.number}"),
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        due_at=callback.due_at,
        case=case.known,
    )
    work.at(callback.due_at, "callback_due", of=callback.of)


def tell_planned(work: Work, callback: Callback, case: Case, *, judging: list[Judgement] | None = None) -> None:
    """The others learn until when the customer is to be asked."""
    work.publish(
        CallbackPlanned(
            case=case.known,
            callback_id=callback.id,
            number=callback.number,
            round=callback.round,
            due_at=callback.due_at,
            reason=callback.reason,
            desk=callback.desk,
            form=callback.form,
        ),
        judging=judging or (),
    )


def _in_hand(work: Work, number: int) -> tuple[Callback, Case, Pack, Person]:
    callback, case = work.one(Callback, number=number), work.one(Case)
    pack = work.pack(case.known.procedure, case.known.procedure_version)
    assert work.by is not None
    callback.worked_on_by(work.by, pack)
    return callback, case, pack, work.by


def _who_signed(form: AttemptForm) -> tuple[SignatureMeans | None, str | None, str | None]:
    if form.signature is None:
        return None, None, None
    return form.signature.means, form.signature.signer, form.signature.witness


def _signature(form: AttemptForm, callback: Callback, case: Case, at: datetime) -> dict[str, Any] | None:
    if form.signature is None or form.outcome not in REACHED:
        return None
    content = {"callback": callback.id, "form": form.form, "outcome": form.outcome, "note": form.note, "at": at}
    signer = form.signature.signer or case.whose.name or ""
    found = signed(form.signature.means, signer=signer, witness=form.signature.witness, at=at, content=content)
    return found.model_dump(mode="json")


def _tell(work: Work, callback: Callback, case: Case, attempt: Attempt, judging: list[Judgement]) -> None:
    work.publish(
        CallbackAttempted(
            case=case.known,
            callback_id=callback.id,
            number=callback.number,
            round=callback.round,
            attempt=attempt.number,
            form=attempt.form,
            outcome=attempt.outcome,
            note=attempt.note,
            attempted_at=attempt.attempted_at,
            caller=attempt.caller,
            counts=attempt.counts,
            signature=Signature.model_validate(attempt.signature) if attempt.signature else None,
            answer_by=attempt.answer_by,
        ),
        judging=judging,
    )


def _kept(callback: Callback, attempt: Attempt, of_form: tuple[str, ...], pack: Pack) -> list[Judgement]:
    """What an attempt that reached the customer fulfils; a breach that was said before stays said."""
    if not attempt.counts:
        return []
    judged = kept(of_form, of=f"{callback.of}:{attempt.number}")
    if callback.reached == 1:
        if callback.overdue_at is None:
            judged += kept(coverage_clauses(callback, pack), of=callback.of)
        judged += kept(_loop_of(callback, pack), of=f"again:{callback.round - 1}")
    if attempt.outcome == CallbackOutcome.DISSATISFIED:
        judged += opened(pack.callback.loop.clauses, of=f"again:{callback.round}")
    return judged


def _loop_of(callback: Callback, pack: Pack) -> tuple[str, ...]:
    return pack.callback.loop.clauses if callback.round > 1 else ()


def _go_on(work: Work, callback: Callback, case: Case, attempt: Attempt, pack: Pack) -> None:
    """Satisfied ends it, dissatisfied brings a further round, nobody reached means trying again."""
    loop, outcome = pack.callback.loop, attempt.outcome
    if attempt.answer_by is not None:
        _promise_an_answer(work, callback, case, attempt)
        if outcome == CallbackOutcome.SATISFIED:
            return
    elif callback.answer_by is not None and outcome in REACHED:
        work.done("answer", of=callback.of)
        work.cancel("answer_due", of=callback.of)
        callback.answer_by = None
    if outcome == CallbackOutcome.UNREACHABLE:
        if callback.tries - callback.reached < loop.attempts or outcome not in loop.marks:
            callback.next_at = (
                after(loop.next_attempt, work.now, work.calendar(callback.place)) if loop.next_attempt else None
            )
            return
        _close_unreached(work, callback, pack)
    mark = loop.marks[outcome]
    if mark == WAIVED:
        callback.outcome = outcome
        end_waived(work, callback, case, str(outcome), note=attempt.note)
        return
    callback.end(CallbackState.DONE, work.now, outcome)
    off_the_desk(work, callback)
    set_mark(work, callback, case, mark, attempt.note)
    if outcome == CallbackOutcome.DISSATISFIED:
        _warn(work, callback, case, pack)


def _promise_an_answer(work: Work, callback: Callback, case: Case, attempt: Attempt) -> None:
    """What could not be answered at once is answered at an appointed time, and then asked about again."""
    assert attempt.answer_by is not None
    work.done("answer", of=callback.of)
    callback.answer_by = attempt.answer_by
    work.task(
        desk=callback.desk,
        kind="answer",
        of=callback.of,
        title=(f"答复 {case.number} 的客户", f"Answer the customer of {case.number}"),
        url=callback.url,
        place=callback.place,
        audience=callback.audience,
        due_at=attempt.answer_by,
        case=case.known,
    )
    work.at(attempt.answer_by, "answer_due", of=callback.of)
    if attempt.outcome == CallbackOutcome.SATISFIED:
        callback.due_at, callback.reason = max(attempt.answer_by, callback.due_at), "appointment"
        work.at(callback.due_at, "callback_due", of=callback.of)
        tell_planned(work, callback, case)


def _close_unreached(work: Work, callback: Callback, pack: Pack) -> None:
    """Every attempt that the pack asks for was made: the callers did their part."""
    judged = kept(coverage_clauses(callback, pack), of=callback.of) if callback.counts_for_the_clauses else []
    work.judge([*judged, *waived(_loop_of(callback, pack), of=f"again:{callback.round - 1}")])


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
