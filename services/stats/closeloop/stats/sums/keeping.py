"""Sums are kept by whoever changes a fact: what it was is taken away, what it is now is added."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from closeloop.chassis.hearing import Hears
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.stats.model import CaseFacts, OccasionFact
from closeloop.stats.sums.model import CaseSum, ClauseSum, Sum, day_of, identity_of, sums_of

Handler = Callable[[Any, Work], None]


def keep_sums(hears: Hears) -> None:
    """Whatever is heard, closed cases stand in their sums afterwards; an open case is counted by its own row."""
    for event, handler in hears.events.items():
        hears.events[event] = _with_sums(handler)


def _with_sums(handler: Handler) -> Handler:
    @wraps(handler)
    def heard(event: Any, work: Work) -> None:
        before = _standing(work)
        handler(event, work)
        now = _standing(work)
        if before != now:
            for n, sums in ((-1, before), (1, now)):
                for one in sums:
                    work.count(CaseSum, n, id=identity_of(one), **one)

    return heard


def _standing(work: Work) -> list[Sum]:
    case = work.maybe(CaseFacts)
    return sums_of(case) if case is not None else []


def count_occasion(work: Work, occasion: OccasionFact, before: OccasionEnd | None) -> None:
    """An occasion stands otherwise than before, or is new."""
    if occasion.ended_as == before:
        return
    which = {"procedure": occasion.procedure, "day": day_of(occasion), "place": occasion.place or ""}
    for n, end in ((-1, before), (1, occasion.ended_as)):
        if end is not None:
            work.count(ClauseSum, n, **which, clause=occasion.clause, ended_as=end)
