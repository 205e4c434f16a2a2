"""Sections 5.3, 5.5 and 6.3.2: corrective action on more serious complaints, major ones, and rises of a level."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.clauses.branch_chain.chain import (
    AUDIT,
    BRANCH_MANAGER,
    GENERAL_MANAGER,
    MAJOR,
    MORE_SERIOUS,
    OFFICE,
    PURCHASING,
    SUPERVISOR,
    TYPED,
    Chain,
)
from tests.clauses.loop import ZONE, Case, Thing
from tests.clauses.packs import clause

PROCEDURE = "P02"
EVERYBODY = {
    "office": OFFICE,
    "audit": AUDIT,
    "functions": PURCHASING,
    "logistics_centre": "logistics-head",
}
EVERY_BRANCH = {
    "people-square": BRANCH_MANAGER,
    "riverside": "manager-riverside",
    "west-station": "manager-west-station",
}
MEASURES: dict[str, Any] = {"measure": "各店蔬菜验收抽检", "measure_owner": "各店经理", "measure_due": "2026-02-20"}


def action_of(loop: Chain, case: Case | None, name: str = "company") -> Thing:
    """The corrective action that a complaint brought about; the latest one without a complaint."""
    about = {"case": case["id"]} if case is not None else {}
    found = loop.all_of(AUDIT, "/api/dispatch/corrective-actions", action=name, **about)
    return max((one for one in found if one["case"] == (case and case["id"])), key=lambda one: str(one["opened_at"]))


def ends(loop: Chain, number: str, action: Thing) -> list[str]:
    """How the occasions of a clause ended that hang on an action."""
    return [one["end"] for one in loop.occasions_of(number) if one["key"] == action["id"]]


def record_with(loop: Chain, action: Thing, words: str) -> Thing:
    """The record of an action on which this was written first."""
    found = loop.records("dispatch", key=action["id"], form="corrective_record")
    return next(one for one in found if words in one["fields"].values())


def does(loop: Chain, by: str, action: Thing, rule: str, name: str = "", round_: int = 1, **fields: Any) -> Thing:
    """Somebody has done something for the action, signs it where they have to, and sends the record on."""
    duty = loop.duty(action, rule, round_)
    loop.step(by, duty, "finish", outcome="solved", **fields)
    if name:
        assert loop.tries(by, "POST", loop.step_of(duty, "return"), {}).status_code == 409, "unsigned"
        loop.sign_off(by, action, name, **TYPED)
    return loop.step(by, duty, "return")


def analyse(loop: Chain, action: Thing) -> None:
    """The audit department and the head of the responsible department say what the cause is."""
    does(loop, AUDIT, action, "cause_analysis", "analyst", cause="供应商挑拣不净", responsible_department="branches")
    does(loop, BRANCH_MANAGER, action, "department_analysis", "department", department_cause="验收未抽检")


def carry_out_everywhere(loop: Chain, action: Thing, round_: int = 1) -> None:
    """Every department carries the measures out, and every branch, wherever the complaint was."""
    duties = [one for one in loop.duties(action, round_) if one["rule"] == "carry_out_everywhere"]
    assert sorted(one["desk"] for one in duties) == sorted(EVERYBODY)
    branches = [one for one in loop.duties(action, round_) if one["rule"] == "carry_out_in_branches"]
    assert {one["place"] for one in branches} == set(EVERY_BRANCH)
    for duty in (*duties, *branches):
        by = EVERYBODY.get(duty["desk"]) or EVERY_BRANCH[duty["place"]]
        loop.step(by, duty, "finish", outcome="solved", carried_out="已执行")
        loop.step(by, duty, "return")


def notified(loop: Chain, action: Thing) -> None:
    """The office tells the audit department what happened."""
    does(loop, OFFICE, action, "notify_audit", trigger="造成人身伤害的重大投诉")


@clause("P02-6.3.2-a")
def test_a_major_complaint_brings_one_corrective_action_about_at_once(loop: Chain):
    case = loop.complaint(level=MAJOR)
    assert loop.ends_of("P02-6.3.2-a", case) == ["kept"]
    action = action_of(loop, case)
    assert (action["opened_by"], action["case_number"]) == ("major_complaint", case["number"])
    assert loop.duty(action, "notify_audit")["desk"] == "office"
    loop.handle(case, MAJOR)
    loop.ask(case, "dissatisfied", by=OFFICE)
    found = loop.all_of(AUDIT, "/api/dispatch/corrective-actions", case=case["id"], action="company")
    assert len(found) == 1, "a further round brings no second one about"
    assert loop.ends_of("P02-6.3.2-a", loop.complaint()) == []


@clause("P02-6.3.2-a")
def test_a_complaint_that_becomes_major_brings_it_about_then(loop: Chain):
    case = loop.complaint(level=MORE_SERIOUS)
    assert loop.ends_of("P02-6.3.2-a", case) == []
    loop.hand_up(case, MORE_SERIOUS)
    assert loop.ends_of("P02-6.3.2-a", case) == ["kept"]


@clause("P02-6.3.2-c")
@pytest.mark.parametrize("minutes, end", [(20, "kept"), (61, "breached")])
def test_the_office_notifies_the_audit_department_within_the_hour(loop: Chain, minutes: int, end: str):
    action = action_of(loop, loop.complaint(level=MAJOR))
    assert ends(loop, "P02-6.3.2-c", action) == ["open"]
    loop.advance(minutes=minutes)
    notified(loop, action)
    assert ends(loop, "P02-6.3.2-c", action) == [end]
    assert loop.duty(action, "cause_analysis")["desk"] == "audit"


@clause("P02-5.5-a")
def test_the_cause_is_analysed_by_audit_and_by_the_head_of_the_responsible_department(loop: Chain):
    action = action_of(loop, loop.complaint(level=MAJOR))
    notified(loop, action)
    analyse(loop, action)
    assert loop.duty(action, "department_analysis")["desk"] == "branch_manager"
    assert {"kept"} <= set(ends(loop, "P02-5.5-a", action)) <= {"kept", "prevented"}
    record = record_with(loop, action, "验收未抽检")
    loop.is_printed(record, "纠正预防措施记录", "供应商挑拣不净", "人民广场店经理")


@clause("P02-6.3.2-d", "P02-6.3.2-e", "P02-5.5-b")
def test_measures_are_set_carried_out_everywhere_and_verified_until_they_work(loop: Chain):
    case = loop.complaint(level=MAJOR)
    action = action_of(loop, case)
    notified(loop, action)
    analyse(loop, action)
    does(loop, AUDIT, action, "audit_measures", "author", **MEASURES)
    carry_out_everywhere(loop, action)
    assert set(ends(loop, "P02-6.3.2-e", action)) == {"kept"}
    does(loop, AUDIT, action, "audit_verification", "verifier", verification="两店未抽检", effective=False)
    again = loop.sees(AUDIT, f"/api/dispatch/corrective-actions/{action['id']}")
    assert (again["state"], again["round"]) == ("open", 2)
    assert {one["rule"] for one in loop.duties(action, 2)} == {"audit_measures"}, "the cause is known"
    assert "open" in loop.ends_of("P02-6.3.2-d", case), "the complaint waits for it"
    does(loop, AUDIT, action, "audit_measures", "author", 2, **{**MEASURES, "measure": "抽检表每日上报"})
    carry_out_everywhere(loop, action, 2)
    does(loop, AUDIT, action, "audit_verification", "verifier", 2, verification="各店齐全", effective=True)
    assert loop.sees(AUDIT, f"/api/dispatch/corrective-actions/{action['id']}")["state"] == "ended"
    for number in ("P02-6.3.2-d", "P02-5.5-b"):
        assert {"kept"} <= set(ends(loop, number, action)) <= {"kept", "prevented"}, number
    assert set(loop.ends_of("P02-6.3.2-d", case)) == {"kept"}
    loop.is_printed(record_with(loop, action, "各店齐全"), "抽检表每日上报", "监督部经理")


@clause("P02-6.3.2-d")
def test_a_major_complaint_is_not_closed_before_the_measures_work(loop: Chain):
    case = loop.complaint(level=MAJOR)
    refused = loop.does(OFFICE, f"/api/intake/cases/{case['id']}/closing", {"reason": "先关闭"}, expect=409)
    assert refused["detail"]
    assert loop.ends_of("P02-6.3.2-d", case) == ["open"]


@clause("P02-5.3-b")
def test_the_supervisor_sets_and_verifies_the_measures_of_a_more_serious_complaint(loop: Chain):
    case = loop.complaint(level=MORE_SERIOUS)
    assert loop.all_of(AUDIT, "/api/dispatch/corrective-actions", case=case["id"]) == [], "not before it was handled"
    loop.handle(case, MORE_SERIOUS)
    action = action_of(loop, case, "more_serious")
    analyse(loop, action)
    for round_, works in ((1, False), (2, True)):
        does(loop, SUPERVISOR, action, "supervisor_measures", "author", round_, **MEASURES)
        does(loop, BRANCH_MANAGER, action, "carry_out", round_=round_, carried_out="已培训")
        said = {"verification": "抽查三日", "effective": works}
        does(loop, SUPERVISOR, action, "supervisor_verification", "verifier", round_, **said)
    assert loop.sees(AUDIT, f"/api/dispatch/corrective-actions/{action['id']}")["state"] == "ended"
    assert {"kept"} <= set(ends(loop, "P02-5.3-b", action)) <= {"kept", "prevented"}
    assert set(loop.ends_of("P02-5.3-b", case)) == {"kept"}
    loop.is_printed(record_with(loop, action, "抽查三日"), "各店蔬菜验收抽检", "东区督导员")


@clause("P02-6.3.2-b", "P02-6.3.2-c", "P02-6.3.2-d", "P02-6.3.2-e")
def test_three_rises_in_a_row_bring_it_about_in_the_whole_company(loop: Chain):
    months = [(loop.now.month + more - 1) % 12 + 1 for more in range(1, 5)]
    for count, month in enumerate(months, 1):
        loop.advance_to(datetime(2026, month, 8, 9, tzinfo=ZONE))
        for _case in range(count):
            loop.complaint(content="服务不及时")
    loop.advance_to(datetime(2026, months[-1] + 1, 7, 9, tzinfo=ZONE))
    [alarm] = loop.sees(GENERAL_MANAGER, "/api/stats/alarms", procedure="P02", period="2026")
    action = action_of(loop, None)
    assert (action["opened_by"], action["alarm"]) == ("trend", alarm["id"])
    assert "kept" in loop.ends_of("P02-6.3.2-b")
    loop.advance(hours=2)
    assert ends(loop, "P02-6.3.2-c", action) == ["breached"], "the office did not notify at once"
    notified(loop, action)
    analyse(loop, action)
    does(loop, AUDIT, action, "audit_measures", "author", **{**MEASURES, "measure_due": "2026-07-20"})
    carry_out_everywhere(loop, action)
    does(loop, AUDIT, action, "audit_verification", "verifier", verification="投诉回落", effective=True)
    assert {"kept"} <= set(ends(loop, "P02-6.3.2-d", action)) <= {"kept", "prevented"}
    assert set(ends(loop, "P02-6.3.2-e", action)) == {"kept"}
