"""Rating: which value the criteria of a facet give a case, and below which one nobody may rate it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from closeloop.chassis.conditions import Condition, Domains
from closeloop.chassis.packs.rules import Facts, Rule, compiled
from closeloop.contracts.procedure.facet import Criterion, Facet


@dataclass(frozen=True, slots=True)
class Held:
    """A criterion that holds for a case, and the value that it gives."""

    facet: str
    value: str
    name: str
    criterion: Criterion

    @property
    def of(self) -> str:
        """What its occasions hang on."""
        return f"facet:{self.facet}:{self.name}"

    @property
    def binds(self) -> bool:
        """Whether nobody may rate against it: a clause gives the value, not a practice of one's own."""
        return bool(self.criterion.clauses) and not self.criterion.otherwise


@dataclass(frozen=True, slots=True)
class Rating:
    """How far the facts rate a case by themselves."""

    facets: dict[str, str]
    """Every facet that is rated, those rated before included."""
    held: tuple[Held, ...]
    """The criteria by which it is rated at least so."""
    open: tuple[Rule[Facet], ...]
    """Facets that a person has to rate."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the criteria say of one facet."""

    value: str | None
    """The value that they give; none while nothing that is known gives one."""
    held: tuple[Held, ...]
    """Those that hold, the one of the highest value first."""


class RatedBy:
    """One facet with its criteria, ready to be decided."""

    def __init__(self, rule: Rule[Facet], orders: Domains) -> None:
        self.rule, self.name, self.entry = rule, rule.name, rule.entry
        self.gates = rule.entry.gates
        self.ranks = {value: rank for rank, value in enumerate(rule.entry.values)}
        asked: list[tuple[Held, Condition]] = []
        self._otherwise: Held | None = None
        for value, name, criterion in rule.entry.reasons():
            held = Held(rule.name, value, name, criterion)
            if criterion.when is not None:
                asked.append((held, compiled(criterion.when, orders)))
            elif criterion.otherwise:
                self._otherwise = held
        self._asked = tuple(reversed(asked)) if rule.entry.ordered else tuple(asked)
        self.has_criteria = bool(self._asked) or self._otherwise is not None

    def given(self, facts: Facts) -> Given:
        """What the criteria give: of ordered values the highest, and none while a higher one may still hold."""
        held: list[Held] = []
        unknown: list[str] = []
        for one, when in self._asked:
            decided = when.decide(facts)
            if decided:
                held.append(one)
            elif decided is None:
                unknown.append(one.value)
        if held:
            value = held[0].value
            may_be_higher = self.entry.ordered and any(self._is_beside(value, one) for one in unknown)
            return Given(None if may_be_higher else value, tuple(held))
        if unknown or self._otherwise is None:
            return Given(None, ())
        return Given(self._otherwise.value, (self._otherwise,))

    def against(self, value: str, facts: Facts) -> Held | None:
        """The criterion against which a case would be rated by this value; none if it may be."""
        return next((one for one in self.given(facts).held if one.binds and self._is_beside(value, one.value)), None)

    def reached(self, value: str, held: tuple[Held, ...]) -> tuple[Held, ...]:
        """Those of the criteria that this value satisfies."""
        return tuple(one for one in held if not self._is_beside(value, one.value))

    def higher(self, value: str, facts: Facts) -> str | None:
        """The value to which facts that were told later raise a case; none if it is high enough."""
        held = self.against(value, facts) if self.entry.ordered else None
        return held.value if held else None

    def _is_beside(self, value: str, wanted: str) -> bool:
        """Whether a value is lower than the wanted one, or another where the values have no order."""
        if not self.entry.ordered:
            return value != wanted
        return self.ranks.get(value, -1) < self.ranks[wanted]


def rate(facets: tuple[RatedBy, ...], facts: Facts, rated: Mapping[str, str]) -> Rating:
    """Rates a case as far as the facts allow it; a rated facet is a fact for the next one; a gate comes first."""
    values = dict(rated)
    held: list[Held] = []
    waiting: list[Rule[Facet]] = []
    for facet in facets:
        seen = {**facts, **values}
        applies = facet.rule.applies(seen)
        if applies is False:
            continue
        value = values.get(facet.name)
        if value is None:
            given = facet.given(seen)
            if given.value is None or applies is None:
                if not facet.entry.later:
                    waiting.append(facet.rule)
                if facet.gates:
                    break
                continue
            value, found = given.value, given.held
        elif facet.has_criteria:
            value = facet.higher(value, seen) or value
            found = facet.reached(value, facet.given(seen).held)
        else:
            found = ()
        values[facet.name] = value
        held += found
        if value in facet.gates:
            break
    return Rating(values, tuple(held), tuple(waiting))


def raised_by(
    facets: tuple[RatedBy, ...], rated: Mapping[str, str], by: Literal["cannot_handle", "round"]
) -> Iterator[Held]:
    """The criteria by which whoever has a case of these values gives it up, and what it is rated then."""
    for facet in facets:
        for value, name, criterion in facet.entry.reasons():
            raised = criterion.raised
            if raised is not None and raised.by == by and raised.from_ == rated.get(facet.name):
                yield Held(facet.name, value, name, criterion)
