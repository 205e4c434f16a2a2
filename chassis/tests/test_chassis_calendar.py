"""Working time: worked examples by hand, and what must hold for every moment and duration."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from closeloop.chassis.calendar import CalendarSettings, NoWorkingTime, WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar()
NIGHT_SHIFT = WorkingCalendar(
    CalendarSettings(
        time_zone="Europe/Berlin",
        holidays="DE",
        week={
            "saturday": ["22:00-24:00"],
            "sunday": ["00:00-02:30", "02:45-06:00"],
            "wednesday": ["09:00-10:00"],
        },
    )
)


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "start, hours, end",
    [
        pytest.param("2026-01-05T09:00", 1, "2026-01-05T10:00", id="within the morning"),
        pytest.param("2026-01-05T11:30", 1, "2026-01-05T14:00", id="over lunch"),
        pytest.param("2026-01-05T12:30", 1, "2026-01-05T14:30", id="received at lunch"),
        pytest.param("2026-01-05T08:30", 3.5, "2026-01-05T12:00", id="ends when the morning ends"),
        pytest.param("2026-01-05T06:00", 1, "2026-01-05T09:30", id="before opening"),
        pytest.param("2026-01-05T17:00", 1, "2026-01-06T09:00", id="over night"),
        pytest.param("2026-01-09T17:00", 1, "2026-01-12T09:00", id="over the weekend"),
        pytest.param("2026-01-10T11:00", 1, "2026-01-12T09:30", id="received on a Saturday"),
        pytest.param("2026-01-04T09:00", 4, "2026-01-04T14:30", id="a Sunday that is worked"),
        pytest.param("2025-12-31T17:00", 1, "2026-01-04T09:00", id="over New Year to a worked Sunday"),
        pytest.param("2026-02-13T17:00", 1, "2026-02-14T09:00", id="on to the worked Saturday before spring festival"),
        pytest.param("2026-02-14T17:00", 1, "2026-02-24T09:00", id="over spring festival"),
        pytest.param("2026-04-30T17:30", 8, "2026-05-07T09:00", id="over the labour days"),
        pytest.param("2026-09-30T16:30", 8, "2026-10-08T17:00", id="over the national days"),
        pytest.param("2026-10-09T17:00", 1, "2026-10-10T09:00", id="the Saturday made up for the national days"),
        pytest.param("2026-01-06T09:00", -1, "2026-01-05T17:00", id="back over night"),
        pytest.param("2026-02-24T09:00", -1, "2026-02-14T17:00", id="back over spring festival"),
    ],
)
def test_working_hours_are_counted_as_on_the_wall_calendar(start, hours, end):
    duration = timedelta(hours=hours)
    assert OFFICE.add_working(at(start), duration) == at(end)
    assert OFFICE.working_between(at(start), at(end)) == duration


@pytest.mark.parametrize(
    "start, days, end",
    [
        pytest.param("2026-01-05T09:00", 3, "2026-01-08T17:30", id="the day of the start does not count"),
        pytest.param("2026-01-08T20:00", 3, "2026-01-13T17:30", id="over a weekend"),
        pytest.param("2026-02-12T09:00", 3, "2026-02-24T17:30", id="a worked Saturday and spring festival"),
        pytest.param("2026-02-16T09:00", 1, "2026-02-24T17:30", id="received on a holiday"),
    ],
)
def test_a_limit_in_working_days_ends_when_business_stops(start, days, end):
    assert OFFICE.add_working_days(at(start), days) == at(end)


@pytest.mark.parametrize(
    "moment, end",
    [
        ("2026-01-05T09:00", "2026-01-05T17:30"),
        ("2026-01-05T17:30", "2026-01-06T17:30"),
        ("2026-01-10T09:00", "2026-01-12T17:30"),
        ("2026-02-14T09:00", "2026-02-14T17:30"),
    ],
)
def test_the_end_of_the_day_is_never_in_the_past(moment, end):
    assert OFFICE.end_of_day(at(moment)) == at(end)


def test_the_nth_working_day_of_a_month():
    assert OFFICE.nth_working_day(date(2026, 1, 15), 1) == date(2026, 1, 4)
    assert OFFICE.nth_working_day(date(2026, 2, 1), 11) == date(2026, 2, 14)
    assert OFFICE.nth_working_day(date(2026, 2, 1), -1) == date(2026, 2, 28)
    with pytest.raises(NoWorkingTime, match="2026-02 has 16 working days, so there is no working day number 17"):
        OFFICE.nth_working_day(date(2026, 2, 1), 17)


def test_an_unpublished_year_is_an_estimate_until_the_organisation_says_otherwise():
    far = date.today().year + 5  # noqa: DTZ011  (any year of which nobody has published the calendar)
    assert not OFFICE.is_estimate(2026)
    assert OFFICE.is_estimate(far)
    assert not WorkingCalendar(CalendarSettings(published=frozenset({far}))).is_estimate(far)
    assert not WorkingCalendar(CalendarSettings(holidays=None)).is_estimate(far)
    assert OFFICE.rests_on_an_estimate(at("2026-12-28T09:00"), at(f"{far}-01-05T09:00"))
    assert not OFFICE.rests_on_an_estimate(at("2026-03-02T09:00"), at("2026-03-05T09:00"))


def test_an_exception_of_the_place_goes_before_everything_else():
    place = WorkingCalendar(
        CalendarSettings.model_validate(
            {"exceptions": {"2026-01-06": "closed", "2026-02-17": ["09:00-11:00"], date(2026, 1, 7): "13:30-17:30"}}
        )
    )
    assert place.add_working(at("2026-01-05T17:00"), timedelta(hours=1)) == at("2026-01-07T14:00")
    assert place.working_between(at("2026-02-17T00:00"), at("2026-02-18T00:00")) == timedelta(hours=2)
    assert place.add_working(at("2026-02-14T17:00"), timedelta(hours=1)) == at("2026-02-17T09:30")


def test_a_calendar_survives_being_written_down():
    settings = CalendarSettings.model_validate({"exceptions": {"2026-01-06": "closed"}, "holidays": "none"})
    assert settings.holidays is None
    assert CalendarSettings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    "written, sentence",
    [
        ({"time_zone": "Asia/Beijing2"}, "There is no time zone 'Asia/Beijing2': write one like Asia/Shanghai."),
        ({"week": {"monday": ["8.30 to 12"]}}, "'8.30 to 12' is not a working period: write it like 08:30-12:00."),
        ({"week": {"monday": ["22:00-06:00"]}}, "two periods, 22:00-24:00 and 00:00-06:00."),
        ({"week": {"monday": ["08:00-12:00", "11:00-14:00"]}}, "08:00-12:00 and 11:00-14:00 overlap"),
        ({"week": {"Montag": ["08:00-12:00"]}}, "There is no weekday 'Montag'"),
        ({"week": {"monday": []}}, "A calendar without any working hours cannot measure a limit"),
        ({"holidays": "XX"}, "There is no public calendar for 'XX'"),
        ({"exceptions": {"2026-01-06": 8}}, "8 are no working hours"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_in_one_sentence(written, sentence):
    with pytest.raises(ValidationError) as refused:
        CalendarSettings.model_validate(written)
    assert sentence in refused.value.errors()[0]["msg"]


def test_a_limit_that_no_working_time_can_ever_fill_is_refused():
    rare = WorkingCalendar(CalendarSettings(week={"monday": ["09:00-09:01"]}, holidays=None))
    with pytest.raises(NoWorkingTime, match="not enough working time"):
        rare.add_working(at("2026-01-05T09:00"), timedelta(days=10))
    with pytest.raises(ValueError, match="write 1 or more"):
        rare.add_working_days(at("2026-01-05T09:00"), 0)


moments = st.datetimes(datetime(2018, 1, 1), datetime(2028, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
durations = st.timedeltas(timedelta(), timedelta(days=80))
calendars = st.sampled_from([OFFICE, NIGHT_SHIFT])


@given(calendars, moments, durations, durations)
@settings(deadline=None)
def test_adding_twice_is_adding_the_sum(calendar, start, one, other):
    twice = calendar.add_working(calendar.add_working(start, one), other)
    assert twice == calendar.add_working(start, one + other)


@given(calendars, moments, durations)
@settings(deadline=None)
def test_measuring_undoes_adding_in_both_directions(calendar, start, duration):
    assert calendar.working_between(start, calendar.add_working(start, duration)) == duration
    assert calendar.working_between(calendar.add_working(start, -duration), start) == duration


@given(calendars, moments, moments, durations, durations)
@settings(deadline=None)
def test_later_and_longer_never_end_earlier(calendar, one, other, shorter, longer):
    one, other = sorted((one, other))
    shorter, longer = sorted((shorter, longer))
    assert calendar.add_working(one, shorter) <= calendar.add_working(other, shorter)
    assert calendar.add_working(one, shorter) <= calendar.add_working(one, longer)


@given(calendars, moments, moments, moments)
@settings(deadline=None)
def test_stretches_of_time_add_up(calendar, a, b, c):
    assert calendar.working_between(a, b) + calendar.working_between(b, c) == calendar.working_between(a, c)
    assert abs(calendar.working_between(a, b)) <= abs(b - a)


@given(moments, st.integers(1, 30), st.integers(1, 30))
@settings(deadline=None)
def test_working_days_add_up_and_end_on_working_days(start, one, other):
    end = OFFICE.add_working_days(start, one)
    assert OFFICE.is_working_day(end.astimezone(SHANGHAI).date())
    assert OFFICE.add_working_days(end, other) == OFFICE.add_working_days(start, one + other)


@given(moments, st.timedeltas(timedelta(microseconds=1), timedelta(days=30)))
@settings(deadline=None)
def test_a_limit_never_ends_outside_working_hours(start, duration):
    end = OFFICE.add_working(start, duration).astimezone(SHANGHAI)
    minute = end.hour * 60 + end.minute
    assert any(period.start <= minute <= period.end for period in OFFICE.periods_of(end.date()))


@given(moments, st.integers(0, 20 * 24 * 60))
@settings(deadline=None, max_examples=20)
def test_the_measure_agrees_with_counting_minutes(start, minutes):
    start = start.replace(second=0, microsecond=0)
    assume(minutes)
    local = [(start + timedelta(minutes=i)).astimezone(SHANGHAI) for i in range(minutes)]
    hours = {day: OFFICE.periods_of(day) for day in {moment.date() for moment in local}}
    counted = sum(
        any(period.start <= moment.hour * 60 + moment.minute < period.end for period in hours[moment.date()])
        for moment in local
    )
    assert OFFICE.working_between(start, start + timedelta(minutes=minutes)) == timedelta(minutes=counted)
