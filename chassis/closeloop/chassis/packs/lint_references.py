"""Names in a pack: whatever one file calls by name stands in the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_callbacks import check_callbacks
from closeloop.chassis.packs.lint_conditions import marks_of
from closeloop.chassis.packs.lint_conversation import check_conversation
from closeloop.chassis.packs.lint_corrective import check_corrective_actions
from closeloop.chassis.packs.lint_customers import check_customers
from closeloop.chassis.packs.lint_duties import check_duties
from closeloop.chassis.packs.lint_forms import check_forms
from closeloop.chassis.packs.lint_guidance import check_guidance
from closeloop.chassis.packs.lint_jobs import check_jobs
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.lint_opens import check_opens
from closeloop.chassis.packs.lint_parameters import check_parameters
from closeloop.chassis.packs.lint_signing import check_distribution, check_sign_offs
from closeloop.chassis.packs.lint_stats import check_stats
from closeloop.chassis.packs.lint_surveys import check_surveys
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Callback, Dispatch, Form, Intake, Part, Scenario, Schedule, Stats, Surveys
from closeloop.contracts.procedure.accounts import Accounts
from closeloop.contracts.procedure.head import Head
from closeloop.contracts.procedure.schedule import DOES
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.procedure.stats import Indicator
from closeloop.contracts.vocabulary import CallbackForm

_DESKS = {"desk", "by", "to_role", "rated_by", "set_by", "granted_by", "tracked_by", "approver", "warn", "head"}
_DESKS |= {"reports_to", "department", "restricted_to", "decided_by", "verified_by", "tells", "further_by", "among"}
_DESKS |= {"but"}
_FORMS = {"form", "column_of"}
_NAMED_HERE: dict[str, set[str]] = {"desk": _DESKS, "form": _FORMS}
_NO_NAMES = ("customer", "cannot_handle", "round", *CallbackForm)
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
    yield from check_parameters(source)
    yield from _of_intake(source, tables)
    yield from check_customers(source, tables)
    yield from check_conversation(source, tables)
    yield from check_duties(source, tables)
    yield from check_corrective_actions(source, tables)
    yield from check_sign_offs(source, tables)
    yield from check_jobs(source, tables)
    yield from check_distribution(source, tables)
    yield from check_callbacks(source)
    yield from check_stats(source, tables)
    yield from check_surveys(source)
    yield from check_guidance(source)
    yield from check_opens(source, tables)
    yield from _of_survey_and_schedule(source, tables)
    yield from _of_forms(source)
    yield from check_forms(source)
    yield from _of_scenarios(source, tables)


def _tables(source: Source) -> Tables:
    head, intake, dispatch = source.parts["procedure"], source.parts["intake"], source.parts["dispatch"]
    assert isinstance(head, Head) and isinstance(intake, Intake) and isinstance(dispatch, Dispatch)
    return {
        "desk": [*head.departments, *head.roles],
        "role": list(head.roles),
        "department": list(head.departments),
        "kind of place": list(head.places),
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


def _walk(source: Source, section: str, part: Any, where: Where, tables: Tables) -> Iterator[Fault]:
    if isinstance(part, Part):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            place = (*where, field.alias or name)
            if isinstance(part, SignOff) and name == "by":
                continue
            for what, names in _NAMED_HERE.items():
                if isinstance(part, Indicator):  # what it is grouped by is no desk
                    continue
                if name in names and isinstance(value, str | tuple) and value not in _NO_NAMES:
                    yield from known(source, section, place, what, value, tables[what])
            if name == "facet" and isinstance(value, str):
                yield from known(source, section, place, "facet", value, tables["facet"])
            yield from _walk(source, section, value, place, tables)
    elif isinstance(part, dict):
        for name, below in part.items():
            yield from _walk(source, section, below, (*where, str(name)), tables)
    elif isinstance(part, tuple):
        for i, below in enumerate(part):
            yield from _walk(source, section, below, (*where, i), tables)


def _of_the_head(source: Source, tables: Tables) -> Iterator[Fault]:
    head = source.parts["procedure"]
    assert isinstance(head, Head)
    for name in sorted(set(head.departments) & set(head.roles)):
        sentence = f"{name} is a department and a role: give one of them another name."
        yield source.fault("procedure", ("roles", name), sentence)
    for name, parameter in head.parameters.items():
        if parameter.value is None and parameter.set_by is None:
            sentence = f"Nobody says what {name} is: give its value, or the role that sets it (set_by)."
            yield source.fault("procedure", ("parameters", name), sentence)


def _of_intake(source: Source, tables: Tables) -> Iterator[Fault]:
    intake = source.parts["intake"]
    assert isinstance(intake, Intake)
    for name, kind in intake.kinds.items():
        yield from known(source, "intake", ("kinds", name, "register"), "register", kind.register_, tables["register"])
    for name, register in intake.registers.items():
        columns = (*_OF_THE_CASE, *register.fields)
        yield from known(source, "intake", ("registers", name, "required"), "column", register.required, columns)
    for name, handover in intake.handovers.items():
        yield from known(
            source, "intake", ("handovers", name, "channel"), "channel", handover.channel, tables["channel"]
        )


def _of_survey_and_schedule(source: Source, tables: Tables) -> Iterator[Fault]:
    surveys, schedule, callback, stats = (
        source.parts.get(name) for name in ("survey", "schedule", "callback", "stats")
    )
    about: list[str] = list(tables["register"])
    if isinstance(stats, Stats):
        about.extend([*stats.indicators, *stats.alarms])
    if isinstance(callback, Callback):
        about.extend(callback.coverage)
    if isinstance(surveys, Surveys):
        about.extend(surveys.surveys)
    holders = {name for account in source.part("accounts", Accounts).accounts.values() for name in account.holders}
    about.extend(sorted(holders))
    if isinstance(schedule, Schedule):
        for name, job in schedule.jobs.items():
            if job.about is not None:
                yield from known(source, "schedule", ("jobs", name, "about"), "subject", job.about, about)
            does = ("task", *DOES.get(job.service, ()))
            yield from known(source, "schedule", ("jobs", name, "does"), f"job of {job.service}", job.does, does)


def _of_forms(source: Source) -> Iterator[Fault]:
    for name, form in source.folded("forms").items():
        if isinstance(form, Form):
            for i, block in enumerate(form.sections):
                place: Where = ("sections", i, "fields")
                yield from known(source, f"forms/{name}", place, "field", block.fields, form.fields)
            for field, column in form.fields.items():
                if column.type in ("choice", "choices") and not column.choices:
                    sentence = f"{field} is a choice without choices: add them, or let it be of the type text."
                    yield source.fault(f"forms/{name}", ("fields", field), sentence)


def _of_scenarios(source: Source, tables: Tables) -> Iterator[Fault]:
    for section, scenario in source.parts.items():
        if not isinstance(scenario, Scenario):
            continue
        for i, move in enumerate(scenario.story):
            if move.by not in (None, "customer", "everybody"):
                yield from known(source, section, ("story", i, "by"), "role", move.by, tables["desk"])
            yield from known(
                source, section, ("story", i, "then", "marks"), "mark", (*move.then.marks,), tables["mark"]
            )
