"""Days of a survey, in the time of the place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Refused

OPEN_FOR = timedelta(days=30)
_CALENDAR = WorkingCalendar()


def end_of(day: date) -> datetime:
    """The last moment of a day, in the time of the place."""
    return datetime.combine(day + timedelta(days=1), time.min, _CALENDAR.zone)


def start_of(day: date) -> datetime:
    """The first moment of a day, in the time of the place."""
    return datetime.combine(day, time.min, _CALENDAR.zone)


def today_at(now: datetime) -> date:
    """The day that it is in the place."""
    return now.astimezone(_CALENDAR.zone).date()


def check_days(starts_on: date, ends_on: date | None) -> None:
    """A survey ends after it starts."""
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The last day of the survey lies before the first one; correct the days."))
