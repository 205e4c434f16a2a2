"""Which figures are expected: the first case of a period makes its figure due, a fact that comes late due again."""

import json
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from closeloop.chassis.packs import Pack
from closeloop.chassis.work import Work
from closeloop.stats.judged import judging_rules, key_of, period_in
from closeloop.stats.model import CaseFacts

_EXPECTED: WeakKeyDictionary[Any, dict[str, datetime]] = WeakKeyDictionary()
"""Figures that are on disk, with the moment of judging: so that not every event has to ask. What is not here is told
once more, which changes nothing. One for each service at work: its packs are its own."""


def expect_figures(facts: CaseFacts, work: Work) -> None:
    """The figures in which the case counts: their occasions open with its first case, later facts judge them anew."""
    pack = work.pack(facts.procedure)
    known = expected(pack)
    zone = work.calendar().zone
    traits: dict[str, Any] | None = None
    for rule in judging_rules(pack):
        day: datetime | None = getattr(facts, f"{rule.entry.by_day}_at")
        if day is None:
            continue
        span = period_in(rule, day, zone)
        key = key_of(pack.id, rule.name, span.name)
        judge_at = known.get(key)
        if judge_at is not None and work.now < judge_at:
            continue
        traits = traits or json.loads(facts.traits)
        if judge_at is not None or rule.applies(traits):
            work.tell(key, "expect_figure", procedure=pack.id, indicator=rule.name, period=span.name)


def expected(pack: Pack) -> dict[str, datetime]:
    """The figures of a procedure that are known to be on disk."""
    return _EXPECTED.setdefault(pack.stats, {})
