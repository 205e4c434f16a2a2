"""Sections 5.1.2 and 5.4: what customers answer, what becomes a complaint, and who learns of it."""

from __future__ import annotations

import pytest

from tests.clauses.factory_service.factory import (
    CLERK,
    PRODUCTION,
    QUALITY_HEAD,
    QUESTIONNAIRE,
    SURVEYS,
    TECHNICAL,
    Factory,
)
from tests.clauses.loop import Thing
from tests.clauses.packs import clause

PROCEDURE = "P10"


@pytest.fixture(scope="module")
def survey(loop: Factory) -> Thing:
    """The questionnaire of the half year is out."""
    return loop.an_open_survey()


@clause("P10-5.4.3")
def test_less_than_seventy_points_are_a_complaint_and_seventy_are_none(loop: Factory, survey: Thing):
    before = loop.cases_by("survey")
    loop.answered(survey, quality="fair", price="fair")  # 70
    assert loop.cases_by("survey") == before
    loop.answered(survey, quality="fair", price="fair", supply="fair")  # 65
    [case] = loop.cases_by("survey")[len(before) :]
    assert case["kind"] == "complaint"
    assert "kept" in loop.ends_of("P10-5.4.3", case)
    assert loop.case(case)["customer"]["name"] == "东方整车厂"


@clause("P10-5.4.3")
def test_a_low_score_goes_under_corrective_action_whoever_is_responsible(loop: Factory, survey: Thing):
    loop.answered(survey, quality="fair", price="fair", supply="fair")
    case = loop.cases_by("survey")[-1]
    loop.assess(CLERK, case, urgency="ordinary", reason="无停线")
    loop.investigate(case, "not_own")
    assert loop.duty(case, "corrective_action")["desk"] == "production"
    assert loop.ends_of("P10-5.4.3", case) == ["kept", "kept"], "the case is there, and so is the action"


@clause("P10-5.1.2-b")
@pytest.mark.parametrize(
    "answers",
    [
        {"price": "dissatisfied", "quality": "very_satisfied"},  # 75
        {"suggestions": "希望缩短供货周期"},  # 80
    ],
)
def test_dissatisfaction_and_suggestions_are_investigated(loop: Factory, survey: Thing, answers: dict[str, str]):
    before = loop.cases_by("survey")
    loop.answered(survey)
    assert loop.cases_by("survey") == before, "whoever is content opens nothing"
    loop.answered(survey, **answers)
    [case] = loop.cases_by("survey")[len(before) :]
    assert case["kind"] == "improvement"
    assert loop.duty(case, "handling")["desk"] == "quality_assurance"
    assert "kept" in loop.ends_of("P10-5.1.2-b", case)


@clause("P10-5.4.4-a")
def test_the_departments_read_what_was_answered(loop: Factory):
    held = loop.an_open_survey()
    loop.answered(held)
    [record] = loop.records("survey", key=held["id"], form=QUESTIONNAIRE)
    assert record["form_number"] == "QR/SH19.01-03"
    for reader in (QUALITY_HEAD, PRODUCTION, TECHNICAL):
        loop.does(reader, f"/api/survey/records/{record['id']}/read")
    read = [one["end"] for one in loop.occasions_of("P10-5.4.4-a") if one["key"] == held["id"]]
    assert read == ["kept"] * 3


@clause("P10-5.4.4-a")
def test_a_questionnaire_that_nobody_reads_is_a_breach(loop: Factory):
    held = loop.an_open_survey()
    loop.answered(held)
    loop.advance(days=10)
    read = [one["end"] for one in loop.occasions_of("P10-5.4.4-a") if one["key"] == held["id"]]
    assert read == ["breached"] * 3


@clause("P10-5.4.1-b", "P10-6")
def test_the_questionnaire_asks_about_other_suppliers_and_is_collected(loop: Factory):
    held = loop.an_open_survey()
    path = f"{SURVEYS}/{held['id']}/movements"
    loop.does(CLERK, path, {"handed_out": 1})
    loop.does(CLERK, path, {"brought_back": 1})
    said = dict.fromkeys(("quality", "service", "price", "supply"), "satisfied") | {"customer": "北方装备厂"}
    without = loop.tries(CLERK, "POST", f"{SURVEYS}/{held['id']}/sheets", {"answers": said})
    assert without.status_code in (409, 422), "how others are compared with the plant"
    loop.does(CLERK, f"{SURVEYS}/{held['id']}/sheets", {"answers": {**said, "other_suppliers": "less"}}, expect=201)
    loop.does(CLERK, f"{SURVEYS}/{held['id']}/close", {})
    for number in ("P10-5.4.1-b", "P10-6"):
        ends = [one["end"] for one in loop.occasions_of(number) if one["key"] == held["id"]]
        assert ends == ["kept"], number
