"""Section 3.3.2: what the system prevented lies before the leader, who says whether it was a breach."""

from __future__ import annotations

from typing import Any

from tests.clauses.instrument_maker.maker import ENGINEER, LEADER, SIGNED, Maker
from tests.clauses.loop import Case, Thing
from tests.clauses.packs import clause

PROCEDURE = "P06"
ACTIONS = "/api/dispatch/corrective-actions"


def an_early_signature(loop: Maker) -> tuple[Case, Thing]:
    """An engineer who has the user sign before the service, and the report of it."""
    case = loop.a_visit()
    assert loop.may_not(ENGINEER, loop.visit(case, "arrive"), "sign", **SIGNED) == "P06-3.3.2-d"
    [report] = loop.all_of(LEADER, ACTIONS, case=case["id"])
    return case, report


@clause("P06-3.3.2-f")
def test_an_attempt_lies_before_the_leader_and_before_nobody_else(loop: Maker):
    case, report = an_early_signature(loop)
    assert (report["state"], report["opened_by"]) == ("asked", "signature_or_report")
    assert loop.ends_of("P06-3.3.2-f", case) == ["open"]
    assert loop.all_of(ENGINEER, ACTIONS, case=case["id"]) == []


@clause("P06-3.3.2-f")
def test_a_slip_is_no_breach_and_the_leader_says_why(loop: Maker):
    case, report = an_early_signature(loop)
    loop.does(LEADER, f"{ACTIONS}/{report['id']}/decision", {"needed": False, "reason": "误触按钮"})
    assert set(loop.ends_of("P06-3.3.2-f", case)) == {"not_applicable"}


@clause("P06-3.3.2-f")
def test_the_consequence_of_a_breach_is_decided_and_signed(loop: Maker):
    case, report = an_early_signature(loop)
    loop.does(LEADER, f"{ACTIONS}/{report['id']}/decision", {"needed": True, "reason": "用户证实"})
    duty = f"/api/dispatch/cases/{report['id']}/duties/1"
    decided: dict[str, Any] = {"facts": "未检修先请用户签字", "is_confirmed": True, "consequence": "就地解聘"}
    loop.does(LEADER, f"{duty}/finish", {"outcome": "solved", "fields": decided})
    loop.does(LEADER, f"{duty}/signatures/decision", {"approves": True})
    loop.does(LEADER, f"{duty}/return", {})
    assert set(loop.ends_of("P06-3.3.2-f", case)) == {"kept"}
    [record] = loop.records("dispatch", key=report["id"], form="breach_report")
    assert record["is_as_sealed"] and record["fields"]["consequence"] == "就地解聘"
