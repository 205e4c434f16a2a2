"""intake.yaml as intake reads it: columns, facets, closing, rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from closeloop.chassis.conditions import Condition, Domains
from closeloop.chassis.packs.need_rules import needs_of
from closeloop.chassis.packs.rating import Held, RatedBy, Rating, raised_by, rate
from closeloop.chassis.packs.rules import Facts, Rule, compiled, ruled
from closeloop.contracts.procedure.conversation import Conversation
from closeloop.contracts.procedure.facet import Facet
from closeloop.contracts.procedure.intake import Channel, Handover, Intake, Kind, Register, Rounds
from closeloop.contracts.vocabulary import Text


class IntakeRules:
    """How cases come in."""

    def __init__(self, said: Intake, orders: Domains) -> None:
        self.said = said
        self.channels: Mapping[str, Channel] = said.channels
        self.kinds: Mapping[str, Kind] = said.kinds
        self.registers: Mapping[str, Register] = said.registers
        facets = ruled(said.facets, orders)
        self.facets: tuple[Rule[Facet], ...] = tuple(sorted(facets, key=lambda facet: not facet.entry.gates))
        self.needs = {name: needs_of(register.needs, orders) for name, register in said.registers.items()}
        self.handovers: tuple[Rule[Handover], ...] = ruled(said.handovers, orders)
        self.rounds: Rounds | None = said.rounds
        self.conversation: Conversation | None = said.conversation
        self._is_talked_over = compiled(said.conversation.when, orders) if said.conversation else None
        self._rated = tuple(RatedBy(facet, orders) for facet in self.facets)
        self._gates = tuple(facet for facet in self._rated if facet.gates)
        self._rated_by_name = {facet.name: facet for facet in self._rated}
        self.closes_when: Condition = compiled(said.closes_when.when, {})
        self.opens_round: Condition = compiled(said.rounds.when, {}) if said.rounds else Condition({"any": []})

    def register_of(self, kind: str) -> tuple[str, Register]:
        """Name and rules of the register in which a kind is written."""
        name = self.kinds[kind].register_
        return name, self.registers[name]

    def conversation_of(self, facts: Facts) -> Conversation | None:
        """What the conversation of a case has to keep to; none where nothing is asked of it."""
        asked = self._is_talked_over
        return self.conversation if asked is not None and asked.decide(facts) is True else None

    def handover_of(self, facts: Facts) -> Rule[Handover] | None:
        """How a case that comes in by this channel is passed on; none where nobody passes it on."""
        by_channel = (rule for rule in self.handovers if rule.entry.channel == facts.get("channel"))
        return next((rule for rule in by_channel if rule.applies(facts)), None)

    def rate(self, facts: Facts, rated: Mapping[str, str] | None = None) -> Rating:
        """Rates a case as far as its facts and the criteria allow it; what is rated stays, or is raised."""
        return rate(self._rated, facts, rated or {})

    def against(self, facts: Facts, given: Mapping[str, str]) -> Held | None:
        """The criterion of a clause against which a person would rate the case; none if they may."""
        seen = {**facts, **given}
        beside = (self._rated_by_name[name].against(value, seen) for name, value in given.items())
        return next((held for held in beside if held), None)

    def raised_by(self, rated: Mapping[str, str], by: Literal["cannot_handle", "round"]) -> tuple[Held, ...]:
        """What a case is rated when the level that has it gives it up, facet by facet."""
        return tuple(raised_by(self._rated, rated, by))

    def criterion(self, facet: str, value: str, name: str) -> Held:
        """One criterion by its name."""
        return Held(facet, value, name, self._rated_by_name[facet].entry.values[value].criteria[name])

    def is_lower(self, facet: str, value: str, than: str) -> bool:
        """Whether a value of an ordered facet stands below another one."""
        ranks = self._rated_by_name[facet].ranks
        return ranks.get(value, -1) < ranks.get(than, -1)

    def shut_by(self, rated: Mapping[str, str]) -> str | None:
        """The facet by which a case is outside the procedure; none if it is within."""
        return next((facet.name for facet in self._gates if rated.get(facet.name) in facet.gates), None)

    def desk_of(self, fact: str, facts: Facts) -> str | None:
        """The department or role that a rated facet names; none while it is not rated, or where it names none."""
        facet = self._rated_by_name.get(fact)
        return facet.entry.desk_of(facts.get(fact)) if facet else None

    def value_title(self, facet: str, value: str) -> Text:
        """What people call a value of a facet."""
        return self._rated_by_name[facet].entry.values[value].title

    def desks(self, facets: Mapping[str, str]) -> dict[str, str]:
        """Every rated facet with the desk that its value names, or the value itself where it names none."""
        return {name: self.desk_of(name, facets) or value for name, value in facets.items()}

    def may_be_closed(self, said: Facts) -> bool:
        """Whether facets and the marks that were set close the case; a mark that nobody judged yet closes nothing."""
        return self.closes_when.decide(said) is True

    def needs_another_round(self, said: Facts) -> bool:
        """Whether facets and the marks that were set open another round."""
        return self.opens_round.decide(said) is True
