"""Sections 5.1, 5.3 and 5.4.1: each customer is visited and asked by the calendar, and what is found goes its way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.clauses.factory_service.factory import CLERK, ENGINEER, PLANNING_HEAD, PRODUCTION, SALES, Factory
from tests.clauses.loop import ZONE, Thing
from tests.clauses.packs import clause

PROCEDURE = "P10"
VISIT = {"visited_on": "2026-01-06", "how": "in_person", "use_of_product": "批量使用", "something_found": False}
FOUND: dict[str, Any] = {
    **VISIT,
    "something_found": True,
    "content": "个别端盖渗油",
    "product": "端盖 DG-3",
    "lot": "20251201",
}


def a_customer(loop: Factory, name: str, important: bool = False) -> Thing:
    """Somebody whom the plant supplies."""
    said = {"procedure": "P10", "in_list": "served", "name": name, "fields": {"important": important}}
    return loop.does(CLERK, "/api/intake/customers", said, expect=201)


def turns(loop: Factory, service: str, name: str, customer: Thing) -> list[Thing]:
    """What is done for a customer by the calendar, the latest first."""
    return [one for one in loop.jobs(service, name) if customer["id"] in one["id"]]


def at(loop: Factory, year: int, month: int, day: int) -> None:
    """It is the morning of that day, if it is not later already."""
    moment = datetime(year, month, day, 9, 5, tzinfo=ZONE)
    if loop.now < moment:
        loop.advance_to(moment)


def visit(loop: Factory, customer: Thing, by: str = SALES, **fields: Any) -> Thing:
    """The customer is visited, and the visit sheet filled in; its record."""
    [turn] = [one for one in turns(loop, "callback", "customer_visits", customer) if one["state"] == "open"]
    loop.does(by, f"/api/callback/jobs/{turn['id']}/done", {"fields": {**VISIT, **fields}})
    [record] = loop.records("callback", key=turn["id"])
    return record


def ends_for(loop: Factory, number: str, turn: Thing) -> list[str]:
    """How the occasions of a clause ended that hang on one turn."""
    return [one["end"] for one in loop.occasions_of(number) if one["key"] == turn["id"]]


@clause("P10-5.1.1-a", "P10-5.3.1-a")
def test_each_customer_is_visited_every_quarter(loop: Factory):
    customer = a_customer(loop, "东方整车厂")
    [turn] = turns(loop, "callback", "customer_visits", customer)
    assert turn["desk"] == "salesperson"
    assert loop.tries(PRODUCTION, "POST", f"/api/callback/jobs/{turn['id']}/done", {"fields": VISIT}).status_code == 403
    for number in ("P10-5.1.1-a", "P10-5.3.1-a"):
        assert ends_for(loop, number, turn) == ["open"], number
    visit(loop, customer)
    for number in ("P10-5.1.1-a", "P10-5.3.1-a"):
        assert ends_for(loop, number, turn) == ["kept"], number


@clause("P10-5.1.1-b")
def test_the_visit_stands_on_its_sheet_and_the_head_has_read_it(loop: Factory):
    customer = a_customer(loop, "北方装备厂")
    [turn] = turns(loop, "callback", "customer_visits", customer)
    untrue = {name: value for name, value in VISIT.items() if name != "use_of_product"}
    found = {**VISIT, "something_found": True}
    for fields in (untrue, found):
        missing = loop.tries(SALES, "POST", f"/api/callback/jobs/{turn['id']}/done", {"fields": fields})
        assert missing.status_code in (409, 422), "how the product is used, and what was found"
    record = visit(loop, customer)
    loop.is_printed(record, "QR/SH19.01-01", "批量使用")
    assert "open" in ends_for(loop, "P10-5.1.1-b", turn)
    loop.does(PLANNING_HEAD, f"/api/callback/records/{record['id']}/read")
    assert set(ends_for(loop, "P10-5.1.1-b", turn)) == {"kept"}


@clause("P10-5.1.1-b")
def test_a_visit_sheet_that_the_head_does_not_read_is_a_breach(loop: Factory):
    customer = a_customer(loop, "南方机械厂")
    [turn] = turns(loop, "callback", "customer_visits", customer)
    visit(loop, customer)
    loop.advance(days=10)
    assert "breached" in ends_for(loop, "P10-5.1.1-b", turn)


@clause("P10-5.3.1-b")
def test_what_a_visit_finds_goes_to_quality_assurance(loop: Factory):
    before = loop.cases_by("customer_visit")
    quiet = a_customer(loop, "西部车桥厂")
    visit(loop, quiet)
    assert loop.cases_by("customer_visit") == before, "nothing was found"
    customer = a_customer(loop, "中原机床厂")
    visit(loop, customer, **FOUND)
    [case] = loop.cases_by("customer_visit")[len(before) :]
    assert case["kind"] == "quality_information"
    shown = loop.case(case)
    assert "个别端盖渗油" in shown["content"] and shown["fields"]["product"] == "端盖 DG-3"
    assert loop.duty(case, "handling")["desk"] == "quality_assurance"
    loop.investigate(case, "unclear")
    loop.decide(case, "on_site", False)
    finding = loop.step_of(loop.duty(case, "handling"), "finish")
    loop.does(ENGINEER, finding, {"outcome": "partly_solved", "handling_decision": "索取失效件分析"})
    loop.decide(case, "corrective_action", True)
    assert loop.duty(case, "corrective_action")["desk"] == "production"
    ends = loop.ends_of("P10-5.3.1-b", case)
    assert "kept" in ends and "open" not in ends


@clause("P10-5.1.2-a")
def test_each_customer_gets_the_questionnaire_every_half_year(loop: Factory):
    customer = a_customer(loop, "华东总成厂")
    [turn] = turns(loop, "survey", "questionnaires", customer)
    assert ends_for(loop, "P10-5.1.2-a", turn) == ["open"]
    loop.does(CLERK, f"/api/survey/jobs/{turn['id']}/done", {"note": "已寄出"})
    assert ends_for(loop, "P10-5.1.2-a", turn) == ["kept"]


@clause("P10-5.3.3")
def test_monitoring_and_contacts_are_agreed_with_each_customer(loop: Factory):
    customer = a_customer(loop, "长江动力厂")
    [turn] = turns(loop, "callback", "monitoring_agreement", customer)
    said = {"monitoring_method": "每月报告不良率", "information_transfer": "邮件", "contact_of_customer": "李工"}
    said |= {"contact_of_plant": "信息员一", "agreed_on": "2026-01-20"}
    done = f"/api/callback/jobs/{turn['id']}/done"
    without = {name: value for name, value in said.items() if name != "contact_of_customer"}
    missing = loop.tries(CLERK, "POST", done, {"fields": {**without, "customer_signature": "李工"}})
    assert missing.status_code in (409, 422), "whom to speak to"
    loop.does(CLERK, done, {"fields": {**said, "customer_signature": "李工"}})
    assert "kept" in ends_for(loop, "P10-5.3.3", turn)
    [record] = loop.records("callback", key=turn["id"])
    loop.is_printed(record, "每月报告不良率", "长江动力厂")


@clause("P10-5.4.1-a")
def test_important_customers_are_visited_every_half_year_besides(loop: Factory):
    important, other = a_customer(loop, "一级客户", important=True), a_customer(loop, "普通客户")
    at(loop, 2026, 7, 1)
    assert turns(loop, "callback", "important_customer_visits", other) == []
    turn = turns(loop, "callback", "important_customer_visits", important)[0]
    assert ends_for(loop, "P10-5.4.1-a", turn) == ["open"]
    loop.does(CLERK, f"/api/callback/jobs/{turn['id']}/done", {"fields": {**VISIT, "how": "letter"}})
    assert ends_for(loop, "P10-5.4.1-a", turn) == ["kept"]


@pytest.mark.parametrize(
    "number, service, name",
    [
        pytest.param("P10-5.1.1-a", "callback", "customer_visits", marks=clause("P10-5.1.1-a", "P10-5.3.1-a")),
        pytest.param("P10-5.1.2-a", "survey", "questionnaires", marks=clause("P10-5.1.2-a")),
    ],
)
def test_a_customer_whom_nobody_sees_or_asks_is_a_breach(loop: Factory, number: str, service: str, name: str):
    at(loop, 2026, 7, 2)
    customer = a_customer(loop, f"无人走访 {name}")
    turn = turns(loop, service, name, customer)[0]
    year = loop.now.year
    loop.advance_to(datetime(year, 12, 31, 23, 0, tzinfo=ZONE))
    loop.advance(hours=2)
    found = loop.occasions_of(number, year=f"{year}")
    assert [one["end"] for one in found if one["key"] == turn["id"]] == ["breached"]
