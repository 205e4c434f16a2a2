"""When a rule applies: conditions as data that can be decided, with three answers: yes, no, not known yet.

Written as YAML, all of what stands together must hold; a plain value means `is`, a list means `in`:

    when:
      kind: complaint
      severity: {at_least: serious}
      any: [{amount: {above: 100}}, {threat: true}]
      not: {channel: [mail, fax]}
      every: {of: measures, holds: {state: done}}
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from pydantic import Field, GetJsonSchemaHandler, model_serializer, model_validator
from pydantic_core import CoreSchema

from closeloop.contracts.procedure.entry import Part

Scalar = bool | int | float | str
Facts = Mapping[str, Any]
Orders = Mapping[str, Sequence[str]]
"""Ordered facets: name to values, from the lowest to the highest."""

JOINTS = ("all", "any", "not", "every", "some")


class Leaf(Part):
    """What is asked of one fact; several keys must hold together."""

    is_: Scalar | None = Field(default=None, alias="is")
    """Equal to this value."""
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    """One of these values."""
    at_least: int | float | str | None = None
    """This value or more; of an ordered facet this value or a higher one."""
    at_most: int | float | str | None = None
    """This value or less."""
    above: int | float | str | None = None
    """More than this value."""
    below: int | float | str | None = None
    """Less than this value."""
    known: bool | None = None
    """True: the fact is known; false: it is not known yet."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, bool | int | float | str):
            return {"is": value}
        if isinstance(value, list | tuple):
            return {"in": value}
        return value

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("ask something of the fact: is, in, at_least, at_most, above, below or known")
        return self

    @model_serializer
    def _write(self) -> dict[str, Any]:
        names = {"is_": "is", "in_": "in"}
        asked = {names.get(name, name): getattr(self, name) for name in type(self).model_fields}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asked.items() if v is not None}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        named = handler(schema)
        scalar: list[dict[str, Any]] = [{"type": name} for name in ("boolean", "number", "string")]
        return {"anyOf": [*scalar, {"type": "array", "items": {"anyOf": scalar}}, named]}

    def answer(self, value: Any, order: Sequence[str] | None = None) -> bool | None:
        """Whether the value fits; none while the value is not known."""
        if self.known is not None:
            if (value is not None) is not self.known:
                return False
            if len(self.model_fields_set) == 1:
                return True
        if value is None:
            return None
        if self.is_ is not None and value != self.is_:
            return False
        if self.in_ is not None and value not in self.in_:
            return False
        rank = (lambda v: order.index(v)) if order else (lambda v: v)
        return (
            (self.at_least is None or rank(value) >= rank(self.at_least))
            and (self.at_most is None or rank(value) <= rank(self.at_most))
            and (self.above is None or rank(value) > rank(self.above))
            and (self.below is None or rank(value) < rank(self.below))
        )


class OverList(Part):
    """A condition over the members of a named list, such as the measures of a duty."""

    of: str
    """Name of the list."""
    holds: "Condition"
    """What must hold for every member, or for some."""


class Condition(Part):
    """A condition; what stands together must hold together, and an empty one always holds."""

    facts: dict[str, Leaf] = Field(default_factory=dict)
    all_: "tuple[Condition, ...]" = Field(default=(), alias="all")
    any_: "tuple[Condition, ...]" = Field(default=(), alias="any")
    not_: "Condition | None" = Field(default=None, alias="not")
    every: OverList | None = None
    some: OverList | None = None

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
        if self.all_:
            written["all"] = [part.model_dump() for part in self.all_]
        if self.any_:
            written["any"] = [part.model_dump() for part in self.any_]
        if self.not_ is not None:
            written["not"] = self.not_.model_dump()
        if self.every is not None:
            written["every"] = self.every.model_dump()
        if self.some is not None:
            written["some"] = self.some.model_dump()
        return written

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        named = handler(schema)
        written = handler.resolve_ref_schema(named)
        if "facts" in written["properties"]:
            written["additionalProperties"] = written["properties"].pop("facts")["additionalProperties"]
        return named

    def holds(self, facts: Facts, orders: Orders | None = None) -> bool | None:
        """Yes, no, or none: a fact is not known yet, so the rule waits and the desk is asked."""
        orders = orders or {}
        answers = [leaf.answer(facts.get(name), orders.get(name)) for name, leaf in self.facts.items()]
        answers += [part.holds(facts, orders) for part in self.all_]
        if self.any_:
            answers.append(_some(part.holds(facts, orders) for part in self.any_))
        if self.not_ is not None:
            inner = self.not_.holds(facts, orders)
            answers.append(None if inner is None else not inner)
        if self.every is not None:
            answers.append(self._over(self.every, facts, orders, _every))
        if self.some is not None:
            answers.append(self._over(self.some, facts, orders, _some))
        return _every(answers)

    @staticmethod
    def _over(over: OverList, facts: Facts, orders: Orders, joined: Callable[[Any], bool | None]) -> bool | None:
        members = facts.get(over.of)
        return None if members is None else joined(over.holds.holds(member, orders) for member in members)

    @cached_property
    def names(self) -> frozenset[str]:
        """The facts that it asks for; lists by their names, without what it asks of their members."""
        parts = [*self.all_, *self.any_, *([self.not_] if self.not_ is not None else [])]
        lists = {over.of for over in (self.every, self.some) if over is not None}
        return frozenset(self.facts) | lists | frozenset[str]().union(*(part.names for part in parts))


def _every(answers: Any) -> bool | None:
    known = list(answers)
    if False in known:
        return False
    return None if None in known else True


def _some(answers: Any) -> bool | None:
    known = list(answers)
    if True in known:
        return True
    return None if None in known else False


ALWAYS = Condition()
