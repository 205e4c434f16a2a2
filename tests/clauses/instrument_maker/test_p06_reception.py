"""Sections 2, 3.2, 3.5, 4 and 8: what is taken down, who arranges it, and by when somebody is there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.instrument_maker.maker import (
    A_USER,
    ADMINISTRATOR,
    ENGINEER,
    HOTLINE,
    INSTRUMENT,
    LEADER,
    MANAGER,
    MARKETING,
    OFFICE_MANAGER,
    STORE,
    TRAINEE,
    Maker,
)
from tests.clauses.loop import Case
from tests.clauses.packs import clause

PROCEDURE = "P06"
XIAN: dict[str, Any] = {"place": "xian-office"}
CONTACTED = {"contacted_in_writing": "已发函说明安排", "contact_result": "用户同意周一上门"}


@clause("P06-2.3-a")
@pytest.mark.parametrize("kind, by", [("fault", HOTLINE), ("complaint", ADMINISTRATOR), ("enquiry", ADMINISTRATOR)])
def test_faults_complaints_and_letters_are_taken_down(loop: Maker, kind: str, by: str):
    said: dict[str, Any] = {"channel": "telephone", "customer": A_USER}
    case = loop.register(by, kind, "仪器示值偏低", **said, **({"fields": INSTRUMENT} if kind == "fault" else {}))
    ends = loop.ends_of("P06-2.3-a", case)
    assert ends and set(ends) == {"kept"}
    assert ("object" in loop.case(case)["facets"]) == (kind != "enquiry"), "product, spare part or service"


@clause("P06-4-a")
@pytest.mark.parametrize("by", [HOTLINE, ENGINEER])
def test_a_fault_is_taken_by_technical_customer_service_or_an_engineer(loop: Maker, by: str):
    case = loop.fault(by=by)
    assert loop.ends_of("P06-4-a", case) == ["kept"]
    body: dict[str, Any] = {
        "procedure": "P06",
        "kind": "fault",
        "content": "示值偏低",
        "channel": "telephone",
        "place": loop.place,
    }
    body |= {"customer": A_USER, "fields": INSTRUMENT}
    assert loop.tries(STORE, "POST", "/api/intake/cases", body).status_code == 403


@clause("P06-4-b")
def test_a_fault_becomes_a_dispatch_order(loop: Maker):
    case = loop.fault(content="示值偏低三成")
    duty = loop.duty(case, "analyse")
    assert duty["form"] == "dispatch_order" and duty["fields"]["fault_report"] == "示值偏低三成"
    loop.analyse(case)
    ends = loop.ends_of("P06-4-b", case)
    assert ends and set(ends) == {"kept"}
    [record] = loop.records("dispatch", key=case["id"], form="dispatch_order")
    loop.is_printed(record, "服务派单", case["number"], "示值偏低三成", "传感器失准", "上门服务")


@clause("P06-4-c")
def test_an_engineer_is_assigned_to_analyse_it(loop: Maker):
    case = loop.fault()
    duty = loop.duty(case, "analyse")
    loop.step(HOTLINE, duty, "accept")
    assert loop.may_not(ENGINEER, duty, "assign", to=ENGINEER) == "P06-4-c", "technical customer service assigns"
    assert loop.may_not(HOTLINE, duty, "assign", to=HOTLINE) == "P06-4-c", "an engineer, and nobody else"
    loop.step(HOTLINE, duty, "assign", to=ENGINEER)
    ends = loop.ends_of("P06-4-c", case)
    assert ends.count("prevented") == 2 and set(ends) == {"kept", "prevented"}


@clause("P06-4-d")
def test_the_analysis_says_which_type_of_solution_fits(loop: Maker):
    case = loop.fault()
    duty = loop.duty(case, "analyse")
    loop.step(HOTLINE, duty, "accept")
    loop.step(HOTLINE, duty, "assign", to=ENGINEER)
    said = {"outcome": "solved", "analysis": "传感器失准", "parts_needed": False, "supplier_at_fault": False}
    assert loop.may_not(ENGINEER, duty, "finish", **said) == "P06-4-d"
    loop.step(ENGINEER, duty, "finish", solution_type="remote", **said)
    loop.step(ENGINEER, duty, "return")
    assert set(loop.ends_of("P06-4-d", case)) == {"kept", "prevented"}
    assert loop.duty(case, "service_without_visit") and not [d for d in loop.duties(case) if d["rule"] == "visit"]


@clause("P06-4-e")
def test_an_engineer_is_assigned_to_carry_the_solution_out(loop: Maker):
    on_site = loop.a_visit()
    assert loop.duty(on_site, "visit")["worker"] == ENGINEER
    assert "kept" in loop.ends_of("P06-4-e", on_site) and "breached" not in loop.ends_of("P06-4-e", on_site)
    remote = loop.fault()
    loop.analyse(remote, "remote")
    duty = loop.duty(remote, "service_without_visit")
    assert loop.may_not(HOTLINE, duty, "assign", to=HOTLINE) == "P06-4-e"
    loop.step(HOTLINE, duty, "assign", to=ENGINEER)
    assert set(loop.ends_of("P06-4-e", remote)) == {"kept", "prevented"}


@clause("P06-2.3-b")
def test_work_is_arranged_and_carried_out_by_whoever_it_belongs_to(loop: Maker):
    case = loop.a_visit()
    assert loop.case(case)["facets"]["arranged_by"] == "company_manager"
    ends = loop.ends_of("P06-2.3-b", case)
    assert ends and set(ends) == {"kept"}


@clause("P06-8.1-b", "P06-8.2")
def test_a_field_office_arranges_its_own_work_and_the_company_manager_all_other(loop: Maker):
    there, here = loop.a_visit(by=OFFICE_MANAGER, **XIAN), loop.a_visit(by=MANAGER)
    assert loop.duty(there, "visit")["desk"] == "office_manager"
    assert loop.duty(here, "visit")["desk"] == "company_manager"
    assert (loop.ends_of("P06-8.1-b", there), loop.ends_of("P06-8.2", there)) == (["kept"], [])
    assert (loop.ends_of("P06-8.1-b", here), loop.ends_of("P06-8.2", here)) == ([], ["kept"])
    rating = {"facets": {"arranged_by": "company_manager"}, "reason": "公司统一安排"}
    assert loop.is_refused(MANAGER, f"/api/intake/cases/{there['id']}/assessment", rating) == "P06-8.1-b"


@clause("P06-8.1-a")
def test_the_company_manager_arranges_what_needs_several_departments(loop: Maker):
    case = loop.fault()
    assert loop.ends_of("P06-8.1-a", case) == []
    loop.assess(ADMINISTRATOR, case, "需生产部、仓库配合", cooperation_needed="yes")
    duty = loop.duty(case, "overall_arrangement")
    assert duty["desk"] == "company_manager"
    said = {"outcome": "solved", "arrangement": "生产部派人，仓库备件", "departments": "生产部、仓库"}
    loop.step(MANAGER, duty, "finish", **said)
    loop.step(MANAGER, duty, "return")
    assert set(loop.ends_of("P06-8.1-a", case)) == {"kept"}


@clause("P06-3.2.2-a")
@pytest.mark.parametrize("hours, end", [(23, "kept"), (24.1, "breached")])
def test_within_100_km_somebody_is_on_site_within_24_hours(loop: Maker, hours: float, end: str):
    case = loop.fault(fields={"distance_km": 100})
    assert loop.ends_of("P06-3.2.2-a", case) == ["open"], "100 km are within"
    loop.analyse(case)
    loop.step(MANAGER, loop.duty(case, "visit"), "assign", to=ENGINEER)
    loop.advance(hours=hours)
    loop.visit(case, until="arrive")
    assert loop.ends_of("P06-3.2.2-a", case) == [end]


@clause("P06-3.2.2-a")
def test_the_24_hours_run_on_while_nobody_analyses_and_beyond_100_km_not_at_all(loop: Maker):
    late, far = loop.fault(fields={"distance_km": 99.9}), loop.fault(fields={"distance_km": 100.1})
    loop.advance(hours=24, minutes=1)
    assert loop.ends_of("P06-3.2.2-a", late) == ["breached"]
    assert loop.ends_of("P06-3.2.2-a", far) == []


@clause("P06-3.2.2-a")
def test_where_nobody_has_to_go_the_24_hours_do_not_count(loop: Maker):
    case = loop.fault()
    assert loop.ends_of("P06-3.2.2-a", case) == ["open"]
    loop.analyse(case, "remote")
    loop.advance(hours=25)
    assert set(loop.ends_of("P06-3.2.2-a", case)) <= {"withdrawn"}


def reported_to_marketing(loop: Maker) -> Case:
    """Marketing writes down what a user told them, and the service group takes it over."""
    case = loop.fault(by=MARKETING, channel="marketing")
    loop.does(ADMINISTRATOR, f"/api/intake/cases/{case['id']}/taking-over")
    return case


@clause("P06-3.2.3-a")
@pytest.mark.parametrize("hours, end", [(11, "kept"), (12.1, "breached")])
def test_what_marketing_was_told_is_handled_in_writing_within_12_hours(loop: Maker, hours: float, end: str):
    case = reported_to_marketing(loop)
    assert loop.ends_of("P06-3.2.3-a", case) == ["open"]
    duty = loop.duty(case, "written_contact")
    loop.step(ADMINISTRATOR, duty, "accept")
    loop.advance(hours=hours)
    loop.step(ADMINISTRATOR, duty, "finish", outcome="solved", **CONTACTED)
    assert loop.ends_of("P06-3.2.3-a", case) == [end]


@clause("P06-3.2.3-b")
def test_the_result_of_the_contact_is_fed_back_and_filed(loop: Maker):
    case = reported_to_marketing(loop)
    duty = loop.duty(case, "written_contact")
    loop.step(ADMINISTRATOR, duty, "accept")
    assert loop.may_not(ADMINISTRATOR, duty, "finish", outcome="solved") == "P06-3.2.3-b"
    loop.step(ADMINISTRATOR, duty, "finish", outcome="solved", **CONTACTED)
    assert loop.may_not(ADMINISTRATOR, duty, "return") == "P06-3.2.3-b", "the user was not told"
    loop.take(ADMINISTRATOR, duty, "feed_back", fed_back_at=loop.now.isoformat(), fed_back_how="来函答复")
    loop.step(ADMINISTRATOR, duty, "return")
    assert set(loop.ends_of("P06-3.2.3-b", case)) == {"kept", "prevented"}
    [record] = loop.records("dispatch", key=case["id"], form="written_contact")
    loop.is_printed(record, "用户故障联系处理单", "已发函说明安排", "来函答复")


@clause("P06-3.5.1")
def test_calls_and_letters_are_logged_in_order_of_time(loop: Maker):
    numbers, ends = [], []
    contents = ("询问备件价格", "询问校准周期", "来函致谢")
    for content in contents:
        case = loop.register(ADMINISTRATOR, "enquiry", content, channel="telephone", customer=A_USER)
        numbers.append(case["number"])
        ends += loop.ends_of("P06-3.5.1", case)
        loop.advance(minutes=5)
    assert numbers == sorted(numbers) and "kept" in ends and set(ends) <= {"kept", "open"}
    register = loop.page(ADMINISTRATOR, "/intake/register", period=loop.month(), register="calls_and_letters")
    order = [register.index(content) for content in contents]
    assert "来电、来函处理记录" in register and order == sorted(order)


@clause("P06-2.1-a", "P06-2.1-b")
def test_who_has_not_learnt_two_months_or_not_passed_is_not_sent(loop: Maker):
    case = loop.fault()
    duty = loop.duty(case, "analyse")
    loop.step(HOTLINE, duty, "accept")
    loop.learn(TRAINEE, "2025-11-01", "2025-12-30")
    assert loop.may_not(HOTLINE, duty, "assign", to=TRAINEE) == "P06-2.1-a", "a day is missing"
    loop.learn(TRAINEE, "2025-12-31", "2025-12-31")
    assert loop.may_not(HOTLINE, duty, "assign", to=TRAINEE) == "P06-2.1-b", "not assessed yet"
    loop.assess_person(TRAINEE, "2026-01-04")
    loop.step(HOTLINE, duty, "assign", to=TRAINEE)
    for number in ("P06-2.1-a", "P06-2.1-b"):
        assert set(loop.ends_of(number, case)) == {"kept", "prevented"}, number
    [training, *_more] = loop.records("dispatch", form="training_record")
    loop.is_printed(training, "学习记录", "仪器结构与维修", "单位领导")


@clause("P06-2.2-b")
def test_who_fails_learns_again_until_they_pass(loop: Maker):
    person = "engineer-2"
    day = f"{loop.now:%Y-%m-%d}"
    loop.assess_person(person, day, "failed")
    of = "qualification:after_sales_staff"
    assert loop.ends_of("P06-2.2-b", of=of)[-1] == "open"
    case = loop.fault()
    duty = loop.duty(case, "analyse")
    loop.step(HOTLINE, duty, "accept")
    assert loop.may_not(HOTLINE, duty, "assign", to=person) in ("P06-2.2-b", "P06-2.1-b")
    loop.advance(days=3)
    loop.learn(person, day, f"{loop.now:%Y-%m-%d}")
    loop.assess_person(person, f"{loop.now:%Y-%m-%d}")
    assert loop.ends_of("P06-2.2-b", of=of)[-1] == "kept"
    loop.step(HOTLINE, duty, "assign", to=person)


@clause("P06-2.2-a")
def test_the_staff_is_assessed_at_regular_times(loop: Maker):
    period = "2026-H2"
    loop.advance_to(loop.now.replace(month=7, day=1, hour=10, minute=0))
    [job] = loop.jobs("dispatch", "staff_assessment", period=period)
    assert loop.ends_of("P06-2.2-a", of="job", period=period) == ["open"]
    said = {"person": "全体售后人员", "assessed_on": "2026-07-01", "assessment_result": "passed"}
    loop.does(LEADER, f"/api/dispatch/jobs/{job['id']}/done", {"fields": said, "signature": {"means": "typed"}})
    assert loop.ends_of("P06-2.2-a", of="job", period=period) == ["kept"]
    [record] = loop.records("dispatch", key=job["id"])
    loop.is_printed(record, "考核记录", "全体售后人员", "单位领导")
