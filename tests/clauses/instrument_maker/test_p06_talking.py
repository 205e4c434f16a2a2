"""Sections 3.2.2, 3.5 and 7.2: calls and letters in their order, answered in time, made clear first, and filed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.instrument_maker.maker import A_USER, A_WORKS, ADMINISTRATOR, HOTLINE, INSTRUMENT, Maker
from tests.clauses.loop import Case, Thing
from tests.clauses.packs import clause

PROCEDURE = "P06"


def a_letter(loop: Maker, channel: str = "letter") -> Case:
    """Somebody calls or writes, and asks something."""
    return loop.register(ADMINISTRATOR, "enquiry", "仪器读数不对，请说明", channel=channel, customer=A_USER)


def at(case: Case, path: str = "") -> str:
    """Where the conversation of a case is written."""
    return f"/api/intake/cases/{case['id']}/messages{path}"


def answer(loop: Maker, case: Case, by: str = ADMINISTRATOR, **more: Any) -> Thing:
    """The user is answered."""
    said = {"direction": "out", "says": "answers", "text": "请按附件校准零点", **more}
    return loop.does(by, at(case), said, expect=201)


def handle(loop: Maker, case: Case) -> None:
    """What was asked is handled."""
    duty = loop.duty(case, "call_or_letter")
    loop.step(ADMINISTRATOR, duty, "finish", outcome="solved", fields={"answer": "请校准零点", "handling": "已去函"})
    loop.step(ADMINISTRATOR, duty, "return")


@clause("P06-3.5.1")
@pytest.mark.parametrize("channel", ["telephone", "letter"])
def test_calls_and_letters_stand_in_the_order_of_time(loop: Maker, channel: str):
    case = a_letter(loop, channel)
    loop.advance(hours=1)
    loop.does(ADMINISTRATOR, at(case), {"direction": "in", "says": "informs", "text": "型号LL-20"}, expect=201)
    answer(loop, case, filed_as="来函卷1")
    shown = loop.sees(ADMINISTRATOR, at(case))["items"]
    assert [one["number"] for one in shown] == [1, 2, 3]
    assert [one["at"] for one in shown] == sorted(one["at"] for one in shown)
    ends = loop.ends_of("P06-3.5.1", case)
    assert len(ends) >= 3 and set(ends) == {"kept"}
    page = loop.page(ADMINISTRATOR, f"/intake/cases/{case['number']}/messages")
    assert page.index("仪器读数不对") < page.index("型号LL-20") < page.index("请按附件校准零点")


@clause("P06-3.5.2")
def test_a_call_or_letter_is_answered_promptly(loop: Maker):
    in_time, late = a_letter(loop), a_letter(loop)
    answer(loop, in_time)
    loop.advance(days=5)
    assert (loop.ends_of("P06-3.5.2", in_time), loop.ends_of("P06-3.5.2", late)) == (["kept"], ["breached"])


@clause("P06-3.5.3")
def test_what_is_unclear_is_found_out_before_it_is_answered(loop: Maker):
    case = a_letter(loop)
    loop.does(ADMINISTRATOR, at(case, "/1/unclear"))
    body = {"direction": "out", "says": "answers", "text": "请校准"}
    assert loop.is_refused(ADMINISTRATOR, at(case), body) == "P06-3.5.3"
    assert "open" in loop.ends_of("P06-3.5.3", case)
    explained = {"direction": "in", "channel": "telephone", "says": "clarifies", "text": "零点漂移"}
    loop.does(ADMINISTRATOR, at(case), explained, expect=201)
    answer(loop, case)
    assert sorted(loop.ends_of("P06-3.5.3", case)) == ["kept", "prevented"]


@clause("P06-3.5.4")
def test_a_reply_is_filed_before_its_case_is_closed(loop: Maker):
    case = a_letter(loop)
    reply = answer(loop, case)
    handle(loop, case)
    assert (loop.case(case)["status"], loop.ends_of("P06-3.5.4", case)) == ("handled", ["open"])
    loop.does(ADMINISTRATOR, at(case, f"/{reply['number']}/filing"), {"filed_as": "2026年来函卷1号"})
    assert (loop.case(case)["status"], loop.ends_of("P06-3.5.4", case)) == ("closed", ["kept"])


def a_fault_at(loop: Maker, distance: float) -> Case:
    """An instrument fails so many kilometres from the nearest service point."""
    fields = {**INSTRUMENT, "distance_km": distance}
    return loop.register(HOTLINE, "fault", "仪器无显示", channel="telephone", customer=A_USER, fields=fields)


@clause("P06-3.2.2-b")
@pytest.mark.parametrize("distance, hours, end", [(101, 12, "kept"), (101, 12.1, "breached"), (100.5, 2, "kept")])
def test_beyond_the_radius_the_user_has_an_answer_within_twelve_hours(
    loop: Maker, distance: float, hours: float, end: str
):
    case = a_fault_at(loop, distance)
    loop.advance(hours=hours)
    answer(loop, case, by=HOTLINE)
    assert loop.ends_of("P06-3.2.2-b", case) == [end]


def test_within_the_radius_nobody_waits_for_an_answer(loop: Maker):
    case = a_fault_at(loop, 100)
    loop.advance(hours=13)
    assert loop.ends_of("P06-3.2.2-b", case) == []


@clause("P06-3.2.2-b")
def test_where_a_supplier_is_needed_the_twelve_hours_run_from_then(loop: Maker):
    case = a_fault_at(loop, 30)
    loop.advance(hours=8)
    loop.assess(HOTLINE, case, "显示模块由配套厂家生产", supplier_needed="yes")
    loop.advance(hours=11)
    answer(loop, case, by=HOTLINE)
    assert loop.ends_of("P06-3.2.2-b", case) == ["kept"]


@clause("P06-7.2")
@pytest.mark.parametrize("hours, end", [(2, "kept"), (5, "breached")])
def test_a_complaint_is_answered_at_the_earliest_moment(loop: Maker, hours: int, end: str):
    case = loop.register(ADMINISTRATOR, "complaint", "三台仪器先后失准", channel="letter", customer=A_WORKS)
    loop.advance(hours=hours)
    answer(loop, case)
    loop.assess("responsible", case, "属合同范围", acceptance="accepted")
    loop.assess(ADMINISTRATOR, case, "非使用原因", cause_class="quality")
    assert loop.ends_of("P06-7.2", case) == [end]
