"""Rows on the form of a duty: filled on the page and by programs, and asked by what waits for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from closeloop.chassis.packs import Pack

OWN = {"own_practice": "Asked by the tests."}
DONE: dict[str, Any] = {
    "outcome": "solved",
    "fields": {"measures": "补打扫", "result": "已补打扫", "informed": ["security"]},
}
COLUMNS = {
    "what": {"title": {"zh": "措施", "en": "Measure"}, "required": True},
    "hours": {"title": {"zh": "工时", "en": "Hours"}, "type": "number"},
}


@pytest.fixture
def pack(pack):
    """The procedure, with a sheet that lists measures; where one took long, the head of quality signs."""
    written = json.loads(pack.canonical)
    fields = written["forms/qr_023"]["fields"]
    fields["steps_taken"] = {"title": {"zh": "措施明细", "en": "Steps taken"}, "type": "rows", "columns": COLUMNS}
    fields["informed"] = {"title": {"zh": "已通知部门", "en": "Departments informed"}, "type": "desks"}
    duty = written["dispatch"]["duties"]["handling_sheet"]
    duty["steps"]["finish"]["fields"] = ["measures", "result", "steps_taken", "informed"]
    long = {"some": {"of": "steps_taken", "that": {"hours": {"above": 8}}}}
    duty["signatures"] = {"long_work": {"by": "quality_officer", "when": long, **OWN}}
    return Pack.from_json(json.dumps(written, ensure_ascii=False, separators=(",", ":")))


@pytest.fixture
async def accepted(hear, a_complaint, step):
    await hear(a_complaint())
    await step("cleaning-head", "accept")


def done(**fields):
    return {**DONE, "fields": {**DONE["fields"], **fields}}


async def test_a_step_waits_for_its_rows_and_none_is_an_answer(accepted, step):
    refused = await step("cleaning-head", "finish", status=409, **DONE)
    assert "Steps taken" in refused["detail"]
    duty = await step("cleaning-head", "finish", **done(steps_taken=[]))
    assert duty["fields"]["steps_taken"] == []
    await step("cleaning-head", "return")


async def test_a_row_without_a_column_that_it_needs_is_refused(accepted, step):
    refused = await step("cleaning-head", "finish", status=409, **done(steps_taken=[{"what": "x"}, {"hours": 2}]))
    assert "Row 2" in refused["detail"] and "Measure" in refused["detail"]
    await step("cleaning-head", "finish", status=409, **done(steps_taken=[], informed=["nobody"]))


async def test_whoever_signs_is_asked_by_what_stands_in_the_rows(accepted, step, api):
    await step("cleaning-head", "finish", **done(steps_taken=[{"what": "大扫除", "hours": 9}]))
    refused = await step("cleaning-head", "return", status=409)
    assert "Quality" in refused["detail"] or "quality" in refused["detail"]
    await step("quality-1", "signatures/long_work")
    await step("cleaning-head", "return")


async def test_the_page_asks_for_rows_and_takes_them(accepted, api, house):
    head = {**house.headers("cleaning-head"), "Accept": "text/html"}
    page = await api.get("/dispatch/cases/case-1/duties/1", headers=head)
    assert 'name="fields.steps_taken.2.hours"' in page.text and "More rows" in page.text
    sent = {"outcome": "solved", "fields.measures": "补打扫", "fields.result": "好", "fields.informed": "security"}
    rows = {"fields.steps_taken.rows": "rows", "fields.steps_taken.1.what": "大扫除", "fields.steps_taken.1.hours": "3"}
    answer = await api.post("/dispatch/cases/case-1/duties/1/finish", data={**sent, **rows}, headers=head)
    assert answer.status_code == 303, answer.text
    duty = (await api.get("/api/dispatch/cases/case-1/duties/1", headers=house.headers("cleaning-head"))).json()
    assert duty["fields"]["steps_taken"] == [{"what": "大扫除", "hours": 3}]
    printed = await api.get("/dispatch/cases/case-1/duties/1/form", headers=head)
    assert "措施明细" in printed.text or "Steps taken" in printed.text
    assert "大扫除" in printed.text and '<th scope="col">' in printed.text
