"""Sections 3.6 and 3.7: spare parts from the requisition to the write-off, each station for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.clauses.instrument_maker.maker import (
    ENGINEER,
    HOTLINE,
    LEADER,
    PART,
    REPLACED,
    SIGNED,
    STORE,
    TYPED,
    Maker,
)
from tests.clauses.loop import Case
from tests.clauses.packs import clause

PROCEDURE = "P06"
ONE = [PART]
NAMED = "传感器 S-3 合格"
MINE = {"person": ENGINEER}


def with_part(loop: Maker) -> Case:
    """A visit for which one part was drawn."""
    loop.receive(2)
    case = loop.a_visit(parts=True)
    loop.post(STORE, "issue", case=case["id"], parts=ONE, **MINE)
    return case


def approved_report(loop: Maker, case: Case) -> None:
    """The part was replaced, the user signed, and the leader agreed to the report."""
    loop.visit(case, finish={"parts": [REPLACED]})
    loop.sign_off(LEADER, case, "report_approval")


@clause("P06-3.6.1-a")
def test_who_needs_a_part_proposes_the_handling_on_a_requisition(loop: Maker):
    case = loop.fault()
    loop.analyse(case, parts_needed=True)
    duty = loop.duty(case, "draw_parts")
    loop.step(HOTLINE, duty, "assign", to=ENGINEER)
    assert loop.may_not(ENGINEER, duty, "finish", outcome="solved", parts=ONE) == "P06-3.6.1-a"
    loop.step(ENGINEER, duty, "finish", outcome="solved", proposed_handling="更换传感器", parts=ONE)
    loop.sign_off(LEADER, case, "approval")
    loop.step(ENGINEER, duty, "return")
    assert set(loop.ends_of("P06-3.6.1-a", case)) == {"kept", "prevented"}
    [record] = loop.records("dispatch", key=case["id"], form="requisition")
    loop.is_printed(record, "备用件领料单", "传感器", "S-3", "单位领导")


@clause("P06-3.6.1-b", "P06-3.7.4-a")
def test_nothing_is_drawn_before_the_leader_approved_it(loop: Maker):
    loop.receive(3)
    case = loop.fault()
    loop.analyse(case, parts_needed=True)
    duty = loop.draw(case, approve=False)
    drawn = {"case": case["id"], "parts": ONE, **MINE}
    assert "P06-3.6.1-b" in loop.may_not_post(STORE, "issue", **drawn)
    assert loop.may_not(ENGINEER, duty, "return") == "P06-3.6.1-b"
    loop.sign_off(LEADER, case, "approval")
    two = [{**PART, "quantity": 2}]
    assert "P06-3.7.4-a" in loop.may_not_post(STORE, "issue", **{**drawn, "parts": two}), "more than was asked for"
    other = [{**PART, "specification": "S-4"}]
    assert "P06-3.7.4-a" in loop.may_not_post(STORE, "issue", **{**drawn, "parts": other})
    loop.post(STORE, "issue", **drawn)
    for number in ("P06-3.6.1-b", "P06-3.7.4-a"):
        assert {"kept", "prevented"} == set(loop.ends_of(number, case)), number


@clause("P06-3.6.2")
def test_a_part_is_written_off_against_the_signed_report_and_the_old_part(loop: Maker):
    case = with_part(loop)
    off = {"case": case["id"], "parts": ONE, **MINE}
    loop.visit(case, "sign", finish={"parts": [REPLACED]})
    assert "P06-3.6.2" in loop.may_not_post(STORE, "write_off", **off), "the leader did not agree yet"
    loop.visit(case, "come_back", since="report_out")
    loop.sign_off(LEADER, case, "report_approval")
    assert "P06-3.6.2" in loop.may_not_post(STORE, "write_off", **off), "the old part is missing"
    loop.post(STORE, "bring_back", **off)
    loop.post(STORE, "write_off", **off)
    assert "P06-3.6.2" in loop.may_not_post(STORE, "write_off", **off), "nothing is written off twice"
    assert loop.ends_of("P06-3.6.2", case).count("prevented") == 3
    [voucher] = loop.records("dispatch", form="parts_write_off", key=case["id"])
    sheet = loop.page(LEADER, voucher["url"])
    assert "备用件销帐单" in sheet and "传感器" in sheet


@clause("P06-3.7.4-b")
def test_what_was_drawn_is_written_off_or_handed_back_before_the_case_closes(loop: Maker):
    case = with_part(loop)
    approved_report(loop, case)
    loop.step(ENGINEER, loop.duty(case, "visit"), "return")
    loop.enter_solution(case)
    assert loop.case(case)["status"] == "handled", "somebody still has a part of it"
    assert "open" in loop.ends_of("P06-3.7.4-b", case)
    off = {"case": case["id"], "parts": ONE, **MINE}
    loop.post(STORE, "bring_back", **off)
    loop.post(STORE, "write_off", **off)
    assert set(loop.ends_of("P06-3.7.4-b", case)) == {"kept"}
    assert loop.case(case)["status"] == "closed"


@clause("P06-3.7.4-b")
def test_an_unused_part_is_handed_back(loop: Maker):
    case = with_part(loop)
    before = int(loop.has("store")[NAMED])
    loop.post(STORE, "hand_back", case=case["id"], parts=ONE, **MINE)
    assert int(loop.has("store")[NAMED]) == before + 1
    assert set(loop.ends_of("P06-3.7.4-b", case)) == {"kept"}


@clause("P06-3.4.2-e5")
def test_an_old_part_is_brought_back_in_time(loop: Maker):
    case = with_part(loop)
    loop.visit(case, "sign", finish={"parts": [REPLACED]})
    assert loop.has(f"old_on_the_way:{ENGINEER}")
    assert "open" in loop.ends_of("P06-3.4.2-e5", case)
    loop.post(STORE, "bring_back", case=case["id"], parts=ONE, **MINE)
    assert set(loop.ends_of("P06-3.4.2-e5", case)) == {"kept"}


@clause("P06-3.4.2-e5")
def test_an_old_part_that_stays_away_for_a_week_is_a_breach(loop: Maker):
    case = with_part(loop)
    loop.visit(case, "sign", finish={"parts": [REPLACED]})
    loop.advance(days=7, minutes=1)
    assert "breached" in loop.ends_of("P06-3.4.2-e5", case)


@clause("P06-3.7.1-a")
def test_specification_quantity_and_quality_of_every_part_are_clear(loop: Maker):
    for missing in ("specification", "quantity", "quality"):
        row = {name: value for name, value in PART.items() if name != missing}
        refused = loop.tries(STORE, "POST", loop.posting("receive"), {"parts": [row], "received_from": "总厂"})
        assert refused.status_code in (409, 422), missing
    loop.receive()
    ends = loop.ends_of("P06-3.7.1-a")
    assert "kept" in ends and "prevented" in ends
    page = loop.page(STORE, "/dispatch/accounts/spare_parts")
    assert "备用件帐" in page and "传感器" in page and "S-3" in page


@clause("P06-3.7.2")
def test_parts_are_received_with_a_receipt(loop: Maker):
    before = loop.ends_of("P06-3.7.2").count("kept")
    assert loop.tries(STORE, "POST", loop.posting("receive"), {"parts": ONE}).status_code in (409, 422), "from whom?"
    loop.receive(4)
    assert loop.ends_of("P06-3.7.2").count("kept") > before
    record = loop.records("dispatch", form="part_receipt")[-1]
    loop.is_printed(record, "备用件接收单", "总厂", "传感器", "库管员一")


@clause("P06-3.7.2")
def test_the_receipt_goes_out_in_two_copies(loop: Maker):
    loop.receive()
    record = loop.records("dispatch", form="part_receipt")[-1]
    of_copies = f"record:part_receipt:{record['id']}:copy:"
    assert [loop.ends_of("P06-3.7.2", of=f"{of_copies}{number}") for number in (1, 2)] == [["open"], ["open"]]
    assert "仓库联" in loop.page(STORE, record["url"])
    for number in (1, 2):
        loop.does(STORE, f"/api/dispatch/records/{record['id']}/copies/{number}")
    assert [loop.ends_of("P06-3.7.2", of=f"{of_copies}{number}") for number in (1, 2)] == [["kept"], ["kept"]]
    assert "交件人联" in loop.page(STORE, f"{record['url']}/copies/2")


@clause("P06-3.7.3-a")
def test_what_was_drawn_elsewhere_is_put_in_by_its_voucher(loop: Maker):
    before = loop.has("store").get(NAMED, "0")
    assert loop.tries(STORE, "POST", loop.posting("put_in"), {"parts": ONE}).status_code in (409, 422), "no voucher"
    loop.post(STORE, "put_in", parts=ONE, voucher_number="PJ-17")
    assert int(loop.has("store")[NAMED]) == int(before) + 1
    assert "kept" in loop.ends_of("P06-3.7.3-a")
    sheets = [loop.page(STORE, one["url"]) for one in loop.records("dispatch", form="store_voucher")]
    assert any("PJ-17" in sheet for sheet in sheets)


@clause("P06-3.7.3-b")
def test_what_comes_in_exchange_is_entered_only_for_what_was_written_off(loop: Maker):
    case = with_part(loop)
    swap = {"case": case["id"], "parts": ONE, "voucher_number": "HX-3"}
    assert "P06-3.7.3-b" in loop.may_not_post(STORE, "exchange", **swap), "nothing was written off yet"
    approved_report(loop, case)
    off = {"case": case["id"], "parts": ONE, **MINE}
    loop.post(STORE, "bring_back", **off)
    loop.post(STORE, "write_off", **off)
    loop.post(STORE, "exchange", **swap)
    assert "P06-3.7.3-b" in loop.may_not_post(STORE, "exchange", **swap)
    assert set(loop.ends_of("P06-3.7.3-b", case)) == {"kept", "prevented"}


@clause("P06-3.7.6")
def test_a_service_station_has_an_account_of_its_own(loop: Maker):
    loop.receive(2)
    before = int(loop.has("store")[NAMED])
    sent: dict[str, Any] = {"parts": ONE, "voucher_number": "FZ-1"}
    assert "P06-3.7.6" in loop.may_not_post(STORE, "send_to_station", **sent), "to which station?"
    loop.post(STORE, "send_to_station", place="chengdu-station", **sent)
    assert int(loop.has("store")[NAMED]) == before - 1
    assert loop.has("station:chengdu-station") == {NAMED: "1"}
    assert "kept" in loop.ends_of("P06-3.7.6")


@clause("P06-3.6.3-b")
def test_the_old_part_of_a_mailed_one_is_recovered_and_signed_for(loop: Maker):
    loop.receive()
    case = loop.fault()
    loop.analyse(case, "mailed_part", parts_needed=True)
    loop.draw(case)
    loop.post(STORE, "issue", case=case["id"], parts=ONE, **MINE)
    duty = loop.duty(case, "service_without_visit")
    loop.step(HOTLINE, duty, "assign", to=ENGINEER)
    finished = {"outcome": "solved", "handling": "邮寄传感器", "parts": [REPLACED], "rates": {"solved": "yes"}}
    loop.step(ENGINEER, duty, "finish", **finished)
    loop.step(ENGINEER, duty, "sign", **SIGNED)
    said = {"case": case["id"], "parts": ONE, "amount": 12, "old_part_recovered": True}
    voucher = loop.post(STORE, "recover_mailed", **said)
    assert "open" in loop.ends_of("P06-3.6.3-b", case)
    loop.sign_off(STORE, case, "handler", **TYPED)
    loop.does(STORE, f"/api/dispatch/accounts/spare_parts/vouchers/{voucher['number']}/post")
    assert set(loop.ends_of("P06-3.6.3-b", case)) == {"kept"}


@clause("P06-3.7.5")
def test_old_parts_are_dealt_with_every_month(loop: Maker):
    month = loop.next_month(hour=0)
    for _day in range(10):
        if found := loop.jobs("dispatch", "old_parts", period=month):
            break
        loop.advance_to(loop.now.replace(hour=9, minute=1) + timedelta(days=1))
    job = found[0]
    assert loop.ends_of("P06-3.7.5", of="job", period=month) == ["open"]
    done = f"/api/dispatch/jobs/{job['id']}/done"
    said = {"fields": {"disposal": "报废入库", "parts": ONE}, "signature": TYPED}
    if there := loop.has("old_parts"):
        assert loop.is_refused(STORE, done, said) == "P06-3.7.5", "something from before is still there"
        left = [{**PART, "quantity": int(there[NAMED])}]
        loop.post(STORE, "dispose", parts=left, disposal="报废入库")
    loop.does(STORE, done, said)
    assert {"kept"} <= set(loop.ends_of("P06-3.7.5", of="job", period=month)) <= {"kept", "prevented"}
    [record] = loop.records("dispatch", key=job["id"])
    loop.is_printed(record, "旧件处理记录", "报废入库", "库管员一")
