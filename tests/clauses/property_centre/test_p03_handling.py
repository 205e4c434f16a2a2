"""Sections 4.1 to 4.3 and 4.7: who handles a complaint, how soon, and how the sheet comes back."""

from __future__ import annotations

import pytest

from tests.clauses.loop import Case
from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import (
    ACTIONS,
    CLEANING,
    DESK,
    ENGINEERING,
    HEAD,
    MAJOR,
    QUALITY,
    REPRESENTATIVE,
    SECURITY,
    Centre,
)

PROCEDURE = "P03"


@clause("P03-3.3")
@pytest.mark.parametrize("department, head", [("cleaning", CLEANING), ("security", SECURITY)])
def test_a_department_handles_the_complaints_about_its_own_service(loop: Centre, department: str, head: str):
    case = loop.a_complaint(department)
    assert loop.duty(case, "handling_sheet")["desk"] == department
    loop.carry_out_sheet(case, by=head)
    ends = loop.ends_of("P03-3.3", case)
    assert ends and set(ends) == {"kept"}


@clause("P03-3.3")
def test_as_long_as_nobody_says_who_is_responsible_it_is_open(loop: Centre):
    case = loop.register_complaint()
    assert loop.ends_of("P03-3.3", case) == ["open"]


@clause("P03-3.3")
def test_no_department_takes_the_sheet_of_another(loop: Centre):
    case = loop.a_complaint("security")
    assert loop.is_refused(CLEANING, loop.step_of(loop.duty(case, "handling_sheet"), "accept")) == "P03-3.3"
    assert sorted(set(loop.ends_of("P03-3.3", case))) == ["kept", "prevented"]


@clause("P03-3.4")
def test_nobody_else_handles_a_major_complaint(loop: Centre):
    case = loop.a_complaint(fields=MAJOR)
    assert loop.is_refused(CLEANING, loop.step_of(loop.duty(case, "major_handling"), "accept")) == "P03-3.4"
    assert sorted(set(loop.ends_of("P03-3.4", case))) == ["kept", "prevented"]


@clause("P03-4.1-b3")
def test_the_sheet_is_forwarded_to_the_department_that_is_mainly_responsible(loop: Centre):
    case = loop.register_complaint()
    assert loop.ends_of("P03-4.1-b3", case) == ["open"]
    loop.assess(DESK, case, responsible_department="security")
    ends = loop.ends_of("P03-4.1-b3", case)
    assert len(ends) == 2 and set(ends) == {"kept"}, "the desk said who, and the sheet went there"
    assert loop.duty(case, "handling_sheet")["desk"] == "security"


@clause("P03-4.2-b3")
def test_the_order_is_forwarded_to_the_leader_of_the_repair_team(loop: Centre):
    case = loop.register_repair()
    assert loop.ends_of("P03-4.2-b3", case) == ["kept"]
    assert loop.duty(case, "work_order")["desk"] == "repair_leader"


@clause("P03-4.3.1-a")
def test_handling_arranged_at_once_is_kept(loop: Centre):
    case = loop.a_complaint()
    assert loop.ends_of("P03-4.3.1-a", case) == ["open"]
    loop.advance(hours=1)
    loop.step(CLEANING, loop.duty(case, "handling_sheet"), "accept")
    assert loop.ends_of("P03-4.3.1-a", case) == ["kept"]


@clause("P03-4.3.1-a")
def test_a_sheet_that_nobody_takes_for_a_day_is_a_breach_and_stays_one(loop: Centre):
    case = loop.a_complaint()
    loop.advance(days=1)
    assert loop.ends_of("P03-4.3.1-a", case) == ["breached"]
    loop.step(CLEANING, loop.duty(case, "handling_sheet"), "accept")
    assert loop.ends_of("P03-4.3.1-a", case) == ["breached"]


@clause("P03-4.3.1-b")
def test_a_sheet_comes_back_with_its_original_only(loop: Centre):
    case = loop.a_complaint()
    duty = loop.duty(case, "handling_sheet")
    loop.step(CLEANING, duty, "accept")
    loop.step(CLEANING, duty, "finish", outcome="solved", measures="补扫", result="已清扫")
    assert loop.is_refused(CLEANING, loop.step_of(duty, "return"), {"with_original": False}) == "P03-4.3.1-b"
    assert loop.ends_of("P03-4.3.1-b", case) == ["open", "prevented"]
    loop.step(CLEANING, duty, "return")
    assert loop.ends_of("P03-4.3.1-b", case) == ["kept", "prevented"]


@clause("P03-4.3.2")
def test_customer_service_follows_a_sheet_and_notes_what_it_found(loop: Centre):
    case = loop.a_complaint()
    duty = loop.duty(case, "handling_sheet")
    assert duty["tracked_by"] == "customer_service"
    loop.step(CLEANING, duty, "accept")
    assert loop.is_refused(CLEANING, loop.step_of(duty, "track"), {"note": "自己看过"}) == "P03-4.3.2"
    loop.step(DESK, duty, "track", note="现场已打扫，符合要求")
    assert sorted(loop.ends_of("P03-4.3.2", case)) == ["kept", "prevented"]
    assert "现场已打扫，符合要求" in loop.duty(case, "handling_sheet")["fields"]["tracking"]


@clause("P03-4.3.2")
def test_a_sheet_that_nobody_followed_until_the_case_was_closed_is_a_breach(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case)
    assert loop.case(case)["status"] == "closed"
    assert loop.ends_of("P03-4.3.2", case) == ["breached"]


@clause("P03-4.3.3")
def test_what_crosses_departments_is_coordinated_by_the_management_representative(loop: Centre):
    case = loop.register_complaint()
    loop.assess(DESK, case, responsible_department="cleaning", crosses_departments="yes")
    assert loop.duty(case, "coordination")["desk"] == "management_representative"
    assert loop.ends_of("P03-4.3.3", case) == ["kept"]
    assert loop.ends_of("P03-4.3.3", loop.a_complaint()) == []


