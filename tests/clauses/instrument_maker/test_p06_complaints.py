"""Sections 5, 6 and 7: complaints caused by quality or not, who answers for them, and who is told the result."""

from __future__ import annotations

from tests.clauses.instrument_maker.maker import (
    ADMINISTRATOR,
    BUSINESS,
    DEVELOPMENT,
    FINANCE,
    HOTLINE,
    INSPECTOR,
    LEADER,
    PRODUCTION,
    RESPONSIBLE,
    TECHNICAL_QUALITY,
    TYPED,
    Maker,
)
from tests.clauses.packs import clause

PROCEDURE = "P06"
PRODUCTION_WROTE = {"cause": "元件漂移", "countermeasure": "更换元件", "supplier_at_fault": False}


@clause("P06-7.1-b")
def test_the_directly_responsible_person_decides_whether_it_is_accepted(loop: Maker):
    said = {"channel": "letter", "customer": {"name": "宝鸡钢厂", "phone": "13800000008"}}
    case = loop.register(ADMINISTRATOR, "complaint", "仪器失准", **said)
    loop.assess(ADMINISTRATOR, case, "非使用原因", cause_class="quality")
    assert loop.ends_of("P06-7.1-b", case) == ["open"]
    assess = f"/api/intake/cases/{case['id']}/assessment"
    unsaid = loop.tries(RESPONSIBLE, "POST", assess, {"facets": {"acceptance": "accepted"}})
    assert (unsaid.status_code, unsaid.json()["clause"]) == (409, "P06-7.1-b"), "a decision has its reason"
    loop.assess(RESPONSIBLE, case, "属合同范围", acceptance="accepted")
    assert set(loop.ends_of("P06-7.1-b", case)) == {"kept", "prevented"}
    decided = loop.case(case)["assessment"]["history"][-1]
    assert decided["signed"]["signer"] == "直属责任人" and decided["reason"] == "属合同范围"
    refused = loop.complaint(accepted="refused")
    assert [one["rule"] for one in loop.duties(refused)] == ["refused_complaint"]


@clause("P06-5.1-a")
def test_the_administrator_writes_the_complaint_handling_record(loop: Maker):
    case = loop.complaint(content="同一批三台仪器失准")
    duty = loop.duty(case, "complaint")
    assert duty["desk"] == "after_sales_administrator"
    loop.step(ADMINISTRATOR, duty, "accept")
    assert loop.may_not(ADMINISTRATOR, duty, "finish", outcome="solved") == "P06-5.1-a"
    loop.step(ADMINISTRATOR, duty, "finish", outcome="solved", course="分析、更换、判责")
    loop.step(ADMINISTRATOR, duty, "return")
    assert {"kept", "prevented"} <= set(loop.ends_of("P06-5.1-a", case))
    record = loop.records("dispatch", key=case["id"], form="complaint_record")[0]
    loop.is_printed(record, "投诉处理记录", "同一批三台仪器失准", "分析、更换、判责", "产品质量")


@clause("P06-5.1-b")
def test_every_complaint_has_its_number(loop: Maker):
    first, second = loop.complaint(), loop.complaint()
    assert first["number"] != second["number"] and "TS-2026-" in first["number"]
    for case in (first, second):
        assert loop.ends_of("P06-5.1-b", case) == ["kept"]
        assert loop.duty(case, "complaint")["fields"]["complaint_number"] == case["number"]


@clause("P06-5.1-c")
def test_the_administrator_reports_the_final_result_to_leaders_and_departments(loop: Maker):
    case = loop.complaint()
    loop.agree(case)
    loop.judge(case)
    loop.report_result(case)
    assert "kept" in loop.ends_of("P06-5.1-c", case) and "open" not in loop.ends_of("P06-5.1-c", case)
    last = loop.duty(case, "final_result")
    loop.does(LEADER, loop.step_of(last, "steps/finish/read"))
    loop.does(PRODUCTION, loop.step_of(last, "steps/finish/read"))
    assert loop.case(case)["status"] in ("handled", "closed")


