"""Sixty limits worked out by hand, the chassis, and a walk through the minutes on another calendar: all three agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.packs.limit_rules import LimitRule, Rest
from closeloop.contracts.procedure.limit import Limit
from tests.limits.oracle import end_of, worked

TABLE = Path(__file__).parent / "worked_out.md"
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar()
FIRST, LAST = datetime(2018, 1, 1), datetime(2026, 9, 1)  # noqa: DTZ001  (the other calendar knows local time only)


@dataclass(frozen=True)
class Example:
    """One row of the table."""

    number: str
    start: datetime
    limit: dict[str, Any]
    case: dict[str, Any]
    arithmetic: str
    end: datetime


def read(written: str) -> dict[str, Any]:
    """What stands in a cell, with moments as they are written."""
    found: dict[str, Any] = yaml.load(written.strip("` ") or "{}", Loader=yaml.BaseLoader)
    if "day" in found:
        found["day"]["nth"] = int(found["day"]["nth"])
    return found


def rows() -> list[Example]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if re.match(r"\| \d", line)]
    return [
        Example(no, datetime.fromisoformat(start), read(limit), read(case), arithmetic, datetime.fromisoformat(end))
        for no, start, limit, case, _shows, arithmetic, end in cells
    ]


EXAMPLES = rows()


def by_the_chassis(limit: dict[str, Any], start: datetime, case: dict[str, Any]) -> datetime:
    """Until when the limit runs as services compute it, in the local time of the office."""
    said = {
        "title": {"zh": "时限", "en": "Limit"},
        "starts": "issued",
        "stops": "returned",
        "own_practice": "To try it.",
    }
    rule = LimitRule("limit", Limit.model_validate({**said, **limit}), {})
    due = rule.due(start.replace(tzinfo=SHANGHAI), case, OFFICE)
    end = due.by_length
    for since, until in case.get("rests", ()):
        rest = Rest(*(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI) for moment in (since, until)))
        end = rule.after_pause(due.length, end, rest, OFFICE)
    end = min(end, due.by_fact or end)
    return end.astimezone(SHANGHAI).replace(tzinfo=None)


def test_there_are_sixty_of_them():
    assert [row.number for row in EXAMPLES] == [str(number) for number in range(1, 61)]


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.number)
def test_the_chassis_ends_a_limit_where_the_table_does(row):
    assert by_the_chassis(row.limit, row.start, row.case) == row.end


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.number)
def test_whoever_walks_through_the_minutes_comes_there_too(row):
    found = end_of(row.limit, row.start, row.case)
    assert (found.end, found.arithmetic) == (row.end, row.arithmetic)


@pytest.mark.parametrize("row", [row for row in EXAMPLES if " min" in row.arithmetic], ids=lambda row: row.number)
def test_the_arithmetic_adds_up(row):
    """Every stretch is as long as it says, none overlaps the next, and together they are the length of the limit."""
    counted, _equals, total = row.arithmetic.split(";")[0].partition(" = ")
    pattern = r"(\d\d-\d\d \d\d:\d\d) to (\d\d-\d\d \d\d:\d\d) (\d+)"
    stretches = re.findall(pattern, counted)
    assert len(stretches) == counted.count("+") + 1
    year, last, length = row.start.year, row.start, 0
    for since, until, minutes in stretches:
        start, end = (datetime.strptime(f"{year}-{one}", "%Y-%m-%d %H:%M") for one in (since, until))  # noqa: DTZ007
        end = end if end >= start else end.replace(year=year + 1)
        assert last <= start < end and end - start == timedelta(minutes=int(minutes))
        last, length = end, length + int(minutes)
    assert total == f"{length} min"
    number, _space, unit = row.limit["length"].partition(" ")
    unit = unit.removeprefix("working ").removesuffix("s")
    assert length == int(number) * {"minute": 1, "hour": 60, "day": 1440, "week": 10080}[unit]


BY_DAYS = [row for row in EXAMPLES if re.match(r"\d\d-\d\d -?\d+(,|$)", row.arithmetic)]


@pytest.mark.parametrize("row", BY_DAYS, ids=lambda row: row.number)
def test_the_days_that_count_are_counted_one_after_another(row):
    numbers = [int(n) for n in re.findall(r"\d\d-\d\d (-?\d+)", row.arithmetic)]
    said = int(row.limit["day"]["nth"] if "day" in row.limit else row.limit["length"].split()[0])
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert said == (numbers[-1] if said > 0 else numbers[0])


# -- whatever start and length ----------------------------------------------------------------------------------------

IN_ALL = int((LAST - FIRST).total_seconds() // 60)
starts = st.integers(0, IN_ALL).map(lambda minutes: FIRST + timedelta(minutes=minutes))
lengths = st.one_of(
    st.integers(1, 40).map(lambda n: f"{n} working hours"),
    st.integers(1, 900).map(lambda n: f"{n} working minutes"),
    st.integers(0, 8).map(lambda n: f"{n} working days"),
    st.integers(1, 72).map(lambda n: f"{n} hours"),
    st.integers(1, 9).map(lambda n: f"{n} days"),
    st.integers(1, 14).map(lambda n: f"{n} months"),
)
SPRING_FESTIVAL = datetime(2026, 2, 14, 17, 0)  # noqa: DTZ001


@given(starts, lengths, st.booleans())
@example(SPRING_FESTIVAL, "1 working hours", True)
@settings(deadline=None, max_examples=60)
def test_chassis_and_walk_agree_on_any_limit(start, length, end_of_day):
    limit = {"length": length, **({"end_of_day": True} if end_of_day else {})}
    if length.startswith("0 "):
        limit.pop("end_of_day", None)
    assert by_the_chassis(limit, start, {}) == end_of(limit, start, {}).end


@given(starts, st.integers(-9, 12).filter(bool), st.sampled_from(["same", "next"]))
@settings(deadline=None, max_examples=60)
def test_chassis_and_walk_agree_on_any_working_day_of_a_month(start, nth, month):
    limit = {"day": {"nth": nth, "month": month}}
    assert by_the_chassis(limit, start, {}) == end_of(limit, start, {}).end


@given(starts, st.sampled_from(["9 working hours", "400 working minutes", "3 working days", "30 hours"]), st.data())
@settings(deadline=None, max_examples=60)
def test_chassis_and_walk_agree_on_any_pause(start, length, data):
    """It rests once before it passes, for up to five days."""
    whole = end_of({"length": length}, start, {}).end
    since = start + timedelta(minutes=data.draw(st.integers(1, int((whole - start).total_seconds() // 60) - 1)))
    until = since + timedelta(minutes=data.draw(st.integers(1, 5 * 1440)))
    case = {"rests": [[since.isoformat(), until.isoformat()]]}
    assert by_the_chassis({"length": length}, start, case) == end_of({"length": length}, start, case).end


def test_both_calendars_know_the_same_days():
    """Every day of nine years, the make-up Saturdays and Sundays included."""
    day = FIRST.date()
    while day.year <= LAST.year:
        assert OFFICE.is_working_day(day) is worked(day), day
        day += timedelta(days=1)
