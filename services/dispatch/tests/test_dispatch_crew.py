"""Several are sent and one leads; whoever takes a signed step puts their name to what they filled in."""

from __future__ import annotations

import pytest

from closeloop.chassis.packs import Pack
from closeloop.chassis.records.content import hashed_part
from closeloop.contracts.dispatch import DutyAssigned

LEADER, ONE, TWO = "repair-leader", "repair-worker-1", "repair-worker-2"


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "tellings.yaml")


@pytest.fixture
def own(step):
    async def take(login, word, status=200, **said):
        return await step(login, f"steps/{word}", 1, status, **said)

    return take


async def test_of_two_who_go_one_is_named_as_the_leader(hear, a_repair, step, ends, published):
    await hear(a_repair())
    refused = await step(LEADER, "assign", status=409, to=ONE, crew=[TWO])
    assert refused["clause"] == "P00-leader"
    duty = await step(LEADER, "assign", to=ONE, crew=[TWO], leader=TWO)
    assert (duty["worker"], duty["crew"]) == (TWO, [ONE])
    assert duty["fields"]["worker"] and duty["fields"]["crew"]
    [sent] = await published(DutyAssigned)
    assert (sent.to, sent.crew) == (TWO, (ONE,))
    assert ("duty:1:crew", "kept") in await ends("leader")


async def test_whoever_goes_alone_leads_by_themselves(hear, a_repair, step, ends):
    await hear(a_repair())
    duty = await step(LEADER, "assign", to=ONE)
    assert (duty["worker"], duty["crew"]) == (ONE, [])
    assert await ends("leader") == [("duty:1:crew", "not_applicable")]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"to": ONE, "crew": [TWO], "leader": "desk-1"}, "one of those who go"),
        ({"to": ONE, "crew": ["desk-1"], "leader": ONE}, "is not"),
        ({"to": ONE, "crew": ["nobody"], "leader": ONE}, "nobody with the login"),
    ],
)
async def test_a_crew_is_made_of_those_who_may_go(hear, a_repair, step, said, sentence):
    await hear(a_repair())
    assert sentence in (await step(LEADER, "assign", status=409, **said))["detail"]


async def test_a_signed_step_stays_as_it_was_signed(hear, a_repair, step, own, api):
    await hear(a_repair())
    await step(LEADER, "assign", to=ONE)
    duty = await own(ONE, "prepare", address="5-0301")
    signature = duty["steps"]["prepare"]["signature"]
    assert signature["covers"] == ["address"] and signature["means"] == "typed" and signature["hash"]
    said = {"outcome": "solved", "conclusion": "已修", "address": "5-0302"}
    assert "was signed and stays" in (await step(ONE, "finish", status=409, **said))["detail"]
    await step(ONE, "finish", outcome="solved", conclusion="已修")
    await step(ONE, "return")
    [record] = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    assert record["is_as_sealed"] and len(record["signatures"]) == 2
    about = {name: record[name] for name in ("form", "form_version", "procedure", "procedure_version", "number")}
    assert record["signatures"][0]["covers"] == ["address"]
    for one in record["signatures"]:
        assert one["hash"] == hashed_part(about, record["fields"], one["covers"]), "what was signed stands there still"


async def test_the_page_asks_who_goes_along_and_shows_who_signed(hear, a_repair, step, own, api, house):
    await hear(a_repair())
    page = (await api.get("/dispatch/cases/case-1/duties/1?lang=en", headers=house.headers(LEADER))).text
    assert "Who goes along?" in page and "Who leads?" in page
    sent = {"to": ONE, "crew": [TWO], "leader": ONE}
    answer = await api.post("/dispatch/cases/case-1/duties/1/assign", data=sent, headers=house.headers(LEADER))
    assert answer.status_code == 303, answer.text
    await own(ONE, "prepare", address="5-0301")
    page = (await api.get("/dispatch/cases/case-1/duties/1?lang=en", headers=house.headers(ONE))).text
    assert "who leads" in page and "Signed by" in page
