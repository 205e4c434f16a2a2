"""What people do: they ask the customer and write down what came of it, or say why nobody asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from closeloop.callback.asking.column import attach_the_reply, fill_the_column
from closeloop.callback.asking.forms import AttemptForm, CallerForm, WaiverForm
from closeloop.callback.asking.going_on import go_on, promised_for, tell_attempt
from closeloop.callback.asking.model import (
    REACHED,
    VERIFIED,
    Attempt,
    check_form,
    check_moments,
    check_signature,
    may_waive,
    signed,
)
from closeloop.callback.asking.outcomes import outcome_of, record_of, what_was_said
from closeloop.callback.clauses import covering, first_of
from closeloop.callback.ending import end_waived, off_the_desk, pack_of, put_on_the_desk, say_whether_settled
from closeloop.callback.model import Callback, Case, department_of, is_on_the_desk
from closeloop.chassis.acting import acts
from closeloop.chassis.coverage import NOT_IN_THE_SAMPLE
from closeloop.chassis.guided import guided
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import CallbackOutcome, CallbackState, ClauseKind

AT_ONCE = timedelta(minutes=15)
"""An attempt that is written down within this time was written down when it was made."""


@acts
def record_attempt(work: Work, number: int, form: AttemptForm) -> tuple[Callback, Attempt]:
    """The customer was asked; what they said decides how the case goes on."""
    callback, case, pack, person = in_hand(work, number)
    rule = check_form(form.form, pack.callback.forms_for(pack.facts_of(case.known, case.facts)), pack)
    at = form.attempted_at or work.now
    _is_arranged(callback, person, pack)
    said = what_was_said(callback, pack, form)
    outcome = outcome_of(callback, pack, said, form)
    answer_by = promised_for(work, callback, form, pack)
    check_moments(at, answer_by, outcome, work.now)
    check_signature(rule, outcome, *form.who_signed, pack)
    known = pack.callback.loop.marks if outcome not in VERIFIED else VERIFIED if callback.verifies else ()
    can_be_said = outcome in known and outcome != CallbackOutcome.ANSWERED
    if not can_be_said and outcome != CallbackOutcome.UNREACHABLE:
        raise Refused(_("This procedure does not know this outcome; choose another one."))
    attempt = next_attempt(
        work,
        callback,
        form=form.form,
        outcome=outcome,
        caller=person.id,
        attempted_at=at,
        note=form.note or None,
        signature=_signature(form, outcome, callback, case, at),
        answer_by=answer_by,
        facts=_facts_of(callback, said, pack),
    )
    facts, late = pack.facts_of(case.known, case.facts), work.now - at > AT_ONCE
    guidance = guided(work, pack, "call_back", facts, form.guidance, of=callback.of, entered_later=late)
    tell_attempt(work, callback, case, attempt, pack, judging=guidance)
    fill_the_column(work, callback, case, attempt, pack, caller=person.name, said=said)
    go_on(work, callback, case, attempt, pack)
    return callback, attempt


@acts
def waive(work: Work, number: int, form: WaiverForm) -> Callback:
    """Somebody who may says why this customer is not asked, with the evidence that the pack wants."""
    callback, case, pack, person = in_hand(work, number)
    exemption = pack.callback.said.exemptions.get(form.reason)
    if exemption is None:
        known = ", ".join(pack.callback.said.exemptions)
        raise Refused(_("There is no such reason for leaving out a callback; it is one of: {known}.", known=known))
    clause = exemption.clauses[-1] if exemption.clauses else None
    if not may_waive(person, exemption, pack):
        raise Forbidden(_("Your role may not grant this exemption; ask whoever answers for callbacks."), clause)
    proof = form.proof
    if exemption.evidence == "attachment" and proof.attachment is None:
        raise Refused(_("Attach the evidence, such as the reply letter, to waive this callback."), clause=clause)
    if exemption.evidence != "none" and not (proof.note or proof.attachment):
        raise Refused(_("Write down what shows that this customer need not be asked."), clause=clause)
    if exemption.evidence == "attachment" and proof.attachment is not None:
        role = exemption.granted_by or callback.desk
        attach_the_reply(work, callback, case, pack, letter=proof.attachment, note=proof.note, role=role)
    end_waived(
        work, callback, case, form.reason, note=proof.note, evidence=proof.attachment, exempting=exemption.clauses
    )
    return callback


@acts
def arrange_caller(work: Work, number: int, form: CallerForm, caller: Person | None) -> Callback:
    """The customer is to be asked by this person."""
    callback, case, pack, person = to_arrange(work, number)
    may_call(caller, form.caller, callback.desk, callback.place, pack, arranged_by=person)
    if form.at is not None and form.at <= work.now:
        raise Refused(_("The customer cannot be asked in the past; correct the time."))
    if form.form is not None:
        check_form(form.form, pack.callback.forms_for(pack.facts_of(case.known, case.facts)), pack)
        callback.form = form.form
    if callback.arranged_by is not None:
        callback.arranged_at, callback.arranger = work.now, person.name
    callback.next_at = form.at or callback.next_at
    arrange(work, callback, case, form.caller)
    return callback


@acts
def ask_all_the_same(work: Work, number: int) -> Callback:
    """Whoever was left out by the draw may be asked all the same."""
    callback, case, pack = work.one(Callback, number=number), work.one(Case), pack_of(work, work.one(Case))
    assert work.by is not None
    if not callback.visible_to(work.by):
        raise NotFound()
    if not is_on_the_desk(work.by, callback.desk, pack):
        desk = pack.title_of(callback.desk).model_dump()
        raise Forbidden(_("This callback is on the desk of {desk}.", desk=desk))
    if callback.waived_for != NOT_IN_THE_SAMPLE:
        raise Refused(_("Only a customer whom the draw left out can be asked all the same."))
    callback.state, callback.reason = CallbackState.PLANNED, "extra"
    callback.waived_for = callback.ended_at = None
    coverage = pack.callback.said.coverage[callback.coverage]
    callback.due_at = moment_after(coverage.within, work.now, work.calendar(callback.place))
    put_on_the_desk(work, callback, case)
    say_whether_settled(work, case)
    return callback


def arrange(work: Work, callback: Callback, case: Case, caller: str) -> None:
    """The callback lies on one person's desk."""
    callback.caller = caller
    if not callback.awaits:
        off_the_desk(work, callback)
        put_on_the_desk(work, callback, case)


