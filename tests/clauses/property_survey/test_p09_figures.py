"""Sections 4.1.4 and 4.1.5: what comes back of each area, how satisfied people are, and what is reported."""

from __future__ import annotations

import pytest

from tests.clauses.loop import Thing
from tests.clauses.packs import clause
from tests.clauses.property_survey.estate import (
    COLLEAGUE,
    HILL,
    LAKE,
    LEADER_IN_CHARGE,
    OFFICE,
    REPRESENTATIVE,
    STAFF,
    Estate,
)

PROCEDURE = "P09"
AWAY = "春节前多户不在家"


@pytest.fixture(scope="module")
def survey(loop: Estate) -> Thing:
    """Four of five came back from one estate, three of five from the other: 7 good answers, 1 bad one, 62 left out."""
    held = loop.an_open_survey()
    for area, back in ((LAKE, 4), (HILL, 3)):
        loop.hand_out(held, area, 5)
        loop.bring_back(held, area, back, by=COLLEAGUE)
    loop.enter(held, LAKE, security="very_satisfied", cleanliness="satisfied", paid_repair="fairly_satisfied")
    loop.enter(held, LAKE, security="dissatisfied", cleanliness="satisfied")
    for area, number in ((LAKE, 2), (HILL, 2)):
        for _sheet in range(number):
            loop.enter(held, area)
    loop.enter(held, HILL, security="satisfied", greenery="satisfied", fees="very_satisfied")
    loop.close(held, hill_estate=AWAY)
    loop.advance(days=3)
    return held


def figure(loop: Estate, survey: Thing, name: str) -> Thing:
    """A figure of this very survey."""
    return loop.figures(f"survey-{survey['id']}")[name]


def judged(loop: Estate, number: str, survey: Thing) -> list[str]:
    """How the figure of this very survey ended a clause."""
    return loop.ends_of(number, period=f"survey-{survey['id']}")


@clause("P09-4.1.4-b")
def test_four_of_five_forms_are_enough_of_each_area(loop: Estate, survey: Thing):
    assert loop.judged_in("P09-4.1.4-b", survey) == {LAKE: "kept", HILL: "breached"}
    whole = figure(loop, survey, "return_rate")
    assert (whole["value"], whole["target"]) == (70, {"at_least": 80.0})
    areas = {one["area"]: one for one in loop.sees(STAFF, loop.at(survey, "areas"))["items"]}
    assert (areas[LAKE]["rate"], areas[HILL]["rate"], areas[HILL]["reason"]) == (80.0, 60.0, AWAY)


def the_report(loop: Estate, survey: Thing) -> Thing:
    """The report about a survey, as it lies on its desk."""
    return next(one for one in loop.jobs("stats", "company_report") if survey["id"] in one["id"])


@clause("P09-4.1.5.3", "P09-4.1.5.4")
def test_the_result_becomes_a_report_that_is_reviewed_and_then_read(loop: Estate, survey: Thing):
    report = the_report(loop, survey)
    assert report["desk"] == "quality"
    done = f"/api/stats/jobs/{report['id']}/done"
    assert loop.tries(STAFF, "POST", done, {"fields": {"findings": "门岗需加强"}}).status_code == 422, "no method"
    loop.does(STAFF, done, {"fields": {"method": ["survey_table", "pareto"], "findings": "门岗需加强"}})
    assert loop.ends_of("P09-4.1.5.4")[-1] == "open" or "open" in loop.ends_of("P09-4.1.5.4")
    job = {"id": report["id"]}
    loop.sign_off(REPRESENTATIVE, job, service="stats")
    assert "kept" in loop.ends_of("P09-4.1.5.4")
    assert "kept" in loop.ends_of("P09-4.1.5.3")
    [record] = loop.records("stats", key=report["id"])
    for reader in (LEADER_IN_CHARGE, REPRESENTATIVE):
        loop.does(reader, f"/api/stats/records/{record['id']}/read")
    loop.is_printed(record, "门岗需加强")


