"""Raising: the level that has a case gives it up, so it is rated higher, and no fact pulls it down again."""

from __future__ import annotations

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs import Held, Pack
from closeloop.chassis.work import Refused, Work
from closeloop.intake.model import BY_RULE, Assessment, Case
from closeloop.intake.rights import has


def lift(work: Work, case: Case, pack: Pack, held: Held, *, by: str, reason: str | None = None) -> dict[str, str]:
    """The case is rated at least so from now on; answers what it was rated before, if that changed."""
    case.floors = {**case.floors, held.facet: {"value": held.value, "criterion": held.name}}
    if not pack.intake.is_lower(held.facet, case.facets.get(held.facet, ""), held.value):
        return {}
    fresh = {held.facet: held.value}
    before = case.rate(fresh, pack)
    work.add(Assessment(work.new_id(), case.id, work.now, by, fresh, before, reason))
    return before


def lift_with_the_round(work: Work, case: Case, pack: Pack) -> list[Judgement]:
    """A further round goes to a higher level where the procedure says so; its clauses are kept by that."""
    judged: list[Judgement] = []
    for held in pack.intake.raised_by(case.facets, "round"):
        lift(work, case, pack, held, by=BY_RULE)
        judged += kept(held.criterion.clauses, of=held.of)
    return judged


def must_not_fall(work: Work, case: Case, pack: Pack, facet: str, value: str) -> None:
    """Below what a level gave up only whoever may assess rates the case; then it may fall again."""
    floor = case.floors.get(facet)
    if floor is None or not pack.intake.is_lower(facet, value, floor["value"]):
        return
    entry = next(rule.entry for rule in pack.intake.facets if rule.name == facet)
    said = entry.values[floor["value"]]
    if work.by is not None and not has(work.by, pack, "assess"):
        clauses = said.criteria[floor["criterion"]].clauses
        title = {"zh": said.title.zh, "en": said.title.en}
        sentence = _("The level below gave this case up: it stays at “{value}” or higher.", value=title)
        raise Refused(sentence, clause=next(iter(clauses), None))
    case.floors = {name: one for name, one in case.floors.items() if name != facet}
