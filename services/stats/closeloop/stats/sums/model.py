"""Sums of facts: so many closed cases that agree in all that is counted, so many occasions of a clause on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.rows import json_text, keeps
from closeloop.contracts.vocabulary import CallbackOutcome, OccasionEnd, Outcome
from closeloop.stats.model import DAYS, CaseFacts, OccasionFact

SAME = (
    *("procedure", "kind", "place", "audience", "traits", "desk", "handled_by", "outcome", "opinion", "tried"),
    *("duties_issued", "duties_returned", "duties_in_time", "limits_kept", "limits_missed"),
)
"""What closed cases of one sum have in common, besides what follows."""
WHETHER = ("handled_at", "closed_at", "waived_at")
"""Moments of which a figure only asks whether there was one."""
AT_ALL = ("reopened", "callbacks_made")
"""Numbers of which a figure only asks whether there is one."""


@keeps("case_sums", tally="n", indexes=[("procedure", "by_day", "month")])
class CaseSum:
    """Closed cases of one month, by one of their days, that are the same for every figure: `n` of them.

    The columns are named as those of a case, so that one definition counts both; a moment is the first of the month.
    """

    id: str
    by_day: str
    month: date
    procedure: str
    kind: str
    place: str | None
    audience: str
    traits: str
    desk: str | None
    handled_by: str | None
    outcome: Outcome | None
    opinion: CallbackOutcome | None
    tried: CallbackOutcome | None
    handled_at: datetime | None
    closed_at: datetime | None
    waived_at: datetime | None
    reopened: int
    callbacks_made: int
    duties_issued: int
    duties_returned: int
    duties_in_time: int
    limits_kept: int
    limits_missed: int
    n: int


@keeps("clause_sums", tally="n", primary=("procedure", "day", "place", "clause", "ended_as"))
class ClauseSum:
    """Occasions of a clause that belong to one day and place and stand in one way: `n` of them."""

    procedure: str
    day: date
    place: str
    """Empty where there is none."""
    clause: str
    ended_as: OccasionEnd
    n: int


Sum = Mapping[str, Any]
"""Which sum a case belongs to, by the names of its columns."""


def sums_of(case: CaseFacts) -> list[Sum]:
    """The sums to which a closed case belongs: of the month of each of its days."""
    if case.closed_at is None:
        return []
    same = {name: getattr(case, name) for name in SAME} | {name: min(getattr(case, name), 1) for name in AT_ALL}
    found: list[Sum] = []
    for by_day in DAYS:
        at: datetime | None = getattr(case, f"{by_day}_at")
        if at is not None:
            month = at.astimezone(HOME_ZONE).date().replace(day=1)
            first = datetime(month.year, month.month, 1, tzinfo=HOME_ZONE)
            known = same | {name: first if getattr(case, name) is not None else None for name in WHETHER}
            found.append({"by_day": by_day, "month": month, **known})
    return found


def identity_of(one: Sum) -> str:
    """The id of a sum says what it is of."""
    told = json_text({name: one[name] for name in (*SAME, *WHETHER, *AT_ALL)})
    return f"{one['by_day']}:{one['month']:%Y-%m}:{blake2b(told.encode(), digest_size=16).hexdigest()}"


def day_of(occasion: OccasionFact) -> date:
    """The day to which an occasion belongs."""
    return occasion.counted_at.astimezone(HOME_ZONE).date()
