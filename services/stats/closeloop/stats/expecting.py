"""Which figures are expected: the first case of a period makes its figure due, a fact that comes late due again."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.running import Running
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.stats import Indicator
from closeloop.stats.counting import group_of
from closeloop.stats.judged import by_group, group_name, judging_rules, key_of, periods_in
from closeloop.stats.model import CaseFacts, SheetFacts
from closeloop.stats.tables import NONE, SHEETS

EXPECT = "expect_figure"
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


_EXPECTED: WeakKeyDictionary[Running, Expected] = WeakKeyDictionary()
"""One for each service at work."""


def expect_figures(facts: CaseFacts | SheetFacts, work: Work) -> None:
    """The figures in which the case or sheet counts: occasions open with the first, later facts judge them anew."""
    if not work.retells:
        tell_of_figures(facts, work)


def tell_of_figures(facts: CaseFacts | SheetFacts, work: Work) -> None:
    """Each is told once in a while, until it is known to be expected."""
    pack = work.pack(facts.procedure)
    known = expected()
    zone = work.calendar().zone
    traits: dict[str, Any] | None = None
    for rule in judging_rules(pack):
        day = _day_of(facts, rule)
        if day is None:
            continue
        survey = facts.survey_id if isinstance(facts, SheetFacts) else None
        spans, groups = periods_in(pack, rule, day, zone, survey), _groups_of(facts, pack, rule)
        each = [(span, group) for span in spans for group in groups]
        for span, group in each:
            key = key_of(pack.id, rule.name, span.name)
            name = f"{key}|{group}"
            judge_at = known.judge_at.get(name)
            if judge_at is not None and work.now < judge_at:
                continue
            traits = traits or json.loads(facts.traits)
            if (judge_at is not None or pack.stats.counts(rule, traits)) and known.may_tell(name):
                told = {"procedure": pack.id, "indicator": rule.name, "period": span.name, "group": group}
                work.tell(key, EXPECT, **told)


def _day_of(facts: CaseFacts | SheetFacts, rule: Rule[Indicator]) -> datetime | None:
    """The day by which it belongs to a period of the indicator; none if the indicator counts something else."""
    about_sheets = any(one in SHEETS.amounts for count in rule.entry.sides.values() for one in count.of)
    if isinstance(facts, SheetFacts):
        return facts.sent_at if about_sheets else None
    day: datetime | None = None if about_sheets else getattr(facts, f"{rule.entry.by_day}_at")
    return day


def _groups_of(facts: CaseFacts | SheetFacts, pack: Pack, rule: Rule[Indicator]) -> list[str]:
    """The groups that are judged in which it counts; the whole, under no name, where groups are not judged."""
    if not by_group(rule):
        return [""]
    traits = json.loads(facts.traits)
    told = {"department": getattr(facts, "handled_by", None), "place": facts.place, **_of_the_sheet(facts)}
    values = [(by, group_of(pack, by, told.get(by, traits.get(by)))) for by in rule.entry.by]
    return [group_name(by, value) for by, value in values if value != NONE]


def _of_the_sheet(facts: CaseFacts | SheetFacts) -> dict[str, str | None]:
    return {"survey": facts.survey, "area": facts.area} if isinstance(facts, SheetFacts) else {}


def expected() -> Expected:
    """The figures that are known here."""
    return _EXPECTED.setdefault(here.get(), Expected())
