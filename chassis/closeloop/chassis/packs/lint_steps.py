"""Steps of the duties of a pack: they come to an end, have names, and point only to steps that come before them."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch, Intake
from closeloop.contracts.procedure.dispatch import Duty
from closeloop.contracts.procedure.step import KNOWN_STEPS, moment_of, step_at

BEFORE_THE_STEPS = ("received", "registered", "assessed", "issued")


def check_steps(source: Source, name: str, duty: Duty, intake: Intake) -> Iterator[Fault]:
    """Steps that never end, have no title, or name what is not there or comes too late."""
    order = tuple(duty.steps)
    if not order or order[-1] != "return":
        sentence = f"The duty {name} never ends: let its last step be return, with which its form goes back."
        yield source.fault("dispatch", ("duties", name, "steps"), sentence)
    for i, (step, rule) in enumerate(duty.steps.items()):
        place: Where = ("duties", name, "steps", step)
        if step not in KNOWN_STEPS and rule.title is None:
            known_steps = ", ".join(KNOWN_STEPS)
            sentence = f"{step} is a step of your own: give it a title, or name one of {known_steps}."
            yield source.fault("dispatch", place, sentence)
        if step in KNOWN_STEPS.values():
            yield source.fault("dispatch", place, f"{step} is a moment: name the step {step_at(step)}.")
        earlier = order[:i]
        yield from known(source, "dispatch", (*place, "not_by"), "earlier step", rule.not_by, earlier)
        if one := _also_theirs(duty, step, earlier):
            sentence = (
                f"{step} is taken by whoever the duty is assigned to, and {one} is, too: name the role that takes "
                "one of them (by: ...), or leave not_by out."
            )
            yield source.fault("dispatch", (*place, "not_by"), sentence)
        if rule.sends_back_to is not None:
            backwards = (*place, "sends_back_to")
            yield from known(source, "dispatch", backwards, "earlier step", rule.sends_back_to, earlier)
        yield from known(source, "dispatch", (*place, "rates"), "facet", rule.rates, intake.facets)
        for facet in rule.rates:
            if facet in intake.facets and not intake.facets[facet].later:
                sentence = f"{facet} is rated when the case comes in: add later: true to it, so that no case waits."
                yield source.fault("dispatch", (*place, "rates"), sentence)


def _also_theirs(duty: Duty, step: str, earlier: tuple[str, ...]) -> str | None:
    """A step that whoever takes this one may not have taken, though both are for the person to whom it is assigned."""
    if "assign" not in earlier or duty.steps[step].by is not None:
        return None
    theirs = [one for one in earlier[earlier.index("assign") + 1 :] if duty.steps[one].by is None]
    return next((one for one in duty.steps[step].not_by if one in theirs), None)


def check_decision(source: Source, name: str, duty: Duty, dispatch: Dispatch, intake: Intake) -> Iterator[Fault]:
    """Duties that nobody gets, and decisions that hold up a step which is not there."""
    decision = duty.when_necessary
    if duty.to.among and decision is None and duty.further_by is None:
        sentence = f"Nobody picks who gets the duty {name}: add when_necessary or further_by, or name the desk."
        yield source.fault("dispatch", ("duties", name, "to"), sentence)
    if duty.to.fact is not None:
        fields = [one for form in source.folded("forms").values() for one in getattr(form, "fields", {}).items()]
        named = {field for field, about in fields if about.type in ("desk", "desks")}
        place: Where = ("duties", name, "to", "fact")
        named |= {"handled_by"} if duty.of else set()
        yield from known(source, "dispatch", place, "fact that names a desk", duty.to.fact, {*intake.facets, *named})
    if decision is None or decision.before is None:
        return
    place = ("duties", name, "when_necessary", "before")
    yield from known(source, "dispatch", (*place, "duty"), "duty", decision.before.duty, dispatch.duties)
    if (other := dispatch.duties.get(decision.before.duty)) is not None:
        yield from known(source, "dispatch", (*place, "step"), "step", decision.before.step, other.steps)


def moments_of(duty: Duty, dispatch: Dispatch) -> set[str]:
    """The moments of a duty, and those of the other duties under their names."""
    others = {f"{name}.{own}" for name, other in dispatch.duties.items() for own in (*other.steps, *other.tells)}
    return {*BEFORE_THE_STEPS, *map(moment_of, duty.steps), *duty.tells, *others}


def comes_after(duty: Duty, moment: str, other: str) -> bool:
    """Whether a moment of a duty comes after another one; of another duty nobody can tell."""
    order = (*BEFORE_THE_STEPS, *map(moment_of, duty.steps))
    return moment not in order or other not in order or order.index(moment) > order.index(other)
