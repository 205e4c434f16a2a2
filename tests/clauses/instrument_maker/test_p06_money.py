"""Money of users and of the company: paid service by consent, advances, refunds, postage, costs and claims."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.instrument_maker.maker import (
    BUSINESS,
    ENGINEER,
    FINANCE,
    HOTLINE,
    LEADER,
    STORE,
    TYPED,
    Maker,
)
from tests.clauses.loop import Case, Thing
from tests.clauses.packs import clause

PROCEDURE = "P06"
MINE = {"person": ENGINEER}


def ask_for_paid_service(loop: Maker, case: Case, amount: int = 300) -> Thing:
    """Somebody asks for paid service; nobody has consented yet."""
    further = f"/api/dispatch/cases/{case['id']}/further/paid_service"
    loop.does(HOTLINE, further, {"reason": "人为损坏且在三包外"})
    duty = loop.duty(case, "paid_service")
    loop.step(HOTLINE, duty, "finish", outcome="solved", why="人为损坏且在三包外", amount=amount)
    return duty


def collect(case: Case, amount: str) -> dict[str, Any]:
    """Money is taken from the user."""
    return {"account": "money", "case": case["id"], "amount": amount}


def voucher_of(loop: Maker, number: int) -> str:
    """Where a signed voucher is posted."""
    return f"/api/dispatch/accounts/money/vouchers/{number}/post"


@clause("P06-3.3.4-a", "P06-3.3.4-b")
def test_nothing_is_charged_without_the_leaders_consent(loop: Maker):
    case = loop.a_visit()
    refused = loop.may_not_post(ENGINEER, "collect", **collect(case, "300"))
    assert {"P06-3.3.4-a", "P06-3.3.4-b"} <= set(refused)
    duty = ask_for_paid_service(loop, case)
    assert loop.may_not(HOTLINE, duty, "return") == "P06-3.3.4-b"
    loop.sign_off(LEADER, case, "consent")
    loop.step(HOTLINE, duty, "return")
    assert "P06-3.3.4-b" in loop.may_not_post(ENGINEER, "collect", **collect(case, "350")), "more than was consented"
    loop.post(ENGINEER, "collect", **collect(case, "300"))
    for number in ("P06-3.3.4-a", "P06-3.3.4-b"):
        ends = loop.ends_of(number, case)
        assert "kept" in ends and ends.count("prevented") >= 2, number


@clause("P06-3.3.4-b")
def test_a_no_of_the_leader_is_no_consent(loop: Maker):
    case = loop.a_visit()
    duty = ask_for_paid_service(loop, case)
    loop.sign_off(LEADER, case, "consent", approves=False, reason="属三包")
    assert loop.may_not(HOTLINE, duty, "return") in ("P06-3.3.4-b", None)
    assert "P06-3.3.4-b" in loop.may_not_post(ENGINEER, "collect", **collect(case, "300"))
    assert "prevented" in loop.ends_of("P06-3.3.4-b", case)


@clause("P06-3.3.4-c")
def test_what_was_collected_is_handed_in_to_the_last_yuan(loop: Maker):
    case = loop.a_visit()
    duty = ask_for_paid_service(loop, case)
    loop.sign_off(LEADER, case, "consent")
    loop.step(HOTLINE, duty, "return")
    loop.post(ENGINEER, "collect", **collect(case, "300"))
    visit = loop.visit(case, finish={"parts": []})
    loop.sign_off(LEADER, case, "report_approval")
    assert loop.may_not(ENGINEER, visit, "return") == "P06-3.3.4-c"
    loop.post(FINANCE, "hand_in", account="money", case=case["id"], amount="299", **MINE)
    assert loop.may_not(ENGINEER, visit, "return") == "P06-3.3.4-c"
    loop.post(FINANCE, "hand_in", account="money", case=case["id"], amount="1", **MINE)
    loop.step(ENGINEER, visit, "return")
    assert set(loop.ends_of("P06-3.3.4-c", case)) == {"kept", "prevented"}


def is_signed_and_posted(loop: Maker, number: str, posting: str, names: list[tuple[str, str]], **said: Any) -> Thing:
    """A voucher is posted once everybody has signed, one after the other; kept, and printed with their names."""
    case = loop.a_visit()
    by, account = said.pop("by", FINANCE), "money"
    voucher = loop.post(by, posting, account=account, case=case["id"], **said)
    assert voucher["posted_at"] is None
    refused = loop.does(by, voucher_of(loop, voucher["number"]), expect=409)
    assert number in (refused.get("clauses") or [refused["clause"]])
    for person, name in names:
        loop.sign_off(person, case, name)
    loop.does(by, voucher_of(loop, voucher["number"]))
    ends = loop.ends_of(number, case)
    assert "kept" in ends and "open" not in ends
    return case


@clause("P06-3.4.1-b1")
def test_an_advance_is_drawn_on_signature(loop: Maker):
    names = [(ENGINEER, "borrower"), (LEADER, "leader")]
    case = is_signed_and_posted(loop, "P06-3.4.1-b1", "advance", names, amount="500", task="赴咸阳", **MINE)
    [record] = loop.records("dispatch", key=case["id"], form="trip_advance")
    loop.is_printed(record, "工作指令、借款单", "赴咸阳", "500", "工程师一", "单位领导")
    loop.post(FINANCE, "return_advance", account="money", case=case["id"], amount="500", **MINE)


@clause("P06-3.4.3-d", "P06-9.1-a")
def test_expenses_are_reviewed_by_the_leader_and_paid_by_the_company(loop: Maker):
    case = loop.a_visit()
    loop.post(FINANCE, "pay_difference", account="money", case=case["id"], amount="420", **MINE)
    items = [{"what": "高铁票", "amount": 320}, {"what": "住宿", "amount": 100}]
    voucher = loop.post(FINANCE, "travel", account="money", case=case["id"], items=items, **MINE)
    refused = loop.does(FINANCE, voucher_of(loop, voucher["number"]), expect=409)
    assert refused["clause"] == "P06-3.4.3-d"
    loop.sign_off(LEADER, case, "review")
    loop.does(FINANCE, voucher_of(loop, voucher["number"]))
    assert set(loop.ends_of("P06-3.4.3-d", case)) == {"kept", "prevented"}
    assert "kept" in loop.ends_of("P06-9.1-a", case)
    [record] = loop.records("dispatch", key=case["id"], form="expense_claim")
    loop.is_printed(record, "报销表格、凭证", "高铁票", "单位领导")


@clause("P06-9.1-b")
def test_costs_of_others_are_settled_case_by_case(loop: Maker):
    names = [(LEADER, "decision")]
    said = {"amount": "200", "who": "外协王师傅", "agreement": "按日计酬"}
    case = is_signed_and_posted(loop, "P06-9.1-b", "outside_staff", names, **said)
    [record] = loop.records("dispatch", key=case["id"], form="outside_staff_cost")
    loop.is_printed(record, "外协王师傅", "按日计酬", "单位领导")


@clause("P06-3.6.3-a")
def test_postage_is_written_off_after_handler_and_leader_have_signed(loop: Maker):
    names = [(STORE, "both"), (LEADER, "both")]
    said = {"by": STORE, "amount": "12", "old_part_recovered": True}
    case = is_signed_and_posted(loop, "P06-3.6.3-a", "postage", names, **said)
    [record] = loop.records("dispatch", key=case["id"], form="postage_write_off")
    loop.is_printed(record, "邮费、运费销帐单", "库管员一", "单位领导")


@clause("P06-5.2-d")
def test_business_recovers_the_costs_from_the_customer(loop: Maker):
    case = loop.complaint("damage_by_people")
    said = {"account": "money", "case": case["id"], "amount": "260", "negotiation": "用户同意承担"}
    voucher = loop.post(BUSINESS, "recover", **said)
    loop.sign_off(BUSINESS, case, "business", **TYPED)
    loop.does(BUSINESS, voucher_of(loop, voucher["number"]))
    assert set(loop.ends_of("P06-5.2-d", case)) == {"kept"}
    [record] = loop.records("dispatch", key=case["id"], form="cost_recovery")
    loop.is_printed(record, "费用追讨记录", "用户同意承担", "业务员一")


@clause("P06-9.2")
@pytest.mark.parametrize("kind", ["repair", "parts", "transport", "packing"])
def test_repair_parts_transport_and_packing_are_manufacturing_cost(loop: Maker, kind: str):
    before = loop.ends_of("P06-9.2").count("kept")
    items = [{"what": "一月", "amount": 75}]
    loop.post(FINANCE, "book_cost", account="money", kind_of_cost=kind, items=items)
    assert loop.ends_of("P06-9.2").count("kept") > before
    record = loop.records("dispatch", form="cost_booking")[-1]
    sheet = loop.page(LEADER, record["url"])
    assert "费用入帐单" in sheet and "75" in sheet
