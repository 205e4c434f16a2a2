"""Where the clock stops: at the time of each case, and at every full hour, when staff look at their desks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.suite.replay.cases import Row
from closeloop.suite.replay.mapping import Hours

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stop:
    """A moment at which somebody does something."""

    at: datetime
    rows: tuple[Row, ...]
    is_full_hour: bool


def stops(rows: Sequence[Row], since: datetime, until: datetime) -> Iterator[Stop]:
    """Every stop from a moment on, that moment included, to another one."""
    hour = _full_hour_from(since.astimezone(UTC))
    waiting = iter(row for row in rows if row.entered_at >= since)
    row = next(waiting, None)
    while (at := min(hour, row.entered_at if row else hour).astimezone(UTC)) <= until:
        now = []
        while row is not None and row.entered_at == at:
            now.append(row)
            row = next(waiting, None)
        yield Stop(at, tuple(now), at == hour)
        if at == hour:
            hour += HOUR


def midnight_before(moment: datetime) -> datetime:
    """The beginning of the day of a moment, in its own zone."""
    return datetime.combine(moment.date(), time(), moment.tzinfo)


class Timetable:
    """When somebody in a role looks at their desk."""

    def __init__(self, hours: Hours, calendar: WorkingCalendar) -> None:
        self._hours, self._calendar = frozenset(hours.hours), calendar
        self._only_working_days = hours.days == "working"

    def is_time(self, at: datetime) -> bool:
        """Whether they look at this full hour."""
        local = at.astimezone(self._calendar.zone)
        if local.hour not in self._hours or local.minute or local.second:
            return False
        return not self._only_working_days or self._calendar.is_working_day(local.date())

    def next_from(self, moment: datetime) -> datetime:
        """The first look at or after a moment."""
        at = _full_hour_from(moment.astimezone(UTC))
        while not self.is_time(at):
            at += HOUR
        return at


def _full_hour_from(moment: datetime) -> datetime:
    full = moment.replace(minute=0, second=0, microsecond=0)
    return full if full == moment else full + HOUR
