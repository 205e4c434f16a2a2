"""What people do when they tell somebody: the customer how far it is, a superior what has come up."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.connectors.writing import write_letter
from closeloop.chassis.guided import guided
from closeloop.chassis.i18n import _, day
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyStepped
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.contracts.procedure.telling import Telling
from closeloop.dispatch.issuing.handing_out import look_at_limits
from closeloop.dispatch.model import Duty
from closeloop.dispatch.steps.forms import TellForm
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.notices import lay_before
from closeloop.dispatch.steps.telling import answered, said, tellings_of

Desks = frozenset[str]
MAIL, TOLD = "mail", "told"
TELL = "tell"


@acts
def tell_somebody(work: Work, number: int, form: TellForm, desks: Desks) -> Duty:
    """The customer, or whoever is named, is told; a limit that repeats asks for it again from now on."""
    on = Handling.of(work, number)
    duty = on.duty
    rule = next((one for one in tellings_of(on) if one.name == form.what), None)
    if rule is None:
        raise Refused(_("Nobody has to be told “{what}” here.", what=form.what))
    clause = next(iter(rule.clauses), None)
    _may_tell(on, rule, desks, clause)
    work.acts_on(duty.worker or duty.desk)
    shown = [one for step in (TELL, rule.name) for one in _guided(on, step, rule, form)]
    _note(on, rule, form)
    _write_a_letter(on, rule, form)
    judging = [*shown, *answered(on, rule)]
    on.learn()
    on.tell(
        DutyStepped,
        judging,
        step=rule.name,
        title=rule.entry.title,
        to=rule.entry.to,
        how=form.how,
        text=form.text,
    )
    work.judge(on.limits_of_a_step())  # after it was told, so that what begins anew is not taken for what it ended
    look_at_limits(work, on.pack, on.case)
    on.look_at_limits()
    on.ask_for_next_step()
    on.say_whether_settled()
    return duty


def _guided(on: Handling, step: str, rule: Rule[Telling], form: TellForm) -> list[Judgement]:
    """The texts of every telling, and those of this one."""
    return guided(on.work, on.pack, step, on.facts, form.guidance, of=f"{on.duty.of}:{rule.name}")


def _may_tell(on: Handling, rule: Rule[Telling], desks: Desks, clause: str | None) -> None:
    duty, by = on.duty, on.work.by
    if not duty.is_open or on.case.closed_at is not None:
        raise Refused(_("This duty is over; nobody has to be told any more."), clause=clause)
    if rule.entry.takes_over:
        desk = on.pack.title_of(rule.entry.to).model_dump()
        raise Refused(_("“{desk}” was called and takes over by accepting the duty.", desk=desk), clause=clause)
    if by is None or (duty.desk not in desks and not by.acts_as(duty.worker)):
        desk = on.pack.title_of(duty.desk).model_dump()
        raise Refused(_("This is for “{desk}”.", desk=desk), clause=clause)


def _write_a_letter(on: Handling, rule: Rule[Telling], form: TellForm) -> None:
    """What the customer is told in writing goes out by mail where that is possible; else it went some other way."""
    customer, duty = on.case.brought_by, on.duty
    if rule.entry.to != CUSTOMER or form.how != "written" or not customer.email or MAIL not in on.work.channels:
        return
    title = rule.entry.title.model_dump()["en" if customer.language == "en" else "zh"]
    write_letter(
        on.work,
        MAIL,
        customer.email,
        kind=TOLD,
        subject=f"{duty.case_number} {title}",
        text=form.text,
        of=f"{duty.of}:{rule.name}",
        language=customer.language,
        desk=duty.desk,
        place=duty.place,
        audience=duty.audience,
    )


def _note(on: Handling, rule: Rule[Telling], form: TellForm) -> None:
    duty, field = on.duty, rule.entry.field
    told: dict[str, Any] = {**said(on, rule, text=form.text, how=form.how)}
    if rule.entry.to != CUSTOMER:
        told["read"] = False
        lay_before(on, rule.name, rule.entry.to, rule.entry.title.model_dump())
    duty.told = [*duty.told, told]
    if field is not None:
        assert on.work.by is not None
        local = on.work.now.astimezone(on.work.calendar(duty.place).zone)
        line = f"{day(local, 'zh')} {local:%H:%M} {on.work.by.name}：{form.text}"
        before = duty.record.get(field)
        duty.record = {**duty.record, field: f"{before}\n{line}" if before else line}
