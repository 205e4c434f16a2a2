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
        if work.retells:
            handler(event, work)
            return
        before = _standing(work)
        handler(event, work)
        now = _standing(work)
        if before != now:
            _count(before, -1, work)
            _count(now, 1, work)

    return heard


def stand_in_sums(case: CaseFacts, work: Work) -> None:
    """A case as it stands when everything was heard once more."""
    _count(sums_of(case), 1, work)


def stand_on_its_day(occasion: OccasionFact, work: Work) -> None:
    """An occasion as it stands when everything was heard once more."""
    work.count(ClauseSum, **_day_and_clause(occasion), ended_as=occasion.ended_as)


def _count(sums: list[Sum], n: int, work: Work) -> None:
    for one in sums:
        work.count(CaseSum, n, id=identity_of(one), **one)


def _day_and_clause(occasion: OccasionFact) -> dict[str, Any]:
    return {
        "procedure": occasion.procedure,
        "day": day_of(occasion),
        "place": occasion.place or "",
        "clause": occasion.clause,
    }


def _standing(work: Work) -> list[Sum]:
    case = work.maybe(CaseFacts)
    return sums_of(case) if case is not None else []


def count_occasion(work: Work, occasion: OccasionFact, before: OccasionEnd | None) -> None:
    """An occasion stands otherwise than before, or is new."""
    if work.retells or occasion.ended_as == before:
        return
    which = _day_and_clause(occasion)
    for n, end in ((-1, before), (1, occasion.ended_as)):
        if end is not None:
            work.count(ClauseSum, n, **which, ended_as=end)
