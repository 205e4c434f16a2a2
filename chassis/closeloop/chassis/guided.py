"""Guidance, judged: whoever acts had the texts of the step in front of them, and the action names them.

Every action that a person takes asks `guided` what became of the texts that are due at its step. A text is due unless
its condition is certainly false; where nobody of the house acts, or paper is entered later, none is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, breached, shown
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Facts, Rule
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.guidance import Guidance


def guided(
    work: Work,
    pack: Pack,
    step: str,
    facts: Facts,
    named: Collection[str],
    *,
    of: str,
    entered_later: bool = False,
) -> list[Judgement]:
    """What became of the texts of a step: shown where the action names them, breached where it does not.

    A text that has to be confirmed and is not refuses the action.
    """
    if work.by is None:
        return []
    texts = pack.guidance.at(step, facts)
    _must_be_confirmed(texts, facts, named)
    judging: list[Judgement] = []
    for text in texts:
        if text.name in named:
            judging += shown(text.clauses, of=of)
        elif not entered_later and text.applies(facts):
            judging += breached(text.clauses, of=of)
    return judging


def must_be_confirmed(pack: Pack, step: str, facts: Facts, named: Collection[str]) -> None:
    """Refuses an action before which somebody has to say that they read something, and did not."""
    _must_be_confirmed(pack.guidance.at(step, facts), facts, named)


def _must_be_confirmed(texts: Iterable[Rule[Guidance]], facts: Facts, named: Collection[str]) -> None:
    for text in texts:
        if text.entry.confirmed and text.name not in named and text.applies(facts):
            clause = next(iter(text.clauses), None)
            words = text.entry.text.model_dump()
            raise Refused(_("Confirm that you read this first: {text}", text=words), clause=clause)
