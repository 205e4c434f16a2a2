"""Needs: what must be there before somebody goes on, judged the same at registering, at a step, at a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, not_applicable, opened
from closeloop.chassis.packs.need_rules import NeedRule
from closeloop.chassis.packs.rules import Facts
from closeloop.chassis.refusals import Refused


class Necessary(BaseModel):
    """What a person says about a need that is there only when necessary."""

    model_config = ConfigDict(str_strip_whitespace=True)

    needed: bool
    """Whether it is necessary here."""
    reason: str | None = Field(None, max_length=2_000)
    """Why it is not."""


def open_needs(needs: Iterable[NeedRule], of: str) -> list[Judgement]:
    """From now on each of them is waited for."""
    return [one for need in needs for one in opened(need.entry.clauses, of=need.of(of))]


def meet_needs(
    needs: Iterable[NeedRule], facts: Facts, *, of: str, necessary: Mapping[str, Necessary] | None = None
) -> list[Judgement]:
    """Refuses with the clause of the first that is not there; else how each of them ended."""
    said = necessary or {}
    judged: list[Judgement] = []
    for need in needs:
        ends = kept if _is_asked(need, facts, said.get(need.name)) else not_applicable
        judged += ends(need.entry.clauses, of=need.of(of))
    return judged


def _is_asked(need: NeedRule, facts: Facts, answer: Necessary | None) -> bool:
    """Whether the need applies, and is there; refused where it applies and is not."""
    what, clause = need.entry.title.model_dump(), need.clause
    applies = need.when.decide(facts)
    if applies is False:
        return False
    if applies is None:
        missing = ", ".join(need.when.missing(facts))
        sentence = _("Whether this is needed is not known yet: {what}. Say first: {facts}.", what=what, facts=missing)
        raise Refused(sentence, clause=clause)
    if need.entry.when_necessary:
        if answer is None:
            raise Refused(_("Say whether this is necessary: {what}.", what=what), clause=clause)
        if not answer.needed and not answer.reason:
            raise Refused(_("Say why this is not necessary: {what}.", what=what), clause=clause)
        if not answer.needed:
            return False
    if not need.that.decide(facts):
        raise Refused(_("This has to be there first: {what}.", what=what), clause=clause)
    return True
