"""The rules of a pack as services read them: an entry with its name and its condition, ready to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from closeloop.chassis.conditions import Condition, Domains
from closeloop.contracts.procedure import Condition as Written
from closeloop.contracts.procedure import Entry

E = TypeVar("E", bound=Entry)
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule(Generic[E]):
    """An entry of the pack under its name."""

    name: str
    entry: E
    when: Condition

    def __repr__(self) -> str:
        return f"Rule({self.name})"

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that it fulfils."""
        return self.entry.clauses

    def applies(self, facts: Facts) -> bool | None:
        """Yes, no, or None while a fact that matters is unknown."""
        return self.when.decide(facts)


def ruled(entries: Mapping[str, E], orders: Domains, condition: str = "when") -> tuple[Rule[E], ...]:
    """Makes rules of the entries of one table, in their order."""
    return tuple(
        Rule(name, entry, compiled(getattr(entry, condition, None), orders)) for name, entry in entries.items()
    )


def compiled(written: Written | None, orders: Domains) -> Condition:
    """Makes a condition of the pack ready to be decided."""
    return Condition(written.written if written is not None else None, orders)


def that_apply(rules: Iterable[Rule[E]], facts: Facts) -> tuple[Rule[E], ...]:
    """The rules that certainly apply."""
    return tuple(rule for rule in rules if rule.when.decide(facts))


def that_wait(rules: Iterable[Rule[E]], facts: Facts) -> tuple[tuple[Rule[E], tuple[str, ...]], ...]:
    """The rules that cannot be decided yet, each with the facts that a desk has to be asked for."""
    return tuple((rule, rule.when.missing(facts)) for rule in rules if rule.when.decide(facts) is None)
