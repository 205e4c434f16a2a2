"""What may still come: duties that a round does not have yet, and the facts that steps will still tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.addressees import desks_meant
from closeloop.chassis.packs.rules import Facts, Rule
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.contracts.procedure.entry import Places, To
from closeloop.dispatch.model import Duty, HandledCase


def desks_for(pack: Pack, rule: Rule[DutyRule], case: HandledCase, facts: Facts) -> tuple[str, ...]:
    """The desks that get a duty in this round, one duty each; the desk of the procedure where a facet names none."""
    to, known = pack.dispatch.to(rule, case.round), (*pack.head.departments, *pack.head.roles)
    desks = desks_meant(to, {**facts, **pack.intake.desks(case.told.facets)}, pack.head)
    if desks is None:
        return () if _is_told_later(pack, to) else (pack.head.desk,)
    return tuple(dict.fromkeys(desk if desk in known else pack.head.desk for desk in desks))


@dataclass(frozen=True, slots=True)
class Whose:
    """Where a duty is done, and by whom where it is one person's own."""

    place: str | None
    person: str | None = None


def each_of(pack: Pack, rule: Rule[DutyRule], case: HandledCase) -> tuple[Whose, ...]:
    """One for the case, or one for each place or person that has its own, as the organisation stands now."""
    each = rule.entry.each
    if each is None:
        return (Whose(case.place),)
    people = here.get().people
    if each == "place" or isinstance(each, Places):
        kinds = each.places if isinstance(each, Places) else tuple(pack.head.places)
        return tuple(Whose(place.id) for place in people.organisation.places if not kinds or place.kind in kinds)
    roles = frozenset(each.people)
    return tuple(Whose(case.place, one.id) for one in people if roles & one.roles and one.at(case.place))


def may_come(
    pack: Pack, case: HandledCase, duties: Iterable[Duty], rule: Rule[DutyRule], facts: Facts, decided: Collection[str]
) -> bool:
    """Whether a duty that this round does not have yet may still come.

    A fact that no step will tell any more is waited for by nobody: then the rule does not apply to this case.
    """
    rules, decision = pack.dispatch, rule.entry.when_necessary
    if bool(rules.action) != bool(rule.entry.of) or rules.action not in (None, *rule.entry.of):
        return False
    told = still_told(pack, case, duties, facts)
    due = rules.is_due(rule, facts)
    if due:
        to = rules.to(rule, case.round)
        return bool(desks_for(pack, rule, case, facts)) or (to.fact in told and facts.get(to.fact or "") is None)
    if due is None and told.intersection(rule.when.missing(facts)):
        return True
    if decision is None or decision.before is None or rule.name in decided:
        return False
    asked = rules.is_asked(rule, facts)
    return bool(asked) or (asked is None and bool(told.intersection(rule.when.missing(facts))))


def still_told(pack: Pack, case: HandledCase, duties: Iterable[Duty], facts: Facts) -> set[str]:
    """The fields and facets that steps of this round still ask for."""
    mine = [duty for duty in duties if duty.round == case.round and not duty.is_gone]
    has = {duty.rule for duty in mine}
    left = [step for duty in mine if duty.is_open for step in duty.steps_left(pack.dispatch.steps[duty.rule], facts)]
    for rule in pack.dispatch.duties:
        if rule.name not in has and pack.dispatch.may_still_come(rule, facts):
            left += list(pack.dispatch.steps[rule.name])
    return {name for step in left for name in (*step.entry.fields, *step.entry.rates)}


def _is_told_later(pack: Pack, to: To) -> bool:
    """Whether the fact that names the desk is one that somebody tells after the case came in."""
    facet = pack.intake.said.facets.get(to.fact or "")
    return facet is None or facet.later
