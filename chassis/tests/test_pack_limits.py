"""Limits of a pack: what lint says of those that could not start, stop or end, and until when the others run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.clock import parse_moment
from closeloop.chassis.packs import Pack, lint, load_pack
from closeloop.chassis.packs.limit_rules import Rest

INVENTED = Path(__file__).parent / "packs" / "P00"
OFFICE = WorkingCalendar()
MONDAY = parse_moment("2026-01-05T09:00+08:00")


@pytest.fixture
def pack() -> Pack:
    return load_pack(INVENTED)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "stops: decide.returned\n    length",
            "stops: decide.retuned\n    length",
            "The limit first_word of the case never stops",
        ),
        (
            "stops: decide.returned\n    length",
            "stops: received\n    length",
            "which is not after received: name a later moment.",
        ),
        (
            "until: {fact: wanted_by",
            "until: {fact: wanted",
            "Nobody tells the fact 'wanted': did you mean 'wanted_by'?",
        ),
        ("limits: [answer]", "limits: [answer, first_word]", "so no duty names it: leave out of: case"),
        (
            "    length: {parameter: answer_within}\n",
            "",
            "Some cases of answer have no length: say with length: how long it is for all others.",
        ),
    ],
)
def test_lint_says_what_is_wrong_with_a_limit(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    folder = Path(shutil.copytree(INVENTED, tmp_path / "P00"))
    path = folder / "dispatch.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(sentence in str(fault) for fault in lint(folder).faults), lint(folder).lines()


@pytest.mark.parametrize("wrong", ["{nth: 0}", "{nth: 21}", "{nth: 3, month: last}"])
def test_a_working_day_that_is_none_is_refused(tmp_path: Path, wrong: str) -> None:
    folder = Path(shutil.copytree(INVENTED, tmp_path / "P00"))
    path = folder / "dispatch.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{nth: 3, month: next}", wrong), encoding="utf-8")
    assert lint(folder).exit_code == 2


@pytest.mark.parametrize(
    ("since", "wanted_by", "end"),
    [
        pytest.param("2026-01-05T09:00", None, "2026-01-05T17:30", id="four hours, and on to the end of the day"),
        pytest.param("2026-01-05T15:00", None, "2026-01-06T17:30", id="over night, and on to the end of that day"),
        pytest.param("2026-01-05T13:30", None, "2026-01-05T17:30", id="exactly to the end of the day"),
        pytest.param("2026-01-05T09:00", "2026-01-05T11:00+08:00", "2026-01-05T10:00", id="an hour before"),
        pytest.param("2026-01-05T09:00", "2026-01-05", "2026-01-05T17:30", id="a day counts to its end"),
        pytest.param("2026-01-05T09:00", "2026-01-05T10:00+08:00", "2026-01-05T17:30", id="past at once"),
        pytest.param("2026-01-05T09:00", "2026-01-05T11:00", "2026-01-05T10:00", id="on the wall there"),
    ],
)
def test_a_limit_ends_with_the_day_or_before_the_moment_of_the_case(pack, since, wanted_by, end):
    due = pack.dispatch.limit("first_word").due(parse_moment(f"{since}+08:00"), {"wanted_by": wanted_by}, OFFICE)
    assert due.due_at == parse_moment(f"{end}+08:00")


@pytest.mark.parametrize(
    ("since", "end"),
    [
        ("2026-01-05T09:00", "2026-02-04T17:30"),
        ("2026-01-31T23:59", "2026-02-04T17:30"),
        ("2026-02-01T00:00", "2026-03-04T17:30"),
        ("2026-09-15T09:00", "2026-10-10T17:30"),
        ("2025-12-31T09:00", "2026-01-06T17:30"),
    ],
)
def test_a_limit_ends_on_the_third_working_day_of_the_next_month(pack, since, end):
    due = pack.dispatch.limit("monthly_word").due(parse_moment(f"{since}+08:00"), {}, OFFICE)
    assert due.due_at == parse_moment(f"{end}+08:00")


@pytest.mark.parametrize(
    ("since", "until", "end"),
    [
        pytest.param("2026-01-05T10:00", "2026-01-05T10:00", "2026-01-07T17:30", id="a pause of nothing"),
        pytest.param("2026-01-05T10:00", "2026-01-08T10:00", "2026-01-12T17:30", id="two days are left"),
        pytest.param("2026-01-07T10:00", "2026-01-09T16:00", "2026-01-09T17:30", id="on the last day nothing is left"),
    ],
)
def test_what_was_left_in_working_days_is_left_after_a_pause(pack, since, until, end):
    rule, rest = pack.dispatch.limit("answer"), Rest(parse_moment(f"{since}+08:00"), parse_moment(f"{until}+08:00"))
    due = rule.due(MONDAY, {"severity": "minor"}, OFFICE)
    assert due.due_at == parse_moment("2026-01-07T17:30+08:00")
    assert rule.after_pause(due.length, due.due_at, rest, OFFICE) == parse_moment(f"{end}+08:00")
