"""Working time of a place: its hours, the public holidays with their make-up days, and its own exceptions.

Working time is measured along one line per calendar, so that adding, subtracting and comparing agree with each other:
`working_between(a, add_working(a, d)) == d`, and adding twice is adding the sum.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from closeloop.chassis.calendar_settings import WEEKDAYS, CalendarSettings, Period
from closeloop.chassis.public_days import public_days

__all__ = ["CalendarSettings", "NoWorkingTime", "Period", "WorkingCalendar"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FARTHEST = 50


class NoWorkingTime(ValueError):
    """The calendar has no working day where one was asked for."""


@dataclass(frozen=True, slots=True)
class _Year:
    """The working periods of one year in microseconds since 1970, with what has been worked before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int

    def worked_until(self, moment: int) -> int:
        i = bisect_right(self.starts, moment) - 1
        return 0 if i < 0 else self.before[i] + min(moment, self.ends[i]) - self.starts[i]

    def first_moment_after(self, worked: int) -> int:
        """The earliest moment by which so much has been worked; it is more than nothing and at most the total."""
        i = bisect_left(self.before, worked) - 1
        return self.starts[i] + worked - self.before[i]

    def last_moment_before(self, worked: int) -> int:
        """The latest moment until which no more than this has been worked; it is less than the total."""
        i = bisect_right(self.before, worked) - 1
        return self.starts[i] + worked - self.before[i]


class WorkingCalendar:
    """The calendar of one place."""

    def __init__(self, settings: CalendarSettings | None = None) -> None:
        self.settings = settings or CalendarSettings()
        self.zone = ZoneInfo(self.settings.time_zone)
        self._years: dict[int, _Year] = {}

    @property
    def length_of_a_day(self) -> timedelta:
        """The working time of the longest ordinary day."""
        days = self.settings.week.values()
        return timedelta(minutes=max(sum(period.end - period.start for period in day) for day in days))

    # days

    def periods_of(self, day: date) -> tuple[Period, ...]:
        """The working periods of a day: the place's own exception first, then the public calendar, then the week."""
        settings = self.settings
        if (own := settings.exceptions.get(day)) is not None:
            return own
        public = public_days(settings.holidays, day.year)
        if day in public.made_up:
            return settings.week.get(WEEKDAYS[day.weekday()]) or settings.week.get(settings.make_up_days_like, ())
        return () if day in public.off else settings.week.get(WEEKDAYS[day.weekday()], ())

    def is_working_day(self, day: date) -> bool:
        return bool(self.periods_of(day))

    def is_estimate(self, year: int) -> bool:
        """Whether the public calendar of this year is still a guess, because it has not been published yet."""
        return year not in self.settings.published and not public_days(self.settings.holidays, year).is_published

    def rests_on_an_estimate(self, start: datetime, end: datetime) -> bool:
        """Whether a stretch of time has to be computed again when a new year's calendar arrives."""
        first, last = sorted((self._day(start).year, self._day(end).year))
        return any(self.is_estimate(year) for year in range(first, last + 1))

    def nth_working_day(self, month: date, n: int) -> date:
        """The nth working day of a month; -1 is the last one."""
        day = month.replace(day=1)
        days = []
        while day.month == month.month:
            if self.is_working_day(day):
                days.append(day)
            day += timedelta(days=1)
        if not 0 < abs(n) <= len(days):
            raise NoWorkingTime(f"{month:%Y-%m} has {len(days)} working days, so there is no working day number {n}.")
        return days[n - 1 if n > 0 else n]

    # moments

    def working_between(self, a: datetime, b: datetime) -> timedelta:
        """The working time from one moment to another; negative when they are the other way round."""
        start, end = _micro(a), _micro(b)
        if end < start:
            return -self.working_between(b, a)
        first, last = self._day(a).year, self._day(b).year
        worked = self._year(last).worked_until(end) - self._year(first).worked_until(start)
        worked += sum(self._year(year).total for year in range(first, last))
        return worked * _MICROSECOND

    def add_working(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment by which so much working time has gone by; a negative duration goes back."""
        length = duration // _MICROSECOND
        if length == 0:
            return start.astimezone(UTC)
        first = year = self._day(start).year
        wanted = self._year(year).worked_until(_micro(start)) + length
        if length > 0:
            while wanted > self._year(year).total:
                wanted -= self._year(year).total
                year = self._within_reach(first, year + 1)
            return _moment(self._year(year).first_moment_after(wanted))
        while wanted < 0:
            year = self._within_reach(first, year - 1)
            wanted += self._year(year).total
        return _moment(self._year(year).last_moment_before(wanted))

    def add_working_days(self, start: datetime, n: int) -> datetime:
        """When business stops on the nth working day after the day of the start, which does not count itself."""
        if n < 1:
            raise ValueError(f"A limit of {n} working days cannot be: write 1 or more, or take the end of the day.")
        day = self._day(start)
        for _ in range(n):
            day = self._next_working_day(day)
        return self.close_of(day)

    def working_days_between(self, a: datetime, b: datetime) -> int:
        """How many working days begin after the day of one moment, up to the day of another that is not earlier."""
        day, last, days = self._day(a), self._day(b), 0
        while day < last:
            day += timedelta(days=1)
            days += self.is_working_day(day)
        return days

    def end_of_day(self, moment: datetime) -> datetime:
        """When business stops today, or on the next working day once it has stopped for today."""
        day = self._day(moment)
        if self.is_working_day(day) and moment < self.close_of(day):
            return self.close_of(day)
        return self.close_of(self._next_working_day(day))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def close_of(self, day: date) -> datetime:
        """When business stops on a working day."""
        return _moment(self._at(day, self.periods_of(day)[-1].end))

    def _next_working_day(self, day: date) -> date:
        for _ in range(_FARTHEST * 366):
            day += timedelta(days=1)
            if self.is_working_day(day):
                return day
        raise NoWorkingTime(f"The calendar has no working day in the {_FARTHEST} years before {day}.")

    def _within_reach(self, first: int, year: int) -> int:
        if abs(year - first) > _FARTHEST:
            raise NoWorkingTime(f"The calendar has not enough working time between {first} and {year}.")
        return year

    def _at(self, day: date, minute: int) -> int:
        day, minute = (day + timedelta(days=1), 0) if minute == 24 * 60 else (day, minute)
        return _micro(datetime.combine(day, time(minute // 60, minute % 60), self.zone))

    def _year(self, year: int) -> _Year:
        if (known := self._years.get(year)) is not None:
            return known
        starts: list[int] = []
        ends: list[int] = []
        before: list[int] = []
        total = 0
        day = date(year, 1, 1)
        while day.year == year:
            for period in self.periods_of(day):
                start, end = self._at(day, period.start), self._at(day, period.end)
                if ends:
                    start = max(start, ends[-1])
                if start < end:
                    starts.append(start)
                    ends.append(end)
                    before.append(total)
                    total += end - start
            day += timedelta(days=1)
        return self._years.setdefault(year, _Year(starts, ends, before, total))


def _micro(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micro: int) -> datetime:
    return _EPOCH + micro * _MICROSECOND
