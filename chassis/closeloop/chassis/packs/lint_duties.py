"""Duties and limits of a pack: every step, mark, signature and limit can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.lint_steps import check_decision, check_steps, comes_after, moments_of
from closeloop.chassis.packs.lint_tellings import check_crews, check_parts, check_tellings
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch, Form, Intake
from closeloop.contracts.procedure.step import step_at


def check_duties(source: Source, tables: Tables) -> Iterator[Fault]:
    """Duties that could not be carried out and limits that could not end."""
    dispatch, intake = source.parts["dispatch"], source.parts["intake"]
    assert isinstance(dispatch, Dispatch) and isinstance(intake, Intake)
    forms = source.folded("forms")
    used: set[str] = set()
    for name, duty in dispatch.duties.items():
        place: Where = ("duties", name)
        yield from known(source, "dispatch", (*place, "limits"), "limit", duty.limits, tables["limit"])
        yield from known(source, "dispatch", (*place, "after"), "duty", duty.after, tables["duty"])
        if duty.to.fact in intake.facets and not any(v.desk for v in intake.facets[duty.to.fact].values.values()):
            sentence = f"The facet {duty.to.fact} does not name desks: give each of its values a desk."
            yield source.fault("dispatch", (*place, "to"), sentence)
        used.update(duty.limits, duty.further_rounds.limits if duty.further_rounds else ())
        reached = moments_of(duty, dispatch)
        yield from check_steps(source, name, duty, intake)
        yield from check_decision(source, name, duty, dispatch, intake)
        for mark, moment in duty.marks.items():
            if moment not in reached:
                yield _never(source, (*place, "marks", mark), f"The duty {name}", moment)
        again = duty.further_rounds.limits if duty.further_rounds else ()
        if again:
            yield from known(source, "dispatch", (*place, "again", "limits"), "limit", again, tables["limit"])
        for called in dict.fromkeys((*duty.limits, *again)):
            running = dispatch.limits.get(called)
            if running is not None and running.stops not in reached:
                sentence = f"The limit {called} of the duty {name} never stops"
                yield _never(source, ("limits", called, "stops"), sentence, running.stops)
            if running is not None and running.starts not in reached:
                sentence = f"The limit {called} of the duty {name} never starts"
                yield _never(source, ("limits", called, "starts"), sentence, running.starts)
            if running is not None and not comes_after(duty, running.stops, running.starts):
                sentence = (
                    f"The limit {called} stops at {running.stops}, which is not after {running.starts} "
                    f"in the duty {name}: name a later moment."
                )
                yield source.fault("dispatch", ("limits", called, "stops"), sentence)
        form = forms.get(duty.form)
        yield from check_tellings(source, name, duty, form if isinstance(form, Form) else None, tables)
        yield from check_crews(source, name, duty, tables)
        yield from check_parts(source, name, duty, dispatch)
        for step, rule in duty.steps.items():
            if isinstance(form, Form):
                yield from known(
                    source, "dispatch", (*place, "steps", step, "fields"), "field", rule.fields, form.fields
                )
        for signature, signing in duty.signatures.items():
            for first in signing.waits_for:
                if first not in (*reached, *duty.steps, *duty.signatures):
                    yield _never(source, (*place, "signatures", signature), f"The duty {name}", first)
    for name, limit in dispatch.limits.items():
        if name not in used and limit.of == "duty":
            yield source.fault(
                "dispatch", ("limits", name), f"No duty runs under the limit {name}: name it or remove it."
            )


def _never(source: Source, where: Where, sentence: str, moment: str) -> Fault:
    said = f"{sentence}: it has no moment {moment!r}; add the step {step_at(moment)}, or name another moment."
    return source.fault("dispatch", where, said)
