"""What the page for a new case asks besides the register: judgements, what may be necessary, what was done at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.datastructures import FormData

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule, compiled
from closeloop.chassis.people import Person
from closeloop.chassis.records.inputs import FIELDS, from_page, inputs
from closeloop.contracts.procedure.dispatch import Duty
from closeloop.intake.rights import may_rate

SPOT = "on_the_spot."


def facets_at_once(pack: Pack, person: Person) -> list[dict[str, Any]]:
    """What is rated while a case is taken down: at any time, before passing on, or to resolve it at once."""
    judged = {rule.entry.rates.facet for rule in pack.intake.handovers if rule.entry.rates}
    for _rule, asked in _duties_on_the_spot(pack):
        judged |= asked
    return [
        {
            "name": f"facets.{rule.name}",
            "label": rule.entry.title.model_dump(),
            "options": [(value, about.title.model_dump()) for value, about in rule.entry.values.items()],
        }
        for rule in pack.intake.facets
        if rule.name in judged or (rule.entry.later and rule.applies({}) and may_rate(person, pack, rule.entry))
    ]


def asks_why(pack: Pack) -> bool:
    """Whether somebody who takes a case down may judge something that needs a reason."""
    signed = any(
        rule.entry.signed or any(one.signed for _value, _name, one in rule.entry.reasons())
        for rule in pack.intake.facets
    )
    return signed or any(rule.entry.rates for rule in pack.intake.handovers)


def may_be_necessary(pack: Pack) -> list[dict[str, Any]]:
    """What the desk says yes or no to before a case is registered, each with its clauses."""
    return [
        {"name": need.name, "title": need.entry.title.model_dump(), "clauses": need.entry.clauses}
        for needs in pack.intake.needs.values()
        for need in needs
        if need.entry.when_necessary
    ]


def done_at_once(pack: Pack) -> list[dict[str, Any]]:
    """The fields of the working form that say what was done at once; none where nothing is resolved at once."""
    rule = next((rule for rule, _asked in _duties_on_the_spot(pack)), None)
    if rule is None:
        return []
    form, names = pack.forms[rule.entry.form], dict.fromkeys(_asked_for(pack, rule))
    asked = inputs(pack, form, [name for name in names if name in form.fields], {})
    return [_renamed(one) for one in asked]


def as_done_at_once(entered: FormData, pack: Pack | None) -> dict[str, Any] | None:
    """What a page says was done at once; none if nothing was filled in."""
    rule = next((rule for rule, _asked in _duties_on_the_spot(pack)), None) if pack else None
    if pack is None or rule is None:
        return None
    mine = [(FIELDS + name.removeprefix(SPOT), v) for name, v in entered.multi_items() if name.startswith(SPOT)]
    said = from_page(pack.forms[rule.entry.form], FormData(mine))
    filled = {name: value for name, value in said.items() if value not in ("", None, [])}
    return {"fields": filled} if filled else None


def as_necessary(entered: FormData) -> dict[str, dict[str, Any]]:
    """What a page says of what may be necessary."""
    said: dict[str, dict[str, Any]] = {}
    for name, value in entered.items():
        group, _dot, rest = name.partition(".")
        need, _dot, about = rest.partition(".")
        if group == "necessary" and about in ("needed", "reason") and value:
            said.setdefault(need, {})[about] = value
    return {name: one for name, one in said.items() if "needed" in one}


def _duties_on_the_spot(pack: Pack) -> Iterator[tuple[Rule[Duty], set[str]]]:
    """The duties that may be carried through at once, each with the facets that this hangs on."""
    facets = {rule.name for rule in pack.intake.facets}
    for rule in pack.dispatch.duties:
        if rule.entry.on_the_spot is not None:
            asked = compiled(rule.entry.on_the_spot.when, {}).facts_needed
            yield rule, set(asked & facets)


def _asked_for(pack: Pack, rule: Rule[Duty]) -> Iterator[str]:
    for step in pack.dispatch.steps[rule.name]:
        yield from step.entry.fields
        for need in step.needs:
            yield from sorted(need.that.facts_needed)


def _renamed(one: dict[str, Any]) -> dict[str, Any]:
    renamed = {**one, "name": SPOT + one["name"].removeprefix(FIELDS), "required": False}
    for rows in ("rows", "more"):
        if rows in one:
            renamed[rows] = [[_renamed(cell) for cell in row] for row in one[rows]]
    return renamed
