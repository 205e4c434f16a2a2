"""Copies and libraries of forms: as many copies as titles, and nothing in a library that tells about a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.given import with_parameters
from closeloop.chassis.packs.lint_names import known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Form
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.head import Head


def check_forms(source: Source) -> Iterator[Fault]:
    """Copies without a title, and libraries that would show somebody."""
    head = source.parts["procedure"]
    assert isinstance(head, Head)
    for name, written in source.folded("forms").items():
        if not isinstance(written, Form):
            continue
        copies = with_parameters(written, head.parameters).copies
        number = copies.number if copies else None
        if copies is not None and number is not None and number.is_known and number != len(copies.titles):
            sentence = f"There are {number:g} copies and {len(copies.titles)} titles: give each copy its title."
            yield source.fault(f"forms/{name}", ("copies", "titles"), sentence)
        yield from known(source, f"forms/{name}", ("publishes",), "field", written.publishes, written.fields)
        for field in _personal(written.fields) if written.library else ():
            sentence = f"{field} tells about a person, and everybody may look into a library: leave it out."
            yield source.fault(f"forms/{name}", ("fields", field), sentence)


def _personal(fields: Mapping[str, FormField]) -> Iterator[str]:
    for name, field in fields.items():
        if field.personal or any(column.personal for column in field.columns.values()):
            yield name
