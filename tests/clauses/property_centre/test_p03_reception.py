"""Sections 3 and 4.1 to 4.2: who receives, the register, the first part of the form, the reception principles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import CLEANING, DESK, MAJOR, MRS_LI, ORDINARY, WORKER, Centre

PROCEDURE = "P03"


@clause("P03-3.1")
@pytest.mark.parametrize("channel", ["telephone", "visit", "letter"])
def test_customer_service_receives_what_comes_in(loop: Centre, channel: str):
    case = loop.register_complaint(channel=channel)
    assert loop.ends_of("P03-3.1", case) == ["kept"]


@clause("P03-3.1")
def test_nobody_but_customer_service_takes_down_what_comes_by_telephone(loop: Centre):
    before = loop.ends_of("P03-3.1").count("prevented")
    body = {"procedure": "P03", "kind": "repair", "channel": "telephone", "content": "漏水", "place": loop.place}
    assert loop.does(WORKER, "/api/intake/cases", {**body, "customer": MRS_LI}, expect=403)["clause"] == "P03-3.1"
    assert loop.ends_of("P03-3.1").count("prevented") == before + 1


@clause("P03-4.1-b1")
def test_a_complaint_stands_in_the_register_at_once(loop: Centre):
    case = loop.register_complaint(content="电梯厅没有打扫")
    assert loop.ends_of("P03-4.1-b1", case) == ["kept"]
    assert case["number"] in loop.page(DESK, "/intake", q="电梯厅没有打扫")


@clause("P03-4.1-b1")
def test_a_complaint_that_is_written_down_hours_later_is_a_breach(loop: Centre):
    case = loop.register_complaint(received_at=f"{loop.now - timedelta(hours=2)}")
    assert loop.ends_of("P03-4.1-b1", case, of="case:at_once") == ["breached"]


@clause("P03-4.2-b1")
def test_a_repair_request_stands_in_the_register_at_once(loop: Centre):
    case = loop.register_repair(content="阳台窗户关不上")
    assert loop.ends_of("P03-4.2-b1", case) == ["kept"]
    assert loop.ends_of("P03-4.1-b1", case) == []
    assert case["number"] in loop.page(DESK, "/intake", q="阳台窗户关不上")


@clause("P03-4.2-b1")
def test_a_repair_request_that_is_written_down_hours_later_is_a_breach(loop: Centre):
    case = loop.register_repair(received_at=f"{loop.now - timedelta(hours=2)}")
    assert loop.ends_of("P03-4.2-b1", case, of="case:at_once") == ["breached"]


@clause("P03-4.1-b2")
def test_the_complaint_sheet_is_filled_from_the_register(loop: Centre):
    case = loop.a_complaint(content="楼道灯不亮")
    assert loop.ends_of("P03-4.1-b2", case)[:1] == ["kept"]
    filled = loop.duty(case, "handling_sheet")["fields"]
    assert (filled["content"], filled["customer"], filled["contact"]) == ("楼道灯不亮", MRS_LI["name"], MRS_LI["phone"])
    assert filled["register_number"] == case["number"]


@clause("P03-4.2-b2")
def test_the_dispatch_order_is_filled_from_the_register(loop: Centre):
    case = loop.register_repair(content="厨房水管漏水")
    assert loop.ends_of("P03-4.2-b2", case)[:1] == ["kept"]
    filled = loop.duty(case, "work_order")["fields"]
    assert (filled["content"], filled["place"], filled["contact"]) == ("厨房水管漏水", "5-0301", "+8613800000002")


@clause("P03-4.1-b2")
def test_a_complaint_without_its_content_is_not_registered(loop: Centre):
    is_not_registered_without_content(loop, "complaint", "P03-4.1-b2")


@clause("P03-4.2-b2")
def test_a_repair_request_without_its_content_is_not_registered(loop: Centre):
    is_not_registered_without_content(loop, "repair", "P03-4.2-b2")


def is_not_registered_without_content(loop: Centre, kind: str, number: str) -> None:
    """The form is incomplete: refused, and counted."""
    before = loop.ends_of(number).count("prevented")
    body = {"procedure": "P03", "kind": kind, "channel": "telephone", "place": loop.place, "customer": MRS_LI}
    assert loop.does(DESK, "/api/intake/cases", body, expect=422)["clause"] == number
    assert loop.ends_of(number).count("prevented") == before + 1


@clause("P03-4.1-c")
@pytest.mark.parametrize("minutes, end", [(20, "kept"), (150, "breached")])
def test_a_complaint_that_others_received_is_passed_on_promptly(loop: Centre, minutes: int, end: str):
    case = loop.register_complaint(by=WORKER, channel="department", content="楼道堆放杂物")
    assert loop.ends_of("P03-4.1-c", case) == ["open"]
    loop.advance(minutes=minutes)
    loop.does(DESK, f"/api/intake/cases/{case['number']}/taking-over")
    assert loop.ends_of("P03-4.1-c", case) == [end]
    loop.assess(DESK, case, responsible_department="security")
    assert loop.duty(case, "handling_sheet")["content"] == "楼道堆放杂物", "the desk carries on with what was written"


@clause("P03-4.2-c")
@pytest.mark.parametrize("minutes, end", [(20, "kept"), (150, "breached")])
def test_a_repair_request_that_others_received_is_passed_on_promptly(loop: Centre, minutes: int, end: str):
    case = loop.register_repair(by=CLEANING, channel="department")
    assert loop.ends_of("P03-4.2-c", case) == ["open"] and loop.duties(case) == []
    loop.advance(minutes=minutes)
    loop.does(DESK, f"/api/intake/cases/{case['number']}/taking-over")
    assert loop.ends_of("P03-4.2-c", case) == [end]
    assert loop.duty(case, "work_order")["desk"] == "repair_leader"


@clause("P03-4.1-d")
@pytest.mark.parametrize("kind", ["opinion", "suggestion"])
def test_opinions_and_suggestions_are_received_like_complaints(loop: Centre, kind: str):
    case = loop.register_complaint(content="希望延长快递柜的开放时间", kind=kind)
    assert loop.ends_of("P03-4.1-d", case) == ["kept", "kept"], "received like a complaint, and at once"
    late = loop.register_complaint(kind=kind, received_at=f"{loop.now - timedelta(hours=2)}")
    assert loop.ends_of("P03-4.1-d", late, of="case:at_once") == ["breached"]
    assert case["number"] in loop.page(DESK, "/intake", kind=kind)
    assert loop.ends_of("P03-3.1", case) == ["kept"]


def is_shown_while_registering(loop: Centre, number: str, name: str, zh: str, en: str) -> None:
    """The text stands on the form in both languages; who registers with it in sight has been shown it."""
    form = "/intake/cases/new?procedure=P03&kind=complaint"
    assert zh in loop.page(DESK, form, "zh") and en in loop.page(DESK, form, "en")
    assert loop.ends_of(number, loop.register_complaint(guidance=[name])) == ["shown"]
    assert loop.ends_of(number, loop.register_complaint(guidance=[])) == ["breached"]


@clause("P03-4.1-e1")
def test_who_registers_is_told_to_serve(loop: Centre):
    is_shown_while_registering(loop, "P03-4.1-e1", "service", "服务的原则", "Serve: hear the customer out")


@clause("P03-4.1-e2")
def test_who_registers_is_told_not_to_promise_first(loop: Centre):
    is_shown_while_registering(loop, "P03-4.1-e2", "no_promise_first", "不首先承诺", "Do not promise first")


@clause("P03-4.1-e3")
def test_who_registers_is_told_to_keep_the_centres_image_and_interests(loop: Centre):
    is_shown_while_registering(loop, "P03-4.1-e3", "image_and_interests", "形象和利益", "Keep the image")


@clause("P03-3.4")
@pytest.mark.parametrize("fields, crosses", [(MAJOR, "no"), (ORDINARY, "yes")])
def test_what_is_major_or_crosses_departments_goes_to_the_management_representative(
    loop: Centre, fields: dict[str, bool], crosses: str
):
    case = loop.register_complaint(fields=fields)
    loop.assess(DESK, case, responsible_department="cleaning", crosses_departments=crosses)
    ends = loop.ends_of("P03-3.4", case)
    assert ends and set(ends) == {"kept"}
    duties = {one["rule"]: one["desk"] for one in loop.duties(case)}
    assert duties["major_handling" if fields is MAJOR else "coordination"] == "management_representative"
