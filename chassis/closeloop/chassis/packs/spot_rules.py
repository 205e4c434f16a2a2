"""Which duty of a case may be carried through while the case is taken down."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.pack import Pack
from closeloop.chassis.packs.rules import Facts, Rule, compiled
from closeloop.contracts.procedure.dispatch import Duty


def duty_on_the_spot(pack: Pack, facts: Facts) -> Rule[Duty] | None:
    """The duty that such a case gets and that may be carried through at once; none if there is none."""
    orders = {facet.name: tuple(facet.entry.values) for facet in pack.intake.facets if facet.entry.ordered}
    for rule in pack.dispatch.duties_for(facts):
        spot = rule.entry.on_the_spot
        if spot is not None and compiled(spot.when, orders).decide(facts):
            return rule
    return None


def clauses_on_the_spot(pack: Pack) -> tuple[str, ...]:
    """The clauses that say what may be resolved at once."""
    return tuple(dict.fromkeys(_clauses(pack)))


def _clauses(pack: Pack) -> Iterator[str]:
    for rule in pack.dispatch.duties:
        if rule.entry.on_the_spot is not None:
            yield from rule.entry.on_the_spot.clauses
