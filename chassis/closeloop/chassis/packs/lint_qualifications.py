"""Qualifications of a pack: their records have the days, and something is assigned to those who need them."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch, Form


def check_qualifications(source: Source) -> Iterator[Fault]:
    """Roles to which nothing is ever assigned, and records that do not say the days."""
    dispatch = source.parts["dispatch"]
    assert isinstance(dispatch, Dispatch)
    assigned = {step.to_role for duty in dispatch.duties.values() for step in duty.steps.values()}
    for name, rule in dispatch.qualifications.items():
        place: Where = ("qualifications", name)
        if not assigned & {*rule.roles}:
            sentence = f"Nothing is assigned to {', '.join(rule.roles)}, so nobody is ever asked for {name}."
            yield source.fault("dispatch", (*place, "roles"), sentence)
        training, asked = rule.training, rule.assessment
        if training is not None:
            yield from _days(source, (*place, "training"), training.form, {"started": training.started})
            yield from _days(source, (*place, "training"), training.form, {"ended": training.ended})
        yield from _days(source, (*place, "assessment"), asked.form, {"day": asked.day})
        if rule.retraining is not None and training is None:
            sentence = "Whoever fails is to learn again, but nothing is learnt: add training."
            yield source.fault("dispatch", (*place, "retraining"), sentence)
        if rule.roles == (asked.by,):
            sentence = f"{asked.by} would assess themselves: name somebody else."
            yield source.fault("dispatch", (*place, "assessment", "by"), sentence)


def _days(source: Source, place: Where, called: str, fields: dict[str, str]) -> Iterator[Fault]:
    form = source.folded("forms").get(called)
    if not isinstance(form, Form):
        return
    for key, name in fields.items():
        yield from known(source, "dispatch", (*place, key), "field", name, form.fields)
        if name in form.fields and form.fields[name].type != "day":
            yield source.fault("dispatch", (*place, key), f"{name} of {called} is no day: let it be of the type day.")
