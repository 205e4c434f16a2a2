"""What comes back every quarter, half year and year: summaries, reports, and what management reviews."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.clauses.factory_service.factory import (
    CLERK,
    ENGINEER,
    OFFICE,
    PLANNING_HEAD,
    PLANT_MANAGER,
    PRODUCTION,
    REPRESENTATIVE,
    TECHNICAL,
    Factory,
)
from tests.clauses.loop import ZONE, Thing
from tests.clauses.packs import clause

PROCEDURE = "P10"
FEEDBACK = {"analysis": "个别端盖渗油", "for_departments": "生产部复核去毛刺工序"}
SUMMARY = {"conclusion": "总体满意，供货周期需缩短"}
BASIS = dict.fromkeys(("failure_analyses", "use_surveys", "customer_information", "improvements"), "见附表")
REPORT = {"visits": "走访四次", "conclusions": "服务质量稳定"}
COMPETITORS = dict.fromkeys(("competitors", "products", "sources", "comparison", "for_business_plan"), "见附表")


def at(loop: Factory, year: int, month: int, day: int) -> None:
    """It is the morning of that day, if it is not later already."""
    moment = datetime(year, month, day, 9, 5, tzinfo=ZONE)
    if loop.now < moment:
        loop.advance_to(moment)


def do(loop: Factory, by: str, service: str, name: str, period: str, **said: object) -> Thing:
    """A job is done; the record that came of it."""
    loop.do_job(by, service, name, period, **said)
    [record] = loop.records(service, key=f"job:P10.{name}.{period}")
    return record


@clause("P10-5.1.1-c")
def test_the_director_sums_up_the_visits_of_a_quarter_for_the_departments_and_the_plant_manager(loop: Factory):
    at(loop, 2026, 4, 1)
    record = do(loop, OFFICE, "stats", "visit_feedback", "2026-Q2", fields=FEEDBACK)
    assert "kept" in loop.ends_of("P10-5.1.1-c", period="2026-Q2")
    for reader in (PLANNING_HEAD, ENGINEER, PRODUCTION, TECHNICAL, PLANT_MANAGER):
        loop.does(reader, f"/api/stats/records/{record['id']}/read")
    assert "open" not in loop.ends_of("P10-5.1.1-c")


@clause("P10-5.4.2", "P10-4.1")
def test_planning_and_supply_sums_up_the_questionnaires_of_a_half_year(loop: Factory):
    at(loop, 2026, 7, 1)
    assert loop.tries(PRODUCTION, "POST", "/api/survey/jobs/job:P10.satisfaction_summary.2026-H2/done").status_code in (
        403,
        422,
    )
    record = do(loop, CLERK, "survey", "satisfaction_summary", "2026-H2", fields=SUMMARY)
    for number in ("P10-5.4.2", "P10-4.1"):
        assert "kept" in loop.ends_of(number, period="2026-H2"), number
    loop.is_printed(record, "总体满意，供货周期需缩短")


@clause("P10-5.3.4")
def test_what_was_learned_is_summed_up_as_a_basis_of_improvement(loop: Factory):
    at(loop, 2026, 7, 1)
    record = do(loop, ENGINEER, "stats", "improvement_basis", "2026-H2", fields=BASIS)
    assert "kept" in loop.ends_of("P10-5.3.4", period="2026-H2")
    loop.is_printed(record, "产品改进依据汇总")


@clause("P10-5.1.1-c")
def test_a_quarter_that_nobody_sums_up_is_a_breach(loop: Factory):
    at(loop, 2026, 8, 1)
    assert loop.ends_of("P10-5.1.1-c", period="2026-Q3") == ["breached"]


@clause("P10-5.4.4-b", "P10-5.2.7", "P10-5.4.5")
@pytest.mark.parametrize("by_whom", [REPRESENTATIVE])
def test_management_reviews_the_survey_the_report_and_the_competitors(loop: Factory, by_whom: str):
    at(loop, 2026, 7, 1)
    if loop.job("survey", "satisfaction_summary", "2026-H2")["state"] == "open":
        do(loop, CLERK, "survey", "satisfaction_summary", "2026-H2", fields=SUMMARY)
    at(loop, 2027, 1, 4)
    review = "/api/stats/jobs/job:P10.management_review.2027/done"
    said = {"fields": {"reviewed_on": "2027-01-05"}}
    assert loop.is_refused(by_whom, review, said) in ("P10-5.2.7", "P10-5.4.4-b", "P10-5.4.5")
    report = do(loop, CLERK, "stats", "yearly_service_report", "2027", fields=REPORT)
    competitors = do(loop, CLERK, "survey", "competitor_report", "2027", fields=COMPETITORS)
    summary = loop.tries(CLERK, "GET", "/api/survey/jobs/job:P10.satisfaction_summary.2027-H1")
    if summary.status_code == 200 and summary.json()["state"] == "open":
        do(loop, CLERK, "survey", "satisfaction_summary", "2027-H1", fields=SUMMARY)
    loop.does(by_whom, review, said)
    for number in ("P10-5.2.7", "P10-5.4.4-b", "P10-5.4.5"):
        assert "kept" in loop.ends_of(number, period="2027"), number
    for service, record in (("stats", report), ("survey", competitors)):
        loop.does(REPRESENTATIVE, f"/api/{service}/records/{record['id']}/read")


@clause("P10-5.2.7")
def test_a_year_without_its_report_is_a_breach(loop: Factory):
    at(loop, 2028, 3, 1)
    assert "breached" in loop.ends_of("P10-5.2.7", period="2028")
