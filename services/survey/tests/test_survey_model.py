"""The rules of survey as plain functions."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from closeloop.chassis.refusals import Refused
from closeloop.contracts.vocabulary import Text
from closeloop.survey.answers import WrongAnswers, checked
from closeloop.survey.days import check_days, end_of
from closeloop.survey.model import Survey
from closeloop.survey.planning.pages import in_both
from closeloop.survey.questionnaire import counted
from closeloop.survey.sheets import token_from

STEPS = {
    "good": {"counts": "qualified", "points": 5},
    "so_so": {"counts": "unanswered", "points": None},
    "bad": {"counts": "dissatisfied", "points": 1},
}
TITLE = {"zh": "问", "en": "Q"}
FORM = {
    "fields": {
        "a": {"title": TITLE, "type": "scale", "scale": "steps", "required": True, "weight": 2},
        "b": {"title": TITLE, "type": "scale", "scale": "steps"},
        "c": {"title": TITLE, "type": "points", "full_points": 10},
        "d": {"title": TITLE, "type": "choice", "choices": {"x": {"title": TITLE}, "y": {"title": TITLE}}},
        "e": {"title": TITLE, "type": "text"},
    },
    "sections": [{"title": TITLE, "topic": "speed", "fields": ["a", "b", "e"]}],
    "scales": {"steps": {"answers": STEPS}},
    "formula": "share_of_items",
}


def a_survey(**changes):
    known: dict[str, Any] = {
        "title": {},
        "questionnaire": FORM,
        "starts_on": date(2026, 1, 5),
    }
    known |= {"author": "a", "desk": "d", "planned_at": datetime(2026, 1, 5, tzinfo=UTC), "approvers": ["head"]}
    return Survey("s", "own", "P00", "1", **(known | changes))


@pytest.mark.parametrize(
    "answers, expected",
    [
        ({}, (0, 0, 3, None)),
        ({"a": "good"}, (1, 0, 2, 10.0)),
        ({"a": "bad", "b": "good", "c": 7.5}, (1, 1, 0, 2 + 5 + 7.5)),
        ({"a": "so_so", "d": "x", "e": "words"}, (0, 0, 3, None)),
    ],
)
def test_answers_are_counted_item_by_item(answers, expected):
    assert counted(FORM, answers) == expected


@pytest.mark.parametrize(
    "given, wrong",
    [
        ({"a": "good", "b": "", "c": "7.5", "d": "y", "e": " words "}, []),
        ({}, ["a"]),
        ({"a": " "}, ["a"]),
        ({"a": "perfect"}, ["a"]),
        ({"a": "good", "c": "11"}, ["c"]),
        ({"a": "good", "c": "-1"}, ["c"]),
        ({"a": "good", "c": True}, ["c"]),
        ({"a": "good", "c": "1e3"}, ["c"]),
        ({"a": "good", "d": "z"}, ["d"]),
        ({"a": "good", "e": 5}, ["e"]),
        ({"a": "good", "z": 5}, ["z"]),
    ],
)
def test_answers_outside_their_question_are_named(given, wrong):
    if not wrong:
        assert checked(FORM, given) == {"a": "good", "c": 7.5, "d": "y", "e": "words"}
        return
    with pytest.raises(WrongAnswers) as fault:
        checked(FORM, given)
    assert list(fault.value.wrong) == wrong


@pytest.mark.parametrize(
    "formula, rate", [("share_of_items", 75.0), ("share_of_sheets", 50.0), ("mean", 4.5), ("total", 9)]
)
def test_satisfaction_is_computed_by_the_formula_of_the_sheet(formula, rate):
    survey = a_survey(questionnaire=FORM | {"formula": formula}, sent=4, came_back=2, returned=2)
    survey.qualified, survey.dissatisfied, survey.satisfied_sheets = 3, 1, 1
    survey.scored_sheets, survey.points = 2, 9
    assert survey.rate == rate and survey.return_rate == 50.0


@pytest.mark.parametrize("formula", ["share_of_items", "share_of_sheets", "mean", "total"])
def test_where_nobody_answered_there_is_no_figure(formula):
    survey = a_survey(questionnaire=FORM | {"formula": formula})
    assert survey.rate is None and survey.return_rate is None


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 5},
        {"ends_on": date(2026, 2, 1)},
        {"questionnaire": FORM | {"formula": "mean"}},
        {"approvers": ["somebody_else"]},
        {"conditions": {"kind": {"is": "repair"}}},
    ],
)
def test_every_change_of_the_plan_changes_what_is_approved(change):
    assert a_survey(**change).plan_hash != a_survey().plan_hash
    assert a_survey(sent=7, sent_back="x").plan_hash == a_survey().plan_hash


def test_a_survey_ends_after_it_starts_and_a_day_ends_at_midnight_of_the_place():
    check_days(date(2026, 1, 5), date(2026, 1, 5))
    with pytest.raises(Refused):
        check_days(date(2026, 1, 5), date(2026, 1, 4))
    assert end_of(date(2026, 1, 5)) == datetime(2026, 1, 5, 16, 0, tzinfo=UTC)


def test_a_token_is_long_and_says_nothing():
    token = token_from("one", "two", "three")
    assert len(token) == 32 and "one" not in token and token != token_from("one", "two", "four")


def test_a_text_in_one_language_stands_for_both():
    assert in_both("好 | Good") == Text(zh="好", en="Good")
    assert in_both("好") == Text(zh="好", en="好")
    assert in_both(" | ") is None
