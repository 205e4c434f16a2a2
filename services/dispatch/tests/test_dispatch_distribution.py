"""A sheet that is given to others to be read holds its case open until they have read it."""

from __future__ import annotations

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.every import MarkSet

DONE = {"outcome": "solved", "fields": {"measures": "补打扫", "result": "已补打扫"}}


@pytest.fixture
def pack(pack):
    """The procedure, with complaint sheets that the head of customer service has to read."""
    written = json.loads(pack.canonical)
    clause = written["dispatch"]["duties"]["handling_sheet"]["clauses"][0]
    given = {"to": ["customer_service_head"], "within": "2 days", "clauses": [clause]}
    written["forms/qr_023"]["distribution"] = given
    return Pack.from_json(json.dumps(written, ensure_ascii=False, separators=(",", ":")))


@pytest.fixture
def settled(published):
    """Whether dispatch said last that its occasions of the case are settled."""

    async def said() -> bool | None:
        marks = [one for one in await published(MarkSet) if one.mark == "occasions_settled"]
        return marks[-1].is_set if marks else None

    return said


async def test_the_case_is_settled_once_the_sheet_was_read(hear, a_complaint, step, api, house, settled):
    await hear(a_complaint())
    await step("cleaning-head", "accept")
    await step("cleaning-head", "finish", **DONE)
    await step("cleaning-head", "return")
    await step("customer-service-head", "track", note="已核实")
    assert await settled() is False
    [one] = (await api.get("/api/dispatch/to-read", headers=house.headers("customer-service-head"))).json()["items"]
    answer = await api.post(
        f"/api/dispatch/records/{one['record']}/read", json={}, headers=house.headers("customer-service-head")
    )
    assert answer.status_code == 200, answer.text
    left = (await api.get("/api/dispatch/to-read", headers=house.headers("customer-service-head"))).json()["items"]
    if left:
        url = f"/api/dispatch/records/{left[0]['record']}/read"
        await api.post(url, json={}, headers=house.headers("customer-service-head"))
    assert await settled() is True
