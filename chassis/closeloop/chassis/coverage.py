"""Coverage: how many customers were asked, of how many whose matter was handled; callback and stats count by this.

A case counts in the period in which it was first handled; a further round moves it no more, handling that is taken
back does. It is called back once, by one attempt that counts, and exempted where the procedure excused it and nobody
asked all the same. Who was not drawn into a sample is not exempted: the sample is how the share is reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil
from typing import Protocol

import sqlalchemy as sa

from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.every import MarkSet

HANDLED = "handled"
WAIVED = "waived"
NOT_IN_THE_SAMPLE = "not_in_sample"


class CountedCase(Protocol):
    """What a service keeps of a case so that coverage can be counted; the columns of its table have these names."""

    handled_at: datetime | None
    handled_round: int
    callbacks_made: int
    waived_at: datetime | None


def note_mark(case: CountedCase, mark: MarkSet, at: datetime) -> None:
    """A case is handled when it first was; taking that back, or a waiver back, is as if it had not been."""
    if mark.mark == HANDLED and mark.is_set and case.handled_at is None:
        case.handled_at, case.handled_round = at, mark.round
    elif mark.mark == HANDLED and not mark.is_set and case.handled_round == mark.round:
        case.handled_at, case.handled_round = None, 0
    elif mark.mark == WAIVED and not mark.is_set:
        case.waived_at = None


def note_attempt(case: CountedCase, attempt: CallbackAttempted) -> None:
    """An attempt that counts is a callback made; whoever only verifies what a case says makes none."""
    case.callbacks_made += attempt.counts and not attempt.verifies


def note_waiver(case: CountedCase, waiver: CallbackWaived, at: datetime) -> None:
    """Nobody asks, for a reason of the procedure; outside the sample is none."""
    if waiver.reason != NOT_IN_THE_SAMPLE and not waiver.verifies:
        case.waived_at = at


def handled(case: sa.FromClause) -> sa.ColumnElement[bool]:
    """Cases that were handled."""
    return case.c.handled_at.is_not(None)


def called_back(case: sa.FromClause) -> sa.ColumnElement[bool]:
    """Cases whose customer was asked at least once."""
    found: sa.ColumnElement[bool] = case.c.callbacks_made > 0
    return found


def exempted(case: sa.FromClause) -> sa.ColumnElement[bool]:
    """Cases that the procedure excuses, and nobody asked all the same."""
    return sa.and_(case.c.waived_at.is_not(None), case.c.callbacks_made == 0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a coverage stands in a period."""

    handled: int
    exempted: int
    called_back: int
    target: float | None = None
    """Least share in percent; none where nobody has set it."""
    counts_exempted: bool = False
    """Whether exempted cases stay below the line."""

    @property
    def denominator(self) -> int:
        """Of how many cases the share is taken."""
        return self.handled if self.counts_exempted else self.handled - self.exempted

    @property
    def rate(self) -> float | None:
        """The share in percent; none where there is nothing to divide by."""
        return 100 * self.called_back / self.denominator if self.denominator else None

    @property
    def needed(self) -> int:
        """How many callbacks the target asks for."""
        return asked_of(self.denominator, self.target)

    @property
    def shortfall(self) -> int:
        """How many callbacks are still missing."""
        return max(0, self.needed - self.called_back)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; none without a target or without a case."""
        if self.target is None or not self.denominator:
            return None
        return self.shortfall == 0


def asked_of(cases: int, share: float | None) -> int:
    """The least number of callbacks that reaches a share in percent of so many cases."""
    return ceil(Fraction(str(share)) * cases / 100) if share else 0
