"""intake.yaml as intake reads it: columns, facets, closing, rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from closeloop.chassis.conditions import Condition, Domains
from closeloop.chassis.packs.rules import Facts, Rule, compiled, ruled
from closeloop.contracts.procedure.intake import Channel, Facet, Handover, Intake, Kind, Register, Rounds


@dataclass(frozen=True, slots=True)
class Rating:
    """How far the facts rate a case by themselves."""

    facets: dict[str, str]
    """Every facet that is rated, those rated before included."""
    clauses: tuple[str, ...]
    """The clauses of what the facts rated now."""
    open: tuple[Rule[Facet], ...]
    """Facets that a person has to rate."""


class IntakeRules:
    """How cases come in."""

    def __init__(self, said: Intake, orders: Domains) -> None:
        self.said = said
        self.channels: Mapping[str, Channel] = said.channels
        self.kinds: Mapping[str, Kind] = said.kinds
        self.registers: Mapping[str, Register] = said.registers
        self.facets: tuple[Rule[Facet], ...] = ruled(said.facets, orders)
        self.handovers: tuple[Rule[Handover], ...] = ruled(said.handovers, orders)
        self.rounds: Rounds | None = said.rounds
        self._values = {
            facet: tuple((name, compiled(value.when, orders)) for name, value in entry.values.items() if value.when)
            for facet, entry in said.facets.items()
        }
        self.closes_when: Condition = compiled(said.closes_when.when, {})
        self.opens_round: Condition = compiled(said.rounds.when, {}) if said.rounds else Condition({"any": []})

    def register_of(self, kind: str) -> tuple[str, Register]:
        """Name and rules of the register in which a kind is written."""
        name = self.kinds[kind].register_
        return name, self.registers[name]

    def handover_of(self, facts: Facts) -> Rule[Handover] | None:
        """How a case that comes in by this channel is passed on; none where nobody passes it on."""
        by_channel = (rule for rule in self.handovers if rule.entry.channel == facts.get("channel"))
        return next((rule for rule in by_channel if rule.applies(facts)), None)

    def rate(self, facts: Facts, rated: Mapping[str, str] | None = None) -> Rating:
        """Rates a case as far as facts, channel and defaults allow it; a rated facet is a fact for the next one."""
        facets = dict(rated or {})
        clauses: list[str] = []
        waiting: list[Rule[Facet]] = []
        channel = self.channels.get(str(facts.get("channel")))
        for facet in self.facets:
            seen = {**facts, **facets}
            if facet.name in facets or facet.applies(seen) is False:
                continue
            value = (channel.rates.get(facet.name) if channel else None) or self._value_by_facts(facet, seen)
            if value is None or facet.applies(seen) is None:
                if not facet.entry.later:
                    waiting.append(facet)
                continue
            facets[facet.name] = value
            clauses.extend(facet.clauses)
        return Rating(facets, tuple(dict.fromkeys(clauses)), tuple(waiting))

    def may_be_closed(self, marks: Mapping[str, bool]) -> bool:
        """Whether the marks that were set close the case; a mark that nobody judged yet closes nothing."""
        return self.closes_when.decide(marks) is True

    def needs_another_round(self, marks: Mapping[str, bool]) -> bool:
        """Whether the marks that were set open another round."""
        return self.opens_round.decide(marks) is True

    def _value_by_facts(self, facet: Rule[Facet], facts: Facts) -> str | None:
        for name, when in self._values[facet.name]:
            if when.decide(facts):
                return name
        return facet.entry.default
