"""Signatures and approvals on the form of a duty, besides the one that the step sign takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.signing import (
    Matter,
    Signing,
    SigningHook,
    ask_to_sign,
    end_signing,
    must_be_signed,
)
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.procedure.step import step_at
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.steps.handling import Handling


def sign_offs_besides(on: Handling) -> tuple[Rule[SignOff], ...]:
    """The sign-offs of the duty; where it has the step sign, that one takes the first of them."""
    rules = on.pack.dispatch.sign_offs[on.duty.rule]
    return rules[1:] if "sign" in on.steps else rules


def matter_of(on: Handling) -> Matter:
    """What lies before whoever signs: the form of the duty as it stands now."""
    duty = on.duty
    by_step = {on.pack.dispatch.sign_offs[duty.rule][0].name} if _was_signed_by_step(on) else set()
    return Matter(
        pack=on.pack,
        of=duty.of,
        rules=sign_offs_besides(on),
        title=duty.title,
        url=duty.url,
        desk=duty.desk,
        content=duty.record,
        facts={**duty.record, **on.facts},
        past=frozenset({"issued", *duty.steps, *by_step}),
        took={step: str(said["by"]) for step, said in duty.steps.items()},
        worker=duty.worker,
        form=duty.form,
        about={
            "form": duty.form,
            "form_version": on.form.version,
            "procedure": duty.procedure,
            "procedure_version": duty.procedure_version,
            "number": duty.case_number,
        },
        place=duty.place,
        audience=duty.audience,
        case=on.header,
    )


def refuse_unsigned(on: Handling, step: str) -> None:
    """A step that waits for somebody's name or yes is not taken without it."""
    if not sign_offs_besides(on):
        return
    must_be_signed(on.work, matter_of(on), step)


def ask_for_names(on: Handling) -> None:
    """After a step: whoever signs now is asked."""
    if not sign_offs_besides(on):
        return
    on.work.judge(ask_to_sign(on.work, matter_of(on)))


def end_names(on: Handling) -> list[Judgement]:
    """The duty is back: nobody is asked any more."""
    return end_signing(on.work, matter_of(on)) if sign_offs_besides(on) else []


def _was_signed_by_step(on: Handling) -> bool:
    return "sign" in on.duty.steps and bool(on.pack.dispatch.sign_offs[on.duty.rule])


# -- what the chassis asks ------------------------------------------------------------------------------------------


def _duty_of(work: Work, of: str) -> Handling:
    duty = next((duty for duty in work.all(Duty) if duty.of == of), None)
    if duty is None:
        raise NotFound()
    if work.by is not None:
        duty.shown_to(work.by)
    return Handling.of_duty(work, duty)


def _lies_before(work: Work, of: str) -> Matter:
    return matter_of(_duty_of(work, of))


def _write_part(work: Work, of: str, fields: Mapping[str, Any]) -> None:
    duty = _duty_of(work, of).duty
    duty.record = {**duty.record, **fields}


def _go_on(work: Work, matter: Matter, one: Signing, judging: list[Judgement]) -> None:
    """A no sends the work back to its step; after a yes whoever comes next is asked."""
    from closeloop.dispatch.steps.putting_right import do_it_again

    on = _duty_of(work, matter.of)
    rule = matter.rule(one.name)
    work.judge(judging)
    if rule is not None and one.decision is False and rule.entry.back_to is not None:
        do_it_again(on, step_at(rule.entry.back_to), one.reason or "", one.role)
    work.judge(ask_to_sign(work, matter_of(on), authors=()))
    on.say_whether_settled()


OF_A_DUTY = SigningHook(lays_before=_lies_before, signed=_go_on, writes=_write_part)


def say_whether_settled(work: Work) -> None:
    """What the chassis judged of a case may have been the last thing that dispatch held it open by."""
    case = work.maybe(HandledCase)
    if case is not None:
        tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())
