"""Sections 5 and 6.2: who handles a complaint, what is written and signed, and whom the office informs."""

from __future__ import annotations

from typing import Any

from tests.clauses.branch_chain.chain import (
    BRANCH_MANAGER,
    DONE,
    DUTY_MANAGER,
    GENERAL_MANAGER,
    HANDLER,
    INFORMED,
    MAJOR,
    MINOR,
    MORE_SERIOUS,
    OFFICE,
    PURCHASING,
    SUPERVISOR,
    TYPED,
    Chain,
)
from tests.clauses.packs import clause

PROCEDURE = "P02"
OPINION = {"responsible_person": "服务员甲", "opinion": "传菜不及时"}
REPORT = {"criteria": "电视台介入", "plan_and_approval": "已审批", "involved": "采购", "result": "顾客接受"}


def is_handled_by(loop: Chain, number: str, level: str, desk: str) -> None:
    """A complaint of a level is handled by its desk, and by nobody else."""
    case = loop.complaint(level=level)
    assert loop.handling(case, level)["desk"] == desk
    assert loop.ends_of(number, case) == ["kept"]
    refused = loop.does(BRANCH_MANAGER, loop.step_of(loop.handling(case, level), "accept"), INFORMED, expect=409)
    assert refused["clause"].startswith("P02-")
    loop.handle(case, level)
    assert loop.case(case)["status"] == "handled"


@clause("P02-5.2-a")
def test_the_office_handles_major_complaints(loop: Chain):
    is_handled_by(loop, "P02-5.2-a", MAJOR, "office")


@clause("P02-5.3-a")
def test_the_supervisor_handles_more_serious_complaints(loop: Chain):
    is_handled_by(loop, "P02-5.3-a", MORE_SERIOUS, "supervisor")


@clause("P02-5.4-a")
def test_the_duty_manager_handles_minor_complaints(loop: Chain):
    is_handled_by(loop, "P02-5.4-a", MINOR, "duty_manager")


def is_written_and_signed(loop: Chain, number: str, level: str, missing: str) -> None:
    """Nobody finishes without writing it down, and nobody sends the record back unsigned."""
    case = loop.complaint(level=level)
    by, duty = HANDLER[level], loop.go_on(case, level)
    said = {name: value for name, value in DONE[level].items() if name != missing}
    assert loop.is_refused(by, loop.step_of(duty, "finish"), {"outcome": "solved", **said}) == number
    loop.step(by, duty, "finish", outcome="solved", **DONE[level])
    assert loop.is_refused(by, loop.step_of(duty, "return")) == number
    assert "open" in loop.ends_of(number, case)
    loop.sign_off(by, case, "handler", **TYPED)
    loop.step(by, duty, "return")
    ends = loop.ends_of(number, case)
    assert set(ends) == {"kept", "prevented"} and ends.count("prevented") == 2
    [record] = loop.records("dispatch", key=case["id"], form="feedback_record")
    loop.is_printed(record, "顾客意见反馈记录", str(DONE[level]["course"]))


@clause("P02-6.2.1-a")
def test_the_duty_manager_explains_or_apologises_in_person_and_signs(loop: Chain):
    is_written_and_signed(loop, "P02-6.2.1-a", MINOR, "stance")


@clause("P02-6.2.2-b")
def test_the_course_of_a_more_serious_complaint_is_written_and_signed(loop: Chain):
    is_written_and_signed(loop, "P02-6.2.2-b", MORE_SERIOUS, "course")


@clause("P02-6.2.3-e")
def test_the_handling_of_a_major_complaint_is_written_and_signed(loop: Chain):
    is_written_and_signed(loop, "P02-6.2.3-e", MAJOR, "course")


@clause("P02-5.1")
def test_nothing_is_carried_out_before_the_general_manager_approved_the_plan(loop: Chain):
    case = loop.complaint(level=MAJOR)
    duty = loop.handling(case, MAJOR)
    finish, done = loop.step_of(duty, "finish"), {"outcome": "solved", **DONE[MAJOR]}
    loop.step(OFFICE, duty, "accept", **INFORMED)
    loop.step(OFFICE, duty, "steps/draw_up_plan", plan="折价赔偿并书面道歉")
    assert "open" in loop.ends_of("P02-5.1", case)
    assert loop.is_refused(OFFICE, finish, done) == "P02-5.1"
    assert loop.sign_offs(OFFICE, case, "handling_plan") == [], "the office does not approve its own plan"
    loop.sign_off(GENERAL_MANAGER, case, "handling_plan", approves=False, reason="请写明改进")
    assert "open" in loop.ends_of("P02-5.1", case), "a no leaves it open"
    assert loop.duty(case, "major_handling")["status"] == "accepted"
    loop.step(OFFICE, duty, "steps/draw_up_plan", plan="折价赔偿、书面道歉、改进传菜")
    assert loop.is_refused(OFFICE, finish, done) == "P02-5.1"
    loop.sign_off(GENERAL_MANAGER, case, "handling_plan")
    loop.does(OFFICE, finish, done)
    ends = loop.ends_of("P02-5.1", case)
    assert ends.count("prevented") == 2 and set(ends) == {"kept", "prevented"}