@clause("P03-4.3.4")
def test_a_major_complaint_is_handled_by_the_management_representative(loop: Centre):
    case = loop.a_complaint(fields=MAJOR)
    duty = loop.duty(case, "major_handling")
    assert duty["desk"] == "management_representative"
    assert loop.is_refused(CLEANING, loop.step_of(duty, "accept"))
    loop.carry_out_sheet(case, by=REPRESENTATIVE, rule="major_handling")
    ends = loop.ends_of("P03-4.3.4", case)
    assert ends and "kept" in ends and set(ends) <= {"kept", "prevented"}


@clause("P03-4.4-e3")
def test_who_wants_no_callback_is_handled_in_full_all_the_same(loop: Centre):
    complaint = loop.a_complaint(wants_callback=False)
    repair = loop.register_repair(wants_callback=False)
    assert loop.ends_of("P03-4.4-e3", complaint) == loop.ends_of("P03-4.4-e3", repair) == ["open"]
    loop.carry_out_sheet(complaint)
    loop.carry_out_order(repair)
    assert loop.ends_of("P03-4.4-e3", complaint) == loop.ends_of("P03-4.4-e3", repair) == ["kept"]


@clause("P03-4.7-a2")
@pytest.mark.parametrize("kind", ["opinion", "suggestion"])
def test_an_opinion_goes_to_the_people_concerned(loop: Centre, kind: str):
    case = loop.a_complaint("engineering", kind=kind, content="希望延长快递柜的开放时间")
    assert loop.duty(case, "handling_sheet")["desk"] == "engineering"
    loop.carry_out_sheet(case, by=ENGINEERING)
    assert loop.ends_of("P03-4.7-a2", case) == ["kept"]


@clause("P03-4.11-b")
@pytest.mark.parametrize("days, end", [(1, "kept"), (6, "breached")])
def test_what_was_found_wanting_is_solved_by_a_set_limit(loop: Centre, days: int, end: str):
    case = loop.a_handled_complaint()
    loop.call_back(case, "dissatisfied")
    assert loop.ends_of("P03-4.11-b", case) == ["open"]
    loop.advance(days=days)
    loop.carry_out_sheet(case, round_=2)
    assert loop.ends_of("P03-4.11-b", case) == [end]


@clause("P03-4.11-b")
def test_a_repair_that_did_not_hold_is_done_again_by_a_set_limit(loop: Centre):
    case = loop.a_handled_repair()
    loop.call_back(case, "dissatisfied", by=HEAD)
    loop.carry_out_order(case, round_=2)
    assert loop.ends_of("P03-4.11-b", case) == ["kept"]


def a_report(loop: Centre) -> tuple[Case, str]:
    """A complaint after which a customer was not satisfied, and about which the head decides."""
    case = loop.a_handled_complaint()
    loop.call_back(case, "dissatisfied", note="第二天又没有打扫")
    return case, loop.report_on(case)


@clause("P03-4.11-d", "P03-4.11-b")
def test_a_nonconformity_report_is_written_corrected_and_verified_by_somebody_else(loop: Centre):
    case, report = a_report(loop)
    decision, needed = f"{ACTIONS}/{report}/decision", {"needed": True, "reason": "一再发生"}
    assert loop.is_refused(CLEANING, decision, needed) == "P03-4.11-d"
    loop.does(HEAD, decision, needed)
    duty = f"/api/dispatch/cases/{report}/duties/1"
    written = {"nonconformity": "连续三天未打扫", "responsible_person": "保洁主管", "time_limit": "2026-12-31"}
    assert loop.is_refused(HEAD, f"{duty}/steps/write", {"fields": {}}) == "P03-4.11-d"
    loop.does(HEAD, f"{duty}/steps/write", {"fields": written})
    loop.does(CLEANING, f"{duty}/finish", {"outcome": "solved", "fields": {"correction": "增加巡查"}})
    loop.does(QUALITY, f"{duty}/steps/return/refuse", {"reason": "次日复查仍不合格"})
    loop.does(CLEANING, f"{duty}/finish", {"outcome": "solved", "fields": {"correction": "调整排班，每日两次巡查"}})
    loop.does(QUALITY, f"{duty}/return", {"fields": {"verification": "连续一周合格"}})
    assert loop.ends_of("P03-4.11-d", case) == ["kept"]
    assert loop.ends_on(report, "P03-4.11-b") == ["kept", "kept"]
    [record] = loop.records("dispatch", key=report, form="qr_019")
    loop.is_printed(record, "连续三天未打扫", "调整排班，每日两次巡查")


@clause("P03-4.11-b")
def test_a_nonconformity_that_is_not_put_right_in_time_is_a_breach(loop: Centre):
    report = a_report(loop)[1]
    loop.does(HEAD, f"{ACTIONS}/{report}/decision", {"needed": True, "reason": "一再发生"})
    written = {"nonconformity": "连续三天未打扫", "responsible_person": "保洁主管", "time_limit": "2026-12-31"}
    loop.does(HEAD, f"/api/dispatch/cases/{report}/duties/1/steps/write", {"fields": written})
    loop.advance(days=12)
    assert loop.ends_on(report, "P03-4.11-b") == ["breached"]


@clause("P03-4.11-d")
def test_where_no_report_is_needed_the_head_says_why(loop: Centre):
    case, report = a_report(loop)
    loop.does(HEAD, f"{ACTIONS}/{report}/decision", {"needed": False, "reason": "客户误会"})
    assert loop.ends_of("P03-4.11-d", case) == ["not_applicable"]
