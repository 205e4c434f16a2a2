"""dispatch.yaml as dispatch reads it: who gets which duty, and how long it may take.

A case and each corrective action have duties of their own; whoever asks for those of one matter is told of no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from closeloop.chassis.conditions import Domains
from closeloop.chassis.packs.limit_rules import LimitRule, limit_rules
from closeloop.chassis.packs.rules import Facts, Rule, compiled, ruled, that_apply, that_wait
from closeloop.chassis.packs.step_rules import Steps
from closeloop.contracts.procedure.corrective import CorrectiveAction, Opening
from closeloop.contracts.procedure.dispatch import Dispatch, Duty, ForSome
from closeloop.contracts.procedure.entry import To
from closeloop.contracts.procedure.limit import Limit, Moment
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.procedure.telling import Telling


class DispatchRules:
    """Who must do what for a case, or for the corrective action of this name."""

    def __init__(self, said: Dispatch, orders: Domains, action: str | None = None) -> None:
        self.said, self.action = said, action
        all_duties: tuple[Rule[Duty], ...] = ruled(said.duties, orders)
        self.duties: tuple[Rule[Duty], ...] = tuple(
            rule for rule in all_duties if (action in rule.entry.of if action is not None else not rule.entry.of)
        )
        """The duties of this matter, in the order of the pack."""
        self.limits: Mapping[str, Limit] = said.limits
        self._named = {rule.name: rule for rule in all_duties}
        self.steps: Mapping[str, Steps] = {name: Steps(duty, orders) for name, duty in said.duties.items()}
        self.sign_offs: Mapping[str, tuple[Rule[SignOff], ...]] = {
            name: ruled(duty.signatures, orders) for name, duty in said.duties.items()
        }
        self.tellings: Mapping[str, tuple[Rule[Telling], ...]] = {
            name: ruled(duty.tells, orders) for name, duty in said.duties.items() if duty.tells
        }
        """Duty to whom it tells; duties that tell nobody are left out."""
        self.parts: Mapping[str, tuple[str, ...]] = {
            whole: tuple(name for name, duty in said.duties.items() if duty.part_of == whole)
            for whole in {duty.part_of for duty in said.duties.values() if duty.part_of is not None}
        }
        """Duty to those that write a part of its form."""
        self.facts_asked: frozenset[str] = _facts_asked(self.duties, self.steps, self.tellings)
        """The facts that decide what is issued and which steps are taken."""
        self._decided = {
            name: compiled(duty.when_necessary.when, orders)
            for name, duty in said.duties.items()
            if duty.when_necessary is not None
        }
        self.actions: Mapping[str, Rule[CorrectiveAction]] = {
            rule.name: rule for rule in ruled(said.corrective_actions, orders)
        }
        self.openings: tuple[tuple[Rule[CorrectiveAction], Rule[Opening]], ...] = tuple(
            (rule, opening) for rule in self.actions.values() for opening in ruled(rule.entry.opens, orders)
        )
        """What brings a corrective action about."""
        self.opened_by_cases = tuple(
            (rule, opening) for rule, opening in self.openings if opening.entry.when is not None and action is None
        )
        """What of a case brings one about."""
        self.opened_by_breaches: Mapping[str, tuple[tuple[Rule[CorrectiveAction], Rule[Opening]], ...]] = {
            clause: tuple((rule, one) for rule, one in self.openings if clause in one.entry.breach)
            for _rule, opening in self.openings
            for clause in opening.entry.breach
        }
        """Clause to what its breach brings about."""
        self._for_some: Mapping[str, tuple[Rule[ForSome], ...]] = {
            name: ruled(duty.for_some, orders) for name, duty in said.duties.items()
        }
        self._limits = limit_rules(said.limits, orders)
        self._of_the_case = tuple(
            rule for rule in self._limits.values() if rule.entry.of == "case" and self.action is None
        )

    def duty(self, name: str) -> Rule[Duty]:
        """The rule of that name."""
        return self._named[name]

    def duties_for(self, facts: Facts) -> tuple[Rule[Duty], ...]:
        """The duties that a case gets by itself in this round, in the order of the pack."""
        return tuple(rule for rule in self.duties if self.is_due(rule, facts))

    def is_due(self, duty: Rule[Duty], facts: Facts) -> bool | None:
        """Whether a case gets a duty by itself; not known while a fact is missing."""
        applies = self._in_this_round(duty, facts)
        if applies is False or duty.name not in self._decided:
            return applies
        asks_a_person = self._decided[duty.name].decide(facts)
        return None if asks_a_person is None else applies and not asks_a_person

    def is_asked(self, duty: Rule[Duty], facts: Facts) -> bool | None:
        """Whether a person decides if a duty is necessary for a case; not known while a fact is missing."""
        applies = self._in_this_round(duty, facts)
        if applies is False or duty.name not in self._decided:
            return False
        asks_a_person = self._decided[duty.name].decide(facts)
        return False if asks_a_person is False else (applies and asks_a_person) or None

    def may_still_come(self, duty: Rule[Duty], facts: Facts, *, is_decided: bool = False) -> bool:
        """Whether a duty that this round does not have yet may still come: by itself, or by an open decision."""
        decision = duty.entry.when_necessary
        is_open = decision is not None and decision.before is not None and not is_decided
        return self.is_due(duty, facts) is not False or (is_open and self.is_asked(duty, facts) is not False)

    def _in_this_round(self, duty: Rule[Duty], facts: Facts) -> bool | None:
        """Whether the condition of a duty holds, in a round in which it is issued."""
        is_over = facts.get("round", 1) > 1 and duty.entry.again == "never"
        return False if is_over else duty.when.decide(facts)

    def clauses_of(self, duty: Rule[Duty], facts: Facts) -> tuple[str, ...]:
        """The clauses that a duty fulfils for a case: those of all its cases, and those of some only."""
        for_this = [clause for rule in that_apply(self._for_some[duty.name], facts) for clause in rule.clauses]
        return tuple(dict.fromkeys((*duty.clauses, *for_this)))

    def desk_of(self, duty: Rule[Duty], facets: Mapping[str, str], round_: int = 1) -> str | None:
        """The desk that gets a duty in a round; none while the facet that names it is not rated."""
        return self.to(duty, round_).desk_for(facets)

    def to(self, duty: Rule[Duty], round_: int = 1) -> To:
        """Whom a duty goes to in a round."""
        rising = duty.entry.further_rounds.rising if duty.entry.further_rounds else ()
        higher = [one for one in rising if one.from_round <= round_]
        return max(higher, key=lambda one: one.from_round).to if higher else duty.entry.to

    def limits_of(self, duty: Rule[Duty], round_: int = 1) -> tuple[str, ...]:
        """The limits that run for a duty in a round."""
        if round_ > 1 and duty.entry.further_rounds is not None and duty.entry.further_rounds.limits:
            return duty.entry.further_rounds.limits
        return duty.entry.limits

    def waiting_for(self, facts: Facts) -> tuple[tuple[Rule[Duty], tuple[str, ...]], ...]:
        """Duties that cannot be decided yet, each with the facts that are missing."""
        waiting = (rule for rule in self.duties if self.is_due(rule, facts) is None)
        return that_wait(waiting, facts)

    def offered_for(self, facts: Facts) -> tuple[Rule[Duty], ...]:
        """Duties that a person may issue for this case, saying why it is necessary."""
        return tuple(rule for rule in self.duties if self.is_asked(rule, facts))

    def limit(self, name: str) -> LimitRule:
        """The limit of that name."""
        return self._limits[name]

    def limits_of_the_case(self) -> tuple[LimitRule, ...]:
        """The limits that run for a case, whatever duties it has."""
        return self._of_the_case

    def limits_that_start(self, duty: Rule[Duty], moment: Moment, round_: int = 1) -> tuple[str, ...]:
        """The limits of a duty that begin at a moment of it."""
        return tuple(name for name in self.limits_of(duty, round_) if self.limits[name].starts == moment)

    def limits_that_stop(self, duty: Rule[Duty], moment: Moment, round_: int = 1) -> tuple[str, ...]:
        """The limits of a duty that end at a moment of it."""
        return tuple(name for name in self.limits_of(duty, round_) if self.limits[name].stops == moment)

    def marks_set_at(self, duty: Rule[Duty], moment: Moment) -> tuple[str, ...]:
        """The marks of the case that a duty sets at a moment of it."""
        return tuple(mark for mark, at in duty.entry.marks.items() if at == moment)


def _facts_asked(
    duties: Iterable[Rule[Duty]], steps: Mapping[str, Steps], tellings: Mapping[str, tuple[Rule[Telling], ...]]
) -> frozenset[str]:
    asked = [duty.when.facts_needed for duty in duties] + [one.facts_needed for one in steps.values()]
    asked += [rule.when.facts_needed for rules in tellings.values() for rule in rules]
    named = [frozenset({duty.entry.to.fact}) for duty in duties if duty.entry.to.fact]
    return frozenset().union(*asked, *named)
