"""Sections 4.2 to 4.5 and 5.2.2 to 5.2.6: found out, contained, prevented, concluded, accepted and filed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.factory_service.factory import (
    CLERK,
    DRAWN,
    ENGINEER,
    OTHER_ENGINEER,
    PLANT_MANAGER,
    PRODUCTION,
    TECHNICAL,
    Factory,
)
from tests.clauses.packs import clause

PROCEDURE = "P10"
CONCLUDED = {
    "result": "已换货",
    "conclusion": "本厂责任",
    "countermeasure": "建立台账",
    "drawing": DRAWN,
    "signer": "厂长",
}


@clause("P10-4.3", "P10-4.4", "P10-5.2.2-b")
def test_production_assists_and_technical_development_supports(loop: Factory):
    case = loop.a_complaint()
    loop.investigate(case, joint=True)
    asked = {one["desk"] for one in loop.duties(case) if one["rule"] == "joint_analysis"}
    assert asked == {"production", "technical_development"}
    for number in ("P10-4.3", "P10-4.4"):
        assert set(loop.ends_of(number, case)) == {"kept"}, number
    assert "open" in loop.ends_of("P10-5.2.2-b", case), "whether somebody is sent there"
    loop.decide(case, "on_site", False)
    ends = loop.ends_of("P10-5.2.2-b", case)
    assert "kept" in ends and "open" not in ends


@clause("P10-5.2.2-b")
def test_nobody_investigates_before_it_is_decided_who_takes_part(loop: Factory):
    case = loop.a_complaint()
    duty = loop.duty(case, "handling")
    loop.step(ENGINEER, duty, "accept")
    rates = {"responsibility": "own", "responsible_department": "production"}
    said = {"investigation": "钻模磨损", "rates": rates}
    assert loop.is_refused(ENGINEER, loop.step_of(duty, "steps/investigate"), said) == "P10-5.2.2-b"
    loop.decide(case, "joint_analysis", True, desks=["production"])
    assert loop.is_refused(ENGINEER, loop.step_of(duty, "steps/investigate"), said) == "P10-5.2.2-b", "not found yet"


@clause("P10-5.2.2-a")
def test_the_investigation_names_the_responsible_department(loop: Factory):
    case = loop.a_complaint()
    duty = loop.duty(case, "handling")
    loop.step(ENGINEER, duty, "accept")
    loop.decide(case, "joint_analysis", False)
    said: dict[str, Any] = {"investigation": "钻模磨损", "rates": {"responsibility": "own"}}
    assert loop.is_refused(ENGINEER, loop.step_of(duty, "steps/investigate"), said) == "P10-5.2.2-a"
    said["rates"]["responsible_department"] = "production"
    loop.does(ENGINEER, loop.step_of(duty, "steps/investigate"), said)
    assert loop.case(case)["facets"]["responsible_department"] == "production"
    ends = loop.ends_of("P10-5.2.2-a", case)
    assert "prevented" in ends and "kept" in ends and "open" not in ends


@clause("P10-5.2.4-0", "P10-5.2.4-1")
@pytest.mark.parametrize("responsibility", ["own", "unclear"])
def test_what_is_own_or_unclear_is_contained_before_it_is_decided(loop: Factory, responsibility: str):
    case = loop.a_complaint()
    loop.investigate(case, responsibility)
    assert loop.duty(case, "urgent_measure")["desk"] == "production"
    loop.nothing_else_before(case, "on_site", "same_lot")
    duty = loop.duty(case, "handling")
    said = {"outcome": "solved", "handling_decision": "换货"}
    assert loop.is_refused(ENGINEER, loop.step_of(duty, "finish"), said) == "P10-5.2.4-0"
    loop.contain(case)
    loop.step(ENGINEER, duty, "finish", **said)
    for number in ("P10-5.2.4-0", "P10-5.2.4-1"):
        ends = loop.ends_of(number, case)
        assert "kept" in ends and "open" not in ends, number


@clause("P10-5.2.4-0")
def test_what_is_not_the_plants_own_is_explained_without_measures(loop: Factory):
    case = loop.a_complaint()
    loop.handle(case, "not_own")
    rules = {one["rule"] for one in loop.duties(case)}
    assert not rules & {"urgent_measure", "corrective_action", "same_lot"}
    ends = loop.ends_of("P10-5.2.4-0", case)
    assert ends and "open" not in ends and "breached" not in ends


@clause("P10-5.2.4-1a")
def test_the_first_plan_is_quality_assurances(loop: Factory):
    case = loop.a_complaint()
    loop.investigate(case)
    duty = loop.duty(case, "urgent_measure")
    plan = {"first_plan": "全检后换货"}
    assert loop.tries(PRODUCTION, "POST", loop.step_of(duty, "steps/plan"), plan).status_code in (403, 409)
    loop.nothing_else_before(case, "on_site", "same_lot")
    loop.contain(case)
    ends = loop.ends_of("P10-5.2.4-1a", case)
    assert "kept" in ends and "open" not in ends


@clause("P10-5.2.4-1b")
def test_whoever_is_sent_there_writes_down_what_was_done(loop: Factory):
    case = loop.a_complaint()
    loop.investigate(case)
    loop.decide(case, "on_site", True)
    duty = loop.duty(case, "on_site")
    loop.step(ENGINEER, duty, "assign", to=OTHER_ENGINEER)
    loop.step(OTHER_ENGINEER, duty, "arrive")
    assert loop.is_refused(OTHER_ENGINEER, loop.step_of(duty, "finish"), {"outcome": "solved"}) == "P10-5.2.4-1b"
    loop.step(OTHER_ENGINEER, duty, "finish", outcome="solved", on_site_handling="现场筛选")
    loop.step(OTHER_ENGINEER, duty, "return")
    ends = loop.ends_of("P10-5.2.4-1b", case)
    assert "kept" in ends and "open" not in ends


@clause("P10-5.2.4-1c")
def test_unshipped_products_of_the_lot_are_treated_and_bad_ones_have_their_number(loop: Factory):
    case = loop.a_complaint()
    loop.investigate(case)
    loop.decide(case, "same_lot", True)
    duty = loop.duty(case, "same_lot")
    assert duty["desk"] == "production"
    loop.step(PRODUCTION, duty, "accept")
    said = {"outcome": "solved", "lot_quantity": 350, "lot_treatment": "全检", "lot_nonconforming": True}
    assert loop.is_refused(PRODUCTION, loop.step_of(duty, "finish"), said) == "P10-5.2.4-1c"
    loop.step(PRODUCTION, duty, "finish", **said, nonconformity_reference="BHG-2026-003")
    loop.step(PRODUCTION, duty, "return")
    ends = loop.ends_of("P10-5.2.4-1c", case)
    assert "kept" in ends and "open" not in ends


@clause("P10-5.2.4-1c")
def test_a_good_lot_needs_no_number(loop: Factory):
    case = loop.a_complaint()
    loop.investigate(case)
    loop.decide(case, "same_lot", True)
    duty = loop.duty(case, "same_lot")
    loop.step(PRODUCTION, duty, "accept")
    said = {"lot_quantity": 350, "lot_treatment": "全检", "lot_nonconforming": False}
    loop.step(PRODUCTION, duty, "finish", outcome="solved", **said)
    assert "kept" in loop.ends_of("P10-5.2.4-1c", case)


@clause("P10-5.2.4-2", "P10-5.2.4-2t", "P10-5.2.5-a", "P10-5.2.5-b")
def test_the_lasting_measure_comes_after_the_first_plan_and_is_one_of_four_kinds(loop: Factory):
    case = loop.a_complaint()
    loop.investigate(case)
    assert not [one for one in loop.duties(case) if one["rule"] == "corrective_action"]
    loop.nothing_else_before(case, "on_site", "same_lot")
    loop.contain(case)
    duty = loop.duty(case, "corrective_action")
    assert duty["desk"] == "production"
    loop.step(PRODUCTION, duty, "accept")
    plan = {"cause": "钻模无寿命管理", "lasting_countermeasure": "建立寿命台账"}
    assert loop.is_refused(PRODUCTION, loop.step_of(duty, "steps/plan"), plan) == "P10-5.2.4-2t"
    fifth = {**plan, "improvement_kinds": ["advertising"]}
    assert loop.tries(PRODUCTION, "POST", loop.step_of(duty, "steps/plan"), fifth).status_code in (409, 422)
    loop.own(PRODUCTION, duty, "plan", **plan, improvement_kinds=["management", "mould_or_equipment"])
    loop.step(PRODUCTION, duty, "finish", outcome="solved", execution_result="已建账")
    refused = loop.tries(PRODUCTION, "POST", loop.step_of(duty, "steps/verify"), {"verification": "有效"})
    assert refused.status_code in (403, 409), "nobody verifies what they did"
    loop.own(ENGINEER, duty, "verify", verification="连续三批合格")
    loop.step(PRODUCTION, duty, "return")
    for number in ("P10-5.2.4-2", "P10-5.2.4-2t", "P10-5.2.5-a", "P10-5.2.5-b"):
        ends = loop.ends_of(number, case)
        assert "kept" in ends and "open" not in ends, (number, ends)


@clause("P10-5.2.5-b")
def test_quality_assurance_follows_the_result_on_the_sheet(loop: Factory):
    case = loop.a_complaint()
    loop.handle(case)
    duty = loop.duty(case, "urgent_measure")
    note = {"note": "连续三批抽检合格"}
    path = f"/api/dispatch/cases/{case['id']}/duties/{duty['number']}/track"
    assert loop.tries(PRODUCTION, "POST", path, note).status_code in (403, 409)
    loop.does(ENGINEER, path, note)
    assert "kept" in loop.ends_of("P10-5.2.5-b", case)


@clause("P10-5.2.5-c")
def test_whether_the_customer_is_told_is_decided_and_what_they_were_told_is_written_down(loop: Factory):
    case = loop.a_complaint()
    loop.handle(case)
    loop.prevent(case)
    loop.nothing_else_before(case, "failed_part")
    sign = loop.step_of(loop.duty(case, "handling"), "sign")
    assert loop.is_refused(PLANT_MANAGER, sign, CONCLUDED) == "P10-5.2.5-c"
    loop.decide(case, "customer_notice", True)
    duty = loop.duty(case, "customer_notice")
    told = {"told_on": "2026-01-15", "told_to": "张工", "told_what": "原因和对策"}
    loop.step(CLERK, duty, "finish", outcome="solved", **told)
    loop.step(CLERK, duty, "return")
    ends = loop.ends_of("P10-5.2.5-c", case)
    assert "kept" in ends and "open" not in ends


@clause("P10-5.2.6-a")
@pytest.mark.parametrize("left_out", ["conclusion", "countermeasure"])
def test_without_conclusion_and_countermeasure_no_complaint_ends(loop: Factory, left_out: str):
    case = loop.a_complaint()
    loop.handle(case, "not_own")
    loop.nothing_else_before(case, "customer_notice", "failed_part")
    sign = loop.step_of(loop.duty(case, "handling"), "sign")
    said = {name: value for name, value in CONCLUDED.items() if name != left_out}
    assert loop.is_refused(PLANT_MANAGER, sign, said) == "P10-5.2.6-a"
    assert loop.case(case)["status"] != "closed"


@clause("P10-5.2.6-a")
def test_a_complaint_with_an_open_corrective_action_is_not_concluded(loop: Factory):
    case = loop.a_complaint()
    loop.handle(case)
    loop.nothing_else_before(case, "customer_notice", "failed_part")
    sign = loop.step_of(loop.duty(case, "handling"), "sign")
    assert loop.is_refused(PLANT_MANAGER, sign, CONCLUDED) == "P10-5.2.6-a"
    loop.prevent(case)
    loop.does(PLANT_MANAGER, sign, CONCLUDED)


@clause("P10-4.5", "P10-5.2.6-a", "P10-5.2.6-b")
def test_the_plant_manager_accepts_and_files_and_then_it_is_closed(loop: Factory):
    case = loop.a_complaint()
    loop.handle(case, "not_own")
    loop.nothing_else_before(case, "customer_notice", "failed_part")
    duty = loop.duty(case, "handling")
    assert loop.tries(ENGINEER, "POST", loop.step_of(duty, "sign"), CONCLUDED).status_code in (403, 409)
    loop.step(PLANT_MANAGER, duty, "sign", **CONCLUDED)
    loop.step(ENGINEER, duty, "return")
    assert loop.case(case)["status"] != "closed", "not read yet"
    assert "open" in loop.ends_of("P10-5.2.6-b", case)
    loop.read_all(PLANT_MANAGER, case)
    assert loop.case(case)["status"] == "closed"
    for number in ("P10-4.5", "P10-5.2.6-a", "P10-5.2.6-b"):
        ends = loop.ends_of(number, case)
        assert "kept" in ends and "open" not in ends, (number, ends)


@clause("P10-5.3.2-a", "P10-5.3.2-b")
def test_a_failed_part_is_asked_for_analysed_told_and_entered(loop: Factory):
    case = loop.a_complaint()
    loop.handle(case)
    loop.decide(case, "failed_part", True)
    duty = loop.duty(case, "failed_part")
    asked = {"asked_of": "customer", "asked_on": "2026-01-07"}
    for said in ({}, {"part_obtained": False}):
        refused = loop.tries(CLERK, "POST", loop.step_of(duty, "finish"), {"outcome": "solved", **asked, **said})
        assert refused.status_code == 409, "whether it was obtained, and if not, why not"
    loop.step(CLERK, duty, "finish", outcome="solved", **asked, part_obtained=True)
    loop.step(CLERK, duty, "return")
    analysis = loop.duty(case, "failure_analysis")
    assert analysis["desk"] == "technical_development"
    loop.step(TECHNICAL, analysis, "accept")
    loop.step(TECHNICAL, analysis, "finish", outcome="solved", failure_cause="毛刺", corrective_result="去毛刺")
    entry = {"pfmea_entry": "PFMEA-DG3-07"}
    assert loop.is_refused(TECHNICAL, loop.step_of(analysis, "steps/pfmea"), entry) == "P10-5.3.2-b"
    loop.own(CLERK, analysis, "inform", customer_informed_on="2026-01-10", customer_informed="王工")
    loop.own(TECHNICAL, analysis, "pfmea", **entry)
    loop.step(TECHNICAL, analysis, "sign", drawing=DRAWN, signer="技术开发部部长")
    loop.step(TECHNICAL, analysis, "return")
    for number in ("P10-5.3.2-a", "P10-5.3.2-b"):
        ends = loop.ends_of(number, case)
        assert "kept" in ends and "open" not in ends, (number, ends)
