"""Sections 3.3 and 3.4: a field visit step by step, what is written, who signs, and what is done once more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.instrument_maker.maker import (
    ADMINISTRATOR,
    BUSINESS,
    ENGINEER,
    HOTLINE,
    LEADER,
    ON_THE_VISIT,
    REPLACED,
    SIGNED,
    Maker,
)
from tests.clauses.packs import clause

PROCEDURE = "P06"
FINISHED: dict[str, Any] = {**ON_THE_VISIT["finish"], "rates": {"solved": "yes"}}


def is_asked(loop: Maker, number: str, step: str, missing: str, wrong: Any = None) -> None:
    """A step of the visit is refused without one of its fields, and kept with all."""
    case = loop.a_visit()
    names = list(ON_THE_VISIT)
    before = names[names.index(step) - 1]
    duty = loop.visit(case, "examine" if before == "report_up" else before)
    said = {**ON_THE_VISIT[step], **({"rates": {"solved": "yes"}} if step == "finish" else {})}
    without = {name: value for name, value in said.items() if name != missing}
    if wrong is not None:
        without[missing] = wrong
    assert loop.may_not(ENGINEER, duty, step, **without) == number
    assert "kept" not in loop.ends_of(number, case)
    loop.take(ENGINEER, duty, step, **said)
    ends = loop.ends_of(number, case)
    assert {"kept", "prevented"} <= set(ends) and "breached" not in ends


@clause("P06-3.4.1-a1")
def test_who_is_sent_knows_the_task(loop: Maker):
    is_asked(loop, "P06-3.4.1-a1", "prepare", "task_data")


@clause("P06-3.4.1-a2")
def test_report_and_questionnaire_are_at_hand(loop: Maker):
    is_asked(loop, "P06-3.4.1-a2", "prepare", "questionnaire_ready", wrong=False)


@clause("P06-3.4.1-b2")
def test_the_user_is_contacted_first(loop: Maker):
    is_asked(loop, "P06-3.4.1-b2", "contact_user", "fault_as_told")


@clause("P06-3.4.2-b")
def test_what_the_user_tells_is_recorded(loop: Maker):
    is_asked(loop, "P06-3.4.2-b", "listen", "fault_before_and_after")


@clause("P06-3.4.2-c")
def test_guarantee_and_opened_parts_are_looked_at(loop: Maker):
    is_asked(loop, "P06-3.4.2-c", "look", "three_guarantee")


@clause("P06-3.4.2-d")
def test_the_real_cause_is_found(loop: Maker):
    is_asked(loop, "P06-3.4.2-d", "examine", "real_cause")


@clause("P06-3.3.2-b")
def test_the_handling_is_entered_in_the_service_report(loop: Maker):
    is_asked(loop, "P06-3.3.2-b", "finish", "handling")


@clause("P06-3.4.2-f")
def test_the_result_is_reported_before_leaving(loop: Maker):
    is_asked(loop, "P06-3.4.2-f", "report_out", "brief_result")


@clause("P06-3.4.3-b")
def test_the_leader_is_told_after_coming_back(loop: Maker):
    is_asked(loop, "P06-3.4.3-b", "come_back", "report_to_leader")


@clause("P06-3.4.1-a")
def test_whoever_is_sent_takes_the_order_on(loop: Maker):
    case = loop.a_visit()
    duty = loop.duty(case, "visit")
    assert loop.may_not("engineer-2", duty, "accept") == "P06-3.4.1-a"
    loop.step(ENGINEER, duty, "accept")
    assert set(loop.ends_of("P06-3.4.1-a", case)) == {"kept", "prevented"}


@clause("P06-3.4.2-b", "P06-3.4.2-c", "P06-3.4.2-d")
def test_nobody_finishes_before_listening_looking_and_examining(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, "arrive")
    for step, number in (("listen", "P06-3.4.2-b"), ("look", "P06-3.4.2-c"), ("examine", "P06-3.4.2-d")):
        refused = loop.does(ENGINEER, loop.step_of(duty, "finish"), FINISHED, expect=409)
        assert refused["clause"] in (number, "P06-3.3.2-b")
        loop.take(ENGINEER, duty, step, **ON_THE_VISIT[step])
        assert "kept" in loop.ends_of(number, case)


@clause("P06-3.4.2-e4")
def test_a_larger_problem_is_reported_to_the_leader_first(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, "examine", examine={"larger_problem": True})
    assert loop.ends_of("P06-3.4.2-e4", case) == ["open"]
    assert loop.does(ENGINEER, loop.step_of(duty, "finish"), FINISHED, expect=409)["clause"]
    assert loop.may_not(ENGINEER, duty, "report_up", own_proposal="更换主板") == "P06-3.4.2-e4"
    loop.take(ENGINEER, duty, "report_up", **ON_THE_VISIT["report_up"])
    assert {"kept", "prevented"} <= set(loop.ends_of("P06-3.4.2-e4", case))
    loop.does(LEADER, loop.step_of(duty, "steps/report_up/read"))
    small = loop.a_visit()
    loop.visit(small, "finish")
    assert loop.ends_of("P06-3.4.2-e4", small) == ["not_applicable"]


@clause("P06-3.4.2-e3")
@pytest.mark.parametrize("column", ["reason", "part_name", "quantity"])
def test_a_replaced_part_is_written_with_reason_name_and_quantity(loop: Maker, column: str):
    case = loop.a_visit()
    duty = loop.visit(case, "examine")
    bare = {name: value for name, value in REPLACED.items() if name != column}
    refused = loop.tries(ENGINEER, "POST", loop.step_of(duty, "finish"), {**FINISHED, "parts": [bare]})
    assert refused.status_code in (409, 422) and "kept" not in loop.ends_of("P06-3.4.2-e3", case)
    loop.step(ENGINEER, duty, "finish", **FINISHED)
    assert "kept" in loop.ends_of("P06-3.4.2-e3", case)


@clause("P06-3.3.2-d")
def test_the_user_is_never_asked_to_sign_before_the_service(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, "arrive")
    assert loop.may_not(ENGINEER, duty, "sign", **SIGNED) == "P06-3.3.2-d"
    loop.visit(case, "sign", since="listen")
    assert {"kept", "prevented"} == set(loop.ends_of("P06-3.3.2-d", case))


@clause("P06-3.3.2-c", "P06-3.4.2-e2")
def test_the_user_signs_the_report_at_the_end(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, "finish", finish={"parts": []})
    assert {"open"} == set(loop.ends_of("P06-3.3.2-c", case)) == set(loop.ends_of("P06-3.4.2-e2", case))
    loop.visit(case, "come_back", since="sign")
    loop.sign_off(LEADER, case, "report_approval")
    loop.step(ENGINEER, duty, "return")
    for number in ("P06-3.3.2-c", "P06-3.4.2-e2"):
        assert set(loop.ends_of(number, case)) == {"kept"}, number
    [record] = loop.records("dispatch", key=case["id"], form="service_report")
    loop.is_printed(record, "服务报告", "赵工", "服务周到", "更换传感器", "传感器击穿", "已解决", "单位领导")


@clause("P06-3.3.2-e")
def test_what_the_user_signed_is_not_altered(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, "sign")
    altered = {**ON_THE_VISIT["report_out"], "handling": "更换主板"}
    assert loop.may_not(ENGINEER, duty, "report_out", **altered) == "P06-3.3.2-e"
    assert loop.duty(case, "visit")["fields"]["handling"] == "更换传感器"
    assert set(loop.ends_of("P06-3.3.2-e", case)) == {"kept", "prevented"}


@clause("P06-4-f")
@pytest.mark.parametrize("solution", ["remote", "mailed_part", "factory_repair"])
def test_the_customer_signs_the_service_order_and_it_comes_back(loop: Maker, solution: str):
    case = loop.fault()
    loop.analyse(case, solution)
    duty = loop.duty(case, "service_without_visit")
    loop.step(HOTLINE, duty, "assign", to=ENGINEER)
    loop.step(ENGINEER, duty, "finish", outcome="solved", handling="电话指导", parts=[], rates={"solved": "yes"})
    assert loop.does(ENGINEER, loop.step_of(duty, "return"), expect=409)["clause"] in ("P06-3.3.2-d", "P06-4-f")
    loop.step(ENGINEER, duty, "sign", **SIGNED)
    loop.step(ENGINEER, duty, "return")
    assert set(loop.ends_of("P06-4-f", case)) <= {"kept", "prevented"} and "kept" in loop.ends_of("P06-4-f", case)
    record = loop.records("dispatch", key=case["id"], form="dispatch_order")[-1]
    loop.is_printed(record, "赵工", "电话指导", "已解决")


@clause("P06-4-g")
def test_the_order_says_whether_the_problem_is_solved(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, "examine")
    assert loop.may_not(ENGINEER, duty, "finish", **ON_THE_VISIT["finish"]) == "P06-4-g"
    loop.step(ENGINEER, duty, "finish", **{**FINISHED, "parts": [], "rates": {"solved": "no"}})
    assert {"kept", "prevented"} <= set(loop.ends_of("P06-4-g", case))
    assert loop.case(case)["facets"]["solved"] == "no"


@clause("P06-4-i")
def test_what_is_not_solved_is_escalated_confirmed_and_visited_again(loop: Maker):
    case = loop.a_visit()
    loop.carry_out_visit(case, solved="no")
    assert (loop.case(case)["round"], loop.case(case)["status"]) == (2, "handling")
    confirm = loop.duty(case, "confirm_fault", 2)
    assert confirm["desk"] == "leader"
    assert [one["rule"] for one in loop.duties(case, 2)] == ["confirm_fault"], "nobody goes before it is confirmed"
    loop.step(LEADER, confirm, "accept")
    brought = {"brought_back": "主板", "analysis_of_what_came_back": "虚焊", "confirmed_fault": "主板虚焊"}
    loop.step(LEADER, confirm, "finish", outcome="solved", **brought)
    loop.step(LEADER, confirm, "return")
    loop.analyse(case, round_=2)
    loop.step("company-manager", loop.duty(case, "visit", 2), "assign", to=ENGINEER)
    loop.carry_out_visit(case, round_=2)
    loop.enter_solution(case, 2)
    assert loop.case(case)["status"] == "closed"
    assert set(loop.ends_of("P06-4-i", case)) == {"kept"}


@clause("P06-4-h", "P06-4-j")
def test_the_solution_is_entered_before_the_case_is_closed(loop: Maker):
    case = loop.a_visit()
    loop.carry_out_visit(case)
    assert loop.case(case)["status"] == "handled", "the solution is still missing"
    duty = loop.duty(case, "enter_solution")
    assert duty["desk"] == "after_sales"
    assert loop.may_not(ADMINISTRATOR, duty, "finish", outcome="solved", problem="示值偏低") == "P06-4-h"
    loop.enter_solution(case)
    assert loop.case(case)["status"] == "closed"
    for number in ("P06-4-h", "P06-4-j"):
        assert "kept" in loop.ends_of(number, case) and "open" not in loop.ends_of(number, case), number
    [record] = loop.records("dispatch", key=case["id"], form="solution_entry")
    sheet = loop.page(ADMINISTRATOR, record["url"])
    assert "解决方案录入单" in sheet and "更换传感器并加防雷" in sheet
    found = loop.all_of(ENGINEER, "/api/dispatch/library", form="solution_entry", q="加防雷")
    assert record["id"] in [one["id"] for one in found], "who meets the fault again finds what solved it"


@clause("P06-3.4.3-a")
def test_rest_after_a_trip_needs_the_leaders_consent(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, finish={"parts": []}, come_back={"rest_days": 2})
    assert loop.ends_of("P06-3.4.3-a", case) == ["open"]
    loop.sign_off(LEADER, case, "report_approval")
    assert loop.may_not(ENGINEER, duty, "return") == "P06-3.4.3-a"
    loop.sign_off(LEADER, case, "rest")
    loop.step(ENGINEER, duty, "return")
    assert set(loop.ends_of("P06-3.4.3-a", case)) == {"kept", "prevented"}
    unrested = loop.a_visit()
    loop.carry_out_visit(unrested)
    assert loop.ends_of("P06-3.4.3-a", unrested) in ([], ["not_applicable"])


@clause("P06-3.4.3-c")
def test_the_leader_approves_the_service_report_before_it_is_filed(loop: Maker):
    case = loop.a_visit()
    duty = loop.visit(case, finish={"parts": []})
    assert loop.may_not(ENGINEER, duty, "return") == "P06-3.4.3-c"
    loop.sign_off(LEADER, case, "report_approval", approves=False, reason="缺少照片说明")
    assert loop.may_not(ENGINEER, duty, "return")
    loop.take(ENGINEER, duty, "come_back", report_to_leader="补充说明", rest_days=0)
    loop.sign_off(LEADER, case, "report_approval")
    loop.step(ENGINEER, duty, "return")
    assert {"kept"} <= set(loop.ends_of("P06-3.4.3-c", case)) <= {"kept", "prevented"}
    record = loop.records("dispatch", key=case["id"], form="service_report")[-1]
    loop.is_printed(record, "服务报告", "单位领导")


@clause("P06-3.8")
def test_a_claim_goes_to_the_supplier_who_answers_for_it(loop: Maker):
    case = loop.fault()
    loop.analyse(case, supplier_at_fault=True)
    duty = loop.duty(case, "secondary_claim")
    assert duty["desk"] == "business"
    loop.step(BUSINESS, duty, "accept")
    said = {"supplier": "显示模块厂", "ground": "模块失效", "claimed": 800, "answer_of_the_supplier": "同意赔付"}
    loop.step(BUSINESS, duty, "finish", outcome="solved", **said)
    loop.step(BUSINESS, duty, "return")
    assert set(loop.ends_of("P06-3.8", case)) == {"kept"}
    [record] = loop.records("dispatch", key=case["id"], form="supplier_claim")
    loop.is_printed(record, "二次索赔记录", "显示模块厂", "业务员一")
    assert loop.ends_of("P06-3.8", loop.a_visit()) == []


@clause("P06-3.3.2-f", "P06-3.3.4-d")
def test_a_breach_is_decided_by_the_leader_and_read_by_nobody_else(loop: Maker):
    case = loop.register(LEADER, "breach", "事前让用户签字", channel="staff", customer={"anonymous": True})
    duty = loop.duty(case, "breach")
    said = {"facts": "属实", "is_confirmed": True, "consequence": "就地解聘"}
    loop.step(LEADER, duty, "finish", outcome="solved", **said)
    for number in ("P06-3.3.2-f", "P06-3.3.4-d"):
        assert "open" in loop.ends_of(number, case), "the leader puts their name to it"
    assert loop.may_not(LEADER, duty, "return") in ("P06-3.3.2-f", "P06-3.3.4-d")
    assert loop.sign_offs(ENGINEER, case) == []
    loop.sign_off(LEADER, case, "decision")
    loop.step(LEADER, duty, "return")
    for number in ("P06-3.3.2-f", "P06-3.3.4-d"):
        assert {"kept"} <= set(loop.ends_of(number, case)) <= {"kept", "prevented"}, number
    [record] = loop.records("dispatch", key=case["id"], form="breach_report")
    loop.is_printed(record, "违规情况报告", "就地解聘", "单位领导")
    assert loop.tries(HOTLINE, "GET", f"/api/intake/cases/{case['id']}").status_code == 404
    assert loop.tries(HOTLINE, "GET", f"/api/dispatch/cases/{case['id']}/duties/1").status_code == 404
