"""How the clauses that dispatch answers for end: kept at once, late, skipped, tried too early, sent to a wrong desk."""

from __future__ import annotations

from typing import Any

import pytest

from closeloop.contracts.intake import CaseClosed
from closeloop.contracts.vocabulary import BasicKind

CLEANING, LEADER, WORKER, DESK = "cleaning-head", "repair-leader", "repair-worker-1", "desk-1"
DONE = {"outcome": "solved", "measures": "增派一名保洁员", "result": "已清理干净"}


@pytest.mark.parametrize(
    ("facets", "kind", "clauses"),
    [
        ({}, "complaint", ["3.3", "4.1-b3"]),
        ({}, "opinion", ["3.3", "4.1-b3", "4.7-a2"]),
        ({"severity": "major"}, "complaint", ["3.4", "4.3.4"]),
        ({"severity": "major"}, "suggestion", ["3.4", "4.3.4", "4.7-a2"]),
    ],
)
async def test_routing_is_kept_when_the_duty_is_issued(hear, a_complaint, ends, facets, kind, clauses):
    case = a_complaint(facets=facets)
    header = case.case.model_copy(update={"kind": kind, "basic_kind": BasicKind(kind)})
    await hear(case.model_copy(update={"case": header}))
    for clause in clauses:
        assert await ends(clause) == [("duty:1", "kept")], clause
    for clause in {"4.7-a2", "3.4", "4.3.3", "4.3.4"} - set(clauses):
        assert await ends(clause) == [], clause


async def test_what_crosses_departments_is_coordinated_by_the_management_representative(hear, a_complaint, ends):
    await hear(a_complaint(facets={"crosses_departments": "yes"}))
    assert await ends("4.3.3") == [("duty:2", "kept")]
    assert await ends("3.4") == [("duty:2", "kept")]


async def test_a_repair_goes_to_the_team_leader(hear, a_repair, ends):
    await hear(a_repair())
    assert await ends("4.2-b3") == [("duty:1", "kept")]


async def test_a_sheet_accepted_at_once_keeps_the_limit(hear, a_complaint, step, ends):
    await hear(a_complaint())
    assert await ends("4.3.1-a") == [("duty:1:arrange_handling", "opened")]
    await step(CLEANING, "accept")
    assert await ends("4.3.1-a") == [("duty:1:arrange_handling", "kept")]


async def test_a_sheet_accepted_late_stays_breached(hear, a_complaint, step, ends, house):
    await hear(a_complaint())
    await house.advance(days=1)
    assert await ends("4.3.1-a") == [("duty:1:arrange_handling", "breached")]
    await step(CLEANING, "accept")
    assert await ends("4.3.1-a") == [("duty:1:arrange_handling", "breached")]


async def test_an_order_accepted_at_once_is_one_occasion_that_is_kept(hear, a_repair, step, ends):
    await hear(a_repair())
    await step(LEADER, "accept")
    assert await ends("4.5-a1") == [("duty:1:accept_order", "kept")]


async def test_an_order_accepted_late_is_one_occasion_that_is_breached(hear, a_repair, step, ends, house):
    await hear(a_repair())
    await house.advance(hours=2)
    await step(LEADER, "accept")
    assert await ends("4.5-a1") == [("duty:1:accept_order", "breached")]


async def test_only_the_fitting_trade_gets_the_order(hear, a_repair, step, ends):
    await hear(a_repair())
    await step(LEADER, "accept")
    refused = await step(LEADER, "assign", status=409, to="cleaning-head")
    assert refused["clause"] == "P00-4.5-a2"
    await step(LEADER, "assign", to=WORKER, trade="plumbing")
    assert await ends("4.5-a2") == [("duty:1:assign", "kept"), ("attempt:assign_duty", "prevented")]


async def up_to_finish(step: Any) -> None:
    await step(LEADER, "accept")
    await step(LEADER, "assign", to=WORKER, trade="plumbing", guidance=["tools", "on_site_rules"])
    await step(WORKER, "arrive", guidance=["tools"])
    await step(WORKER, "finish", outcome="solved", work_done="更换角阀")


async def test_guidance_is_shown_when_the_step_names_it_and_breached_when_it_does_not(hear, a_repair, step, ends):
    await hear(a_repair())
    await up_to_finish(step)
    assert await ends("4.5-b1") == [("duty:1:assign", "shown"), ("duty:1:arrive", "shown")]
    assert await ends("4.5-b2") == [("duty:1:assign", "shown"), ("duty:1:arrive", "breached")]


async def test_the_signature_on_the_order_is_kept_and_skipping_it_is_prevented(hear, a_repair, step, ends):
    await hear(a_repair())
    await up_to_finish(step)
    refused = await step(WORKER, "return", status=409)
    assert refused["clause"] == "P00-4.5-c"
    await step(WORKER, "sign", signer="王先生", opinion="很及时")
    await step(WORKER, "return")
    assert await ends("4.5-c") == [("duty:1:sign", "kept"), ("attempt:return_duty", "prevented")]


async def test_signing_before_the_work_is_done_is_prevented(hear, a_repair, step, ends):
    await hear(a_repair())
    await step(LEADER, "accept")
    refused = await step(LEADER, "sign", status=409, signer="王先生")
    assert refused["clause"] == "P00-4.5-c"
    assert await ends("4.5-c") == [("duty:1:sign", "opened"), ("attempt:sign_duty", "prevented")]


