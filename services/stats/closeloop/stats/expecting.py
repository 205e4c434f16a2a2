"""Which figures are expected: the first case of a period makes its figure due, a fact that comes late due again."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from closeloop.chassis.packs import Pack
from closeloop.chassis.work import Work
from closeloop.stats.judged import judging_rules, key_of, period_in
from closeloop.stats.model import CaseFacts

TELL_AGAIN_AFTER = 50  # cases; while a service catches up, nobody hears yet what was told


@dataclass(slots=True)
class Expected:
    """Figures that are on disk, with the moment of judging, and those that were told and not heard of yet: so that not
    every event has to tell. What is told once too often changes nothing."""

    judge_at: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def heard(self, key: str, judge_at: datetime) -> None:
        """The figure is there, and whatever came until now will be counted."""
        self.judge_at[key] = judge_at
        self.told.pop(key, None)

    def may_tell(self, key: str) -> bool:
        """Whether it is time to tell of it, for the first time or because nothing was heard of it."""
        left = self.told.get(key, 0)
        self.told[key] = left - 1 if left else TELL_AGAIN_AFTER
        return left == 0


_EXPECTED: WeakKeyDictionary[Any, Expected] = WeakKeyDictionary()
"""One for each service at work: its packs are its own."""


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
        judge_at = known.judge_at.get(key)
        if judge_at is not None and work.now < judge_at:
            continue
        traits = traits or json.loads(facts.traits)
        if (judge_at is not None or rule.applies(traits)) and known.may_tell(key):
            work.tell(key, "expect_figure", procedure=pack.id, indicator=rule.name, period=span.name)


def expected(pack: Pack) -> Expected:
    """The figures of a procedure that are known."""
    return _EXPECTED.setdefault(pack.stats, Expected())
