"""What conditions may ask about a case: what intake told, what was written and rated with steps, and its duties."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from closeloop.chassis.conditions import Domains
from closeloop.chassis.fields import as_fact
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Facts
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch.corrective.matter import facts_of_an_action
from closeloop.dispatch.issuing.coming import may_come
from closeloop.dispatch.model import Duty, HandledCase

EMPTY: tuple[Any, ...] = (None, "")


def known_facts(pack: Pack, case: HandledCase, duties: Iterable[Duty]) -> dict[str, Any]:
    """The facts of a case; what was written with a step counts from then on, in its round."""
    written: dict[str, Any] = {}
    for duty in duties:
        if duty.round == case.round and duty.state is not DutyState.WITHDRAWN:
            written.update(_written_with_steps(pack, duty))
    facts = pack.facts_of(case.told, case.facts, written)
    return facts if case.action is None else facts_of_an_action(case, facts)


def facts_with_form(
    pack: Pack, case: HandledCase, duties: list[Duty], duty: Duty, decided: Collection[str] = ()
) -> dict[str, Any]:
    """The same, with the form of one duty as it stands now, and the duties of each rule as a list."""
    facts = known_facts(pack, case, duties)
    fields = pack.forms[duty.form].fields
    on_the_form = {
        name: as_fact(fields[name], value)
        for name, value in duty.record.items()
        if value not in EMPTY and name in fields
    }
    return {
        **duties_as_facts(pack, case, duties, facts, decided),
        **on_the_form,
        **facts,
        **_own(pack, duty, on_the_form),
    }


def duties_as_facts(
    pack: Pack, case: HandledCase, duties: list[Duty], facts: Facts, decided: Collection[str] = ()
) -> dict[str, Any]:
    """Rule to its duties of this round; not known while the rule itself waits, so that nothing is passed too early."""
    standing = [duty for duty in duties if duty.round == case.round and not duty.is_gone]
    lists: dict[str, Any] = {}
    for rule in pack.dispatch.duties:
        mine = [_as_fact(duty) for duty in standing if duty.rule == rule.name]
        waits = not mine and may_come(pack, case, duties, rule, facts, decided)
        lists[rule.name] = None if waits else mine
    return lists


def orders_of(pack: Pack) -> Domains:
    """Ordered facet to its values, from the lowest to the highest."""
    return {name: tuple(facet.values) for name, facet in pack.intake.said.facets.items() if facet.ordered}


def _as_fact(duty: Duty) -> dict[str, Any]:
    return {
        **duty.record,
        "state": str(duty.state),
        "desk": duty.issued_to,
        "outcome": duty.outcome and str(duty.outcome),
    }


def _own(pack: Pack, duty: Duty, on_the_form: dict[str, Any]) -> dict[str, Any]:
    """What the form of this duty asks counts before what another one asked; the header says what it says."""
    asked = {name for step in pack.dispatch.steps[duty.rule] for name in step.entry.fields}
    return {name: value for name, value in on_the_form.items() if name in asked}


def _written_with_steps(pack: Pack, duty: Duty) -> dict[str, Any]:
    form, steps = pack.forms[duty.form], pack.dispatch.steps[duty.rule]
    names = [name for step in steps if step.name in duty.steps for name in step.entry.fields]
    return {
        name: as_fact(form.fields[name], duty.record[name])
        for name in names
        if name in form.fields and not form.fields[name].personal and duty.record.get(name) not in EMPTY
    }
