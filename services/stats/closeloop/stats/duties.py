"""The facts of duties: who had to do what for a case, by which limits, and how it came back."""

from collections.abc import Iterable
from datetime import datetime

from closeloop.chassis.rows import keeps
from closeloop.contracts.vocabulary import DutyState, Outcome
from closeloop.stats.model import CaseFacts


@keeps("duty_facts", key="case_id")
class DutyFacts:
    """What is known of one duty of a case."""

    id: str
    case_id: str
    number: int
    rule: str
    round: int
    desk: str
    issued_at: datetime
    outcome: Outcome | None = None
    returned_at: datetime | None = None
    returned_in_time: bool = False


@keeps("limit_facts", key="case_id", indexes=[("stopped_at", "due_at")])
class LimitFacts:
    """One limit of a duty: until when, and when it stopped."""

    id: str
    case_id: str
    duty_id: str
    name: str
    due_at: datetime
    stops: str
    stopped_at: datetime | None = None
    missed: bool = False

    def stop(self, at: datetime) -> None:
        """A stop that occurred in time takes back a miss that was said because nobody had told of it yet."""
        if self.stopped_at is None:
            self.stopped_at = at
        if self.stopped_at <= self.due_at:
            self.missed = False


def reach(limits: Iterable[LimitFacts], state: str, at: datetime) -> None:
    """The duty reached a state; the limits that wait for it stop."""
    for limit in limits:
        if limit.stops == state:
            limit.stop(at)


def come_back(duty: DutyFacts, limits: list[LimitFacts], at: datetime) -> None:
    """The completed form came back; a duty without a limit is never late."""
    reach(limits, DutyState.RETURNED, at)
    duty.returned_at = at
    duty.returned_in_time = all(at <= limit.due_at for limit in limits if limit.stops == DutyState.RETURNED)


def go_back(duty: DutyFacts, limits: Iterable[LimitFacts]) -> None:
    """The work was not good enough: the duty counts as returned only when it comes back again."""
    duty.returned_at, duty.returned_in_time = None, False
    for limit in limits:
        if limit.stops == DutyState.RETURNED:
            limit.stopped_at = None


def add_up(case: CaseFacts, duties: Iterable[DutyFacts], limits: Iterable[LimitFacts]) -> None:
    """What a case adds to figures about duties and limits stands on the case itself, so that one table is summed."""
    duties, limits = list(duties), list(limits)
    case.duties_issued = len(duties)
    case.duties_returned = sum(duty.returned_at is not None for duty in duties)
    case.duties_in_time = sum(duty.returned_in_time for duty in duties)
    case.limits_missed = sum(limit.missed for limit in limits)
    case.limits_kept = sum(limit.stopped_at is not None and not limit.missed for limit in limits)
