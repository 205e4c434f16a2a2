"""Corrective actions of a pack: each is brought about by something that exists, and somebody does its work."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch, Stats
from closeloop.contracts.procedure.corrective import CorrectiveAction
from closeloop.contracts.procedure.dispatch import Duty


def check_corrective_actions(source: Source, tables: Tables) -> Iterator[Fault]:
    """Actions that nobody opens or works on, and duties that mix cases with actions."""
    dispatch = source.part("dispatch", Dispatch)
    for name, duty in dispatch.duties.items():
        yield from _of_a_duty(source, name, duty, dispatch)
    prefixes: dict[str, str] = {}
    for name, action in dispatch.corrective_actions.items():
        place: Where = ("corrective_actions", name)
        if (other := prefixes.setdefault(action.prefix, name)) != name:
            sentence = f"The numbers of {name} begin as those of {other} do: give it a prefix of its own."
            yield source.fault("dispatch", (*place, "prefix"), sentence)
        if not any(name in duty.of for duty in dispatch.duties.values()):
            sentence = f"Nobody does anything for {name}: name it in the of: of its duties, or remove it."
            yield source.fault("dispatch", place, sentence)
        yield from _openings(source, place, action, dispatch)
        if action.effect is not None:
            indicators = source.part("stats", Stats).indicators
            where = (*place, "effect", "indicator")
            yield from known(source, "dispatch", where, "indicator", action.effect.indicator, indicators)


def _openings(source: Source, place: Where, action: CorrectiveAction, dispatch: Dispatch) -> Iterator[Fault]:
    of_cases = [name for name, duty in dispatch.duties.items() if not duty.of]
    for name, opening in action.opens.items():
        where = (*place, "opens", name)
        yield from known(source, "dispatch", (*where, "after"), "duty of a case", opening.after, of_cases)
        if opening.alarm is not None:
            alarms = source.part("stats", Stats).alarms
            yield from known(source, "dispatch", (*where, "alarm"), "alarm", opening.alarm, alarms)
    seen = {name for other in dispatch.corrective_actions.values() if other is not action for name in other.opens}
    for name in sorted(seen & set(action.opens)):
        sentence = f"Another corrective action has an opening {name} too: give one of them another name."
        yield source.fault("dispatch", (*place, "opens", name), sentence)


def _of_a_duty(source: Source, name: str, duty: Duty, dispatch: Dispatch) -> Iterator[Fault]:
    place: Where = ("duties", name)
    yield from known(source, "dispatch", (*place, "of"), "corrective action", duty.of, dispatch.corrective_actions)
    for other in duty.after:
        first = dispatch.duties.get(other)
        if first is not None and bool(first.of) != bool(duty.of):
            sentence = f"{name} and {other} are not duties of the same matter: one is of a case, one of an action."
            yield source.fault("dispatch", (*place, "after"), sentence)
    if not duty.of:
        return
    for key in ("marks", "on_the_spot"):
        if getattr(duty, key):
            sentence = f"A corrective action is no case, so {name} has no {key}: leave it out."
            yield source.fault("dispatch", (*place, key), sentence)
    for step, rule in duty.steps.items():
        if rule.rates:
            sentence = f"Facets are rated for cases, and {name} is a duty of a corrective action: ask a field instead."
            yield source.fault("dispatch", (*place, "steps", step, "rates"), sentence)
