"""What people do with a duty; pages and programs offer the same actions. `desks` are those of the person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.fields import desk_misfit
from closeloop.chassis.guided import must_be_confirmed
from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import (
    DutyAccepted,
    DutyArrived,
    DutyAssigned,
    DutyFinished,
    DutyReturned,
)
from closeloop.contracts.vocabulary import Outcome, label
from closeloop.dispatch.accounts.clearing import refuse_uncleared
from closeloop.dispatch.deciding.necessity import refuse_undecided
from closeloop.dispatch.issuing.handing_out import carry_on
from closeloop.dispatch.model import Duty, clause_of
from closeloop.dispatch.qualifications.gate import only_the_qualified, read_besides
from closeloop.dispatch.sheets.parts import refuse_open_parts
from closeloop.dispatch.sheets.records import as_record, fill_in, write
from closeloop.dispatch.signing.sealing import as_it_travels, refuse_what_was_signed, seal_what_is_returned
from closeloop.dispatch.signing.sign_offs import refuse_unsigned
from closeloop.dispatch.steps.crew import judge_the_leader, who_is_sent, who_leads
from closeloop.dispatch.steps.forms import AssignForm, ResultForm, ReturnForm, StepForm
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.served import tell_what_was_done
from closeloop.dispatch.steps.stepping import step_judged
from closeloop.dispatch.steps.telling import refuse_untold, take_over
from closeloop.dispatch.steps.tracking import ask_to_track

Desks = frozenset[str]


@acts
def accept_duty(work: Work, number: int, form: StepForm, desks: Desks) -> Duty:
    """The desk takes the duty on; from here on it is known that it arrived."""
    take_over(Handling.of(work, number), desks)
    on, at = begin(work, number, "accept", form, desks)
    duty, who = on.duty, _who(work)
    duty.is_misrouted = False
    fill_in(duty, on.form, {"accepted_at": at.isoformat(), "accepted_by": who.name})
    write_with(on, "accept", form.fields)
    judging = step_judged(on, "accept", at, form)
    on.tell(DutyAccepted, judging, accepted_by=who.id, occurred_at=at)
    carry_on(on, "accept", form)
    return duty


@acts(besides=read_besides)
def assign_duty(work: Work, number: int, form: AssignForm, people: tuple[Person | None, ...], desks: Desks) -> Duty:
    """The duty is given to a person of the right trade, or to several of whom one leads; from here on it is theirs."""
    on, at = begin(work, number, "assign", form, desks)
    duty, step = on.duty, on.rule.entry.steps["assign"]
    sent = who_is_sent(on, form, people)
    leader = who_leads(on, form, sent)
    trade = form.trade or on.header.facets.get("trade")
    if step.trades and trade is not None and trade not in step.trades:
        offered = ", ".join(step.trades)
        sentence = _("There is no trade {trade}: take one of {offered}.", trade=trade, offered=offered)
        raise Refused(sentence, clause_of(on.rule.entry, "assign"))
    judging = [one for person in sent for one in only_the_qualified(on, person, step.to_role)]
    duty.worker, duty.trade = leader.id, trade
    duty.crew = [person.id for person in sent if person is not leader]
    title = step.trades[trade].zh if trade in step.trades else trade
    along = "、".join(person.name for person in sent if person is not leader)
    fill_in(duty, on.form, {"worker_name": leader.name, "trade_title": title, "crew_names": along or None})
    write_with(on, "assign", form.fields)
    judging += [*step_judged(on, "assign", at, form), *judge_the_leader(on, sent)]
    on.tell(DutyAssigned, judging, to=leader.id, crew=tuple(duty.crew), trade=trade, occurred_at=at)
    carry_on(on, "assign", form)
    return duty


@acts
def arrive_at_duty(work: Work, number: int, form: StepForm, desks: Desks) -> Duty:
    """The person is on site."""
    on, at = begin(work, number, "arrive", form, desks)
    fill_in(on.duty, on.form, {"arrived_at": at.isoformat()})
    write_with(on, "arrive", form.fields)
    on.tell(DutyArrived, step_judged(on, "arrive", at, form), arrived_at=at, occurred_at=at)
    carry_on(on, "arrive", form)
    return on.duty


@acts
def finish_duty(work: Work, number: int, form: ResultForm, desks: Desks) -> Duty:
    """From here on the customer may sign, and the form may go back."""
    on, at = begin(work, number, "finish", form, desks)
    duty, wanted = on.duty, on.rule.entry.steps["finish"].fields
    entered = dict(form.fields)
    if form.result and "result" in on.form.fields:
        entered.setdefault("result", form.result)
    write_with(on, "finish", entered)
    words = [str(duty.record[name]) for name in wanted if duty.record.get(name)]
    duty.result = form.result or "\n".join(words) or label(form.outcome).zh
    duty.outcome = form.outcome
    fill_in(duty, on.form, {"finished_at": at.isoformat()})
    on.tell(
        DutyFinished,
        step_judged(on, "finish", at, form),
        outcome=form.outcome,
        result=duty.result,
        finished_at=at,
        record=as_record(duty, on.form),
        occurred_at=at,
    )
    carry_on(on, "finish", form)
    return duty


@acts
def return_duty(work: Work, number: int, form: ReturnForm, desks: Desks) -> Duty:
    """The completed original goes back to the desk; with the last one the case is handled."""
    on, at = begin(work, number, "return", form, desks)
    duty, step = on.duty, on.rule.entry.steps["return"]
    clause = clause_of(on.rule.entry, "return")
    if step.with_original and not form.with_original:
        raise Refused(_("The original of the form has to come back with the result."), clause=clause)
    write_with(on, "return", form.fields)
    fill_in(duty, on.form, {"returned_at": at.isoformat()})
    judging = step_judged(on, "return", at, form)
    record = as_it_travels(seal_what_is_returned(on, at, judging))
    on.tell(
        DutyReturned,
        judging,
        outcome=duty.outcome or Outcome.SOLVED,
        result=duty.result or "",
        with_original=form.with_original,
        returned_at=at,
        record=record,
        occurred_at=at,
    )
    tell_what_was_done(on, record)
    ask_to_track(on)
    carry_on(on, "return", form)
    return duty


def begin(work: Work, number: int, step: str, form: StepForm, desks: Desks) -> tuple[Handling, datetime]:
    """The duty, once it is clear that this person may take this step, and when it was taken."""
    on = Handling.of(work, number)
    on.duty.check(step, on.rule.entry, on.steps, on.facts, by=work.by, desks=desks)
    refuse_undecided(on, step)
    refuse_untold(on, step)
    refuse_open_parts(on, step)
    refuse_unsigned(on, step)
    refuse_uncleared(on, step)
    must_be_confirmed(on.pack, step, on.facts, form.guidance)
    return on, _moment(on, form.happened_at)


def write_with(on: Handling, step: str, entered: Mapping[str, Any], *, is_complete: bool = True) -> None:
    """What is entered with a step stands on the form; what the step asks for must be there.

    Whoever changes with the step what was approved for it needs a new yes first.
    """
    wanted, before = on.rule.entry.steps[step].fields if is_complete else (), on.duty.record
    write(on.duty, on.form, entered, wanted, clause_of(on.rule.entry, step))
    desks = (*on.pack.head.departments, *on.pack.head.roles)
    for name in entered:
        if wrong := desk_misfit(on.form.fields[name], on.duty.record.get(name), desks):
            raise Refused(_("There is no desk {desk}. Name a department or a role.", desk=wrong))
    if entered:
        refuse_what_was_signed(on, before, entered)
    on.learn()
    if entered and is_complete and on.pack.dispatch.sign_offs[on.duty.rule]:
        refuse_unsigned(on, step)


def _moment(on: Handling, claimed: datetime | None) -> datetime:
    """When it happened: now, or earlier if this person may say so."""
    now = on.work.now
    if claimed is None:
        return now
    if claimed > now + timedelta(minutes=5):
        raise Refused(_("This lies in the future. Give the time when it happened."))
    roles = on.pack.head.roles
    if not any("backdate" in roles[role].may for role in _who(on.work).roles if role in roles):
        raise Refused(_("Your role does not allow to write down something later. Leave the time out."))
    if claimed < on.duty.issued_at:
        raise Refused(_("This was before the duty was issued. Give the time when it happened."))
    return min(claimed, now)


def _who(work: Work) -> Person:
    assert work.by is not None
    return work.by
