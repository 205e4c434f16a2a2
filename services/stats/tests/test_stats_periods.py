"""Periods: as people write them, in the time of the place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.stats.periods import BadPeriod, period_of, read_period

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text, kind, first, last",
    [
        ("2026-01-05", "day", "2026-01-05", "2026-01-05"),
        ("2026-W01", "week", "2025-12-29", "2026-01-04"),
        ("2026-W03", "week", "2026-01-12", "2026-01-18"),
        ("2026-W53", "week", "2026-12-28", "2027-01-03"),
        ("2026-01", "month", "2026-01-01", "2026-01-31"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2026-12", "month", "2026-12-01", "2026-12-31"),
        ("2026-Q4", "quarter", "2026-10-01", "2026-12-31"),
        ("2026-H2", "half_year", "2026-07-01", "2026-12-31"),
        ("2026", "year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_has_the_days_that_its_name_says(text, kind, first, last):
    span = read_period(text, SHANGHAI)
    assert (span.name, span.kind, str(span.first), str(span.last)) == (text, kind, first, last)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13", "2026-00", "2025-W53", "2026-W00", "2026-W54", "2026-02-30", "2026-1", "0001", "26-01"],
)
def test_what_is_no_period_is_said_with_how_one_is_written(text):
    with pytest.raises(BadPeriod) as bad:
        read_period(text, SHANGHAI)
    assert "2026-W03" in bad.value.sentence.en
    assert "2026-W03" in bad.value.sentence.zh


def test_a_day_begins_at_midnight_of_the_place():
    span = read_period("2026-01", SHANGHAI)
    assert span.start == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert span.end == datetime(2026, 1, 31, 16, tzinfo=UTC)


def test_a_month_falls_into_its_days_and_a_year_into_its_months():
    assert [part.name for part in read_period("2026-02", SHANGHAI).parts()][-1] == "2026-02-28"
    assert [part.name for part in read_period("2026", SHANGHAI).parts()][:2] == ["2026-01", "2026-02"]


@given(
    st.sampled_from(["day", "week", "month", "quarter", "half_year", "year"]),
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
)
def test_every_day_lies_in_exactly_one_period_of_a_kind(kind, day):
    span = period_of(kind, day, SHANGHAI)
    assert span.first <= day < span.after
    assert read_period(span.name, SHANGHAI) == span
    assert span.next.first == span.after
    assert span.previous.after == span.first
    assert sum(((part.after - part.first) for part in span.parts()), timedelta()) == span.after - span.first
