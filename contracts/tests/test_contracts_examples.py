"""Examples are real situations, and tests take their events from them."""

import json

import pytest
from pydantic import ValidationError

from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.every import TaskOpened
from closeloop.contracts.examples import an_example, message, messages_of, names
from closeloop.contracts.intake import CaseAssessed, ProcedureActivated
from closeloop.contracts.loop import every_event
from closeloop.contracts.survey import SheetSent

LARGEST_MESSAGE = 64 * 1024
"""Bytes that a CloudEvent may have on the wire (CloudEvents 1.0, size limits)."""


def test_every_event_has_an_example() -> None:
    assert [event.__name__ for event in every_event() if not messages_of(event)] == []


@pytest.mark.parametrize("name", names())
def test_an_example_is_of_an_invented_procedure_and_of_usual_size(name: str) -> None:
    assert json.loads(message(name))["data"]["procedure"] == "P00"
    assert len(message(name)) < LARGEST_MESSAGE


def test_no_two_examples_are_the_same_event() -> None:
    ids = [json.loads(message(name))["id"] for name in names()]
    assert len(ids) == len(set(ids))


def test_what_a_test_changes_reaches_the_case_header() -> None:
    case = an_example(CaseAssessed, kind="complaint", facets={"severity": "major"}, channel="fax")
    assert case.case.kind == case.case.basic_kind == "complaint"
    assert case.case.facets == case.facets == {"severity": "major"}
    assert case.case.channel == case.channel == "fax"


def test_an_example_moves_to_another_case_with_all_its_ids() -> None:
    duty = an_example(DutyIssued, key="another", number=3)
    assert (duty.key, duty.case.id, duty.duty_id) == ("another", "another", "another.1")
    assert an_example(DutyIssued, case=duty.case).key == "another"


def test_what_only_sounds_the_same_does_not_reach_the_case_header() -> None:
    assert an_example(TaskOpened, kind="accept").case == an_example(TaskOpened).case
    assert an_example(DutyIssued, number=3).case == an_example(DutyIssued).case


def test_a_sheet_keeps_its_survey_as_key() -> None:
    sheet = an_example(SheetSent, case=an_example(DutyIssued, key="another").case)
    assert sheet.case is not None
    assert (sheet.key, sheet.case.id) == (sheet.survey_id, "another")


def test_a_change_that_no_event_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="DutyIssued has no field colour"):
        an_example(DutyIssued, colour="red")
    with pytest.raises(TypeError, match="ProcedureActivated has no field kind"):
        an_example(ProcedureActivated, kind="repair")
    with pytest.raises(ValidationError):
        an_example(DutyIssued, number=0)
