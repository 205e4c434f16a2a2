"""What is done again and again: the register is checked, callbacks are arranged and drawn, callers are supervised."""

from __future__ import annotations

from math import ceil
from typing import Any

from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import CALLER, DESK, HEAD, QUALITY, Centre

PROCEDURE = "P03"
NOTICE = {
    "complaint_telephone": "400-000-0001",
    "repair_telephone": "400-000-0002",
    "office_address": "云栖花园1号楼一层",
    "published_on": "2026-01-05",
    "where_published": "各单元公告栏",
}


def job_of(loop: Centre, service: str, name: str) -> str:
    """Where the latest job of a name is done."""
    return f"/api/{service}/jobs/{loop.jobs(service, name)[0]['id']}"


def end_of(loop: Centre, number: str, period: str) -> list[str]:
    """How the occasion of a clause in a period ended."""
    return loop.ends_of(number, of="job", period=period)


def is_published(loop: Centre, number: str, word: str) -> None:
    """Numbers and address hang in the estate: recorded, signed, printed."""
    at = job_of(loop, "intake", "publish_contact")
    job = loop.sees(HEAD, at)
    if not job["done_at"]:
        assert end_of(loop, number, job["period"]) == ["open"]
        job = loop.does(HEAD, f"{at}/done", {"fields": NOTICE, "signature": {"means": "typed"}})
    assert end_of(loop, number, job["period"]) == ["kept"]
    [record] = loop.records("intake", key=job["id"])
    loop.is_printed(record, word, NOTICE["office_address"], "客服主管")


@clause("P03-4.1-a")
def test_the_complaint_telephone_and_the_address_are_published_in_the_estate(loop: Centre):
    is_published(loop, "P03-4.1-a", NOTICE["complaint_telephone"])


@clause("P03-4.2-a")
def test_the_repair_telephone_and_the_address_are_published_in_the_estate(loop: Centre):
    is_published(loop, "P03-4.2-a", NOTICE["repair_telephone"])


@clause("P03-4.4-b1", "P03-4.4-b2")
def test_the_head_checks_the_register_every_week_and_says_who_calls_whom(loop: Centre):
    case = loop.a_handled_complaint()
    week = loop.next_week()
    at = job_of(loop, "callback", "register_check")
    assert end_of(loop, "P03-4.4-b1", week) == end_of(loop, "P03-4.4-b2", week) == ["open"]
    assert loop.is_refused(HEAD, f"{at}/done", {}) == "P03-4.4-b2", "somebody has nobody yet who calls"
    loop.does(HEAD, f"{at}/callers", {"everyone": CALLER})
    loop.does(HEAD, f"{at}/done", {"fields": {"remark": "无遗漏"}, "signature": {"means": "typed"}})
    assert end_of(loop, "P03-4.4-b1", week) == end_of(loop, "P03-4.4-b2", week) == ["kept"]
    assert loop.callback(case)["caller"] == CALLER
    [record] = loop.records("callback", form="register_check", key=at.rsplit("/", 1)[1])
    loop.is_printed(record, case["number"], "客服主管")


@clause("P03-4.4-b1", "P03-4.4-b2")
def test_a_week_in_which_nobody_checks_the_register_is_a_breach(loop: Centre):
    week = loop.next_week()
    loop.advance(days=4)
    assert end_of(loop, "P03-4.4-b1", week) == end_of(loop, "P03-4.4-b2", week) == ["breached"]


@clause("P03-4.6-a1")
def test_last_weeks_repairs_are_drawn_and_called_back_every_week(loop: Centre):
    drawn, others = loop.drawn_repairs(out_of=7)
    week = loop.week()
    assert len(drawn) == ceil(0.3 * 7) and all(loop.callback(case)["status"] == "waived" for case in others)
    assert end_of(loop, "P03-4.6-a1", week) == ["open"]
    for case in drawn:
        loop.call_back(case, by=CALLER)
    assert end_of(loop, "P03-4.6-a1", week) == ["kept"]


@clause("P03-4.6-a1")
def test_a_week_without_the_callbacks_that_were_drawn_is_a_breach(loop: Centre):
    loop.drawn_repairs()
    week = loop.week()
    loop.advance(days=8)
    assert end_of(loop, "P03-4.6-a1", week) == ["breached"]


@clause("P03-4.7-c")
def test_the_director_sets_the_callback_rate_of_opinions(loop: Centre):
    at, said = "/api/callback/parameters/opinion_callback_rate_min", {"value": 50, "reason": "本月重点"}
    said["from"] = f"{loop.now:%Y-%m-%d}"
    loop.does(DESK, at, said, expect=409)
    loop.does(HEAD, at, said, expect=201)
    ends = loop.ends_of("P03-4.7-c", of="parameter")
    assert "kept" in ends
    cases = [loop.a_handled_complaint(kind="opinion") for _ in range(4)]
    loop.next_week()
    assert sum(loop.callback(case)["required"] for case in cases) >= 1


@clause("P03-4.8")
def test_the_head_checks_the_callers_and_keeps_a_record(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case, by=CALLER)
    week = loop.next_week(day=1)
    at = job_of(loop, "callback", "callback_check")
    assert end_of(loop, "P03-4.8", week) == ["open"]
    assert loop.is_refused(HEAD, f"{at}/done", {}) == "P03-4.8", "what was chosen has no finding yet"
    checks: list[dict[str, Any]] = loop.sees(HEAD, at)["found"]["checks"]
    findings = {one["attempt"]: {"finding": "correct", "remark": "与客户所述一致"} for one in checks}
    loop.does(HEAD, f"{at}/findings", {"findings": findings}, expect=201)
    loop.does(HEAD, f"{at}/done", {"fields": {"remark": "回访属实"}, "signature": {"means": "typed"}})
    assert "kept" in end_of(loop, "P03-4.8", week)
    [record] = loop.records("callback", form="callback_check", key=at.rsplit("/", 1)[1])
    loop.is_printed(record, "与客户所述一致", "客服主管")


@clause("P03-4.8")
def test_a_week_in_which_nobody_checks_the_callers_is_a_breach(loop: Centre):
    loop.call_back(loop.a_handled_complaint(), by=CALLER)
    week = loop.next_week(day=1)
    loop.advance(days=5)
    assert "breached" in end_of(loop, "P03-4.8", week)
    assert QUALITY
