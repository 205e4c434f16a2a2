"""Limits: named deadlines of one thing, with a ledger of every stretch, judged by when their stop happened.

A service that uses them adds `Limit` to its rows and hears `@hears.due("limit")`. What these functions answer is
given to `work.publish(event, judging=…)`, so that the clauses of a limit are judged by the event that decides them.
A stop counts by the moment at which it happened: heard after the miss was said, it withdraws the breach.
How a running limit is put off, rests and moves is `closeloop.chassis.limit_changes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from closeloop.chassis.occasions import Judgement, breached, kept, opened, withdrawn
from closeloop.chassis.rows import keeps
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text

LATE = timedelta(minutes=1)
"""From here on a miss is said to be said late: the service was down when the limit passed."""
WARNS = "limit_warns"
"""The timer by which the desk is reminded; a service that gives `warn_at` hears it."""


@keeps("limits", key="key", index=("due_at",))
class Limit:
    """One limit of one thing, from its start to its stop."""

    id: str
    key: str
    of: str
    name: str
    clauses: list[str]
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    missed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    paused_at: datetime | None = None
    by_length: datetime | None = None
    """Until when it runs by its length alone, where the case names a moment besides."""
    by_fact: datetime | None = None
    """The moment that the case names."""
    unextended_at: datetime | None = None
    """Until when it would run if nobody had put it off; none while nobody has."""
    ledger: list[dict[str, Any]] = field(default_factory=list)
    is_estimate: bool = False

    @property
    def runs(self) -> bool:
        """Whether its stop is still to come."""
        return self.stopped_at is None and self.withdrawn_at is None

    @property
    def rests(self) -> bool:
        """Whether it rests until somebody lets it run on."""
        return self.paused_at is not None and self.runs

    @property
    def occasion(self) -> str:
        """What its occasions hang on."""
        return f"{self.of}:{self.name}"

    @property
    def first_due_at(self) -> datetime:
        """Until when it ran before anybody put it off."""
        return self.unextended_at or self.due_at

    @property
    def length(self) -> Length | None:
        """How long it was when it started; none if it ends on a day."""
        said = self.ledger[0].get("length") if self.ledger else None
        return Length.model_validate(said) if said else None

    @property
    def times_extended(self) -> int:
        """How often it was put off."""
        return self.times("extended")

    def times(self, what: str) -> int:
        """How often something was done to it."""
        return sum(stretch["what"] == what for stretch in self.ledger)


def start_limit(
    work: Work,
    *,
    name: str,
    of: str,
    due_at: datetime,
    clauses: Iterable[str] = (),
    is_estimate: bool = False,
    started_at: datetime | None = None,
    length: Length | None = None,
    title: Text | None = None,
    by_fact: datetime | None = None,
    by_length: datetime | None = None,
    warn_at: Iterable[datetime] = (),
) -> list[Judgement]:
    """From now on this must happen by then; a limit of the same name that runs already for the thing stays as it is.

    `length` and `title` stand in its ledger, so that whoever reads it later knows how long it was and in which time.
    """
    if running_limit(work, name, of) is not None:
        return []
    since = started_at or work.now
    limit = Limit(work.new_id(), work.key, of, name, list(clauses), since, due_at, is_estimate=is_estimate)
    limit.by_fact, limit.by_length = by_fact, by_length
    about: dict[str, Any] = {"length": str(length)} if length else {}
    if title is not None:
        about["title"] = title.model_dump()
    limit.ledger = [stretch("running", since, due_at, **about)]
    work.add(limit)
    watch(work, limit, warn_at)
    return opened(limit.clauses, of=limit.occasion)


def stop_limit(work: Work, name: str, of: str, at: datetime | None = None) -> list[Judgement]:
    """What the limit waited for happened at this moment: kept in time, or while it rested; breached after it."""
    limit = running_limit(work, name, of)
    if limit is None:
        return []
    rested, limit.stopped_at, limit.paused_at = limit.rests, at or work.now, None
    no_longer_watch(work, limit)
    if rested or limit.stopped_at <= limit.due_at:
        taken_back = withdrawn(limit.clauses, of=limit.occasion) if limit.missed_at else []
        limit.missed_at = None
        return [*taken_back, *kept(limit.clauses, of=limit.occasion)]
    if limit.missed_at is not None:
        return []  # the breach was said when it happened
    limit.missed_at = work.now
    return breached(limit.clauses, of=limit.occasion)


def withdraw_limit(work: Work, name: str, of: str) -> list[Judgement]:
    """The thing is no longer to be done, so nothing has to happen by then; a breach that happened stays."""
    limit = running_limit(work, name, of)
    if limit is None:
        return []
    limit.withdrawn_at, limit.paused_at = work.now, None
    no_longer_watch(work, limit)
    return [] if limit.missed_at else withdrawn(limit.clauses, of=limit.occasion)


def missed_limit(work: Work, timer: Timer) -> tuple[Limit, list[Judgement]] | None:
    """The limit that a due timer is about, if its stop has not happened; a miss is said once."""
    limit = limit_of(work, timer)
    if limit is None or limit.rests or limit.missed_at is not None or limit.due_at > work.now:
        return None
    limit.missed_at = work.now
    return limit, breached(limit.clauses, of=limit.occasion)


def soon_due(work: Work, timer: Timer) -> Limit | None:
    """The limit of which the desk is reminded now; the next reminder is set."""
    limit = limit_of(work, timer)
    if limit is None or limit.rests or limit.missed_at is not None or limit.due_at <= work.now:
        return None
    _remind(work, limit, map(datetime.fromisoformat, timer.data.get("then", ())))
    return limit


def is_said_late(due_at: datetime, now: datetime) -> bool:
    """Whether a miss is said so long after the limit that somebody may ask why."""
    return now - due_at > LATE


def running_limit(work: Work, name: str, of: str) -> Limit | None:
    """The limit of this name that runs for the thing."""
    return next((limit for limit in work.all(Limit, name=name, of=of) if limit.runs), None)


def limit_of(work: Work, timer: Timer) -> Limit | None:
    """The limit that runs and that a timer is about."""
    return next((limit for limit in work.all(Limit) if limit.occasion == timer.of and limit.runs), None)


def watch(work: Work, limit: Limit, warn_at: Iterable[datetime] = ()) -> None:
    """It is said when the limit passes, and before, where somebody is to be reminded."""
    work.at(limit.due_at, "limit", of=limit.occasion)
    _remind(work, limit, warn_at)


def no_longer_watch(work: Work, limit: Limit) -> None:
    """Nothing is said of the limit by itself."""
    work.cancel("limit", of=limit.occasion)
    work.cancel(WARNS, of=limit.occasion)


def stretch(what: str, since: datetime, to: datetime | None, **more: Any) -> dict[str, Any]:
    """One line of a ledger; a pause that nobody has ended has no end."""
    return {"what": what, "from": since.isoformat(), "to": to.isoformat() if to else None, **more}


def _remind(work: Work, limit: Limit, moments: Iterable[datetime]) -> None:
    work.cancel(WARNS, of=limit.occasion)
    to_come = sorted(at for at in moments if at > work.now)
    if to_come:
        then = [at.isoformat() for at in to_come[1:]]
        work.at(to_come[0], WARNS, of=limit.occasion, then=then)
