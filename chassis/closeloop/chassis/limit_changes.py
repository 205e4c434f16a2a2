"""What happens to a limit while it runs: it is put off, it rests, its end moves; every change is in its ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit, no_longer_watch, running_limit, stretch, watch
from closeloop.chassis.occasions import Judgement, opened, withdrawn
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work

RUNS_ON = "limit_runs_on"
"""The timer by which a limit that rests runs on by itself."""


def extend_limit(
    work: Work,
    name: str,
    of: str,
    *,
    to: datetime,
    reason: str,
    clause: str | None = None,
    warn_at: Iterable[datetime] = (),
) -> tuple[Limit, datetime]:
    """Put a limit off before it passes; answers it, and until when it ran before."""
    limit = _running(work, name, of, clause)
    if limit.rests:
        raise Refused(_("The limit rests; let it run on before it is put off."), clause=clause)
    if to <= limit.due_at:
        raise Refused(_("The new limit must be later than {due_at}.", due_at=limit.due_at), clause=clause)
    before = limit.due_at
    limit.unextended_at = limit.first_due_at
    limit.due_at, limit.by_length = to, to
    if limit.by_fact is not None and limit.by_fact < to:
        limit.by_fact = None  # whoever put it off decided against it
    _note(work, limit, "extended", before, to, reason)
    watch(work, limit, warn_at)
    return limit, before


def pause_limit(
    work: Work,
    name: str,
    of: str,
    *,
    reason: str,
    note: str = "",
    until: datetime | None = None,
    clause: str | None = None,
) -> Limit:
    """A limit rests until somebody lets it run on, or until a moment; nobody can miss it meanwhile."""
    limit = _running(work, name, of, clause)
    if limit.rests:
        raise Refused(_("The limit rests already."), clause=clause)
    limit.paused_at = work.now
    _note(work, limit, "paused", work.now, None, reason, **({"note": note} if note else {}))
    no_longer_watch(work, limit)
    if until is not None:
        work.at(until, RUNS_ON, of=limit.occasion)
    return limit


def run_on(
    work: Work,
    limit: Limit,
    *,
    by_length: datetime,
    by_fact: datetime | None,
    first_due_at: datetime,
    warn_at: Iterable[datetime] = (),
) -> datetime:
    """A limit that rested runs on until a later moment; answers until when it ran before."""
    assert limit.paused_at is not None
    before, limit.paused_at = limit.due_at, None
    rested = [{**one, "to": work.now.isoformat()} if one["to"] is None else one for one in limit.ledger]
    limit.ledger = [*rested, stretch("running", work.now, by_length)]
    if limit.unextended_at is not None:
        limit.unextended_at = first_due_at
    _ends(limit, by_length, by_fact)
    work.cancel(RUNS_ON, of=limit.occasion)
    watch(work, limit, warn_at)
    return before


def move_limit(
    work: Work, limit: Limit, *, by_length: datetime, by_fact: datetime | None, because: str, is_estimate: bool = False
) -> list[Judgement]:
    """What a limit is computed from changed, so its end may move; one not past takes back a miss."""
    before, limit.is_estimate = limit.due_at, is_estimate
    _ends(limit, by_length, by_fact)
    if limit.due_at == before:
        return []
    _note(work, limit, "moved", before, limit.due_at, because)
    if limit.missed_at is None or limit.due_at <= work.now:
        return []
    limit.missed_at = None
    return withdrawn(limit.clauses, of=limit.occasion) + opened(limit.clauses, of=limit.occasion)


def _ends(limit: Limit, by_length: datetime, by_fact: datetime | None) -> None:
    limit.by_length, limit.by_fact = by_length, by_fact
    limit.due_at = min(by_length, by_fact) if by_fact is not None else by_length


def _note(
    work: Work, limit: Limit, what: str, since: datetime, to: datetime | None, reason: str, **besides: str
) -> None:
    who = work.by.id if work.by else None
    more = {"at": work.now.isoformat(), "reason": reason, "by": who, **besides}
    limit.ledger = [*limit.ledger, stretch(what, since, to, **more)]


def _running(work: Work, name: str, of: str, clause: str | None) -> Limit:
    limit = running_limit(work, name, of)
    if limit is None:
        raise Refused(_("The limit {name} does not run any more. Load the page again.", name=name), clause=clause)
    if limit.missed_at is not None or (limit.due_at <= work.now and not limit.rests):
        raise Refused(_("The limit has passed already; a limit is put off before it passes."), clause=clause)
    return limit