@clause("P02-5.1", "P02-6.2.3-b")
def test_a_plan_that_was_changed_after_the_yes_is_approved_once_more(loop: Chain):
    case = loop.complaint(level=MAJOR)
    duty = loop.go_on(case, MAJOR)
    changed = {"outcome": "solved", **DONE[MAJOR], "plan": "道歉、退款三倍并公布结果"}
    assert loop.is_refused(OFFICE, loop.step_of(duty, "finish"), changed) == "P02-5.1"
    assert "prevented" in loop.ends_of("P02-5.1", case)
    loop.step(OFFICE, duty, "finish", outcome="solved", **DONE[MAJOR])
    assert "open" not in loop.ends_of("P02-6.2.3-b", case)
    assert "kept" in loop.ends_of("P02-6.2.3-b", case)


@clause("P02-5.1")
def test_the_approved_plan_is_printed_with_the_name_of_the_general_manager(loop: Chain):
    case = loop.complaint(level=MAJOR)
    loop.handle(case, MAJOR)
    [record] = [one for one in loop.records("dispatch", key=case["id"]) if one["fields"].get("plan")]
    loop.is_printed(record, "道歉、退款并公布结果", "总经理", "办公室主任")
    assert "kept" in loop.ends_of("P02-5.1", case)


@clause("P02-6.2.3-c")
def test_the_office_informs_the_departments_concerned_and_they_contribute(loop: Chain):
    case = loop.complaint(level=MAJOR)
    duty = loop.handling(case, MAJOR)
    accept = loop.step_of(duty, "accept")
    assert loop.is_refused(OFFICE, accept, {"responsible_department": "branches"}) == "P02-6.2.3-c"
    assert "prevented" in loop.ends_of("P02-6.2.3-c", case)
    loop.does(OFFICE, accept, INFORMED)
    informed = [one for one in loop.duties(case) if one["rule"] == "cooperation"]
    assert sorted(one["desk"] for one in informed) == ["branches", "functions"]
    ends = loop.ends_of("P02-6.2.3-c", case)
    assert set(ends) == {"kept", "prevented"}, "each was informed"
    for by, one in zip((BRANCH_MANAGER, PURCHASING), sorted(informed, key=lambda one: one["desk"]), strict=True):
        loop.step(by, one, "accept")
        loop.step(by, one, "finish", outcome="solved", contribution="留样送检")
        loop.sign_off(by, case, "department", **TYPED)
        loop.step(by, one, "return")
    assert {one["status"] for one in loop.duties(case) if one["rule"] == "cooperation"} == {"returned"}


@clause("P02-6.2.3-c")
def test_departments_that_are_not_informed_for_two_hours_are_told_upwards(loop: Chain):
    case = loop.complaint(level=MAJOR)
    loop.advance(hours=2, minutes=1)
    explained = loop.sees(OFFICE, f"/api/dispatch/explanations/{case['id']}")
    [limit] = [one for one in explained["limits"] if one["name"] == "inform_departments"]
    assert limit["missed_at"]
    assert "open" in loop.ends_of("P02-6.2.3-c", case)


@clause("P02-6.2.3-d")
def test_government_bodies_take_part_where_the_office_finds_it_necessary(loop: Chain):
    case = loop.complaint(level=MAJOR)
    assert loop.ends_of("P02-6.2.3-d", case) == []
    further = f"/api/dispatch/cases/{case['id']}/further/authorities"
    assert loop.is_refused(SUPERVISOR, further, {"reason": "已立案"}) == "P02-6.2.3-d"
    loop.does(OFFICE, further, {"reason": "市场监督管理所已立案"})
    agreed = {"authority": "市场监督管理所", "authority_contact": "李科长", "authority_result": "抽检合格"}
    loop.write(OFFICE, case, "authorities", "handler", **agreed)
    assert set(loop.ends_of("P02-6.2.3-d", case)) == {"kept", "prevented"}
    records = [one for one in loop.records("dispatch", key=case["id"]) if one["fields"].get("authority")]
    loop.is_printed(records[-1], "市场监督管理所", "李科长", "抽检合格", "办公室主任")


