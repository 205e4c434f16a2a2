"""When a rule applies: conditions as data that can be decided, with three answers: yes, no, not known yet.

Written as YAML, all of what stands together must hold:

    when:
      kind: {is: complaint}
      severity: {at_least: serious}           # of an ordered facet: serious or higher
      any: [{amount: {above: 100}}, {distance: {above: {parameter: near}}}, {threat: {is: true}}]
      not: {channel: {in: [mail, fax]}}
      every: {of: measures, that: {state: {is: done}}}

This module says how a condition is written; the chassis decides it.
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, GetJsonSchemaHandler, model_serializer, model_validator
from pydantic_core import CoreSchema

from closeloop.contracts.procedure.entry import Part
from closeloop.contracts.procedure.number import Number

Scalar = bool | int | float | str
JOINTS = ("all", "any", "not", "every", "some")


class Leaf(Part):
    """What is asked of one fact; several keys must hold together."""

    is_: Scalar | None = Field(default=None, alias="is")
    """Equal to this value."""
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in", min_length=1)
    """One of these values."""
    at_least: int | float | str | Number | None = None
    """This value or more; of an ordered facet this value or a higher one."""
    at_most: int | float | str | Number | None = None
    """This value or less."""
    above: int | float | str | Number | None = None
    """More than this value."""
    below: int | float | str | Number | None = None
    """Less than this value."""
    known: bool | None = None
    """True: the fact is known; false: it is not known yet."""

    @model_validator(mode="before")
    @classmethod
    def _is_a_test(cls, written: Any) -> Any:
        if isinstance(written, Leaf | Mapping):
            return written
        test = "in" if isinstance(written, list | tuple) else "is"
        raise ValueError(f"write a test, such as {{{test}: {written}}}")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("ask something of the fact: is, in, at_least, at_most, above, below or known")
        return self

    @model_serializer
    def _write(self) -> dict[str, Any]:
        names = {"is_": "is", "in_": "in"}
        asked = {names.get(name, name): getattr(self, name) for name in type(self).model_fields}
        return {name: _as_written(value) for name, value in asked.items() if value is not None}


def _as_written(value: Any) -> Any:
    if isinstance(value, Number):
        return value.written
    return list(value) if isinstance(value, tuple) else value


class OverList(Part):
    """A condition over the members of a named list, such as the measures of a duty."""

    of: str
    """Name of the list."""
    that: "Condition"
    """What must hold for every member, or for some."""


class Condition(Part):
    """A condition; what stands together must hold together, and an empty one always holds."""

    facts: dict[str, Leaf] = Field(default_factory=dict)
    """Every key that is no joint: name of a fact to what is asked of it."""
    all_: "tuple[Condition, ...]" = Field(default=(), alias="all")
    """Conditions that must all hold."""
    any_: "tuple[Condition, ...]" = Field(default=(), alias="any")
    """Conditions of which at least one must hold."""
    not_: "Condition | None" = Field(default=None, alias="not")
    """A condition that must not hold."""
    every: OverList | None = None
    """What must hold for every member of a list."""
    some: OverList | None = None
    """What must hold for at least one member of a list."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        if not isinstance(written, Mapping):
            return written
        joints = {name: written[name] for name in JOINTS if name in written}
        return {"facts": {name: leaf for name, leaf in written.items() if name not in JOINTS}, **joints}

    @model_validator(mode="after")
    def _any_of_something(self) -> Self:
        if "any_" in self.model_fields_set and not self.any_:
            raise ValueError("any: names no condition, so it never holds")
        return self

    @model_serializer
    def _write(self) -> dict[str, Any]:
        written: dict[str, Any] = {name: leaf.model_dump() for name, leaf in self.facts.items()}
        for name, parts in (("all", self.all_), ("any", self.any_)):
            if parts:
                written[name] = [part.model_dump() for part in parts]
        for name, part in (("not", self.not_), ("every", self.every), ("some", self.some)):
            if part is not None:
                written[name] = part.model_dump()
        return written

    @property
    def written(self) -> dict[str, Any]:
        """The condition as it stands in the pack."""
        return self.model_dump()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        named = handler(schema)
        written = handler.resolve_ref_schema(named)
        if "facts" in written["properties"]:
            written["additionalProperties"] = written["properties"].pop("facts")["additionalProperties"]
        return named


ALWAYS = Condition()