def may_call(
    caller: Person | None, login: str, desk: str, place: str | None, pack: Pack, *, arranged_by: Person
) -> None:
    """Who asks belongs to the desk and the place; who supervises the callers does not arrange themselves."""
    supervision = pack.callback.supervision
    if caller is None or not caller.at(place):
        raise Refused(_("There is nobody with the login {login} at this place.", login=login))
    if not is_on_the_desk(caller, desk, pack) and caller.department != department_of(desk, pack):
        raise Refused(_("{name} does not belong to the desk that asks. Choose somebody else.", name=caller.name))
    if supervision is not None and caller.id == arranged_by.id and caller.may(supervision.by):
        raise Refused(
            _("You supervise the callers, so somebody else has to ask. Choose another person."),
            clause=next(iter(supervision.clauses), None),
        )


def next_attempt(work: Work, callback: Callback, *, outcome: CallbackOutcome, **said: Any) -> Attempt:
    """One more attempt of this callback, counted."""
    callback.tries += 1
    callback.reached += outcome in REACHED
    if callback.awaits is not None:
        callback.awaits, callback.reason = None, "extra"
    return work.add(
        Attempt(
            id=f"{callback.id}.{callback.tries}",
            case_id=callback.case_id,
            callback_id=callback.id,
            number=callback.tries,
            outcome=outcome,
            recorded_at=work.now,
            counts=outcome in REACHED,
            **said,
        )
    )


def in_hand(work: Work, number: int) -> tuple[Callback, Case, Pack, Person]:
    """The callback, once it is clear that this person may go on with it."""
    callback, case = work.one(Callback, number=number), work.one(Case)
    pack = pack_of(work, case)
    assert work.by is not None
    callback.worked_on_by(work.by, pack, first_of(covering(callback, pack), pack, ClauseKind.ROUTING))
    return callback, case, pack, work.by


def to_arrange(work: Work, number: int) -> tuple[Callback, Case, Pack, Person]:
    """The callback, once it is clear that this person may say who asks."""
    callback, case = work.one(Callback, number=number), work.one(Case)
    pack, person = pack_of(work, case), work.by
    assert person is not None
    arranges = callback.arranged_by
    if arranges is None or not callback.is_open:
        return in_hand(work, number)
    if not callback.visible_to(person):
        raise NotFound()
    if not (person.may(arranges) or person.department == arranges):
        desk = pack.title_of(arranges).model_dump()
        raise Forbidden(_("Only {desk} says who asks, in which form and when.", desk=desk), covering(callback, pack))
    return callback, case, pack, person


def _is_arranged(callback: Callback, person: Person, pack: Pack) -> None:
    """A callback of its own is made by whoever was named for it, not before."""
    if callback.arranged_by is None:
        return
    clauses = covering(callback, pack)
    if callback.waits_to_be_arranged:
        desk = pack.title_of(callback.arranged_by).model_dump()
        raise Refused(_("{desk} has to say first who asks, in which form and when.", desk=desk), clauses)
    if callback.caller is not None and person.id != callback.caller:
        raise Refused(_("Somebody else was named to ask this customer: {login}.", login=callback.caller), clauses)


def _facts_of(callback: Callback, said: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """What of the form conditions may ask about."""
    record = record_of(callback, pack)
    fields = pack.forms[record.form].fields if record else {}
    return {name: value for name, value in said.items() if not fields[name].personal}


def _signature(
    form: AttemptForm, outcome: CallbackOutcome, callback: Callback, case: Case, at: datetime
) -> dict[str, Any] | None:
    if form.signature is None or outcome not in REACHED:
        return None
    content = {"callback": callback.id, "form": form.form, "outcome": outcome, "note": form.note, "at": at}
    signer = form.signature.signer or case.whose.name or ""
    found = signed(form.signature.means, signer=signer, witness=form.signature.witness, at=at, content=content)
    return found.model_dump(mode="json")
