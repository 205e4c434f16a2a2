"""A procedure may let an order go back unsigned; that nobody signed is seen all the same."""

from __future__ import annotations

import json

import pytest

from closeloop.chassis.packs import Pack


@pytest.fixture
def pack(pack):
    """The procedure, with orders that may go back without a signature."""
    written = json.loads(pack.canonical)
    written["dispatch"]["duties"]["work_order"]["signatures"]["customer_opinion"]["required"] = False
    return Pack.from_json(json.dumps(written, ensure_ascii=False, separators=(",", ":")))


async def test_a_signature_that_was_left_out_is_breached_and_the_order_is_sealed(hear, a_repair, step, ends, api):
    await hear(a_repair())
    await step("repair-leader", "accept")
    await step("repair-leader", "assign", to="repair-worker-1", trade="plumbing")
    await step("repair-worker-1", "arrive")
    await step("repair-worker-1", "finish", outcome="solved", work_done="更换角阀")
    await step("repair-worker-1", "return")
    assert await ends("4.5-c") == [("duty:1:sign", "breached")]
    [record] = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    assert record["form"] == "qr_024" and record["is_as_sealed"]
    assert [one["signer"] for one in record["signatures"]] == ["维修工一 Repair worker 1"]