@clause("P02-6.2.3-f")
def test_the_general_manager_reads_the_report_of_a_major_complaint(loop: Chain):
    case = loop.complaint(level=MAJOR)
    loop.handle(case, MAJOR)
    duty = loop.duty(case, "major_report")
    assert duty["desk"] == "office"
    loop.step(OFFICE, duty, "finish", outcome="solved", **REPORT)
    assert loop.is_refused(OFFICE, loop.step_of(duty, "return")) == "P02-6.2.3-f"
    loop.sign_off(GENERAL_MANAGER, case, "addressee", opinion="已阅，各店通报", **TYPED)
    loop.step(OFFICE, duty, "return")
    assert set(loop.ends_of("P02-6.2.3-f", case)) == {"kept", "prevented"}
    [record] = loop.records("dispatch", key=case["id"], form="major_report")
    loop.is_printed(record, "重大投诉处理报告", "电视台介入", "总经理", "已阅，各店通报")


def is_judged_by(loop: Chain, number: str, level: str, author: str) -> None:
    """Whoever handled it writes an opinion on the person responsible, which others do not learn of."""
    case = loop.complaint(level=level)
    loop.handle(case, level)
    assert set(loop.ends_of(number, case)) == {"open"}
    loop.write(author, case, f"{level}_opinion", "author", **OPINION)
    assert set(loop.ends_of(number, case)) == {"kept"}
    [record] = loop.records("dispatch", key=case["id"], form="assessment_opinion")
    loop.is_printed(record, "考核意见", "服务员甲", "传菜不及时")
    assert loop.tries(PURCHASING, "GET", f"/api/dispatch/records/{record['id']}").status_code == 404


@clause("P02-5.2-b")
def test_the_office_judges_who_answers_for_a_major_complaint(loop: Chain):
    is_judged_by(loop, "P02-5.2-b", MAJOR, OFFICE)


@clause("P02-5.3-c")
def test_the_supervisor_judges_who_answers_for_a_more_serious_one(loop: Chain):
    is_judged_by(loop, "P02-5.3-c", MORE_SERIOUS, SUPERVISOR)


@clause("P02-5.4-b")
def test_the_duty_manager_judges_who_answers_for_a_minor_one(loop: Chain):
    is_judged_by(loop, "P02-5.4-b", MINOR, DUTY_MANAGER)


@clause("P02-6.4.2")
def test_the_branch_manager_deals_with_the_employee_of_a_minor_complaint(loop: Chain):
    case = loop.complaint()
    loop.handle(case)
    loop.write(DUTY_MANAGER, case, "minor_opinion", "author", **OPINION)
    assert set(loop.ends_of("P02-6.4.2", case)) == {"open"}
    dealt: dict[str, Any] = {"employee": "服务员甲", "decision": "当月考评扣分"}
    loop.write(BRANCH_MANAGER, case, "staff_assessment", "author", **dealt)
    assert set(loop.ends_of("P02-6.4.2", case)) == {"kept"}
    [record] = loop.records("dispatch", key=case["id"], form="staff_assessment")
    loop.is_printed(record, "员工人事处理与考评", "当月考评扣分", "人民广场店经理")


@clause("P02-6.2.x")
def test_every_customer_is_asked_and_the_answer_stands_on_the_record(loop: Chain):
    case = loop.complaint()
    loop.handle(case)
    assert loop.ends_of("P02-6.2.x", case)[0] == "open"
    assert loop.callback(case)["desk"] == "duty_manager"
    loop.ask(case)
    assert set(loop.ends_of("P02-6.2.x", case)) == {"kept"}
    record = loop.records("callback", key=case["id"], form="feedback_record")[-1]
    sheet = loop.page(OFFICE, record["url"])
    assert "顾客意见反馈记录" in sheet and "顾客说可以了" in sheet


@clause("P02-6.2.x")
def test_a_customer_whom_nobody_asks_for_three_days_is_a_breach(loop: Chain):
    case = loop.complaint()
    loop.handle(case)
    loop.advance(days=3, minutes=1)
    assert "breached" in loop.ends_of("P02-6.2.x", case)
