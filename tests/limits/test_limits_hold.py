"""What holds for every limit: later and longer never end earlier, pauses add up, summer time loses no minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from closeloop.chassis.batch import Batch
from closeloop.chassis.calendar import CalendarSettings, WorkingCalendar
from closeloop.chassis.explained import Running, with_its_ledger
from closeloop.chassis.limit_changes import extend_limit, move_limit, pause_limit, run_on
from closeloop.chassis.limits import Limit, running_limit, start_limit, stop_limit
from closeloop.chassis.packs import moment_after
from closeloop.chassis.packs.limit_rules import LimitRule, Rest
from closeloop.chassis.piece import Piece
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Surroundings, Work
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.limit import Limit as LimitEntry

OFFICE = WorkingCalendar()
BERLIN = WorkingCalendar(CalendarSettings(time_zone="Europe/Berlin", holidays=None))
NIGHT_HOURS = {"sunday": ["00:00-06:00"], "monday": ["22:00-24:00"]}
NIGHTS = WorkingCalendar(CalendarSettings(time_zone="Europe/Berlin", holidays="DE", week=NIGHT_HOURS))
MORNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SAID = {"title": {"zh": "时限", "en": "Limit"}, "starts": "issued", "stops": "returned", "own_practice": "To try it."}
UNITS = ("minutes", "hours", "days", "weeks", "months", "working minutes", "working hours", "working days")

calendars = st.sampled_from([OFFICE, BERLIN, NIGHTS])
NEW_YEAR_2020 = datetime(2020, 1, 1, tzinfo=UTC)
moments = st.integers(0, 8 * 366 * 1440).map(lambda minutes: NEW_YEAR_2020 + timedelta(minutes=minutes))
numbers = st.integers(1, 20)
units = st.sampled_from(UNITS)
ends_of_day = st.booleans()


def rule(**said: Any) -> LimitRule:
    return LimitRule("limit", LimitEntry.model_validate({**SAID, **said}), {})


@given(calendars, moments, moments, numbers, units, ends_of_day)
@example(BERLIN, datetime(2026, 3, 28, 1, 30, tzinfo=UTC), datetime(2026, 3, 28, 2, 0, tzinfo=UTC), 1, "days", False)
@settings(deadline=None, max_examples=150)
def test_what_starts_later_never_ends_earlier(calendar, one, other, number, unit, end_of_day):
    earlier, later = sorted((one, other))
    limit = rule(length=f"{number} {unit}", end_of_day=end_of_day)
    assert limit.due(earlier, {}, calendar).due_at <= limit.due(later, {}, calendar).due_at


@given(calendars, moments, numbers, numbers, units, ends_of_day)
@settings(deadline=None, max_examples=150)
def test_what_is_longer_never_ends_earlier_and_nothing_ends_before_it_starts(calendar, start, a, b, unit, end_of_day):
    shorter, longer = (
        rule(length=f"{n} {unit}", end_of_day=end_of_day).due(start, {}, calendar).due_at for n in sorted((a, b))
    )
    assert start < shorter <= longer


@given(calendars, moments, numbers, numbers, st.sampled_from(["minutes", "hours", "working minutes", "working hours"]))
@settings(deadline=None, max_examples=100)
def test_one_length_after_another_is_their_sum(calendar, start, one, other, unit):
    first, second, both = (Length.model_validate(f"{n} {unit}") for n in (one, other, one + other))
    assert moment_after(second, moment_after(first, start, calendar), calendar) == moment_after(both, start, calendar)


@given(moments, st.integers(-48 * 60, 20 * 1440), numbers)
@settings(deadline=None, max_examples=100)
def test_a_moment_of_the_case_never_makes_a_limit_longer(start, after, number):
    """It ends at that moment or by its length, whichever comes first, and never before it starts."""
    limit = rule(length=f"{number} working hours", until={"fact": "leaves", "ahead": "1 hour"})
    named = start + timedelta(minutes=after)
    due = limit.due(start, {"leaves": named.isoformat()}, OFFICE)
    assert start < due.due_at <= due.by_length
    assert due.due_at in (due.by_length, named - timedelta(hours=1))


# -- summer time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "length", "end", "hours"),
    [
        pytest.param("2026-03-28T09:00", "1 day", "2026-03-29T09:00", 23, id="a short day"),
        pytest.param("2026-10-24T09:00", "1 day", "2026-10-25T09:00", 25, id="a long day"),
        pytest.param("2026-03-28T09:00", "24 hours", "2026-03-29T10:00", 24, id="hours are hours in spring"),
        pytest.param("2026-10-24T09:00", "24 hours", "2026-10-25T08:00", 24, id="hours are hours in autumn"),
        pytest.param("2026-03-27T17:00", "1 working hour", "2026-03-30T09:00", 63, id="working hours do not care"),
        pytest.param("2026-10-23T09:00", "1 week", "2026-10-30T09:00", 169, id="a week with a long day"),
    ],
)
def test_when_the_clocks_change(start, length, end, hours):
    berlin = ZoneInfo("Europe/Berlin")
    since, until = (datetime.fromisoformat(moment).replace(tzinfo=berlin).astimezone(UTC) for moment in (start, end))
    found = rule(length=length).due(since, {}, BERLIN).due_at
    assert found == until and found - since == timedelta(hours=hours)


@given(moments, numbers, st.integers(0, 3000))
@settings(deadline=None, max_examples=100)
@example(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 3, 600)
def test_nights_in_which_the_clocks_change_are_counted_as_they_are(start, number, minutes):
    """Minutes of work are minutes of real time, also in the night that is an hour shorter or longer."""
    end = NIGHTS.add_working(start, timedelta(minutes=minutes))
    assert NIGHTS.working_between(start, end) == timedelta(minutes=minutes) <= end - start


# -- a year whose public days nobody has published --------------------------------------------------------------------


@given(st.integers(1, 400))
@settings(deadline=None, max_examples=60)
def test_a_limit_that_reaches_into_an_unpublished_year_says_that_it_is_an_estimate(days):
    due = rule(length=f"{days} working days").due(MORNING, {}, OFFICE)
    first, last = MORNING.year, due.due_at.astimezone(ZoneInfo("Asia/Shanghai")).year
    assert due.is_estimate is any(OFFICE.is_estimate(year) for year in range(first, last + 1))
    assert not rule(length=f"{days} days").due(MORNING, {}, OFFICE).is_estimate


# -- rest and extension, on the row with its ledger -------------------------------------------------------------------


class Case:
    """One case with one limit of five hours; `at` is a piece of work at some moment."""

    def __init__(self) -> None:
        numbers = count(1)
        self.around = Surroundings(
            service="dispatch",
            branch="main",
            new_id=lambda: f"id{next(numbers)}",
            pack=lambda procedure, version: pytest.fail("no pack is needed"),
            write_down=lambda event, traceparent: "",
            calendar=lambda place: OFFICE,
        )
        self.piece = Piece("test", "http", ("case",), lambda work: None)
        self.batch = Batch([self.piece], now=MORNING, dialect="sqlite", counters={}, parked={})
        self.batch.loaded([])
        self.rule = rule(length="5 hours")
        due = self.rule.due(MORNING, {}, OFFICE)
        start_limit(
            self.at(MORNING), name="limit", of="case", due_at=due.due_at, length=due.length, by_length=due.by_length
        )

    def at(self, now: datetime) -> Work:
        self.batch.now = now
        return Work(self.batch, self.piece, self.around)

    @property
    def limit(self) -> Limit:
        found = running_limit(self.at(self.batch.now), "limit", "case")
        assert found is not None
        return found

    def rest(self, since: datetime, until: datetime) -> None:
        pause_limit(self.at(since), "limit", "case", reason="away")
        self.go_on(until)

    def go_on(self, until: datetime) -> None:
        work, limit = self.at(until), self.limit
        assert limit.paused_at is not None
        rest = Rest(limit.paused_at, until)
        ends = self.rule.after_pause(limit.length, limit.by_length or limit.due_at, rest, OFFICE)
        first = self.rule.after_pause(limit.length, limit.first_due_at, rest, OFFICE)
        run_on(work, limit, by_length=ends, by_fact=None, first_due_at=first)

    def told(self, now: datetime) -> Running:
        return with_its_ledger(self.limit, OFFICE, None, now)


pauses = st.lists(st.tuples(st.integers(0, 59), st.integers(1, 3 * 1440)), max_size=4)


@given(pauses)
@settings(deadline=None, max_examples=80)
def test_however_often_it_rests_it_runs_as_long_as_it_is(rests):
    """Five hours that rest now and then end later by all rests together; its ledger leaves no minute out."""
    case, now = Case(), MORNING
    for gap, length in rests:
        since = now + timedelta(minutes=gap)
        now = since + timedelta(minutes=length)
        case.rest(since, now)
    resting = sum((timedelta(minutes=length) for _gap, length in rests), timedelta())
    assert case.limit.due_at == case.limit.first_due_at == MORNING + timedelta(hours=5) + resting
    told = case.told(case.limit.due_at)
    ran = [one for one in told.ledger if one.what == "running"]
    assert sum((one.until - one.since for one in ran), timedelta()) == timedelta(hours=5)
    assert all(one.until == other.since for one, other in pairwise(told.ledger))
    assert told.ledger[0].since == MORNING and told.ledger[-1].until == case.limit.due_at


@given(pauses, st.integers(1, 600))
@settings(deadline=None, max_examples=60)
def test_what_was_put_off_stays_put_off_when_it_rests(rests, minutes):
    case, now = Case(), MORNING
    longer = timedelta(minutes=minutes)
    extend_limit(case.at(now), "limit", "case", to=case.limit.due_at + longer, reason="parts")
    for gap, length in rests:
        since = now + timedelta(minutes=gap)
        now = since + timedelta(minutes=length)
        case.rest(since, now)
    assert case.limit.due_at - case.limit.first_due_at == longer
    assert (case.limit.times("extended"), case.limit.times("paused")) == (1, len(rests))


@given(st.integers(0, 299), st.integers(0, 30 * 1440))
@settings(deadline=None, max_examples=60)
def test_a_stop_while_it_rests_is_in_time(after, later):
    case = Case()
    since = MORNING + timedelta(minutes=after)
    pause_limit(case.at(since), "limit", "case", reason="away")
    limit = case.limit
    stop_limit(case.at(since + timedelta(minutes=later)), "limit", "case")
    assert limit.missed_at is None and not limit.runs


def test_what_rests_is_not_put_off_and_what_passed_does_not_rest():
    case = Case()
    with pytest.raises(Refused, match="passed"):
        pause_limit(case.at(MORNING + timedelta(hours=6)), "limit", "case", reason="away")
    pause_limit(case.at(MORNING), "limit", "case", reason="away")
    with pytest.raises(Refused, match="rests already"):
        pause_limit(case.at(MORNING), "limit", "case", reason="away")
    with pytest.raises(Refused, match="let it run on before"):
        extend_limit(case.at(MORNING), "limit", "case", to=MORNING + timedelta(hours=9), reason="parts")


@given(st.integers(-600, 600).filter(bool))
@settings(deadline=None, max_examples=60)
def test_a_miss_is_taken_back_only_if_the_new_end_is_still_to_come(minutes):
    case, now = Case(), MORNING + timedelta(hours=6)
    work, limit = case.at(now), case.limit
    limit.missed_at = limit.due_at
    judging = move_limit(work, limit, by_length=now + timedelta(minutes=minutes), by_fact=None, because="fact")
    assert (limit.missed_at is None) is (minutes > 0)
    assert judging == []  # it has no clause; what clauses it has are withdrawn and opened again
