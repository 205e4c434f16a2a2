"""Names in a pack: whatever one file calls by name stands in the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.lint_conditions import marks_of
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Callback, Dispatch, Form, Intake, Part, Scenario, Schedule, Surveys
from closeloop.contracts.procedure.head import Head

Where = tuple[str | int, ...]
_DESKS = {"desk", "by", "to_role", "rated_by", "set_by", "granted_by", "tracked_by", "approver", "warn", "head"}
_DESKS |= {"reports_to", "department", "restricted_to"}
_FORMS = {"form", "column_of"}
_NAMED_HERE: dict[str, set[str]] = {"desk": _DESKS, "form": _FORMS, "parameter": {"parameter"}}
_OF_THE_CASE = (
    *("content", "place", "channel", "customer", "customer.name", "customer.phone", "customer.address"),
    *("remedy_sought", "received_at", "kind"),
)


def check_references(source: Source) -> Iterator[Fault]:
    """Every name that stands nowhere."""
    tables = _tables(source)
    for section, part in source.parts.items():
        if not isinstance(part, Scenario):
            yield from _walk(source, section, part, (), tables)
    yield from _of_the_head(source, tables)
    yield from _of_intake(source, tables)
    yield from _of_dispatch(source, tables)
    yield from _of_survey_and_schedule(source, tables)
    yield from _of_forms(source)
    yield from _of_scenarios(source, tables)


def _tables(source: Source) -> dict[str, Collection[str]]:
    head, intake, dispatch = source.parts["procedure"], source.parts["intake"], source.parts["dispatch"]
    assert isinstance(head, Head) and isinstance(intake, Intake) and isinstance(dispatch, Dispatch)
    return {
        "desk": [*head.departments, *head.roles],
        "role": list(head.roles),
        "department": list(head.departments),
        "form": list(source.folded("forms")),
        "parameter": list(head.parameters),
        "facet": list(intake.facets),
        "kind": list(intake.kinds),
        "channel": list(intake.channels),
        "register": list(intake.registers),
        "limit": list(dispatch.limits),
        "duty": list(dispatch.duties),
        "mark": sorted(set(marks_of(source))),
    }


def _walk(source: Source, section: str, part: Any, where: Where, tables: dict[str, Collection[str]]) -> Iterator[Fault]:
    if isinstance(part, Part):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            place = (*where, field.alias or name)
            for what, names in _NAMED_HERE.items():
                if name in names and isinstance(value, str | tuple) and value != "customer":
                    yield from _known(source, section, place, what, value, tables[what])
            if name == "facet" and isinstance(value, str):
                yield from _known(source, section, place, "facet", value, tables["facet"])
            yield from _walk(source, section, value, place, tables)
    elif isinstance(part, dict):
        for name, below in part.items():
            yield from _walk(source, section, below, (*where, str(name)), tables)
    elif isinstance(part, tuple):
        for i, below in enumerate(part):
            yield from _walk(source, section, below, (*where, i), tables)


def _known(
    source: Source, section: str, where: Where, what: str, value: str | tuple[Any, ...], table: Collection[str]
) -> Iterator[Fault]:
    for one in (value,) if isinstance(value, str) else value:
        if isinstance(one, str) and one not in table:
            yield source.fault(section, where, f"There is no {what} {one!r}: {nearest(one, table)}")


def _of_the_head(source: Source, tables: dict[str, Collection[str]]) -> Iterator[Fault]:
    head = source.parts["procedure"]
    assert isinstance(head, Head)
    for name in sorted(set(head.departments) & set(head.roles)):
        sentence = f"{name} is a department and a role: give one of them another name."
        yield source.fault("procedure", ("roles", name), sentence)
    for name, parameter in head.parameters.items():
        if parameter.value is None and parameter.set_by is None:
            sentence = f"Nobody says what {name} is: give its value, or the role that sets it (set_by)."
            yield source.fault("procedure", ("parameters", name), sentence)


def _of_intake(source: Source, tables: dict[str, Collection[str]]) -> Iterator[Fault]:
    intake = source.parts["intake"]
    assert isinstance(intake, Intake)
    for name, kind in intake.kinds.items():
        yield from _known(source, "intake", ("kinds", name, "register"), "register", kind.register_, tables["register"])
    for name, register in intake.registers.items():
        columns = (*_OF_THE_CASE, *register.fields)
        yield from _known(source, "intake", ("registers", name, "required"), "column", register.required, columns)
    for name, channel in intake.channels.items():
        for facet, value in channel.rates.items():
            place = ("channels", name, "rates", facet)
            yield from _known(source, "intake", place, "facet", facet, tables["facet"])
            if facet in intake.facets:
                yield from _known(source, "intake", place, "value", value, intake.facets[facet].values)
    for name, facet in intake.facets.items():
        place = ("facets", name)
        if facet.default is not None:
            yield from _known(source, "intake", (*place, "default"), "value", facet.default, facet.values)
        if facet.of != "words":
            table = tables[facet.of.removesuffix("s")]
            yield from _known(source, "intake", (*place, "values"), facet.of.removesuffix("s"), (*facet.values,), table)


def _of_dispatch(source: Source, tables: dict[str, Collection[str]]) -> Iterator[Fault]:
    dispatch, intake = source.parts["dispatch"], source.parts["intake"]
    assert isinstance(dispatch, Dispatch) and isinstance(intake, Intake)
    forms = source.folded("forms")
    used: set[str] = set()
    for name, duty in dispatch.duties.items():
        place = ("duties", name)
        yield from _known(source, "dispatch", (*place, "limits"), "limit", duty.limits, tables["limit"])
        yield from _known(source, "dispatch", (*place, "after"), "duty", duty.after, tables["duty"])
        if duty.to.facet in intake.facets and intake.facets[duty.to.facet].of == "words":
            sentence = f"The facet {duty.to.facet} does not name desks: let it be of: departments, or of: roles."
            yield source.fault("dispatch", (*place, "to"), sentence)
        used.update(duty.limits, duty.again.limits if duty.again else ())
        reached = {"issued", "assessed", "registered", "received", *(_REACHED[step] for step in duty.steps)}
        for mark, moment in duty.marks.items():
            if moment not in reached:
                yield _never(source, (*place, "marks", mark), f"The duty {name}", moment)
        for limit in duty.limits:
            if limit in dispatch.limits and dispatch.limits[limit].stops not in reached:
                sentence = f"The limit {limit} of the duty {name} never stops"
                yield _never(source, ("limits", limit, "stops"), sentence, dispatch.limits[limit].stops)
            if limit in dispatch.limits and dispatch.limits[limit].starts not in reached:
                sentence = f"The limit {limit} of the duty {name} never starts"
                yield _never(source, ("limits", limit, "starts"), sentence, dispatch.limits[limit].starts)
        form = forms.get(duty.form)
        for step, rule in duty.steps.items():
            if isinstance(form, Form):
                yield from _known(
                    source, "dispatch", (*place, "steps", step, "fields"), "field", rule.fields, form.fields
                )
        for signature, signing in duty.signatures.items():
            if signing.after not in reached:
                yield _never(source, (*place, "signatures", signature), f"The duty {name}", signing.after)
            if signing.required and "sign" not in duty.steps:
                sentence = f"{signature} has to sign, but the duty {name} has no step sign: add it to steps."
                yield source.fault("dispatch", (*place, "signatures", signature), sentence)
    for name, limit in dispatch.limits.items():
        if name not in used:
            yield source.fault(
                "dispatch", ("limits", name), f"No duty runs under the limit {name}: name it or remove it."
            )
        if _ORDER.index(limit.starts) >= _ORDER.index(limit.stops):
            sentence = (
                f"The limit {name} stops at {limit.stops}, which is not after {limit.starts}: name a later moment."
            )
            yield source.fault("dispatch", ("limits", name, "stops"), sentence)


_REACHED = {
    "accept": "accepted",
    "assign": "assigned",
    "arrive": "arrived",
    "finish": "finished",
    "sign": "signed",
    "return": "returned",
}
_ORDER = ("received", "registered", "assessed", "issued", *_REACHED.values())


def _never(source: Source, where: Where, sentence: str, moment: str) -> Fault:
    step = next((step for step, reached in _REACHED.items() if reached == moment), moment)
    said = f"{sentence}: it has no moment {moment!r}; add the step {step}, or name another moment."
    return source.fault("dispatch", where, said)


def _of_survey_and_schedule(source: Source, tables: dict[str, Collection[str]]) -> Iterator[Fault]:
    surveys, schedule, callback = (source.parts.get(name) for name in ("survey", "schedule", "callback"))
    about: list[str] = list(tables["register"])
    if isinstance(callback, Callback):
        about.extend(callback.coverage)
    if isinstance(surveys, Surveys):
        about.extend(surveys.surveys)
        for name, survey in surveys.surveys.items():
            place = ("surveys", name)
            yield from _known(source, "survey", (*place, "sheet"), "sheet", survey.sheet, surveys.sheets)
            if survey.low_score:
                opens = (*place, "low_score", "opens")
                yield from _known(source, "survey", opens, "kind", survey.low_score.opens, tables["kind"])
            if survey.approver is None and survey.after == "plan":
                sentence = f"Nobody approves the survey {name}: name its approver."
                yield source.fault("survey", place, sentence)
        for name, sheet in surveys.sheets.items():
            for question, asked in sheet.questions.items():
                place = ("sheets", name, "questions", question)
                if asked.scale is not None:
                    yield from _known(source, "survey", (*place, "scale"), "scale", asked.scale, surveys.scales)
                elif asked.type == "scale":
                    yield source.fault("survey", place, "A question answered by a scale names its scale.")
    if isinstance(schedule, Schedule):
        for name, job in schedule.jobs.items():
            if job.about is not None:
                yield from _known(source, "schedule", ("jobs", name, "about"), "subject", job.about, about)


def _of_forms(source: Source) -> Iterator[Fault]:
    for name, form in source.folded("forms").items():
        if isinstance(form, Form):
            for i, section in enumerate(form.sections):
                place = ("sections", i, "fields")
                yield from _known(source, f"forms/{name}", place, "field", section.fields, form.fields)
            for field, column in form.fields.items():
                if column.type in ("choice", "choices") and not column.choices:
                    sentence = f"{field} is a choice without choices: add them, or let it be of the type text."
                    yield source.fault(f"forms/{name}", ("fields", field), sentence)


def _of_scenarios(source: Source, tables: dict[str, Collection[str]]) -> Iterator[Fault]:
    for section, scenario in source.parts.items():
        if not isinstance(scenario, Scenario):
            continue
        for i, move in enumerate(scenario.story):
            if move.by is not None and move.by != "customer":
                yield from _known(source, section, ("story", i, "by"), "role", move.by, tables["desk"])
            yield from _known(
                source, section, ("story", i, "then", "marks"), "mark", (*move.then.marks,), tables["mark"]
            )
