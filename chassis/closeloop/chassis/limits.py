"""Limits: named deadlines of one thing, with a ledger of every stretch, judged by when their stop happened.

A service that uses them adds `Limit` to its rows and hears `@hears.due("limit")`. What these functions answer is
given to `work.publish(event, judging=…)`, so that the clauses of a limit are judged by the event that decides them.
A stop counts by the moment at which it happened: heard after the miss was said, it withdraws the breach.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, breached, kept, opened, withdrawn
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import keeps
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text

LATE = timedelta(minutes=1)
"""From here on a miss is said to be said late: the service was down when the limit passed."""


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
    ledger: list[dict[str, Any]] = field(default_factory=list)
    is_estimate: bool = False

    @property
    def runs(self) -> bool:
        """Whether its stop is still to come."""
        return self.stopped_at is None and self.withdrawn_at is None

    @property
    def occasion(self) -> str:
        """What its occasions hang on."""
        return f"{self.of}:{self.name}"

    @property
    def first_due_at(self) -> datetime:
        """Until when it ran before anybody put it off."""
        return datetime.fromisoformat(self.ledger[0]["to"]) if self.ledger else self.due_at

    @property
    def times_extended(self) -> int:
        """How often it was put off."""
        return sum(stretch["what"] == "extended" for stretch in self.ledger)


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
) -> list[Judgement]:
    """From now on this must happen by then; a limit of the same name that runs already for the thing stays as it is.

    `length` and `title` stand in its ledger, so that whoever reads it later knows how long it was and in which time.
    """
    if running_limit(work, name, of) is not None:
        return []
    since = started_at or work.now
    limit = Limit(work.new_id(), work.key, of, name, list(clauses), since, due_at, is_estimate=is_estimate)
    about: dict[str, Any] = {"length": str(length)} if length else {}
    if title is not None:
        about["title"] = title.model_dump()
    limit.ledger = [_stretch("running", since, due_at, **about)]
    work.add(limit)
    work.at(due_at, "limit", of=limit.occasion)
    return opened(limit.clauses, of=limit.occasion)


def stop_limit(work: Work, name: str, of: str, at: datetime | None = None) -> list[Judgement]:
    """What the limit waited for happened at this moment: kept in time, breached after it."""
    limit = running_limit(work, name, of)
    if limit is None:
        return []
    limit.stopped_at = at or work.now
    work.cancel("limit", of=limit.occasion)
    if limit.stopped_at <= limit.due_at:
        taken_back = withdrawn(limit.clauses, of=limit.occasion) if limit.missed_at else []
        limit.missed_at = None
        return [*taken_back, *kept(limit.clauses, of=limit.occasion)]
    if limit.missed_at is not None:
        return []  # the breach was said when it happened
    limit.missed_at = work.now
    return breached(limit.clauses, of=limit.occasion)


def extend_limit(
    work: Work, name: str, of: str, *, to: datetime, reason: str, clause: str | None = None
) -> tuple[Limit, datetime]:
    """Put a limit off before it passes; answers it, and until when it ran before."""
    limit = running_limit(work, name, of)
    if limit is None:
        raise Refused(_("The limit {name} does not run any more. Load the page again.", name=name), clause=clause)
    if limit.missed_at is not None or limit.due_at <= work.now:
        raise Refused(_("The limit has passed already; a limit is put off before it passes."), clause=clause)
    if to <= limit.due_at:
        raise Refused(_("The new limit must be later than {due_at}.", due_at=limit.due_at), clause=clause)
    before, limit.due_at = limit.due_at, to
    who = work.by.id if work.by else None
    stretch = _stretch("extended", before, to, at=work.now.isoformat(), reason=reason, by=who)
    limit.ledger = [*limit.ledger, stretch]
    work.at(to, "limit", of=limit.occasion)
    return limit, before


def withdraw_limit(work: Work, name: str, of: str) -> list[Judgement]:
    """The thing is no longer to be done, so nothing has to happen by then; a breach that happened stays."""
    limit = running_limit(work, name, of)
    if limit is None:
        return []
    limit.withdrawn_at = work.now
    work.cancel("limit", of=limit.occasion)
    return [] if limit.missed_at else withdrawn(limit.clauses, of=limit.occasion)


def missed_limit(work: Work, timer: Timer) -> tuple[Limit, list[Judgement]] | None:
    """The limit that a due timer is about, if its stop has not happened; a miss is said once."""
    limit = next((limit for limit in work.all(Limit) if limit.occasion == timer.of and limit.runs), None)
    if limit is None or limit.missed_at is not None or limit.due_at > work.now:
        return None
    limit.missed_at = work.now
    return limit, breached(limit.clauses, of=limit.occasion)


def is_said_late(due_at: datetime, now: datetime) -> bool:
    """Whether a miss is said so long after the limit that somebody may ask why."""
    return now - due_at > LATE


def running_limit(work: Work, name: str, of: str) -> Limit | None:
    """The limit of this name that runs for the thing."""
    return next((limit for limit in work.all(Limit, name=name, of=of) if limit.runs), None)


def _stretch(what: str, since: datetime, to: datetime, **more: Any) -> dict[str, Any]:
    return {"what": what, "from": since.isoformat(), "to": to.isoformat(), **more}
