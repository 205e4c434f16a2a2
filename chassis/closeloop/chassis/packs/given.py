"""Parameters of the head: where a pack names one for a number or a length, what it is stands there after loading.

Only a number that a role may set keeps the name of its parameter, so that it can be asked as it was at some moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from closeloop.chassis.packs.source import Source
from closeloop.chassis.packs.written import Where
from closeloop.contracts.procedure import Condition, Length, Part
from closeloop.contracts.procedure.condition import Leaf
from closeloop.contracts.procedure.head import Head, Parameter
from closeloop.contracts.procedure.number import Number

P = TypeVar("P", bound=Part)
Parameters = Mapping[str, Parameter]


def with_parameters(part: P, parameters: Parameters) -> P:
    """The part with every parameter looked up; what cannot be looked up stays as it is written."""
    given: P = _given(part, parameters)
    return given


def source_given(source: Source) -> Source:
    """The files of a pack with every parameter looked up, as its rules are judged."""
    head = source.parts["procedure"]
    assert isinstance(head, Head)
    given = {section: with_parameters(part, head.parameters) for section, part in source.parts.items()}
    return replace(source, parts=given)


def parameters_named(part: Any, where: Where = ()) -> Iterator[tuple[Where, Length | Number]]:
    """Every place at which a parameter stands for a number or a length."""
    if isinstance(part, Length | Number):
        if part.parameter is not None:
            yield where, part
    elif isinstance(part, Part):
        for name, field in type(part).model_fields.items():
            if name in part.model_fields_set:
                key = () if isinstance(part, Condition) and name == "facts" else (field.alias or name,)
                yield from parameters_named(getattr(part, name), (*where, *key))
    elif isinstance(part, Mapping):
        for name, one in part.items():
            yield from parameters_named(one, (*where, str(name)))
    elif isinstance(part, tuple):
        for i, one in enumerate(part):
            yield from parameters_named(one, (*where, i))


def length_given(parameter: Parameter | None) -> Length | None:
    """How long a parameter says; none if it says no length."""
    if parameter is None or parameter.unit != "length" or not isinstance(parameter.value, str):
        return None
    try:
        return Length.model_validate(parameter.value)
    except ValidationError:
        return None


def value_of(number: Number | None) -> float | None:
    """A number as the pack says it; none where nothing is asked, or nobody has said it yet."""
    return float(number) if number is not None and number.is_known else None


def _given(part: Any, parameters: Parameters) -> Any:
    if isinstance(part, Length):
        return (length_given(parameters.get(part.parameter)) or part) if part.parameter is not None else part
    if isinstance(part, Number):
        return _number(part, parameters)
    if isinstance(part, Leaf):
        return _changed(part, {name: _fixed(getattr(part, name), parameters) for name in part.model_fields_set})
    if isinstance(part, Part):
        return _changed(part, {name: _given(getattr(part, name), parameters) for name in part.model_fields_set})
    if isinstance(part, dict):
        below = {name: _given(one, parameters) for name, one in part.items()}
        return below if any(below[name] is not part[name] for name in part) else part
    if isinstance(part, tuple):
        each = tuple(_given(one, parameters) for one in part)
        return each if any(one is not other for one, other in zip(each, part, strict=True)) else part
    return part


def _changed(part: P, now: dict[str, Any]) -> P:
    changed = {name: value for name, value in now.items() if value is not getattr(part, name)}
    return part.model_copy(update=changed) if changed else part


def _number(number: Number, parameters: Parameters) -> Number:
    said = parameters.get(number.parameter or "")
    if said is None or isinstance(said.value, str):
        return number
    if said.value is None:
        return number
    return Number(said.value, number.parameter if said.set_by is not None else None)


def _fixed(value: Any, parameters: Parameters) -> Any:
    """What a condition compares with is a plain number."""
    if not isinstance(value, Number):
        return value
    found = _number(value, parameters)
    return Number(float(found)) if found.is_known else value
