"""The steps of a duty as dispatch reads them: in the order of the pack, each with its condition and its needs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from closeloop.chassis.conditions import Condition, Domains
from closeloop.chassis.packs.need_rules import NeedRule, needs_of
from closeloop.chassis.packs.rules import Facts, compiled
from closeloop.contracts.procedure.dispatch import Duty
from closeloop.contracts.procedure.step import StepRule
from closeloop.contracts.vocabulary import Text

KNOWN_TITLES: Mapping[str, Text] = {
    "accept": Text(zh="接单", en="Accept"),
    "assign": Text(zh="派工", en="Assign"),
    "arrive": Text(zh="到场", en="Arrive"),
    "finish": Text(zh="完成", en="Finish"),
    "sign": Text(zh="签字", en="Sign"),
    "return": Text(zh="返回", en="Return"),
}


@dataclass(frozen=True, slots=True)
class StepOf:
    """A step of a duty under its name."""

    name: str
    entry: StepRule
    when: Condition
    needs: tuple[NeedRule, ...]

    @property
    def title(self) -> Text:
        """What people call it."""
        return self.entry.title or KNOWN_TITLES.get(self.name) or Text(zh=self.name, en=self.name)

    @property
    def is_own(self) -> bool:
        """Whether the pack made it up, so that it means nothing but what its entry says."""
        return self.name not in KNOWN_TITLES


class Steps:
    """The steps of one duty."""

    def __init__(self, duty: Duty, orders: Domains) -> None:
        self._steps: Mapping[str, StepOf] = {
            name: StepOf(name, entry, compiled(entry.when, orders), needs_of(entry.needs, orders))
            for name, entry in duty.steps.items()
        }
        self.order: tuple[str, ...] = tuple(self._steps)

    def __iter__(self) -> Iterator[StepOf]:
        return iter(self._steps.values())

    def __contains__(self, step: object) -> bool:
        return step in self._steps

    def __getitem__(self, step: str) -> StepOf:
        return self._steps[step]

    def left(self, taken: Container[str], facts: Facts) -> list[StepOf]:
        """The steps that are still to be taken; those that the case certainly does not get are left out."""
        return [step for step in self if step.name not in taken and step.when.decide(facts) is not False]

    def from_(self, step: str) -> tuple[str, ...]:
        """A step and those after it."""
        return self.order[self.order.index(step) :]

    @property
    def facts_needed(self) -> frozenset[str]:
        """The facts that its conditions and needs may ask for."""
        asked = [step.when for step in self]
        asked += [condition for step in self for need in step.needs for condition in (need.when, need.that)]
        return frozenset(fact for condition in asked for fact in condition.facts_needed)
