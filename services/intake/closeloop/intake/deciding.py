"""Ratings that are a decision: whoever rates says why, and puts their name to what they rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Held, Pack
from closeloop.chassis.rows import json_text
from closeloop.chassis.work import Refused, Work
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.intake.model import Case


def judged_by_a_person(facets: Iterable[str], held: Iterable[Held], pack: Pack) -> str | None:
    """The first facet that a person decides here, by rating it or by judging the facts; none where facts are facts."""
    signed = {held_.facet for held_ in held if held_.criterion.signed}
    signed |= {rule.name for rule in pack.intake.facets if rule.entry.signed and rule.name in facets}
    return next((rule.name for rule in pack.intake.facets if rule.name in signed), None)


def signed(
    work: Work, case: Case, pack: Pack, facets: Mapping[str, str], held: Iterable[Held], reason: str
) -> Signature | None:
    """The name of whoever decides, with the hash of what they decided and why; none where nothing was decided."""
    facet = judged_by_a_person(facets, held, pack)
    if facet is None or work.by is None:
        return None
    entry = next(rule.entry for rule in pack.intake.facets if rule.name == facet)
    if not reason:
        title = {"zh": entry.title.zh, "en": entry.title.en}
        sentence = _("“{facet}” is a decision: say why, and it is signed in your name.", facet=title)
        raise Refused(sentence, clause=next(iter(entry.clauses), None))
    content = {"case": case.id, "facets": dict(facets), "facts": case.facts, "reason": reason}
    return Signature(
        signer=work.by.name,
        role=entry.rated_by,
        means=SignatureMeans.TYPED,
        at=work.now,
        hash=sha256(json_text(content).encode()).hexdigest(),
    )
