"""How a case went in one service: its occasions with their ends, its limits with every stretch, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.limits import Limit
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text

MOST_STRETCHES = 60


class Ended(BaseModel):
    """What became of a clause."""

    clause: str
    of: str
    end: str


class Happening(BaseModel):
    """One thing that this service wrote down."""

    at: datetime
    recorded_at: datetime
    service: str
    what: str
    by: str
    clauses: list[Ended]


class Judgment(BaseModel):
    """One occasion: when its clause became applicable, how that ended, and what decided it."""

    clause: str
    text: Text | None = None
    of: str
    opened_at: datetime
    end: str
    ended_at: datetime | None = None
    decided_by: str
    """What was written down when it ended, or opened if it is open."""
    by: str


class Stretch(BaseModel):
    """One line of the ledger of a limit: it ran, it rested, it was put off, it stopped."""

    what: str
    since: datetime
    until: datetime
    reason: str | None = None
    note: str | None = None
    by: str | None = None


class Running(BaseModel):
    """One limit with its ledger."""

    name: str
    title: Text
    of: str
    clauses: list[str]
    length: str | None
    in_working_time: bool
    place: str | None
    started_at: datetime
    due_at: datetime
    first_due_at: datetime
    stopped_at: datetime | None
    missed_at: datetime | None
    withdrawn_at: datetime | None
    is_estimate: bool
    state: str
    ledger: list[Stretch]


class Explanation(BaseModel):
    """Everything that this service wrote down about a case."""

    service: str
    case: str
    number: str | None = None
    items: list[Happening]
    occasions: list[Judgment] = []
    limits: list[Running] = []


def judgments(told: Iterable[tuple[str, Mapping[str, Any]]], text_of: Any) -> list[Judgment]:
    """The occasions of the events that were told, each once, as it stands now."""
    found: dict[str, Judgment] = {}
    for subject, data in told:
        for one in data.get("occasions", ()):
            known = found.get(one["id"])
            end, at, by = one["end"], datetime.fromisoformat(one["at"]), data.get("by") or ""
            if known is None:
                known = found[one["id"]] = Judgment(
                    clause=one["clause"],
                    text=text_of(data, one["clause"]),
                    of=one["of"],
                    opened_at=at,
                    end=end,
                    decided_by=subject,
                    by=by,
                )
            known.end, known.decided_by, known.by = end, subject, by
            known.ended_at = None if end == "opened" else at
    return list(found.values())


def with_its_ledger(limit: Limit, calendar: WorkingCalendar, place: str | None, now: datetime) -> Running:
    """A limit as people read it: every stretch in which it ran or rested, and what was done to it."""
    first: Mapping[str, Any] = limit.ledger[0] if limit.ledger else {}
    length: str | None = first.get("length")
    in_working_time = bool(length) and Length.model_validate(length).is_working_time
    ended = limit.stopped_at or limit.withdrawn_at
    until = ended or (limit.due_at if limit.missed_at else min(now, limit.due_at))
    if limit.rests:
        until = limit.started_at  # the pause itself is the last stretch
    ran = list(_stretches(limit, calendar if in_working_time else None, until, now))
    done = [
        Stretch(
            what=one["what"],
            since=datetime.fromisoformat(one["from"]),
            until=datetime.fromisoformat(one["to"]),
            reason=one.get("reason"),
            by=one.get("by"),
        )
        for one in limit.ledger[1:]
        if one["what"] in ("extended", "moved")
    ]
    return Running(
        name=limit.name,
        title=Text.model_validate(first.get("title") or {"zh": limit.name, "en": limit.name}),
        of=limit.of,
        clauses=limit.clauses,
        length=length,
        in_working_time=in_working_time,
        place=place,
        started_at=limit.started_at,
        due_at=limit.due_at,
        first_due_at=limit.first_due_at,
        stopped_at=limit.stopped_at,
        missed_at=limit.missed_at,
        withdrawn_at=limit.withdrawn_at,
        is_estimate=limit.is_estimate,
        state=_state(limit),
        ledger=[*ran[:MOST_STRETCHES], *done],
    )


def _stretches(limit: Limit, calendar: WorkingCalendar | None, until: datetime, now: datetime) -> Iterator[Stretch]:
    """When it ran and when it rested, because somebody said so or because nobody works then."""
    since = limit.started_at
    for one in limit.ledger:
        if one["what"] == "paused":
            start = datetime.fromisoformat(one["from"])
            end = datetime.fromisoformat(one["to"]) if one["to"] else max(now, start)
            yield from _ran(calendar, since, start)
            said = {name: one.get(name) for name in ("reason", "note", "by")}
            yield Stretch(what="paused", since=start, until=end, **said)
            since = end
    yield from _ran(calendar, since, until)


def _ran(calendar: WorkingCalendar | None, since: datetime, until: datetime) -> Iterator[Stretch]:
    if calendar is not None:
        yield from running_and_resting(calendar, since, until)
    elif until > since:
        yield Stretch(what="running", since=since, until=until)


def _state(limit: Limit) -> str:
    if limit.withdrawn_at is not None:
        return "withdrawn"
    if limit.rests:
        return "resting"
    if limit.missed_at is not None:
        return "missed"
    return "running" if limit.stopped_at is None else "kept"


def running_and_resting(calendar: WorkingCalendar, since: datetime, until: datetime) -> Iterator[Stretch]:
    """The time between two moments, cut where the place begins and stops to work."""
    cuts = [since, *(cut for cut in _cuts(calendar, since, until) if since < cut < until), until]
    for start, end in pairwise(cuts):
        if end > start:
            works = calendar.working_between(start, end) > timedelta(0)
            yield Stretch(what="running" if works else "paused", since=start, until=end)


def _cuts(calendar: WorkingCalendar, since: datetime, until: datetime) -> Iterator[datetime]:
    """The moments at which work begins or stops; none where one period follows upon another."""
    day, last = since.astimezone(calendar.zone).date(), until.astimezone(calendar.zone).date()
    while day <= last:
        midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
        for period in calendar.periods_of(day):
            yield midnight + timedelta(minutes=period.start)
            yield midnight + timedelta(minutes=period.end)
        day += timedelta(days=1)