@clause("P09-4.1.4-b")
def test_an_area_below_is_not_hidden_by_a_good_whole(loop: Estate):
    held = loop.an_open_survey()
    for area, out, back in ((LAKE, 10, 10), (HILL, 5, 3)):
        loop.hand_out(held, area, out)
        loop.bring_back(held, area, back)
        for _sheet in range(back):
            loop.enter(held, area, security="satisfied")
    refused = loop.does(STAFF, loop.at(held, "close"), {}, expect=409)
    assert HILL in refused["detail"], "whoever closes says why"
    loop.close(held, hill_estate=AWAY)
    loop.advance(days=3)
    assert figure(loop, held, "return_rate")["value"] > 80
    assert loop.judged_in("P09-4.1.4-b", held) == {LAKE: "kept", HILL: "breached"}


@clause("P09-4.1.5.2-a", "P09-4.1.5.2-b")
def test_the_rate_is_the_good_answers_out_of_the_good_and_the_bad(loop: Estate, survey: Thing):
    rate = figure(loop, survey, "satisfaction_rate")
    assert (rate["numerator"], rate["denominator"], rate["value"]) == (7, 8, 87.5)
    shown = loop.sees(STAFF, f"/api/survey/surveys/{survey['id']}")
    assert shown["rate"] == 87.5, "survey counts by the same formula"
    assert loop.ends_in("P09-4.1.5.2-a", survey) == ["kept"]
    assert judged(loop, "P09-4.1.5.2-b", survey) == ["kept"]


@clause("P09-4.1.5.2-c")
def test_what_nobody_answered_is_left_out_and_shown_beside(loop: Estate, survey: Thing):
    rate = figure(loop, survey, "satisfaction_rate")
    assert rate["left_out"] == 62
    assert rate["denominator"] + rate["left_out"] == 7 * 10, "seven forms of ten items"
    assert judged(loop, "P09-4.1.5.2-c", survey) == ["kept"]


@clause("P09-4.1.5.2-b", "P09-4.1.5.1")
def test_each_area_has_its_rate_in_the_table_and_its_bad_answers_in_the_pareto(loop: Estate, survey: Thing):
    page = loop.page(STAFF, "/stats", procedure="P09", period=f"survey-{survey['id']}")
    for words in ("满意率", "87.5", "不满意项分布", "回收率"):
        assert words in page, words
    for number in ("P09-4.1.5.2-b", "P09-4.1.5.1"):
        assert judged(loop, number, survey) == ["kept"], number


@clause("P09-4.1.5.2-b")
def test_without_any_answer_there_is_no_rate(loop: Estate):
    held = loop.an_open_survey()
    loop.hand_out(held, LAKE, 1)
    loop.bring_back(held, LAKE, 1)
    loop.enter(held, LAKE)
    loop.close(held)
    loop.advance(days=3)
    rate = figure(loop, held, "satisfaction_rate")
    assert (rate["value"], rate["denominator"], rate["left_out"]) == (None, 0, 10)
    assert judged(loop, "P09-4.1.5.2-b", held) == ["not_applicable"]


@clause("P09-4.1.4-b")
def test_only_the_staff_of_the_plan_carries_forms_and_too_few_are_chased(loop: Estate):
    held = loop.an_open_survey()
    said = {"area": LAKE, "handed_out": 5}
    assert loop.does(OFFICE, loop.at(held, "movements"), said, expect=403)["clause"] == "P09-4.1.4-a"
    loop.hand_out(held, LAKE, 5)
    loop.advance(days=15)
    tasks = loop.all_of(STAFF, "/api/dispatch/tasks")
    assert any("催收" in one["title"]["zh"] for one in tasks), tasks


@clause("P09-4.1.5.3")
def test_a_report_that_nobody_writes_is_a_breach(loop: Estate):
    held = loop.an_open_survey("office_survey")
    loop.close(held, by=OFFICE)
    loop.advance(days=40)
    assert loop.ends_of("P09-4.1.5.3")[-1] == "breached" or "breached" in loop.ends_of("P09-4.1.5.3")
