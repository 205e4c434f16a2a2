"""Sections 4.7, 4.11 and 4.12: opinions are classified, results analysed, records handed over, the register checked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.clauses.loop import Thing
from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import DESK, QUALITY, Centre

PROCEDURE = "P03"
DAYS = 12
"""Within so many days a period has every job of quality management on its desk."""


def next_job(loop: Centre, name: str, every: str = "month") -> Thing:
    """The job of the period that comes next, as soon as it lies on its desk."""
    period = loop.next_month(hour=0) if every == "month" else loop.next_week(hour=0)
    for day in range(DAYS):
        loop.advance_to(loop.now.replace(hour=9, minute=1) + timedelta(days=bool(day)))
        if found := loop.jobs("stats", name, period=period):
            return found[0]
    raise AssertionError(f"There is no {name} in {period}.")


def does_it(loop: Centre, number: str, job: Thing, by: str, fields: dict[str, Any]) -> Thing:
    """The job is done and signed by whoever has it: kept, and on record."""
    assert loop.ends_of(number, of="job", period=job["period"]) == ["open"]
    signed = {"fields": fields, "signature": {"means": "typed"}}
    loop.does(by, f"/api/stats/jobs/{job['id']}/done", signed)
    assert loop.ends_of(number, of="job", period=job["period"]) == ["kept"]
    [record] = loop.records("stats", key=job["id"])
    return record


def nobody_does_it(loop: Centre, number: str, job: Thing) -> None:
    """The job is not done by the day on which it is due."""
    loop.advance_to(datetime.fromisoformat(job["due_at"]) + timedelta(minutes=1))
    assert loop.ends_of(number, of="job", period=job["period"]) == ["breached"]


@clause("P03-4.7-a1")
def test_opinions_and_suggestions_are_classified_every_week(loop: Centre):
    case = loop.a_complaint(kind="opinion", content="希望增加夜间照明")
    job = next_job(loop, "opinion_classification", "week")
    record = does_it(loop, "P03-4.7-a1", job, DESK, {"remark": "归入公共设施，已通知工程维修部"})
    loop.is_printed(record, case["number"], "归入公共设施")


@clause("P03-4.7-a1")
def test_a_week_without_classification_is_a_breach(loop: Centre):
    nobody_does_it(loop, "P03-4.7-a1", next_job(loop, "opinion_classification", "week"))


@clause("P03-4.11-a")
def test_the_results_of_callbacks_are_analysed_every_month(loop: Centre):
    loop.call_back(loop.a_handled_complaint())
    job = next_job(loop, "callback_analysis")
    assert job["found"]["fields"]["total"] >= 1
    record = does_it(loop, "P03-4.11-a", job, DESK, {"conclusions": "保洁投诉减少", "measures": "继续巡查"})
    loop.is_printed(record, "保洁投诉减少", "前台一")


@clause("P03-4.11-a")
def test_a_month_without_analysis_is_a_breach(loop: Centre):
    nobody_does_it(loop, "P03-4.11-a", next_job(loop, "callback_analysis"))


@clause("P03-4.12-a1")
def test_quality_management_checks_the_register_every_month(loop: Centre):
    loop.register_repair()
    job = next_job(loop, "monthly_register_check")
    assert job["found"]["fields"]["entries"] >= 1
    record = does_it(loop, "P03-4.12-a1", job, QUALITY, {"findings": "登记完整", "incomplete": 0})
    loop.is_printed(record, "登记完整", "品质员一")


@clause("P03-4.12-a1")
def test_a_month_in_which_nobody_checks_the_register_is_a_breach(loop: Centre):
    nobody_does_it(loop, "P03-4.12-a1", next_job(loop, "monthly_register_check"))


@clause("P03-4.12-a2")
def test_quality_management_looks_into_how_complaints_were_handled(loop: Centre):
    case = loop.a_handled_complaint()
    job = next_job(loop, "complaint_follow_up")
    assert case["number"] in job["found"]["fields"]["cases"]
    record = does_it(loop, "P03-4.12-a2", job, QUALITY, {"findings": "电话核实属实", "conclusion": "处理及时"})
    loop.is_printed(record, case["number"], "电话核实属实", "品质员一")


@clause("P03-4.12-a2")
def test_a_month_without_follow_up_is_a_breach(loop: Centre):
    nobody_does_it(loop, "P03-4.12-a2", next_job(loop, "complaint_follow_up"))


@clause("P03-4.12-b")
def test_completed_complaint_records_are_handed_over_every_month(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case)
    job = next_job(loop, "monthly_handover")
    assert case["number"] in job["found"]["fields"]["cases"]
    record = does_it(loop, "P03-4.12-b", job, DESK, {"received_by": "品质员一"})
    loop.is_printed(record, case["number"], "前台一")


@clause("P03-4.12-b")
def test_a_month_without_handover_is_a_breach(loop: Centre):
    nobody_does_it(loop, "P03-4.12-b", next_job(loop, "monthly_handover"))
