"""Periodic work on accounts: book and stock are compared where they are counted, and a holder is emptied in time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.chassis.refusals import Refused
from closeloop.contracts.every import AttemptRefused, OccasionsJudged

REPAIRS = Path(__file__).parent / "packs" / "repairs"
DESK = "desk-1"
VALVE = {"part_name": "角阀", "specification": "DN15"}
PUMP = {"part_name": "水泵", "specification": "750W"}
OWN = {"own_practice": "It is so."}
COLUMNS = {
    "part_name": {"title": {"zh": "名称", "en": "Part"}, "required": True},
    "specification": {"title": {"zh": "规格", "en": "Specification"}, "required": True},
    "quantity": {"title": {"zh": "数量", "en": "Quantity"}, "type": "number", "required": True},
}
COUNT = {
    "title": {"zh": "盘点", "en": "Stocktake"},
    "service": "dispatch",
    "every": "month",
    "desk": "desk",
    "does": "count_holder",
    "about": "store",
    "form": "stocktake",
    "clauses": ["P00-count"],
}
ROWS = {"title": {"zh": "实存", "en": "Counted"}, "type": "rows", "columns": COLUMNS}


@pytest.fixture
def pack():
    """An invented procedure whose store is counted every month, and whose old parts are dealt with."""
    said = json.loads(load_pack(REPAIRS).canonical)
    empty = {**COUNT, "does": "empty_holder", "about": "old_parts", "form": None, "title": {"zh": "旧件", "en": "Old"}}
    del empty["form"]
    said["schedule"] = {"jobs": {"count": COUNT, "empty": empty}}
    said["forms/stocktake"] = {
        "title": {"zh": "盘点表", "en": "Stocktake"},
        "version": "1",
        "fields": {"parts": ROWS},
        **OWN,
    }
    clause = {"source": "1", "text": {"zh": "帐物一致", "en": "Agree"}, "kind": "kpi", "check": "recorded+signed"}
    said["clauses"]["clauses"]["P00-count"] = clause
    parts = said["accounts"]["accounts"]["parts"]
    parts["holders"]["disposed"] = {"title": {"zh": "已处理", "en": "Dealt with"}, "is": "outside", **OWN}
    move = {"by": "desk", "rows": "parts", "case": "none", **OWN}
    parts["postings"]["found"] = {"title": {"zh": "收", "en": "In"}, "from": "user", "to": "old_parts", **move}
    parts["postings"]["dispose"] = {"title": {"zh": "处理", "en": "Out"}, "from": "old_parts", "to": "disposed", **move}
    return Pack.from_json(json.dumps(said))


@pytest.fixture
def post(api, house):
    """`await post("receive", {**VALVE, "quantity": 3})`: the desk posts parts."""

    async def move(posting: str, *rows: dict[str, Any], **said: Any) -> None:
        url = f"/api/dispatch/accounts/parts/postings/{posting}"
        answer = await api.post(url, json={**said, "parts": list(rows)}, headers=house.headers(DESK))
        assert answer.status_code == 201, answer.text

    return move


async def ends_of(published: Any, key: str) -> list[str]:
    told = [event for event in await published(OccasionsJudged) if event.key == key]
    return [one.end.value for event in told for one in event.occasions]


@pytest.fixture
async def the_count(house, post):
    """The store has three valves and a pump when it is counted."""
    await house.keep_schedules()
    await post("receive", {**VALVE, "quantity": 3}, {**PUMP, "quantity": 1}, supplier="厂")
    await house.advance(days=27)
    [job] = await house.jobs("count")
    return job


async def test_what_is_counted_agrees_with_the_book_of_that_moment(the_count, house, post, published):
    await post("receive", {**VALVE, "quantity": 2}, supplier="厂")  # after the job was opened
    counted = [{**VALVE, "quantity": 5}, {**PUMP, "quantity": 1}]
    done = await house.do_job(the_count.id, by=DESK, fields={"parts": counted})
    assert (done.found["agreeing"], done.found["different"]) == (2, 0)
    assert await ends_of(published, done.id) == ["opened", "kept"]


async def test_a_difference_is_a_breach_and_is_shown_item_by_item(the_count, house, published, api):
    counted = [
        {**VALVE, "quantity": 2},
        {**VALVE, "quantity": 0.5},
        {"part_name": "堵头", "specification": "DN15", "quantity": 1},
    ]
    done = await house.do_job(the_count.id, by=DESK, fields={"parts": counted})
    assert {one["title"]: one["value"] for one in done.found["items"]} == {
        "角阀 DN15": "3 / 2.5",
        "水泵 750W": "1 / 0",
        "堵头 DN15": "0 / 1",
    }
    assert await ends_of(published, done.id) == ["opened", "breached"]
    page = await api.get(f"/dispatch/jobs/{done.id}", params={"lang": "en"}, headers=house.headers(DESK))
    assert "3 / 2.5" in page.text and "differ for 3" in page.text


async def test_old_parts_of_before_are_dealt_with_before_the_job_is_done(house, post, published):
    await house.keep_schedules()
    await post("found", {**VALVE, "quantity": 2})
    await house.advance(days=28)
    [job] = await house.jobs("empty")
    await post("found", {**PUMP, "quantity": 1})  # came in afterwards
    await post("dispose", {**VALVE, "quantity": 1})
    with pytest.raises(Refused, match="角阀 DN15 × 1"):
        await house.do_job(job.id, by=DESK)
    assert [attempt.clause for attempt in await published(AttemptRefused)] == ["P00-count"]
    await post("dispose", {**VALVE, "quantity": 1})
    assert (await house.do_job(job.id, by=DESK)).done_at is not None
    assert (await ends_of(published, job.id))[-1] == "kept"
