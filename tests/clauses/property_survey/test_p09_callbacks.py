"""Section 4.2: whether answers are genuine, whether paid services were good, and what is done about the bad ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.clauses.loop import Case, Thing
from tests.clauses.packs import clause
from tests.clauses.property_survey.estate import (
    LAKE,
    LEADER_IN_CHARGE,
    MR_SUN,
    OFFICE,
    OFFICE_HEAD,
    REPRESENTATIVE,
    STAFF,
    Estate,
)

PROCEDURE = "P09"
VISITED = {"form": "visit", "fields": {"genuine_answer": True}, "signature": {"means": "typed", "signer": "孙先生"}}


@clause("P09-4.2.1")
def test_a_dissatisfied_answer_is_checked_by_whoever_ran_the_survey(loop: Estate):
    case = loop.a_dissatisfied_item(**MR_SUN)
    assert loop.callback(case)["desk"] == "management_office"
    assert loop.ends_of("P09-4.2.1", case) == ["open"]
    loop.confirm(case)
    assert loop.ends_of("P09-4.2.1", case) == ["kept"]
    assert loop.case(case)["facets"]["genuine"] == "confirmed"


@clause("P09-4.2.1")
def test_whoever_left_no_contact_is_not_asked(loop: Estate):
    case = loop.a_dissatisfied_item()
    assert loop.callback(case)["status"] == "waived"
    assert loop.ends_of("P09-4.2.1", case) == ["waived"]


@clause("P09-4.2.1")
def test_a_dissatisfied_answer_that_nobody_checks_is_a_breach(loop: Estate):
    case = loop.a_dissatisfied_item(**MR_SUN)
    loop.advance(days=20)
    assert loop.ends_of("P09-4.2.1", case) == ["breached"]


def a_survey_of_the_content(loop: Estate, sheets: int = 3, contact: bool = True) -> Thing:
    """A survey that is over, of whose forms none is dissatisfied."""
    held = loop.an_open_survey()
    loop.hand_out(held, LAKE, sheets)
    loop.bring_back(held, LAKE, sheets)
    for number in range(sheets):
        left = {"name": f"住户{number}", "contact": f"1380000010{number}"}
        who: dict[str, Any] = left if contact else {}
        loop.enter(held, LAKE, security="satisfied", **who)
    loop.close(held)
    return held


def drawn(loop: Estate, survey: Thing) -> list[Thing]:
    """The sheets of a survey that are to be checked."""
    return loop.all_of(loop.overseer, "/api/callback/sheets", survey=survey["id"], status="planned")


def ends_of_the_draw(loop: Estate, survey: Thing) -> list[str]:
    """How the check of a survey's other sheets ended."""
    return [one["end"] for one in loop.occasions_of("P09-4.2.1") if one["key"] == f"sheets:{survey['id']}"]


@clause("P09-4.2.1")
def test_of_the_other_sheets_a_share_is_drawn_and_checked(loop: Estate):
    held = a_survey_of_the_content(loop)
    [sheet] = drawn(loop, held)  # five percent of three, at least one
    assert sheet["desk"] == "quality", "the department that ran the survey"
    assert ends_of_the_draw(loop, held) == ["open"]
    path = f"/api/callback/sheets/{sheet['id']}/attempts"
    said = {"form": "telephone", "fields": {"genuine_answer": True}}
    assert loop.does(LEADER_IN_CHARGE, path, said, expect=403)["clause"] == "P09-4.2.1"
    loop.does(STAFF, path, said, expect=201)
    assert ends_of_the_draw(loop, held) == ["kept"]
    [record] = loop.records("callback", key=sheet["id"], form="callback_record")
    loop.is_printed(record)


@clause("P09-4.2.1")
def test_a_sheet_that_was_drawn_and_never_checked_is_a_breach(loop: Estate):
    held = a_survey_of_the_content(loop)
    loop.advance(days=20)
    assert ends_of_the_draw(loop, held) == ["breached"]


@clause("P09-4.2.1")
def test_where_nobody_left_a_contact_there_is_nothing_to_draw(loop: Estate):
    held = a_survey_of_the_content(loop, contact=False)
    assert drawn(loop, held) == []
    assert ends_of_the_draw(loop, held) == ["not_applicable"]


@clause("P09-4.2.2")
def test_a_paid_service_is_called_back_and_is_good_when_satisfying_and_up_to_quality(loop: Estate):
    case = loop.a_paid_service()
    assert loop.callback(case)["desk"] == "management_office"
    said = {"form": "telephone", "fields": {"satisfied": True, "quality_met": True}}
    loop.does(OFFICE, loop.attempt_of(case), said, expect=201)
    assert loop.ends_of("P09-4.2.2", case) == ["kept"]
    assert loop.case(case)["status"] == "closed"


