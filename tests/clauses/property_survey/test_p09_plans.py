"""Sections 3 and 4.1.1 to 4.1.3: who plans a survey, who approves it, and what its form asks."""

from __future__ import annotations

import pytest

from tests.clauses.packs import clause
from tests.clauses.property_survey.estate import (
    BUSINESS,
    BUSINESS_HEAD,
    LEADER,
    OFFICE,
    OFFICE_HEAD,
    OTHER_HEAD,
    QUALITY_HEAD,
    REPRESENTATIVE,
    STAFF,
    SURVEYS,
    Estate,
)

PROCEDURE = "P09"


@clause("P09-3.1-a")
def test_the_quality_department_plans_the_company_survey_and_nobody_else(loop: Estate):
    said = loop.said_of("company_survey")
    assert loop.does(BUSINESS, SURVEYS, said, expect=403)["clause"] == "P09-3.1-a"
    survey = loop.plan()
    assert survey["desk"] == "quality"
    assert loop.ends_in("P09-3.1-a", survey) == ["open"]


@clause("P09-3.1-b", "P09-4.1.2.2-A")
@pytest.mark.parametrize("approver", [REPRESENTATIVE, LEADER])
def test_one_of_the_two_approves_the_plan_of_the_company_survey_before_it_begins(loop: Estate, approver: str):
    survey = loop.plan()
    refused = loop.does(STAFF, loop.at(survey, "open"), expect=409)
    assert {"P09-3.1-b", "P09-4.1.2.2-A"} <= {refused["clause"], *refused.get("clauses", ())}
    for number in ("P09-3.1-b", "P09-4.1.2.2-A"):
        assert sorted(loop.ends_in(number, survey)) == ["open", "prevented"], number
    loop.approve(approver, survey)
    for number in ("P09-3.1-b", "P09-4.1.2.2-A"):
        assert sorted(loop.ends_in(number, survey)) == ["kept", "prevented"], number
    assert loop.does(STAFF, loop.at(survey, "open"))["status"] == "open"


@clause("P09-3.1-b", "P09-4.1.2.2-A")
def test_a_plan_that_was_changed_is_approved_once_more(loop: Estate):
    survey = loop.plan()
    loop.approve(REPRESENTATIVE, survey)
    changed = loop.does(STAFF, loop.at(survey, "plan"), {"staff": [STAFF]})
    refused = loop.does(STAFF, loop.at(survey, "open"), expect=409)
    assert set(refused["clauses"]) == {"P09-3.1-b", "P09-4.1.2.2-A"}
    stale = loop.does(LEADER, loop.at(survey, "approve"), {"plan_hash": survey["plan_hash"]}, expect=409)
    assert stale["clause"] in ("P09-3.1-b", "P09-4.1.2.2-A"), "what was read is not what stands there"
    loop.approve(LEADER, changed)
    assert loop.does(STAFF, loop.at(survey, "open"))["status"] == "open"


@clause("P09-3.2", "P09-4.1.2.2-B")
@pytest.mark.parametrize(
    "survey, author, approver, others",
    [
        ("business_survey", BUSINESS, BUSINESS_HEAD, [BUSINESS, OFFICE_HEAD, QUALITY_HEAD]),
        ("office_survey", OFFICE, OFFICE_HEAD, [OFFICE, BUSINESS_HEAD, OTHER_HEAD]),
    ],
)
def test_the_manager_of_the_department_approves_its_own_survey(
    loop: Estate, survey: str, author: str, approver: str, others: list[str]
):
    planned = loop.plan(author, survey)
    refused = loop.does(author, loop.at(planned, "open"), expect=409)
    assert {"P09-3.2", "P09-4.1.2.2-B"} <= {refused["clause"], *refused.get("clauses", ())}
    for other in others:
        said = {"plan_hash": planned["plan_hash"]}
        assert loop.tries(other, "POST", loop.at(planned, "approve"), said).status_code in (403, 404), other
    loop.approve(approver, planned)
    for number in ("P09-3.2", "P09-4.1.2.2-B"):
        assert loop.ends_in(number, planned)[-1] == "kept" or "kept" in loop.ends_in(number, planned), number
    assert loop.does(author, loop.at(planned, "open"))["status"] == "open"


@clause("P09-4.1.2.1")
@pytest.mark.parametrize("left_out", ["purpose", "population", "areas", "ends_on", "staff"])
def test_a_plan_says_what_for_whom_where_how_many_when_and_who(loop: Estate, left_out: str):
    said = loop.said_of("company_survey", **{left_out: None})
    assert loop.is_refused(STAFF, SURVEYS, said) == "P09-4.1.2.1"


@clause("P09-4.1.2.1")
def test_the_plan_stands_on_its_form_when_the_survey_begins(loop: Estate):
    without_quantity = loop.said_of("company_survey", areas=[{"area": "lake-estate"}])
    assert loop.tries(STAFF, "POST", SURVEYS, without_quantity).status_code == 422
    survey = loop.an_open_survey()
    assert loop.ends_in("P09-4.1.2.1", survey).count("kept") >= 1
    [record] = loop.records("survey", key=survey["id"], form="activity_plan")
    loop.is_printed(record, "了解服务情况", "业主和住户", "lake-estate")


@clause("P09-4.1.1-A")
def test_every_half_year_the_quality_department_holds_the_company_survey(loop: Estate):
    job = loop.job("survey", "company_survey", "2026-H1")
    assert (job["desk"], job["state"]) == ("quality", "open")
    loop.do_job(STAFF, "survey", "company_survey", "2026-H1")
    assert loop.ends_of("P09-4.1.1-A", period="2026-H1") == ["kept"]


@clause("P09-4.1.3-A")
@pytest.mark.parametrize("items", [["security"], ["paid_repair"]])
def test_a_form_asks_about_the_management_or_the_lease_and_about_paid_service(loop: Estate, items: list[str]):
    said = loop.said_of("company_survey", items=items)
    assert loop.is_refused(STAFF, SURVEYS, said) == "P09-4.1.3-A"


@clause("P09-4.1.3-A")
@pytest.mark.parametrize("items", [["security", "paid_repair"], ["lease_terms", "paid_household"], []])
def test_one_item_of_each_is_enough(loop: Estate, items: list[str]):
    survey = loop.an_open_survey(items=items)
    assert "open" in loop.ends_in("P09-4.1.3-A", survey)
    loop.close(survey)
    assert set(loop.ends_in("P09-4.1.3-A", survey)) == {"kept"}


@clause("P09-4.1.3-B")
def test_there_are_four_answers_and_no_fifth(loop: Estate):
    survey = loop.an_open_survey()
    loop.hand_out(survey, "lake-estate", 4)
    loop.bring_back(survey, "lake-estate", 4)
    fifth = {"area": "lake-estate", "answers": {"security": "fair"}}
    assert loop.is_refused(STAFF, loop.at(survey, "sheets"), fifth) == "P09-4.1.3-B"
    for answer in ("very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied"):
        loop.enter(survey, "lake-estate", security=answer)
    loop.close(survey)
    assert sorted(loop.ends_in("P09-4.1.3-B", survey)) == ["kept", "prevented"]


@clause("P09-4.1.1-A")
def test_a_half_year_without_the_survey_is_a_breach(loop: Estate):
    loop.advance_to(loop.now.replace(year=2027, month=1, day=4, hour=9))
    assert loop.ends_of("P09-4.1.1-A", period="2026-H2", year="2026") == ["breached"]