@clause("P06-5.1-c")
def test_the_result_is_not_reported_before_everybody_has_done_their_part(loop: Maker):
    case = loop.complaint()
    assert not [one for one in loop.duties(case) if one["rule"] == "final_result"]
    loop.agree(case)
    loop.judge(case)
    assert not [one for one in loop.duties(case) if one["rule"] == "final_result"]
    duty = loop.duty(case, "complaint")
    refused = loop.does(HOTLINE, loop.step_of(duty, "accept"), expect=409)
    assert refused["clause"] == "P06-5.1-c"
    loop.report_result(case)
    assert "prevented" in loop.ends_of("P06-5.1-c", case)


@clause("P06-6-a")
def test_production_and_technical_quality_sign_and_agree_with_business(loop: Maker):
    case = loop.complaint()
    duty = loop.countermeasure(case)
    assert loop.may_not(PRODUCTION, duty, "return") == "P06-6-a"
    assert loop.sign_offs(BUSINESS, case, "agreement") == [], "business agrees to what both signed"
    loop.sign_off(PRODUCTION, case, "production", **TYPED)
    loop.sign_off(TECHNICAL_QUALITY, case, "technical_quality", fields={"opinion_technical_quality": "同意更换"})
    loop.sign_off(BUSINESS, case, "agreement", fields={"agreed_handling": "免费更换"})
    loop.step(PRODUCTION, duty, "return")
    assert set(loop.ends_of("P06-6-a", case)) == {"kept", "prevented"}
    record = loop.records("dispatch", key=case["id"], form="countermeasure")[0]
    loop.is_printed(record, "处理对策单", "生产员一", "技术质量员一", "业务员一", "同意更换", "免费更换")


@clause("P06-6-b")
def test_what_is_specially_abnormal_is_analysed_with_development_first(loop: Maker):
    case = loop.complaint()
    duty = loop.countermeasure(case, abnormal=True)
    loop.sign_off(PRODUCTION, case, "production", **TYPED)
    loop.sign_off(TECHNICAL_QUALITY, case, "technical_quality", fields={"opinion_technical_quality": "同意"})
    assert loop.sign_offs(BUSINESS, case, "agreement") == [], "development comes first"
    assert set(loop.ends_of("P06-6-b", case)) == {"open"}
    loop.sign_off(DEVELOPMENT, case, "technical_development", fields={"opinion_technical_development": "改用新元件"})
    loop.sign_off(BUSINESS, case, "agreement", fields={"agreed_handling": "更换新元件"})
    loop.step(PRODUCTION, duty, "return")
    assert set(loop.ends_of("P06-6-b", case)) == {"kept"}
    record = loop.records("dispatch", key=case["id"], form="countermeasure")[0]
    loop.is_printed(record, "开发员一", "改用新元件")
    usual = loop.complaint()
    loop.agree(usual)
    assert loop.ends_of("P06-6-b", usual) in ([], ["not_applicable"])


@clause("P06-6-c")
def test_quality_inspection_determines_who_answers_for_it(loop: Maker):
    case = loop.complaint()
    loop.agree(case)
    duty = loop.duty(case, "responsibility")
    said = {"traced_cause": "元件漂移", "responsible_department": "采购", "responsible_person": "检验员"}
    loop.step("quality-1" if duty["desk"] == "technical_quality" else INSPECTOR, duty, "finish", **_solved(said))
    assert loop.may_not(INSPECTOR, duty, "return") == "P06-6-c"
    loop.sign_off(INSPECTOR, case, "decision")
    loop.step(INSPECTOR, duty, "return")
    assert set(loop.ends_of("P06-6-c", case)) == {"kept", "prevented"}
    [record] = loop.records("dispatch", key=case["id"], form="responsibility")
    loop.is_printed(record, "责任判定书", "元件漂移", "采购", "质检员一")


def _solved(said: dict[str, str]) -> dict[str, str]:
    return {"outcome": "solved", "decision": "加严进货检验", **said}


