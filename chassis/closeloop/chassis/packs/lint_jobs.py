"""Periodic jobs of a pack: whoever signs what was written is somebody, and whom a job is about has a role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.lint_signing import signed_things
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Form, Intake
from closeloop.contracts.procedure.accounts import Accounts
from closeloop.contracts.procedure.entry import People, Period
from closeloop.contracts.procedure.head import Head
from closeloop.contracts.procedure.schedule import CustomersOf, Interval, Job, Schedule

ABOUT_A_HOLDER = ("count_holder", "empty_holder")
"""Jobs that are about a holder of an account."""

QUANTITY = "quantity"
"""The column in which stands how many there are."""

HEAR_OF_PARAMETERS = ("callback", "survey", "stats")
"""Services that hear what a role has set."""

HEAR_OF_CUSTOMERS = ("callback", "survey")
"""Services whose jobs may be about customers: they hear who is on a list."""

STEPS = ("finish",)
"""The one step of a job: whoever does it writes it down."""


def check_jobs(source: Source, tables: Tables) -> Iterator[Fault]:
    """Who signs a job, and whom it is about."""
    roles = source.part("procedure", Head).roles
    forms = source.folded("forms")
    for name, job in source.part("schedule", Schedule).jobs.items():
        place: Where = ("jobs", name)
        form = forms.get(job.form or "")
        fields = form.fields if isinstance(form, Form) else ()
        yield from signed_things(source, "schedule", (*place, "signatures"), job.signatures, STEPS, fields, tables)
        if job.does in ABOUT_A_HOLDER:
            yield from _about_a_holder(source, name, job, form if isinstance(form, Form) else None)
        if isinstance(job.every, Interval):
            yield from _interval(source, (*place, "every", "parameter"), job)
        if isinstance(job.each, CustomersOf):
            lists = source.part("intake", Intake).customers
            yield from known(source, "schedule", (*place, "each", "customers"), "list", job.each.customers, lists)
            if job.service not in HEAR_OF_CUSTOMERS:
                sentence = f"{job.service} hears of no customers: let it be a job of {' or '.join(HEAR_OF_CUSTOMERS)}."
                yield source.fault("schedule", (*place, "service"), sentence)
        if isinstance(job.each, People):
            yield from known(source, "schedule", (*place, "each", "people"), "role", job.each.people, roles)


def _interval(source: Source, where: Where, job: Job) -> Iterator[Fault]:
    """How often something is done is a period, set for the same places that have the job, and heard of."""
    assert isinstance(job.every, Interval)
    parameters, name = source.part("procedure", Head).parameters, job.every.parameter
    yield from known(source, "schedule", where, "parameter", name, parameters)
    said = parameters.get(name)
    if said is None:
        return
    if said.unit != "period":
        yield source.fault("schedule", where, f"{name} says no period: give it unit: period, such as quarter.")
    elif said.value is not None and said.value not in get_args(Period):
        offered = ", ".join(get_args(Period))
        yield source.fault("procedure", ("parameters", name, "value"), f"{said.value} is no period: take {offered}.")
    if said.each == "place" and job.each != "place":
        sentence = f"Each place sets its own {name}: give each place its own job (each: place)."
        yield source.fault("schedule", where, sentence)
    if job.service not in HEAR_OF_PARAMETERS:
        offered = ", ".join(HEAR_OF_PARAMETERS)
        sentence = f"{job.service} does not hear what is set: let it be a job of {offered}."
        yield source.fault("schedule", where, sentence)


def _about_a_holder(source: Source, name: str, job: Job, form: Form | None) -> Iterator[Fault]:
    """Whoever counts or empties a holder says which, and writes down what is there, item by item."""
    place: Where = ("jobs", name, "about")
    accounts = source.part("accounts", Accounts).accounts.values()
    account = next((one for one in accounts if job.about in one.holders), None)
    if account is None:
        sentence = f"Say which holder of an account {name} is about (about: store)."
        yield source.fault("schedule", place if job.about else ("jobs", name), sentence)
    elif job.does == "count_holder":
        columns = [set(field.columns) for field in (form.fields.values() if form else ()) if field.type == "rows"]
        wanted = {*account.items, QUANTITY}
        if not any(wanted <= one for one in columns):
            sentence = f"Whoever counts writes down rows: give its form the columns {', '.join(sorted(wanted))}."
            yield source.fault("schedule", ("jobs", name, "form"), sentence)
