"""Guidance wherever a person acts: at steps that a procedure makes up, and when somebody is told how things stand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from closeloop.chassis.packs import Pack

CLEANING, WORKER, LEADER = "cleaning-head", "repair-worker-1", "repair-leader"
SAID = {"what": "progress", "text": "已派人"}


def a_text(zh: str, en: str, at: str, clause: str, **more: Any) -> dict[str, Any]:
    return {"text": {"zh": zh, "en": en}, "at": [at], "clauses": [f"P00-{clause}"], **more}


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    """Texts at every telling, at one telling, and at a step of the procedure's own."""
    written = json.loads(with_duties(pack, "tellings.yaml").canonical)
    written["guidance"] = {
        "guidance": {
            "kindly": a_text("语气友善", "Speak kindly", "tell", "handle"),
            "no_promises": a_text("不作承诺", "Promise nothing", "progress", "say"),
            "tools": a_text("带齐工具", "Bring every tool", "prepare", "prepare", confirmed=True),
        }
    }
    return Pack.from_json(json.dumps(written, ensure_ascii=False))


async def test_what_stands_at_a_telling_was_shown_or_left_out(hear, a_complaint, step, ends):
    await hear(a_complaint())
    await step(CLEANING, "tell", **SAID, guidance=["kindly"])
    assert ("duty:1:progress", "shown") in await ends("handle")
    assert ("duty:1:progress", "breached") in await ends("say")
    await step(CLEANING, "tell", what="measure", text="今晚补打扫", guidance=["kindly"])
    assert ("duty:1:measure", "shown") in await ends("handle")
    assert ("duty:1:measure", "breached") not in await ends("say"), "it stands at another telling"


async def test_the_page_shows_what_stands_at_its_tellings_and_names_it(hear, a_complaint, api, house, ends):
    await hear(a_complaint())
    headers = house.headers(CLEANING)
    page = (await api.get("/dispatch/cases/case-1/duties/1", headers=headers)).text
    assert "Speak kindly" in page and "Promise nothing" in page and "Bring every tool" not in page
    for name in ("kindly", "no_promises"):
        assert page.count(f'name="guidance" value="{name}"') == 1
    told = {**SAID, "guidance": ["kindly", "no_promises"]}
    assert (await api.post("/dispatch/cases/case-1/duties/1/tell", data=told, headers=headers)).status_code == 303
    assert ("duty:1:progress", "shown") in await ends("say")


async def test_a_step_of_the_procedures_own_has_its_texts(hear, a_repair, step, api, house):
    await hear(a_repair())
    await step(LEADER, "assign", to=WORKER)
    page = (await api.get("/dispatch/cases/case-1/duties/1", headers=house.headers(WORKER))).text
    assert "Bring every tool" in page and 'type="checkbox" name="guidance" value="tools"' in page
    said = {"fields": {"address": "5-0301"}}
    refused = await step(WORKER, "steps/prepare", status=409, **said)
    assert "Bring every tool" in refused["detail"] and refused["clause"] == "P00-prepare"
    await step(WORKER, "steps/prepare", guidance=["tools"], **said)
