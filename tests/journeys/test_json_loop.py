"""Cases through the whole loop, by JSON alone: registered, handled, asked about, handled again, closed, counted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import the_loop as loop
from tests.journeys.child import until
from tests.journeys.site import PROCEDURE, Site

MONTH = "2026-01"


@pytest.fixture(scope="module")
def lived(site: Site) -> dict[str, Any]:
    """A repair and two complaints that went through the whole loop, and the survey that asked about them."""
    repair = loop.register_repair(site)
    ordinary = loop.register_complaint(site)
    major = loop.register_complaint(site, "孩子在游乐区滑倒受伤", major=True)
    assert (repair["status"], ordinary["status"], major["status"]) == ("handling", "registered", "registered")
    assert ordinary["facets"]["severity"] == "ordinary" and major["facets"]["severity"] == "major"
    for complaint in (ordinary, major):
        assert loop.assess(site, complaint)["status"] == "handling"

    site.advance("20m")
    loop.carry_out_work_order(site, repair)
    loop.carry_out_sheet(site, ordinary)
    loop.carry_out_sheet(site, major, by="management-representative")
    for case in (repair, ordinary, major):
        loop.wait_for_mark(site, case, "handled")

    site.advance("2h")
    loop.call_back(site, repair, "satisfied", "水不漏了")
    loop.call_back(site, major, "satisfied", "已看望孩子")
    loop.call_back(site, ordinary, "dissatisfied", "第二天又没有打扫")
    again = until(lambda: (case := loop.case_of(site, ordinary))["round"] == 2 and case, "a second round")
    assert again["status"] == "handling" and not again["marks"].get("handled")

    site.advance("1h")
    loop.carry_out_sheet(site, ordinary, round_=2)
    loop.wait_for_mark(site, ordinary, "handled", round_=2)
    loop.call_back(site, ordinary, "satisfied", "现在每天都有人打扫", round_=2)
    for case in (repair, ordinary, major):
        loop.wait_for_status(site, case, "closed")
    return {"repair": repair, "ordinary": ordinary, "major": major, **_survey(site)}


def _survey(site: Site) -> dict[str, Any]:
    """Planned by the head, approved by somebody else, opened; one customer answers; closed."""
    head, representative = site.as_("customer-service-head"), site.as_("management-representative")
    plan = {"procedure": PROCEDURE, "survey": "after_closing", "starts_on": "2026-01-05", "ends_on": "2026-01-31"}
    survey = head.post("/api/survey/surveys", plan, expect=201)
    at = f"/api/survey/surveys/{survey['id']}"
    own = head.tries("POST", f"{at}/approve", json={"plan_hash": survey["plan_hash"]})
    assert own.status_code in (403, 409), own.text
    assert representative.post(f"{at}/approve", {"plan_hash": survey["plan_hash"]})["status"] == "approved"
    assert head.post(f"{at}/open")["status"] == "open"
    site.advance("2d")
    sheets = until(lambda: (found := head.get(f"{at}/sheets")["items"]) and len(found) == 3 and found, "three sheets")
    given = {"answers": {"speed": "very_satisfied", "manner": "satisfied", "result": "satisfied"}}
    assert site.anybody().post(sheets[0]["address"], given, expect=201)["status"] == "returned"
    assert site.anybody().tries("POST", sheets[0]["address"], json=given).status_code == 409
    assert site.anybody().tries("POST", "/public/survey/sheets/nobody-has-this", json=given).status_code == 404
    closed = head.post(f"{at}/close")
    assert (closed["status"], closed["sent"], closed["returned"]) == ("closed", 3, 1)
    return {"survey": closed, "answered": sheets[0], "not_answered": sheets[1]}


def test_every_case_of_the_loop_is_closed_with_its_rounds(site: Site, lived: dict[str, Any]):
    rounds = {name: loop.case_of(site, lived[name])["round"] for name in ("repair", "ordinary", "major")}
    assert rounds == {"repair": 1, "ordinary": 2, "major": 1}
    number = lived["ordinary"]["number"]
    assert site.as_("desk-1").get(f"/api/intake/cases/{number}")["id"] == lived["ordinary"]["id"]
    assert number.startswith("QR-022")


def test_the_timeline_tells_the_way_of_a_case_in_order(site: Site, lived: dict[str, Any]):
    timeline = loop.case_of(site, lived["ordinary"])["timeline"]
    moments = [one["at"] for one in timeline]
    assert moments == sorted(moments)
    assert len(timeline) >= 6 and any(one["clauses"] for one in timeline)


def test_all_services_together_explain_a_case(site: Site, lived: dict[str, Any]):
    told = loop.explain(site, lived["ordinary"])
    for what in ("case.registered.v1", "case.assessed.v1", "round.opened.v1", "case.closed.v1"):
        assert what in told["intake"]
    assert told["dispatch"].count("duty.issued.v1") == 2 == told["dispatch"].count("duty.returned.v1")
    assert told["callback"].count("callback.attempted.v1") == 2
    assert told["stats"] == []


def test_a_closed_survey_takes_no_more_answers(site: Site, lived: dict[str, Any]):
    answer = site.anybody().tries(
        "POST", lived["not_answered"]["address"], json={"answers": {"result": "dissatisfied"}}
    )
    assert answer.status_code == 409 and answer.json()["detail"]


def _figures(site: Site) -> dict[str, dict[str, Any]]:
    query = {"procedure": PROCEDURE, "period": MONTH}
    return {one["indicator"]: one for one in site.as_("quality-1").get("/api/stats/indicators", **query)}


def _opened(site: Site, address: str) -> list[dict[str, Any]]:
    return site.as_("quality-1").get(address)["items"]


def test_the_figures_open_into_exactly_their_cases(site: Site, lived: dict[str, Any]):
    everything = {lived[name]["number"] for name in ("repair", "ordinary", "major")}
    complaints = everything - {lived["repair"]["number"]}

    def counted() -> dict[str, dict[str, Any]] | None:
        figures = _figures(site)
        return figures if figures["satisfied_rate"]["numerator"] == 3 else None

    figures = until(counted, "three satisfied customers in the figures")
    registered = figures["cases_registered"]
    assert registered["value"] == 3 == registered["numerator"]
    assert {case["number"] for case in _opened(site, registered["cases"])} == everything
    callbacks = figures["complaint_callback_rate"]
    assert (callbacks["value"], callbacks["numerator"], callbacks["denominator"]) == (100, 2, 2)
    assert callbacks["met"] is True
    for address in (callbacks["cases"], callbacks["denominator_cases"]):
        assert {case["number"] for case in _opened(site, address)} == complaints
    assert figures["repair_callback_rate"]["numerator"] == 1
    for figure in figures.values():
        assert sum(case["counts"] for case in _opened(site, figure["cases"])) == figure["numerator"]


def test_the_clauses_open_into_exactly_their_occasions(site: Site, lived: dict[str, Any]):
    query = {"procedure": PROCEDURE, "period": MONTH}
    clauses = {one["clause"]: one for one in site.as_("quality-1").get("/api/stats/clauses", **query)}
    at_once, loop_clause = clauses["P03-4.3.1-a"], clauses["P03-4.11-c"]
    assert at_once["kept"] == 3, "accepted in time: two sheets, and one once more"
    assert at_once["breached"] == 0 == loop_clause["open"]
    assert loop_clause["occasions"] > 0
    for clause in clauses.values():
        shown = _opened(site, f"{clause['link']}&limit=200")
        assert len(shown) == clause["occasions"], clause["clause"]
    assert clauses["P03-4.1-b1"]["occasions"] == 2, "two complaints were written down, a repair has a clause of its own"
    assert clauses["P03-4.2-b1"]["occasions"] == 1
