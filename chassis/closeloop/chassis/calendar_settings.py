"""How an organisation writes down the working time of a place, in organisation.yaml."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator, model_validator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOME_COUNTRY = "CN"
_WRITTEN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)")


class Period(NamedTuple):
    """From when to when somebody works, in minutes of the day."""

    start: int
    end: int

    @classmethod
    def read(cls, text: object) -> Period:
        found = _WRITTEN.fullmatch(str(text).strip())
        if not found:
            raise ValueError(f"{text!r} is not a working period: write it like 08:30-12:00.")
        hour, minute, to_hour, to_minute = map(int, found.groups())
        period = cls(hour * 60 + minute, to_hour * 60 + to_minute)
        if not period.start < period.end <= 24 * 60:
            raise ValueError(
                f"{text!r} ends before it starts: write a night as two periods, 22:00-24:00 and 00:00-06:00."
            )
        return period

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


def _read_periods(written: Any) -> tuple[Period, ...]:
    if written is None or written in ("closed", False):
        return ()
    if isinstance(written, str):
        written = [written]
    if not isinstance(written, list | tuple):
        raise ValueError(f"{written!r} are no working hours: write [08:30-12:00, 13:30-17:30], or closed.")
    periods = tuple(sorted(one if isinstance(one, Period) else Period.read(one) for one in written))
    for earlier, later in pairwise(periods):
        if later.start < earlier.end:
            raise ValueError(f"The working periods {earlier} and {later} overlap: let one end where the next starts.")
    return periods


Hours = Annotated[
    tuple[Period, ...],
    BeforeValidator(_read_periods),
    PlainSerializer(lambda periods: [str(period) for period in periods], return_type=list[str]),
]
_OFFICE_HOURS: tuple[Period, ...] = (Period.read("08:30-12:00"), Period.read("13:30-17:30"))


class CalendarSettings(BaseModel):
    """Office hours from Monday to Friday and the public holidays of China, unless the organisation says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: str = "Asia/Shanghai"
    holidays: str | None = HOME_COUNTRY
    week: dict[str, Hours] = Field(default_factory=lambda: dict.fromkeys(WEEKDAYS[:5], _OFFICE_HOURS))
    make_up_days_like: str = "monday"
    exceptions: dict[date, Hours] = Field(default_factory=dict)
    published: frozenset[int] = frozenset()

    @field_validator("time_zone")
    @classmethod
    def _a_zone_that_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"There is no time zone {name!r}: write one like Asia/Shanghai.") from None
        return name

    @field_validator("holidays", mode="before")
    @classmethod
    def _a_country_with_known_holidays(cls, country: Any) -> Any:
        if country in (None, "none", False):
            return None
        if country == HOME_COUNTRY:
            return country
        from holidays import list_supported_countries

        if country not in list_supported_countries():
            raise ValueError(f"There is no public calendar for {country!r}: write a country code like CN, or none.")
        return country

    @model_validator(mode="after")
    def _some_hours_in_the_week(self) -> CalendarSettings:
        for day in (*self.week, self.make_up_days_like):
            if day not in WEEKDAYS:
                raise ValueError(f"There is no weekday {day!r}: write one of {', '.join(WEEKDAYS)}.")
        if not any(self.week.values()):
            raise ValueError("A calendar without any working hours cannot measure a limit: give a weekday its hours.")
        return self
