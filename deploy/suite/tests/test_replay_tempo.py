"""When things happen in a replay: by the file and by seed, never by who came first."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.suite.replay import manners
from closeloop.suite.replay.cases import read_cases
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.mapping import Hours, read_mapping
from closeloop.suite.replay.progress import Progress
from closeloop.suite.replay.tempo import Timetable, midnight_before, stops

MIDNIGHT = datetime(2018, 12, 31, 16, tzinfo=UTC)


def test_what_is_drawn_depends_on_seed_case_and_step_and_on_nothing_else():
    one, same, other = Chance("1"), Chance("1"), Chance("2")
    steps = [(f"QR-022-2019-{n:06}", 1, "accept") for n in range(200)]
    pace = manners.PACE["sheet", "accept"]
    there = [manners.delay(one, pace, *step) for step in steps]
    back = [manners.delay(same, pace, *step) for step in reversed(steps)]
    assert there == back[::-1]
    assert there != [manners.delay(other, pace, *step) for step in steps]
    late = [wait for wait in there if wait > timedelta(hours=8)]
    assert 0 < len(late) < 40  # some are late, most are not


def test_the_clock_stops_at_each_case_and_at_every_full_hour(folder):
    rows = read_cases(folder / "cases.csv", read_mapping(folder / "tainan1999.yaml"), Chance("1"))
    assert midnight_before(rows[0].at) == MIDNIGHT
    made = list(stops(rows, MIDNIGHT, MIDNIGHT + timedelta(hours=2)))
    assert [stop.at for stop in made] == sorted(
        {row.entered_at for row in rows} | {MIDNIGHT + n * HOUR for n in (0, 1, 2)}
    )
    assert [row for stop in made for row in stop.rows] == rows
    assert [stop.at for stop in made if stop.is_full_hour] == [MIDNIGHT + n * HOUR for n in (0, 1, 2)]


def test_a_replay_that_goes_on_stops_where_it_would_have_stopped(folder):
    rows = read_cases(folder / "cases.csv", read_mapping(folder / "tainan1999.yaml"), Chance("1"))
    whole = list(stops(rows, MIDNIGHT, MIDNIGHT + timedelta(hours=3)))
    for n, stop in enumerate(whole):
        assert list(stops(rows, stop.at, MIDNIGHT + timedelta(hours=3))) == whole[n:]


def test_staff_look_at_their_hours_and_only_on_working_days():
    table = Timetable(Hours(hours=(9, 14), days="working"), WorkingCalendar())
    friday = datetime(2019, 1, 11, 6, 30, tzinfo=UTC)  # 14:30 there
    assert table.next_from(friday) == datetime(2019, 1, 14, 1, tzinfo=UTC)
    assert table.is_time(datetime(2019, 1, 14, 1, tzinfo=UTC))
    assert not table.is_time(datetime(2019, 1, 12, 1, tzinfo=UTC))
    assert not table.is_time(datetime(2019, 1, 14, 1, 30, tzinfo=UTC))


def test_progress_is_plain_lines_where_there_is_no_terminal():
    out, seconds = io.StringIO(), iter(range(0, 100, 6))
    progress = Progress(100, out, lambda: next(seconds))
    for _ in range(4):
        progress.took(10, MIDNIGHT)
    progress.tell(MIDNIGHT, last=True)
    lines = out.getvalue().splitlines()
    assert len(lines) == 3 and "\r" not in out.getvalue()
    assert lines[-1].startswith(("40 of 100", "100 件中的 40"))


HOUR = timedelta(hours=1)