@clause("P06-6-d")
def test_finance_reviews_the_costs_and_allocates_them(loop: Maker):
    case = loop.complaint()
    loop.agree(case)
    loop.judge(case)
    assert "kept" in loop.ends_of("P06-6-d", case) and "open" not in loop.ends_of("P06-6-d", case)
    [record] = loop.records("dispatch", key=case["id"], form="cost_allocation")
    loop.is_printed(record, "售后费用审核摊销单", "采购", "财务一")


@clause("P06-6-d")
def test_costs_that_nobody_reviewed_do_not_go_back(loop: Maker):
    case = loop.complaint("other")
    loop.assist(case)
    duty = loop.duty(case, "responsibility")
    loop.step(INSPECTOR, duty, "finish", **_solved({"traced_cause": "误用", "responsible_department": "无"} | WHO))
    loop.sign_off(INSPECTOR, case, "decision")
    loop.step(INSPECTOR, duty, "return")
    review = loop.duty(case, "cost_review")
    costs = {"costs": [{"what": "运费", "amount": 80}], "allocated_to": "业务部门"}
    loop.step(FINANCE, review, "finish", outcome="solved", **costs)
    assert loop.may_not(FINANCE, review, "return") == "P06-6-d"
    assert "prevented" in loop.ends_of("P06-6-d", case)


WHO = {"responsible_person": "无"}


@clause("P06-5.2-a")
def test_business_helps_where_quality_did_not_cause_it(loop: Maker):
    case = loop.complaint("damage_by_people")
    duty = loop.duty(case, "assistance")
    assert duty["desk"] == "business"
    loop.step(BUSINESS, duty, "accept")
    half = {"analysis": "操作不当", "explained_to_customer": "已说明"}
    assert loop.may_not(BUSINESS, duty, "finish", outcome="solved", **half) == "P06-5.2-a"
    loop.step(BUSINESS, duty, "finish", outcome="solved", repair_of_damage="已修复", **half)
    assert {"kept", "prevented"} <= set(loop.ends_of("P06-5.2-a", case))
    assert loop.ends_of("P06-5.2-a", loop.complaint()) == []


@clause("P06-5.2-b")
def test_the_customers_operators_are_trained(loop: Maker):
    case = loop.complaint("damage_by_people")
    loop.assist(case)
    ends = loop.ends_of("P06-5.2-b", case)
    assert ends and set(ends) == {"kept"}
    [record] = loop.records("dispatch", key=case["id"], form="assistance")
    loop.is_printed(record, "非质量投诉协助处理单", "操作工二人", "校准步骤", "业务员一")


@clause("P06-5.2-c")
def test_other_departments_treat_it_like_a_quality_problem(loop: Maker):
    case = loop.complaint("other")
    loop.assist(case)
    loop.judge(case)
    rules = {one["rule"] for one in loop.duties(case)}
    assert {"responsibility", "cost_review"} <= rules, "as with quality"
    ends = loop.ends_of("P06-5.2-c", case)
    assert ends and set(ends) == {"kept"}


@clause("P06-7.3")
def test_a_dispute_is_coordinated_by_the_designated_person(loop: Maker):
    case = loop.complaint()
    assert loop.ends_of("P06-7.3", case) == []
    further = f"/api/dispatch/cases/{case['id']}/further/dispute"
    assert loop.is_refused(ADMINISTRATOR, further, {"reason": "拒付"}) == "P06-7.3"
    loop.does(BUSINESS, further, {"reason": "用户对责任有异议"})
    duty = loop.duty(case, "dispute")
    assert duty["desk"] == "dispute_officer"
    loop.step(BUSINESS, duty, "accept")
    said = {"contract_terms": "第八条", "coordination": "三方会谈", "agreed": "各担一半"}
    loop.step(BUSINESS, duty, "finish", outcome="solved", **said)
    loop.step(BUSINESS, duty, "return")
    assert set(loop.ends_of("P06-7.3", case)) == {"kept", "prevented"}
    [record] = loop.records("dispatch", key=case["id"], form="dispute")
    loop.is_printed(record, "争议协调记录", "第八条", "各担一半", "业务员一")
