"""Needs before registering, and cases that are resolved while they are taken down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.intake import CaseAssessed, CaseRegistered

LEVELS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "levels"
DONE = {"fields": {"course": "电话转告", "result": "已转邻居"}}


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(LEVELS)


@pytest.fixture
def brought(api, a_complaint):
    """`await brought(on_the_spot=DONE)`: a complaint about the neighbour, in person."""

    async def case(channel: str = "visit", fields: dict[str, Any] | None = None, **more: Any) -> Any:
        facts = {"about": "neighbour", "press": False, "harms_reputation": False, **(fields or {})}
        known = {name: value for name, value in facts.items() if value is not None}
        return await api.post("/api/intake/cases", json={**a_complaint, "channel": channel, "fields": known, **more})

    return case


@pytest.fixture
def ends(published):
    async def of(clause: str) -> list[tuple[str, str]]:
        judged = [one for event in await published() for one in event.occasions if one.clause == f"P00-{clause}"]
        return [(one.of, one.end.value) for one in judged]

    return of


async def test_what_was_done_at_once_travels_with_the_case(brought, published):
    answer = await brought(on_the_spot=DONE)
    assert answer.status_code == 201
    [assessed] = await published(CaseAssessed)
    done = assessed.at_once
    assert (done.by, done.outcome.value, done.fields) == ("desk-1", "solved", DONE["fields"])
    assert done.at == assessed.recorded_at


async def test_without_it_the_case_goes_to_its_desk(brought, published):
    await brought()
    [assessed] = await published(CaseAssessed)
    assert assessed.at_once is None


@pytest.mark.parametrize(
    ("fields", "done"),
    [
        ({"press": True}, DONE),
        ({"about": "house"}, DONE),
        ({}, {"fields": {"course": "电话转告"}}),
        ({}, {"fields": {"result": "已转邻居"}}),
        ({}, {"fields": {**DONE["fields"], "strange": "x"}}),
    ],
    ids=["not such a case", "another duty", "a field is empty", "a need is not met", "a strange field"],
)
async def test_what_could_not_be_carried_through_is_not_registered(brought, published, ends, fields, done):
    answer = await brought(fields=fields, on_the_spot=done)
    assert answer.status_code == 409
    assert not await published(CaseRegistered)
    if answer.json().get("clause"):
        assert await ends("14") == [("attempt:register_case", "prevented")]
        assert answer.json()["clause"] == "P00-14"


async def test_who_may_not_take_the_steps_does_not_resolve_it(api, house, brought, published):
    head = house.headers("customer-service-head")
    answer = await brought(on_the_spot=DONE)
    assert answer.status_code == 201
    assert (await api.get(f"/api/intake/cases/{answer.json()['id']}", headers=head)).status_code == 200


async def test_what_has_to_be_there_before_registering_is_demanded(brought, ends, published):
    answer = await brought("press", {"about": "house", "harms_reputation": None})
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-15")
    assert await ends("15") == [("attempt:register_case", "prevented")]
    assert not await published(CaseRegistered)
    await brought("press", {"about": "house"})
    assert (await ends("15"))[1:] == [("case:need:harm", "kept")]
    await brought()
    assert (await ends("15"))[2:] == [("case:need:harm", "not_applicable")]


@pytest.mark.parametrize(("language", "words"), [("zh", "当场解决"), ("en", "Resolved at once")])
async def test_the_page_takes_down_what_was_done_at_once(api, house, published, language, words):
    headers = {**house.headers("desk-1", language), "accept": "text/html"}
    page = (await api.get("/intake/cases/new", headers=headers)).text
    assert words in page
    assert 'name="on_the_spot.result"' in page
    assert 'name="facets.severity"' in page
    said = {
        "procedure": "P00",
        "kind": "complaint",
        "channel": "visit",
        "content": "邻居装修太吵",
        "customer.name": "王先生",
        "fields.about": "neighbour",
        "fields.press": "false",
        "on_the_spot.course": "电话转告",
        "on_the_spot.result": "已转邻居",
    }
    answer = await api.post("/intake/cases", data=said, headers=headers)
    assert answer.status_code == 303, answer.text
    [assessed] = await published(CaseAssessed)
    assert assessed.at_once.fields == {"course": "电话转告", "result": "已转邻居"}
