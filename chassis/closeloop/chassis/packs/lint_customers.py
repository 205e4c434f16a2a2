"""Lists of customers in intake.yaml: their profile is there, and what fills it is told by somebody."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Form, Intake
from closeloop.contracts.procedure.customers import (
    OF_THE_CALLBACK,
    OF_THE_CASE,
    OF_THE_CUSTOMER,
    Customers,
)


def check_customers(source: Source, tables: Tables) -> Iterator[Fault]:
    """Names of lists, forms and fields that stand nowhere, and rows that nothing fills."""
    intake = source.parts["intake"]
    assert isinstance(intake, Intake)
    for name, kind in intake.kinds.items():
        if kind.customers is not None:
            at: Where = ("kinds", name, "customers")
            yield from known(source, "intake", at, "list of customers", kind.customers, intake.customers)
    for name, said in intake.customers.items():
        where: Where = ("customers", name)
        yield from known(source, "intake", (*where, "profile"), "form", said.profile, tables["form"])
        for key in ("kept_by", "read_by"):
            yield from known(source, "intake", (*where, key), "desk", getattr(said, key) or (), tables["desk"])
        if said.kept_by is None and not any(kind.customers == name for kind in intake.kinds.values()):
            sentence = f"Nobody is ever on this list: name it at a kind (customers: {name}), or say who keeps it."
            yield source.fault("intake", where, sentence)
        form = source.folded("forms").get(said.profile)
        if isinstance(form, Form):
            yield from _of_the_profile(source, intake, (*where, "takes"), said, form)


def _of_the_profile(source: Source, intake: Intake, where: Where, said: Customers, form: Form) -> Iterator[Fault]:
    yield from known(source, "intake", where, "field of the profile", tuple(said.takes), form.fields)
    sources = _sources(source, intake)
    for name, taken in said.takes.items():
        if name not in form.fields:
            continue
        rows = form.fields[name].type == "rows"
        if rows != isinstance(taken, dict):
            sentence = f"{name} is {'rows: say what goes into which column' if rows else 'one field: name one source'}."
            yield source.fault("intake", (*where, name), sentence)
        if isinstance(taken, dict):
            yield from known(source, "intake", (*where, name), "column", tuple(taken), form.fields[name].columns)
        for one in taken.values() if isinstance(taken, dict) else (taken,):
            yield from known(source, "intake", (*where, name), "source", one, sources)
    for name, field in form.fields.items():
        if field.type == "rows" and name not in said.takes:
            sentence = f"Nothing fills the rows {name} of the profile: say in takes what a case writes into them."
            yield source.fault("intake", where, sentence)


def _sources(source: Source, intake: Intake) -> tuple[str, ...]:
    columns = [name for register in intake.registers.values() for name in register.fields]
    forms = [form for form in source.folded("forms").values() if isinstance(form, Form)]
    fields = sorted({name for form in forms for name in form.fields})
    of_customer = [f"customer.{one}" for one in OF_THE_CUSTOMER]
    of_callback = [f"callback.{one}" for one in OF_THE_CALLBACK]
    return (*OF_THE_CASE, *of_customer, *of_callback, *columns, *fields)
