"""Tellings, crews and parts of the duties of a pack: whoever is told is somebody, what waits for it is there."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch, Form
from closeloop.contracts.procedure.dispatch import Duty
from closeloop.contracts.procedure.entry import People, Places
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.contracts.procedure.step import moment_of

ADDED_TO = ("text", "long_text")


def check_tellings(source: Source, name: str, duty: Duty, form: Form | None, tables: Tables) -> Iterator[Fault]:
    """Who is told, which steps wait for it, and where it is written down."""
    moments = {*duty.steps, *map(moment_of, duty.steps), "issued"}
    for told, telling in duty.tells.items():
        place: Where = ("duties", name, "tells", told)
        yield from known(source, "dispatch", (*place, "to"), "desk", telling.to, (CUSTOMER, *tables["desk"]))
        yield from known(source, "dispatch", (*place, "before"), "step", telling.before, duty.steps)
        if told in moments:
            sentence = f"{told} is a step of the duty {name} already: give the telling another name."
            yield source.fault("dispatch", place, sentence)
        if telling.takes_over and (telling.to == CUSTOMER or "accept" not in duty.steps):
            sentence = f"Nobody can take over by {told}: name a desk (to:), and give the duty {name} the step accept."
            yield source.fault("dispatch", (*place, "takes_over"), sentence)
        if telling.field is not None and form is not None:
            yield from known(source, "dispatch", (*place, "field"), "field", telling.field, form.fields)
            if telling.field in form.fields and form.fields[telling.field].type not in ADDED_TO:
                sentence = f"What is told is added to {telling.field}: let it be of the type long_text."
                yield source.fault("dispatch", (*place, "field"), sentence)


def check_parts(source: Source, name: str, duty: Duty, dispatch: Dispatch) -> Iterator[Fault]:
    """A part is written on the form of another duty, in fields that this one does not ask for itself."""
    if duty.part_of is None:
        return
    place: Where = ("duties", name, "part_of")
    yield from known(source, "dispatch", place, "duty", duty.part_of, [one for one in dispatch.duties if one != name])
    whole = dispatch.duties.get(duty.part_of)
    if whole is None:
        return
    if whole.form != duty.form:
        sentence = f"{name} writes on the form of {duty.part_of}: give it the same form, {whole.form}."
        yield source.fault("dispatch", place, sentence)
    asked = {field for step in whole.steps.values() for field in step.fields}
    mine = {field for step in duty.steps.values() for field in step.fields}
    for field in sorted(asked & mine):
        sentence = f"{field} is asked by {duty.part_of} itself: let {name} write another field of the form."
        yield source.fault("dispatch", place, sentence)


def check_crews(source: Source, name: str, duty: Duty, tables: Tables) -> Iterator[Fault]:
    """Several are sent where somebody is sent, with the step assign; who has a duty of their own has a role."""
    if isinstance(duty.each, People):
        place: Where = ("duties", name, "each", "people")
        yield from known(source, "dispatch", place, "role", duty.each.people, tables["role"])
    if isinstance(duty.each, Places):
        where: Where = ("duties", name, "each", "places")
        yield from known(source, "dispatch", where, "kind of place", duty.each.places, tables["kind of place"])
    for step, rule in duty.steps.items():
        if rule.crew is not None and step != "assign":
            sentence = f"Nobody is sent with {step}: let the crew stand in the step assign."
            yield source.fault("dispatch", ("duties", name, "steps", step, "crew"), sentence)
