"""Until when a limit runs, found by walking through the minutes: slow, simple, and on a calendar of somebody else.

It knows nothing of how the chassis computes: `chinesecalendar` says which days are worked, the hours stand below, and
every minute is looked at. What it counted it says as arithmetic: the stretches that ran, or the days that counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from chinese_calendar import is_workday

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOURS = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
CLOSE = HOURS[-1][1]
MINUTES_OF = {"minute": 1, "hour": 60, "day": 1440, "week": 7 * 1440}


@dataclass
class Found:
    """When it ends, and how that was counted."""

    end: datetime
    arithmetic: str


@dataclass
class Walk:
    """One walk through the minutes, in the local time of the office, leaving out when the limit rested."""

    start: datetime
    rests: list[tuple[datetime, datetime]] = field(default_factory=list)

    def rested(self, moment: datetime) -> tuple[datetime, datetime] | None:
        return next((rest for rest in self.rests if rest[0] <= moment < rest[1]), None)

    def minutes(self, wanted: int, *, only_at_work: bool) -> Found:
        """The moment by which so many minutes have been counted."""
        moment = self.start
        ran: list[datetime] = []
        while len(ran) < wanted:
            if self.rested(moment) is None and (not only_at_work or at_work(moment)):
                ran.append(moment)
            moment += MINUTE
        return Found(ran[-1] + MINUTE, stretches(ran))

    def closings(self, wanted: int) -> Found:
        """When business stops for the nth time after the day of the start; days on which it rested do not count."""
        moment = self.start
        counted: list[datetime] = []
        while len(counted) < wanted:
            moment += MINUTE
            rested = any(since.date() < moment.date() <= until.date() for since, until in self.rests)
            if is_closing(moment) and moment.date() > self.start.date() and not rested:
                counted.append(moment)
        said = ", ".join(f"{closed:%m-%d} {n}" for n, closed in enumerate(counted, 1))
        rest = self.rested(counted[-1])
        if rest is None:
            return Found(counted[-1], said)
        return Found(next_closing(rest[1] + MINUTE), f"{said}, but it rests")


@cache
def worked(day: date) -> bool:
    return bool(is_workday(day))


def at_work(moment: datetime) -> bool:
    return worked(moment.date()) and any(start <= moment.time() < end for start, end in HOURS)


def is_closing(moment: datetime) -> bool:
    return moment.time() == CLOSE and worked(moment.date())


def next_closing(moment: datetime) -> datetime:
    """When business stops next, or now."""
    while not is_closing(moment):
        moment += MINUTE
    return moment


def stretches(ran: list[datetime]) -> str:
    """Minutes as stretches with their lengths, added up."""
    cuts = [0, *(i for i, (one, other) in enumerate(pairwise(ran), 1) if other - one > MINUTE), len(ran)]
    parts = [f"{ran[a]:%m-%d %H:%M} to {ran[b - 1] + MINUTE:%m-%d %H:%M} {b - a}" for a, b in pairwise(cuts)]
    return f"{' + '.join(parts)} = {len(ran)} min"


def months_later(start: datetime, months: int) -> Found:
    """The same day of a later month, or its last day where it has no such day."""
    year, month = start.year, start.month
    for _month in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    day = date(year, month, 1)
    while (day + DAY).month == month and day.day < start.day:
        day += DAY
    return Found(datetime.combine(day, start.time()), f"{months} months on, day {day.day}")


def nth_day(start: datetime, nth: int, month: str) -> Found:
    """When business stops on the nth working day of this month or the next, whichever comes first after the start."""
    first = start.date().replace(day=1)
    if month == "next":
        first = _next(first)
    while True:
        days = [first + n * DAY for n in range(31) if (first + n * DAY).month == first.month]
        days = [day for day in days if worked(day)]
        chosen = days[nth - 1 if nth > 0 else nth]
        end = datetime.combine(chosen, CLOSE)
        if end > start:
            upto = days[: days.index(chosen) + 1] if nth > 0 else days[days.index(chosen) :]
            numbers = [n if nth > 0 else -n for n in (range(1, nth + 1) if nth > 0 else range(-nth, 0, -1))]
            return Found(end, ", ".join(f"{day:%m-%d} {n}" for day, n in zip(upto, numbers, strict=True)))
        first = _next(first)


def end_of(limit: dict[str, Any], start: datetime, case: dict[str, Any]) -> Found:
    """When a limit ends that starts at a moment, for a case."""
    rests = [(moment(since), moment(until)) for since, until in case.get("rests", ())]
    found = _by_length(limit, start, rests)
    if limit.get("end_of_day"):
        found = Found(next_closing(found.end), f"{found.arithmetic}; then to the end of the day")
    until = limit.get("until")
    if until is not None and until["fact"] in case:
        by_fact = _named(str(case[until["fact"]]))
        for _minute in range(minutes_of(until.get("ahead", "0 minutes"))):
            by_fact -= MINUTE
        if start < by_fact < found.end:
            return Found(by_fact, f"{case[until['fact']]} less {until.get('ahead', 'nothing')}")
    return found


def _by_length(limit: dict[str, Any], start: datetime, rests: list[tuple[datetime, datetime]]) -> Found:
    if "day" in limit:
        return nth_day(start, limit["day"]["nth"], limit["day"].get("month", "next"))
    number, _space, unit = limit["length"].partition(" ")
    n, unit, walk = int(number), unit.removesuffix("s"), Walk(start, rests)
    if unit == "working day":
        return walk.closings(n) if n else Found(next_closing(start + MINUTE), "the end of the day")
    if unit.startswith("working "):
        return walk.minutes(n * MINUTES_OF[unit.removeprefix("working ")], only_at_work=True)
    if unit in ("month", "year"):
        return months_later(start, n * (12 if unit == "year" else 1))
    return walk.minutes(n * MINUTES_OF[unit], only_at_work=False)


def minutes_of(length: str) -> int:
    number, _space, unit = length.partition(" ")
    return int(number) * MINUTES_OF[unit.removesuffix("s")]


def moment(text: str) -> datetime:
    """A moment as the table writes it, in the local time of the office."""
    return datetime.fromisoformat(text)


def _named(text: str) -> datetime:
    return moment(text) if "T" in text else moment(text) + DAY


def _next(month: date) -> date:
    return (month.replace(day=28) + 7 * DAY).replace(day=1)
