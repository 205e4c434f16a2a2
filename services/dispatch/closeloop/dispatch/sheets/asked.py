"""What the page asks with the next step: fields of the form, facets to rate, what is needed only when necessary."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Facts
from closeloop.chassis.packs.step_rules import StepOf
from closeloop.chassis.records.inputs import inputs
from closeloop.dispatch.model import Duty

Words = dict[str, str]


def fields_asked(step: StepOf, pack: Pack, duty: Duty) -> list[dict[str, Any]]:
    """The fields that must be filled with the step, as `chassis/filling.html` asks for them."""
    form = pack.forms[duty.form]
    asked = inputs(pack, form, [name for name in step.entry.fields if name in form.fields], duty.record)
    return [{**one, "required": one["required"] or one["type"] != "rows"} for one in asked]


def rated_here(step: StepOf, pack: Pack, facts: Facts) -> list[tuple[str, Words, list[tuple[str, Words]], str]]:
    """The facets that are rated with the step: name, title, values, and what was rated before."""
    rated = []
    for name in step.entry.rates:
        facet = pack.intake.said.facets[name]
        values = [(value, said.title.model_dump()) for value, said in facet.values.items()]
        rated.append((name, facet.title.model_dump(), values, str(facts.get(name) or "")))
    return rated
