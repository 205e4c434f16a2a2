"""Parameters of a pack: whatever names one in the place of a number or a length finds there what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.given import length_given, parameters_named
from closeloop.chassis.packs.lint_names import Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure.head import Head, Parameter
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.number import Number


def check_parameters(source: Source) -> Iterator[Fault]:
    """Parameters that nobody declared, that say something else, or that change where a fixed number is needed."""
    head = source.parts["procedure"]
    assert isinstance(head, Head)
    for section, part in source.parts.items():
        for where, named in parameters_named(part):
            place, name = (*where, "parameter"), named.parameter or ""
            yield from known(source, section, place, "parameter", name, list(head.parameters))
            if (said := head.parameters.get(name)) is None:
                continue
            if sentence := _misfit(name, said, named, where):
                yield source.fault(section, place, sentence)


def _misfit(name: str, said: Parameter, named: Length | Number, where: Where) -> str | None:
    if isinstance(named, Length):
        if length_given(said) is None:
            return f"The parameter {name} says no length: give it one, such as 30 minutes, with unit: length."
        return None
    if isinstance(said.value, str) or said.unit == "length":
        return f"The parameter {name} is a length, and a number is needed here: name another one, or write the number."
    is_target = where[-1] == "at_least" and "target" in where
    if said.set_by is not None and not (where[-1] == "share" or is_target):
        return f"{said.set_by} may set {name} at any time, and here the number is fixed: leave out its set_by."
    return None
