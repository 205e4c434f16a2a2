"""What the page asks with the next step: fields of the form, facets to rate, what is needed only when necessary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Facts
from closeloop.chassis.packs.step_rules import StepOf
from closeloop.contracts.procedure.form import Form
from closeloop.dispatch.model import Duty

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as the page asks for it."""

    name: str
    label: Words
    type: str
    options: list[tuple[str, Words]]
    value: Any
    hint: Words | str
    unit: str | None
    required: bool = True


def fields_asked(step: StepOf, form: Form, duty: Duty) -> list[Asked]:
    """The fields that must be filled with the step."""
    return [_asked(form, name, duty) for name in step.entry.fields if name in form.fields]


def rated_here(step: StepOf, pack: Pack, facts: Facts) -> list[tuple[str, Words, list[tuple[str, Words]], str]]:
    """The facets that are rated with the step: name, title, values, and what was rated before."""
    rated = []
    for name in step.entry.rates:
        facet = pack.intake.said.facets[name]
        values = [(value, said.title.model_dump()) for value, said in facet.values.items()]
        rated.append((name, facet.title.model_dump(), values, str(facts.get(name) or "")))
    return rated


def _asked(form: Form, name: str, duty: Duty) -> Asked:
    field, value = form.fields[name], duty.record.get(name, "")
    return Asked(
        name=f"fields.{name}",
        label=field.title.model_dump(),
        type=field.type,
        options=[(choice, said.title.model_dump()) for choice, said in field.choices.items()],
        value=str(value).lower() if isinstance(value, bool) else value,
        hint=field.help.model_dump() if field.help else "",
        unit=field.unit,
    )
