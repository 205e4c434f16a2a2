"""The limits of dispatch.yaml as dispatch reads them: for which cases they run, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from closeloop.chassis.calendar import NoWorkingTime, WorkingCalendar
from closeloop.chassis.conditions import Domains
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.packs.rules import Facts, compiled
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.limit import Limit, WorkingDay


@dataclass(frozen=True, slots=True)
class Due:
    """Until when a limit runs that begins now."""

    name: str
    limit: Limit
    length: Length | None
    """How long; none where it ends on a day of the month."""
    due_at: datetime
    warn_at: tuple[datetime, ...]
    is_estimate: bool
    """Whether the moment rests on a calendar that is not published yet."""
    by_length: datetime
    """Until when it runs by its length alone."""
    by_fact: datetime | None = None
    """The moment that the case names, where one is known and still to come when the limit starts."""


@dataclass(frozen=True, slots=True)
class Rest:
    """From when to when a limit rested."""

    since: datetime
    until: datetime


class LimitRule:
    """One limit with its conditions."""

    def __init__(self, name: str, entry: Limit, orders: Domains) -> None:
        self.name, self.entry = name, entry
        self.when = compiled(entry.when, orders)
        self._by_case = tuple((compiled(one.when, orders), one.length) for one in entry.by_case)

    def applies(self, facts: Facts) -> bool | None:
        """Whether the case runs under it; None while a fact that matters is not known."""
        return self.when.decide(facts)

    def length_for(self, facts: Facts) -> Length | None:
        """How long it is for a case; none where it ends on a day of the month."""
        for when, length in self._by_case:
            if when.decide(facts):
                return length
        if self.entry.length is not None or not self._by_case:
            return self.entry.length
        return max((length for _when, length in self._by_case), key=_rough_minutes)

    def due(self, since: datetime, facts: Facts, calendar: WorkingCalendar) -> Due:
        """Until when it runs that begins at this moment."""
        said, length = self.entry, self.length_for(facts)
        by_length = self._end(since, length, calendar)
        by_fact = self.by_fact(since, facts, calendar)
        due_at = min(by_length, by_fact) if by_fact is not None else by_length
        rests = length is None or length.is_working_time or said.end_of_day
        is_estimate = rests and calendar.rests_on_an_estimate(since, by_length)
        return Due(
            self.name, said, length, due_at, self.warnings(since, due_at, calendar), is_estimate, by_length, by_fact
        )

    def by_fact(self, since: datetime, facts: Facts, calendar: WorkingCalendar) -> datetime | None:
        """The moment of the case by which it ends; none where nobody named one that is still to come at its start."""
        until = self.entry.until
        named = moment_named(facts.get(until.fact), calendar) if until is not None else None
        if until is None or named is None:
            return None
        at = moment_after(until.ahead, named, calendar, back=True) if until.ahead is not None else named
        return at if at > since else None

    def warnings(self, since: datetime, due_at: datetime, calendar: WorkingCalendar) -> tuple[datetime, ...]:
        """When the desk is reminded: before it passes, and not before it starts."""
        moments = (moment_after(before, due_at, calendar, back=True) for before in self.entry.warn_before)
        return tuple(sorted({at for at in moments if at > since}))

    def _end(self, since: datetime, length: Length | None, calendar: WorkingCalendar) -> datetime:
        if self.entry.day is not None:
            return end_of_working_day(self.entry.day, since, calendar)
        assert length is not None
        due_at = moment_after(length, since, calendar)
        return _to_the_end_of_its_day(due_at, calendar) if self.entry.end_of_day else due_at

    def after_pause(self, length: Length | None, due_at: datetime, rested: Rest, calendar: WorkingCalendar) -> datetime:
        """Until when it runs after it rested: what was left of it when the pause began is left when it ends."""
        if length is not None and not length.is_working_time:
            later = due_at + (rested.until - rested.since)
            return _to_the_end_of_its_day(later, calendar) if self.entry.end_of_day else later
        if length is not None and length.unit != "working days":
            left = calendar.working_between(rested.since, due_at)
            later = calendar.add_working(rested.until, left)
            return _to_the_end_of_its_day(later, calendar) if self.entry.end_of_day else later
        days = calendar.working_days_between(rested.since, due_at)
        return calendar.add_working_days(rested.until, days) if days else calendar.end_of_day(rested.until)


def limit_rules(limits: Mapping[str, Limit], orders: Domains) -> Mapping[str, LimitRule]:
    """Every limit of a pack under its name."""
    return {name: LimitRule(name, entry, orders) for name, entry in limits.items()}


def end_of_working_day(said: WorkingDay, since: datetime, calendar: WorkingCalendar) -> datetime:
    """When business stops on the working day of a month that comes next after a moment."""
    month = since.astimezone(calendar.zone).date().replace(day=1)
    if said.month == "next":
        month = _next(month)
    for _month in range(24):
        try:
            end = calendar.close_of(calendar.nth_working_day(month, said.nth))
        except NoWorkingTime:
            end = since
        if end > since:
            return end
        month = _next(month)
    raise NoWorkingTime(f"No month after {since:%Y-%m} has a working day number {said.nth}.")


def moment_named(said: object, calendar: WorkingCalendar) -> datetime | None:
    """The moment that a fact names; a day counts to its end where the place is, and what is neither names none."""
    if not isinstance(said, str):
        return None
    try:
        if len(said) == len("2026-01-05"):
            day = date.fromisoformat(said) + timedelta(days=1)
            return datetime(day.year, day.month, day.day, tzinfo=calendar.zone).astimezone(UTC)
        named = datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        return None
    return (named if named.tzinfo else named.replace(tzinfo=calendar.zone)).astimezone(UTC)


def _to_the_end_of_its_day(due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """The end of the working day on which it would pass; what passes when business stops passes then."""
    return calendar.end_of_day(due_at - timedelta(microseconds=1))


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


_MINUTES = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080, "months": 43200, "years": 525_600}


def _rough_minutes(length: Length) -> int:
    return length.number * _MINUTES[length.unit.removeprefix("working ")]