async def test_a_sheet_goes_back_with_its_original_and_who_returned_it_signs(hear, a_complaint, step, ends, api):
    await hear(a_complaint())
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    refused = await step(CLEANING, "return", status=409, with_original=False)
    assert refused["clause"] == "P00-4.3.1-b"
    await step(CLEANING, "return")
    assert await ends("4.3.1-b") == [("duty:1:return", "kept"), ("attempt:return_duty", "prevented")]
    [record] = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    assert record["form"] == "qr_023" and record["is_as_sealed"]
    assert [(one["signer"], one["role"]) for one in record["signatures"]] == [("保洁主管 Head of cleaning", "cleaning")]
    assert await ends("5") == [("record:qr_023", "kept")]


@pytest.mark.parametrize("excused", [{"contact_left": False}, {"wants_callback": False}])
async def test_what_nobody_calls_back_about_is_handled_in_full_all_the_same(hear, a_complaint, step, ends, excused):
    await hear(a_complaint(**excused))
    assert await ends("4.4-e3") == [("duty:1", "opened")]
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    await step(CLEANING, "return")
    assert await ends("4.4-e3") == [("duty:1", "kept")]


async def test_who_will_be_called_back_needs_no_such_occasion(hear, a_complaint, ends):
    await hear(a_complaint())
    assert await ends("4.4-e3") == []


async def test_a_sheet_on_the_wrong_desk_was_not_sent_right_and_the_next_one_is(hear, a_complaint, step, ends):
    case = a_complaint()
    await hear(case)
    await step(CLEANING, "reject", reason="这是秩序部的事")
    assert await ends("4.1-b3") == [("duty:1", "kept"), ("duty:1:misrouted", "breached")]
    header = case.case.model_copy(update={"facets": {**case.case.facets, "responsible_department": "security"}})
    again = case.model_copy(update={"case": header, "facets": header.facets, "id": "main.intake.case-1.99"})
    await hear(again)
    for clause in ("3.3", "4.1-b3"):
        assert await ends(clause) == [("duty:1", "kept"), ("duty:1:misrouted", "breached"), ("duty:2", "kept")]


async def test_rework_has_a_limit_that_is_kept_or_breached(hear, a_complaint, another_round, step, ends, house):
    case = a_complaint()
    await hear(case)
    await hear(another_round(case))
    assert await ends("4.11-b") == [("duty:2:rework", "opened")]
    await step(CLEANING, "accept", 2)
    await step(CLEANING, "finish", 2, **DONE)
    await step(CLEANING, "return", 2)
    assert await ends("4.11-b") == [("duty:2:rework", "kept")]
    await hear(another_round(case, 3))
    await house.advance(days=5)
    assert await ends("4.11-b") == [("duty:2:rework", "kept"), ("duty:3:rework", "breached")]


async def test_the_desk_notes_what_it_checked_on_the_sheet(hear, a_complaint, step, ends, api):
    await hear(a_complaint())
    await step(CLEANING, "accept")
    refused = await step(CLEANING, "track", status=409, note="我们自己看过了")
    assert refused["clause"] == "P00-4.3.2"
    duty = await step(DESK, "track", note="已看过现场，进度正常")
    assert duty["fields"]["tracking"] == "2026年1月5日 前台一 Desk 1：已看过现场，进度正常"
    assert await ends("4.3.2") == [("attempt:track_duty", "prevented"), ("duty:1:tracking", "kept")]


async def test_a_note_on_a_sealed_sheet_is_a_correction_signed_by_the_desk(hear, a_complaint, step, ends, api):
    await hear(a_complaint())
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    await step(CLEANING, "return")
    await step(DESK, "track", note="复查合格")
    first, second = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    assert "tracking" not in first["fields"] and "复查合格" in second["fields"]["tracking"]
    assert second["corrects"] == first["id"] and first["is_as_sealed"] and second["is_as_sealed"]
    assert [one["role"] for one in second["signatures"]] == ["customer_service"]
    assert await ends("4.3.2") == [("duty:1:tracking", "kept")]


async def test_what_nobody_checked_before_the_case_was_closed_was_not_tracked(
    hear, a_complaint, told_of, step, ends, api, house
):
    case = a_complaint()
    await hear(case)
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    await step(CLEANING, "return")
    tasks = (await api.get("/api/dispatch/tasks", headers=house.headers(DESK))).json()["items"]
    assert [task["kind"] for task in tasks] == ["track"]
    await hear(told_of(case, CaseClosed, received_at=case.received_at, customer=case.customer))
    assert await ends("4.3.2") == [("duty:1:tracking", "breached")]
    assert (await api.get("/api/dispatch/tasks", headers=house.headers(DESK))).json()["items"] == []


async def test_records_go_to_the_archive_when_the_case_is_closed(hear, a_complaint, told_of, step, ends, api):
    case = a_complaint()
    await hear(case)
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    await step(CLEANING, "return")
    assert await ends("4.12-c") == []
    await hear(told_of(case, CaseClosed, received_at=case.received_at, customer=case.customer))
    [record] = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    assert record["archived_at"].startswith("2026-01-05") and record["keep_until"].startswith("2029-01-05")
    assert await ends("4.12-c") == [("record:qr_023", "kept")]
