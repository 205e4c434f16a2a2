"""Signatures and approvals on the form of a duty: what waits for them, what a no sends back, what stands on paper."""

from __future__ import annotations

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.dispatch import DutyRejected

OWN = {"own_practice": "Asked by the tests."}
RESULT = {"outcome": "solved", "fields": {"measures": "补打扫", "result": "已补打扫"}}


@pytest.fixture
def pack(pack):
    """The procedure, with complaint sheets that quality approves and the repair leader signs before them."""
    written = json.loads(pack.canonical)
    written["dispatch"]["duties"]["handling_sheet"]["signatures"] = {
        "approval": {"by": "quality_officer", "decides": True, "back_to": "finish", "before": "return", **OWN},
        "part": {"by": "repair_leader", "before": "approval", **OWN},
    }
    return Pack.from_json(json.dumps(written, ensure_ascii=False, separators=(",", ":")))


@pytest.fixture
async def finished(hear, a_complaint, step):
    """A complaint that cleaning has handled."""
    await hear(a_complaint())
    await step("cleaning-head", "accept")
    await step("cleaning-head", "finish", **RESULT)


async def waiting(api) -> list[tuple[str, str]]:
    found = (await api.get("/api/dispatch/sign-offs?state=waiting&key=case-1")).json()["items"]
    return [(one["name"], one["role"]) for one in found]


async def test_a_sheet_goes_back_once_everybody_has_signed(finished, step, api, ends):
    assert await waiting(api) == [("part", "repair_leader")]
    refused = await step("cleaning-head", "return", status=409)
    assert "quality" in refused["detail"].lower() or "Quality" in refused["detail"]
    await step("repair-leader", "signatures/part")
    await step("quality-1", "signatures/approval", approves=True)
    await step("cleaning-head", "return")
    [record] = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    signed = [(one["role"], one.get("approves")) for one in record["signatures"]]
    assert signed == [("repair_leader", None), ("quality_officer", True), ("cleaning", None)]
    assert record["is_as_sealed"]


async def test_a_no_sends_the_work_back_and_both_sign_again(finished, step, api, published):
    await step("repair-leader", "signatures/part")
    await step("quality-1", "signatures/approval", approves=False, reason="没有照片")
    [back] = await published(DutyRejected)
    assert (back.reason, back.from_desk) == ("没有照片", "quality_officer")
    assert await waiting(api) == []
    await step("cleaning-head", "finish", **RESULT)
    assert await waiting(api) == [("approval", "quality_officer")]
    await step("cleaning-head", "return", status=409)
    await step("quality-1", "signatures/approval", approves=True)
    await step("cleaning-head", "return")


async def test_what_was_approved_is_not_changed_with_the_step_that_waits_for_it(finished, step):
    await step("repair-leader", "signatures/part")
    await step("quality-1", "signatures/approval", approves=True)
    await step("cleaning-head", "return", status=409, fields={"result": "下周补打扫"})
    await step("cleaning-head", "return", fields={"result": "已补打扫"})


async def test_whoever_is_asked_too_early_or_not_at_all_does_not_sign(finished, step):
    await step("quality-1", "signatures/approval", status=409, approves=True)
    await step("cleaning-head", "signatures/part", status=403)
    await step("quality-1", "signatures/nobody_named_it", status=404)


async def test_a_withdrawn_duty_asks_nobody_any_more(finished, hear, a_complaint, api):
    await hear(a_complaint(facets={"responsible_department": "security"}))
    assert await waiting(api) == []
    tasks = (await api.get("/api/dispatch/tasks")).json()["items"]
    assert all(task["kind"] != "sign_off" for task in tasks)


async def test_the_page_of_the_duty_says_whose_name_is_missing(finished, api, house, step):
    await step("repair-leader", "signatures/part")
    page = await api.get("/dispatch/cases/case-1/duties/1", headers=house.headers("cleaning-head"))
    assert "Signatures and approvals" in page.text and "Repair leader" in page.text
    [one] = (await api.get("/api/dispatch/sign-offs?state=waiting")).json()["items"]
    sheet = await api.get(one["page"], headers=house.headers("quality-1"))
    assert "已补打扫" in sheet.text and "Yes, I approve" in sheet.text
