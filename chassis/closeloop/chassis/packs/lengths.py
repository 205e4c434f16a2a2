"""When a length of time is over: by the clock, or by the working time of a place."""

from __future__ import annotations

import calendar as months
from datetime import UTC, datetime, timedelta

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.contracts.procedure import Length


def moment_after(length: Length, since: datetime, calendar: WorkingCalendar, *, back: bool = False) -> datetime:
    """The moment at which a length is over; backwards, the moment at which it would have begun."""
    if length.parameter is not None:
        raise ValueError(f"Nobody says how long {length.parameter} is: give the parameter a length in the head.")
    number = -length.number if back else length.number
    match length.unit:
        case "working minutes":
            return calendar.add_working(since, timedelta(minutes=number))
        case "working hours":
            return calendar.add_working(since, timedelta(hours=number))
        case "working days" if back:
            return calendar.add_working(since, number * calendar.length_of_a_day)
        case "working days":
            return calendar.add_working_days(since, number) if number else calendar.end_of_day(since)
        case "minutes":
            return since + timedelta(minutes=number)
        case "hours":
            return since + timedelta(hours=number)
        case "days":
            return _on_the_wall(since, calendar, timedelta(days=number))
        case "weeks":
            return _on_the_wall(since, calendar, timedelta(weeks=number))
        case "months" | "years":
            local = since.astimezone(calendar.zone)
            number *= 12 if length.unit == "years" else 1
            year, month = divmod(local.year * 12 + local.month - 1 + number, 12)
            day = min(local.day, months.monthrange(year, month + 1)[1])
            return _as_it_is(local.replace(year=year, month=month + 1, day=day)).astimezone(since.tzinfo)


def _on_the_wall(since: datetime, calendar: WorkingCalendar, days: timedelta) -> datetime:
    """A day later is the same time of day, also when the clocks were changed in between."""
    return _as_it_is(since.astimezone(calendar.zone) + days).astimezone(since.tzinfo)


def _as_it_is(local: datetime) -> datetime:
    """A time that the clocks leave out when they are put forward is the moment at which they are."""
    moment = local.replace(fold=1).astimezone(UTC)
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return local
    before = moment.astimezone(local.tzinfo).utcoffset()
    while moment.astimezone(local.tzinfo).utcoffset() == before:
        moment += timedelta(minutes=1)
    return moment
