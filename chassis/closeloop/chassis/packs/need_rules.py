"""The needs of an entry as services read them, ready to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from closeloop.chassis.conditions import Condition, Domains
from closeloop.chassis.packs.rules import compiled
from closeloop.contracts.procedure.need import Need


@dataclass(frozen=True, slots=True)
class NeedRule:
    """A need of the pack under its name, ready to be decided."""

    name: str
    entry: Need
    when: Condition
    that: Condition

    @property
    def clause(self) -> str | None:
        """The clause that refuses."""
        return self.entry.clauses[0] if self.entry.clauses else None

    def of(self, thing: str) -> str:
        """What its occasions hang on."""
        return f"{thing}:need:{self.name}"


def needs_of(written: Mapping[str, Need], orders: Domains) -> tuple[NeedRule, ...]:
    """Makes the needs of an entry ready, in their order."""
    return tuple(
        NeedRule(name, need, compiled(need.when, orders), compiled(need.that, orders)) for name, need in written.items()
    )