@clause("P09-4.2.2")
@pytest.mark.parametrize("satisfied, quality_met", [(True, False), (False, True)])
def test_one_of_the_two_is_not_enough(loop: Estate, satisfied: bool, quality_met: bool):
    case = loop.a_paid_service()
    said = {"form": "telephone", "fields": {"satisfied": satisfied, "quality_met": quality_met}}
    loop.does(OFFICE, loop.attempt_of(case), said, expect=201)
    assert loop.case(case)["round"] == 2, "it is done again"
    unsaid = {"form": "telephone", "outcome": "satisfied", "fields": {"satisfied": True}}
    other = loop.a_paid_service()
    assert loop.tries(OFFICE, "POST", loop.attempt_of(other), unsaid).status_code == 409


@clause("P09-4.2.2")
def test_a_paid_service_that_nobody_calls_back_is_a_breach(loop: Estate):
    case = loop.a_paid_service()
    loop.advance(days=8)
    assert loop.ends_of("P09-4.2.2", case) == ["breached"]


@clause("P09-4.2.3")
def test_a_serious_dissatisfaction_is_asked_about_apart_as_the_manager_arranged(loop: Estate):
    case = loop.a_dissatisfied_item(serious=True, **MR_SUN)
    assert loop.case(case)["facets"]["serious"] == "yes"
    found = loop.callback(case)
    assert (found["coverage"], found["arranged_by"]) == ("serious_items", "office_manager")
    assert loop.is_refused(OFFICE, loop.attempt_of(case), VISITED) == "P09-4.2.3"
    arranged = {"caller": OFFICE, "form": "visit", "at": (loop.now + timedelta(days=1)).isoformat()}
    caller = f"/api/callback/callbacks/{found['id']}/caller"
    assert loop.does(REPRESENTATIVE, caller, arranged, expect=403)["clause"] == "P09-4.2.3"
    loop.does(OFFICE_HEAD, caller, arranged, expect=201)
    loop.does(OFFICE, loop.attempt_of(case), VISITED, expect=201)
    ends = loop.ends_of("P09-4.2.3", case)
    assert "kept" in ends and "prevented" in ends and "open" not in ends


@clause("P09-4.2.3")
def test_a_serious_dissatisfaction_about_which_nobody_asks_is_a_breach(loop: Estate):
    case = loop.a_dissatisfied_item(serious=True, **MR_SUN)
    loop.advance(days=10)
    assert loop.ends_of("P09-4.2.3", case) == ["breached"]


def put_right(loop: Estate, case: Case) -> None:
    """The department corrects the nonconformity, and quality management verifies it."""
    duty = loop.duty(case, "nonconformity")
    loop.step(OFFICE, duty, "accept")
    said = {"nonconformity": "电梯困人", "cause": "触点磨损", "correction": "更换触点"}
    loop.step(OFFICE, duty, "finish", outcome="solved", **said)
    loop.step(STAFF, duty, "return", verification="两周内未再发生")


@clause("P09-4.2.4")
def test_each_dissatisfied_item_is_a_case_and_the_others_are_none(loop: Estate):
    before = len(loop.all_of(loop.overseer, "/api/intake/cases"))
    held = loop.an_open_survey()
    loop.hand_out(held, LAKE, 2)
    loop.bring_back(held, LAKE, 2)
    loop.enter(held, LAKE, security="dissatisfied", paid_repair="dissatisfied", fees="fairly_satisfied", **MR_SUN)
    loop.enter(held, LAKE, security="fairly_satisfied", fees="satisfied")
    cases = loop.all_of(loop.overseer, "/api/intake/cases")
    assert len(cases) == before + 2
    case = loop.latest_case("dissatisfied_item")
    assert case["channel"] == "survey"
    assert "kept" in loop.ends_of("P09-4.2.4", case)


@clause("P09-4.2.4")
def test_a_confirmed_item_is_a_nonconformity_until_it_is_put_right(loop: Estate):
    case = loop.a_confirmed_item()
    duty = loop.duty(case, "nonconformity")
    assert duty["desk"] == "management_office"
    put_right(loop, case)
    assert loop.case(case)["status"] in ("handled", "closed")
    assert "open" not in loop.ends_of("P09-4.2.4", case)


@clause("P09-4.2.4")
def test_an_item_that_is_not_genuine_is_no_nonconformity(loop: Estate):
    case = loop.a_dissatisfied_item(**MR_SUN)
    loop.confirm(case, genuine=False)
    assert not [one for one in loop.duties(case) if one["rule"] == "nonconformity"]
    assert loop.case(case)["status"] == "closed"


@clause("P09-5")
def test_the_callback_record_is_kept(loop: Estate):
    case = loop.a_paid_service()
    said = {"form": "telephone", "fields": {"satisfied": True, "quality_met": True}}
    loop.does(OFFICE, loop.attempt_of(case), said, expect=201)
    [record] = loop.records("callback", key=case["id"], form="callback_record")
    assert record["sealed_at"] and record["keep_until"]
    assert "kept" in loop.ends_of("P09-5", case)
