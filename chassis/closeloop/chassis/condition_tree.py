"""The few shapes that a condition is made of, and how they are read from a pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

TestName: TypeAlias = Literal["is", "in", "at_least", "at_most", "above", "below", "known"]
TESTS: tuple[TestName, ...] = ("is", "in", "at_least", "at_most", "above", "below", "known")
WORDS = ("all", "any", "not", "every", "some")


class BadCondition(ValueError):
    """A condition that cannot be read."""


@dataclass(frozen=True, slots=True)
class Test:
    """One fact is held against one value."""

    fact: str
    name: TestName
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; nothing at all always holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Quantified:
    """The part holds for every entry of a list, or for some entry."""

    of: str
    every: bool
    part: Node


Orders: TypeAlias = Mapping[str, tuple[Any, ...]]
"""Facts whose values stand from the lowest to the highest."""
Node: TypeAlias = Test | All | Any_ | Not | Quantified
ALWAYS = All(())
NEVER = Any_(())


def read(written: Any, orders: Orders) -> Node:
    """Reads a condition as it stands in a pack; none at all is always true."""
    if written is None:
        return ALWAYS
    if isinstance(written, list | tuple):
        return _of(All, written, orders)
    if not isinstance(written, Mapping):
        raise BadCondition(f"{written!r} is not a condition: write fact: {{is: value}}.")
    parts = tuple(_read_entry(str(key), value, orders) for key, value in written.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _read_entry(key: str, value: Any, orders: Orders) -> Node:
    if key == "all":
        return _of(All, value, orders)
    if key == "any":
        return _of(Any_, value, orders)
    if key == "not":
        return Not(read(value, orders))
    if key in ("every", "some"):
        if not isinstance(value, Mapping) or set(value) != {"of", "that"}:
            raise BadCondition(f"{key} needs a list and a condition: write {key}: {{of: list, that: {{...}}}}.")
        return Quantified(value["of"], key == "every", read(value["that"], {}))
    return _read_tests(key, value, orders.get(key))


def _of(shape: type[All] | type[Any_], written: Any, orders: Orders) -> Node:
    if not isinstance(written, list | tuple):
        raise BadCondition(f"{written!r} is not a list of conditions: begin each with a dash.")
    return shape(tuple(read(part, orders) for part in written))


def _read_tests(fact: str, tests: Any, order: tuple[Any, ...] | None) -> Node:
    if not isinstance(tests, Mapping):
        name, value = ("in", list(tests)) if isinstance(tests, list | tuple) else ("is", tests)
        raise BadCondition(f"{fact} needs a test: write {fact}: {{{name}: {value}}}.")
    parts = []
    for name, value in tests.items():
        if name not in TESTS:
            raise BadCondition(f"There is no test {name!r}: write one of {', '.join(TESTS)}.")
        if name == "in":
            if not isinstance(value, list | tuple) or not value:
                raise BadCondition(f"The test in of {fact} needs a list of values.")
            value = tuple(value)
        if name == "known" and not isinstance(value, bool):
            raise BadCondition(f"The test known of {fact} is true or false, not {value!r}.")
        test = Test(fact, name, value)
        parts.append(_ranked(test, order) if order is not None and name in _RANKS else test)
    if not parts:
        raise BadCondition(f"{fact} has no test: write {fact}: {{is: value}}.")
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _ranked(test: Test, order: tuple[Any, ...]) -> Test:
    """More or less of an ordered fact is one of its higher or lower values."""
    if test.value not in order:
        raise BadCondition(f"{test.fact} has no value {test.value!r}: write one of {', '.join(map(str, order))}.")
    rank = order.index(test.value)
    return Test(test.fact, "in", tuple(value for i, value in enumerate(order) if _RANKS[test.name](i, rank)))


_RANKS: dict[str, Callable[[int, int], bool]] = {
    "at_least": int.__ge__,
    "at_most": int.__le__,
    "above": int.__gt__,
    "below": int.__lt__,
}
