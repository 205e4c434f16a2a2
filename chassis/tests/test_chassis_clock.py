"""The clocks: the one on the wall, and the one that people move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from closeloop.chassis.clock import ClockError, RealClock, SimulatedClock, parse_moment

MONDAY = parse_moment("2026-01-05T09:00+08:00")


def test_a_moment_is_read_with_its_zone():
    assert datetime(2026, 1, 5, 1, tzinfo=UTC) == MONDAY
    assert MONDAY.tzinfo is UTC


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("tomorrow", "--clock 'tomorrow' is not a moment: write it like 2026-01-05T09:00+08:00."),
        ("2026-01-05T09:00", "--clock '2026-01-05T09:00' does not say its time zone: write it like"),
        ("0001-01-01T00:00+08:00", "--clock '0001-01-01T00:00+08:00' is too far away"),
    ],
)
def test_a_moment_that_cannot_be_read_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(ClockError) as refused:
        parse_moment(text)
    assert str(refused.value).startswith(sentence)


def test_the_real_clock_says_utc():
    assert RealClock().now().utcoffset() == timedelta()


def test_a_simulated_clock_stands_still_until_it_is_advanced_and_never_goes_back():
    clock = SimulatedClock(MONDAY)
    assert clock.now() == clock.now() == MONDAY
    assert clock.advance_to(MONDAY + timedelta(days=7)) == clock.now() == MONDAY + timedelta(days=7)
    with pytest.raises(ClockError, match="cannot go back to"):
        clock.advance_to(MONDAY)
    with pytest.raises(ClockError, match="does not say its time zone"):
        clock.advance_to(datetime(2027, 1, 1))  # noqa: DTZ001


def test_a_simulated_clock_goes_on_where_it_stood(tmp_path):
    store = tmp_path / "data" / "clock.json"
    SimulatedClock(MONDAY, store).advance_to(MONDAY + timedelta(days=7))
    assert SimulatedClock(MONDAY, store).now() == MONDAY + timedelta(days=7)
    assert SimulatedClock(MONDAY + timedelta(days=9), store).now() == MONDAY + timedelta(days=9)
    assert [path.name for path in store.parent.iterdir()] == ["clock.json"]
    store.write_text("{", encoding="utf-8")
    with pytest.raises(ClockError, match="cannot be read: restore it or remove it"):
        SimulatedClock(MONDAY, store)
