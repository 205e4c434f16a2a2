"""Conditions of a pack: compiled once, decided often, and decidable before any case exists.

A condition is data. Facts stand as keys, tests as values, and several of either are all meant:
`{severity: {is: major}, amount: {above: 100, at_most: 300}}`; `all`, `any`, `not` combine conditions, and
`every` and `some` ask the entries of a named list. Of an ordered fact `at_least: serious` means serious or higher.
A number asked of a list counts it: `{parts: {at_least: 1}}`.
A fact that nobody knows yet leaves the answer open: None, not False.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from closeloop.chassis.condition_tree import ALWAYS, NEVER, All, Any_, Node, Not, Quantified, Test, read
from closeloop.chassis.condition_worlds import is_satisfiable

__all__ = ["ALWAYS", "NEVER", "BadFact", "Condition", "Domains", "covers", "overlap"]

Facts = Mapping[str, Any]
Decision = Callable[[Facts], bool | None]
Domains = Mapping[str, tuple[Any, ...]]


class BadFact(TypeError):
    """A fact is of another type than the condition compares it with."""


class Condition:
    """A condition ready to be decided."""

    __slots__ = ("decide", "facts_needed", "tree", "written")

    decide: Decision
    """Answers True or False, or None as long as a fact that matters is unknown."""
    facts_needed: frozenset[str]
    """The facts that may be asked for."""

    def __init__(self, written: Any = None, orders: Domains | None = None) -> None:
        self.written = written
        self.tree = read(written, orders or {})
        self.decide = _compile(self.tree)
        self.facts_needed = frozenset(_facts_of(self.tree))

    def __call__(self, facts: Facts) -> bool | None:
        return self.decide(facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.tree == self.tree

    def __hash__(self) -> int:
        return hash(self.tree)

    def __repr__(self) -> str:
        return f"Condition({self.written!r})"

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """The facts that a desk has to be asked for before this can be decided; none if it is decided already."""
        if self.decide(facts) is not None:
            return ()
        return tuple(sorted(name for name in self.facts_needed if facts.get(name) is None))

    def is_dead(self, domains: Domains | None = None) -> bool | None:
        """Whether it can never be true, given the values that facts may have; None where that cannot be told."""
        possible = is_satisfiable(self.tree, domains or {})
        return None if possible is None else not possible


def overlap(one: Condition, other: Condition, domains: Domains | None = None) -> bool | None:
    """Whether both can be true of the same case; None where that cannot be told."""
    return is_satisfiable(All((one.tree, other.tree)), domains or {})


def covers(conditions: Iterable[Condition], given: Condition, domains: Domains | None = None) -> bool | None:
    """Whether at least one is true whenever the given condition is, once every fact is known."""
    trees = tuple(condition.tree for condition in conditions)
    known = All(tuple(Test(fact, "known", True) for tree in trees for fact in _facts_of(tree)))
    uncovered = is_satisfiable(All((given.tree, known, Not(Any_(trees)))), domains or {})
    return None if uncovered is None else not uncovered


def _facts_of(node: Node) -> list[str]:
    match node:
        case Test(fact=fact) | Quantified(of=fact):
            return [fact]
        case Not(part=part):
            return _facts_of(part)
        case All(parts=parts) | Any_(parts=parts):
            return [fact for part in parts for fact in _facts_of(part)]


def _compile(node: Node) -> Decision:
    match node:
        case Test():
            return _test(node)
        case Not(part=part):
            return _not(_compile(part))
        case All(parts=parts):
            return _all(tuple(map(_compile, parts)))
        case Any_(parts=parts):
            return _any(tuple(map(_compile, parts)))
        case Quantified(of=of, every=every, part=part):
            return _quantified(of, every, _compile(part))


def _not(decide: Decision) -> Decision:
    def answer(facts: Facts) -> bool | None:
        decided = decide(facts)
        return None if decided is None else not decided

    return answer


def _all(parts: tuple[Decision, ...]) -> Decision:
    if len(parts) == 1:
        return parts[0]

    def answer(facts: Facts) -> bool | None:
        known: bool | None = True
        for decide in parts:
            decided = decide(facts)
            if decided is False:
                return False
            if decided is None:
                known = None
        return known

    return answer


def _any(parts: tuple[Decision, ...]) -> Decision:
    if len(parts) == 1:
        return parts[0]

    def answer(facts: Facts) -> bool | None:
        known: bool | None = False
        for decide in parts:
            decided = decide(facts)
            if decided:
                return True
            if decided is None:
                known = None
        return known

    return answer


def _quantified(of: str, every: bool, decide: Decision) -> Decision:
    def answer(facts: Facts) -> bool | None:
        entries = facts.get(of)
        if entries is None:
            return None
        decided = [decide(entry) for entry in entries]
        if (not every) in decided:
            return not every
        return None if None in decided else every

    return answer


def _test(test: Test) -> Decision:
    fact, value = test.fact, test.value
    if test.name == "known":

        def is_known(facts: Facts) -> bool | None:
            return (facts.get(fact) is not None) is value

        return is_known

    if test.name == "is":

        def is_(facts: Facts) -> bool | None:
            found = _counted(facts.get(fact), value)
            return None if found is None else bool(found == value)

        return is_

    if test.name == "in":
        values = frozenset(value)

        def in_(facts: Facts) -> bool | None:
            found = facts.get(fact)
            if isinstance(found, list):
                return len(found) in values
            return None if found is None else found in values

        return in_

    return _compared(fact, _COMPARISONS[test.name], value)


def _counted(found: Any, value: Any) -> Any:
    """Of a list a number asks how many there are."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return len(found) if is_number and isinstance(found, list | tuple) else found


def _compared(fact: str, holds: Callable[[Any, Any], bool], value: Any) -> Decision:
    def answer(facts: Facts) -> bool | None:
        found = _counted(facts.get(fact), value)
        if found is None:
            return None
        try:
            return holds(found, value)
        except TypeError:
            raise BadFact(f"The fact {fact} is {found!r}, which cannot be compared with {value!r}.") from None

    return answer


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda found, value: bool(found >= value),
    "at_most": lambda found, value: bool(found <= value),
    "above": lambda found, value: bool(found > value),
    "below": lambda found, value: bool(found < value),
}
