"""Judging: what whoever takes a case down must have judged, and why a case cannot be rated otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Held, Pack, Rating, Rule
from closeloop.contracts.procedure.intake import Handover
from closeloop.intake.forms import CaseForm
from closeloop.intake.misfits import Misfits

Unjudged = tuple[tuple[str, ...], Sentence]
"""The clauses that ask for a judgement, and what is missing."""


def judged_first(
    form: CaseForm,
    pack: Pack,
    rating: Rating,
    handover: Rule[Handover] | None,
    facts: Mapping[str, Any],
    by_the_desk: bool,
    misfits: Misfits,
) -> Unjudged | None:
    """What is missing of the judgements that come before registering; none if nothing is."""
    if handover is not None and handover.entry.rates is not None:
        rates = handover.entry.rates
        title = _title_of(pack, rates.facet)
        if rates.facet not in rating.facets or not (by_the_desk or rates.facet in form.facets):
            sentence = _("Judge “{facet}” first: whoever receives a case says it before passing it on.", facet=title)
            misfits.say(f"facets.{rates.facet}", sentence)
            return rates.clauses, sentence
        usual = pack.intake.rate(facts).facets.get(rates.facet)
        if usual not in (None, rating.facets[rates.facet]) and not form.reason:
            sentence = _("The facts say otherwise of “{facet}”: say why you judge it so.", facet=title)
            misfits.say("reason", sentence)
            return rates.clauses, sentence
    signed = next((held for held in rating.held if held.criterion.signed), None)
    if signed is not None and not form.reason:
        criterion = signed.criterion.title
        words = {"zh": criterion.zh, "en": criterion.en}
        sentence = _("“{criterion}” is a judgement: say why, and it is signed in your name.", criterion=words)
        misfits.say("reason", sentence)
        return signed.criterion.clauses, sentence
    return None


def against(pack: Pack, held: Held) -> Sentence:
    """Why a case cannot be rated so."""
    entry = next(rule.entry for rule in pack.intake.facets if rule.name == held.facet)
    value, title = entry.values[held.value].title, held.criterion.title
    said = {"criterion": {"zh": title.zh, "en": title.en}, "value": {"zh": value.zh, "en": value.en}}
    if entry.ordered:
        return _("“{criterion}” holds, so this is “{value}” or higher: rate it so, or put the facts right.", **said)
    return _("“{criterion}” holds, so this is “{value}”: rate it so, or put the facts right.", **said)


def _title_of(pack: Pack, facet: str) -> dict[str, str]:
    title = next(rule.entry.title for rule in pack.intake.facets if rule.name == facet)
    return {"zh": title.zh, "en": title.en}
