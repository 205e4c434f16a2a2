"""Payouts of a pack: every ceiling can be reached, a higher one follows upon a lower, and the sum has its place."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch, Form
from closeloop.contracts.procedure.dispatch import Duty
from closeloop.contracts.procedure.head import Head
from closeloop.contracts.procedure.payouts import Payout

MONEY = ("money", "number")


def check_payouts(source: Source) -> Iterator[Fault]:
    """Ceilings that nobody has, that do not rise, or that are told in another currency; sums without a field."""
    dispatch, head = source.parts["dispatch"], source.parts["procedure"]
    assert isinstance(dispatch, Dispatch) and isinstance(head, Head)
    for name, payout in dispatch.payouts.items():
        yield from _its_field(source, name, payout, dispatch)
        yield from _its_ceilings(source, name, payout, dispatch, head)


def _its_field(source: Source, name: str, payout: Payout, dispatch: Dispatch) -> Iterator[Fault]:
    form, place = source.folded("forms").get(payout.form or ""), ("payouts", name, "field")
    if not isinstance(form, Form) or payout.field is None:
        return
    yield from known(source, "dispatch", place, "field", payout.field, form.fields)
    field = form.fields.get(payout.field)
    if field is not None and field.type not in MONEY:
        sentence = f"The sum of {name} is written into {payout.field}: let this field be of the type money."
        yield source.fault("dispatch", place, sentence)
    for rule, duty in dispatch.duties.items():
        for step, said in duty.steps.items():
            if duty.form == payout.form and payout.field in said.fields:
                sentence = f"Payments write {payout.field} by themselves: take it off the fields of this step."
                yield source.fault("dispatch", ("duties", rule, "steps", step, "fields"), sentence)


def _its_ceilings(source: Source, name: str, payout: Payout, dispatch: Dispatch, head: Head) -> Iterator[Fault]:
    lower: tuple[str, float] | None = None
    taken: dict[tuple[str, str | None], str] = {}
    last = list(payout.ceilings)[-1]
    for called, ceiling in payout.ceilings.items():
        place: Where = ("payouts", name, "ceilings", called)
        amount = float(ceiling.amount)
        if ceiling.amount.parameter is not None and ceiling.amount.parameter in head.parameters:
            parameter = head.parameters[ceiling.amount.parameter]
            amount = float(parameter.value) if isinstance(parameter.value, int | float) else amount
            if parameter.unit != payout.currency:
                sentence = f"{ceiling.amount.parameter} is no amount of {payout.currency}: give it this unit."
                yield source.fault("dispatch", (*place, "amount"), sentence)
        if amount <= 0:
            yield source.fault("dispatch", (*place, "amount"), f"Write how much {called} may give, more than nothing.")
        elif lower is not None and amount <= lower[1]:
            sentence = f"{called} is not higher than {lower[0]}: write the ceilings from the lowest to the highest."
            yield source.fault("dispatch", place, sentence)
        if ceiling.above == "cannot_handle" and called == last:
            sentence = f"Nobody is above {called}: leave above out, or write the ceiling of whoever takes it over."
            yield source.fault("dispatch", (*place, "above"), sentence)
        if (before := taken.get((ceiling.by, ceiling.during))) is not None:
            sentence = f"{before} is the ceiling of {ceiling.by} already: one of both is enough."
            yield source.fault("dispatch", place, sentence)
        if ceiling.during is not None:
            yield from known(source, "dispatch", (*place, "during"), "duty", ceiling.during, dispatch.duties)
            duty = dispatch.duties.get(ceiling.during)
            if duty is not None and ceiling.by not in (desks := desks_of(duty)) and None not in desks:
                sentence = f"{ceiling.by} never has the duty {ceiling.during}, so nobody gives anything under {called}."
                yield source.fault("dispatch", (*place, "by"), sentence)
        taken[ceiling.by, ceiling.during] = called
        lower = (called, amount)


def desks_of(duty: Duty) -> set[str | None]:
    """The desks that may get a duty; None among them where a fact names the desk."""
    rising = duty.further_rounds.rising if duty.further_rounds else ()
    return {to.desk for to in (duty.to, *(one.to for one in rising))}
