"""Whether a condition can ever be true: each way in which it could be, held against what the facts may be."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from closeloop.chassis.condition_tree import All, Any_, Node, Not, Quantified, Test

_MANY = 100_000
_World = dict[str, tuple[tuple[Test, bool], ...]]
Domains = Mapping[str, tuple[Any, ...]]


class _TooMany(Exception):
    """There are more ways than anybody wants to look at."""


def is_satisfiable(node: Node, domains: Domains) -> bool | None:
    """Whether some case makes it true; None where a list is asked or there are too many ways to tell."""
    search = _Search(domains)
    open_question = False
    try:
        for _, is_exact in search.worlds(node, True, {}, True):
            if is_exact:
                return True
            open_question = True
    except _TooMany:
        return None
    return None if open_question else False


class _Search:
    """Follows each way as far as the facts allow it."""

    def __init__(self, domains: Domains) -> None:
        self.domains = domains
        self.steps = 0

    def worlds(self, node: Node, wanted: bool, world: _World, is_exact: bool) -> Iterator[tuple[_World, bool]]:
        """Each possible way in which the condition comes out as wanted, and whether that is the whole truth."""
        match node:
            case Test():
                yield from self._hold(node, wanted, world, is_exact)
            case Not(part=part):
                yield from self.worlds(part, not wanted, world, is_exact)
            case Quantified(of=of):
                yield from self._hold(Test(of, "known", True), True, world, False)
            case All(parts=parts) | Any_(parts=parts):
                if isinstance(node, All) is wanted:
                    yield from self._together(parts, wanted, world, is_exact)
                else:
                    for part in parts:
                        yield from self.worlds(part, wanted, world, is_exact)

    def _together(
        self, parts: tuple[Node, ...], wanted: bool, world: _World, is_exact: bool
    ) -> Iterator[tuple[_World, bool]]:
        if not parts:
            yield world, is_exact
            return
        for first, first_exact in self.worlds(parts[0], wanted, world, is_exact):
            yield from self._together(parts[1:], wanted, first, first_exact)

    def _hold(self, test: Test, wanted: bool, world: _World, is_exact: bool) -> Iterator[tuple[_World, bool]]:
        self.steps += 1
        if self.steps > _MANY:
            raise _TooMany
        tests = (*world.get(test.fact, ()), (test, wanted))
        if _some_value_fits(tests, self.domains.get(test.fact)):
            yield {**world, test.fact: tests}, is_exact


def _some_value_fits(tests: tuple[tuple[Test, bool], ...], domain: tuple[Any, ...] | None) -> bool:
    knowing = {test.value is wanted for test, wanted in tests if test.name == "known"}
    others = [(test, wanted) for test, wanted in tests if test.name != "known"]
    if len(knowing) == 2 or (False in knowing and others):
        return False
    if False in knowing or not others:
        return True
    candidates = domain if domain is not None else _candidates(others)
    return any(all(_holds(test, value) is wanted for test, wanted in others) for value in candidates)


def _candidates(tests: list[tuple[Test, bool]]) -> list[Any]:
    """Where no values are declared: the values named, one between and beyond each pair of numbers, and another word."""
    named: list[Any] = []
    for test, _ in tests:
        named.extend(test.value if test.name == "in" else (test.value,))
    numbers = sorted({value for value in named if isinstance(value, int | float) and not isinstance(value, bool)})
    if numbers:
        between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
        return [*named, *between, numbers[0] - 1, numbers[-1] + 1]
    if all(isinstance(value, bool) for value in named):
        return [True, False]
    words = sorted(str(value) for value in named)
    return [*named, "", *(word + "\0" for word in words)]


def _holds(test: Test, value: Any) -> bool | None:
    try:
        match test.name:
            case "is":
                return bool(value == test.value)
            case "in":
                return value in test.value
            case "at_least":
                return bool(value >= test.value)
            case "at_most":
                return bool(value <= test.value)
            case "above":
                return bool(value > test.value)
            case "below":
                return bool(value < test.value)
            case _:
                return True
    except TypeError:
        return None
