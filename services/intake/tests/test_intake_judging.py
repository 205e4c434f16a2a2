"""Judged before passing on: whoever receives a case says its level, and it goes to the desk of that level."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.every import TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseRegistered

LEVELS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "levels"
RECEIVER, HEAD, QUALITY = "desk-1", "customer-service-head", "quality-1"


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(LEVELS)


@pytest.fixture
def told(api, house, a_complaint):
    """`await told(severity="minor")`: the desk is called, judges, and passes the call on."""

    async def by_telephone(
        severity: str | None = None,
        *,
        by: str = RECEIVER,
        reason: str = "",
        channel: str = "telephone",
        content: str = "电梯停了",
        **fields: Any,
    ) -> Any:
        facts = {"about": "house", "press": False, "harms_reputation": False, **fields}
        known = {name: value for name, value in facts.items() if value is not None}
        case = {**a_complaint, "channel": channel, "content": content, "fields": known, "reason": reason}
        case["facets"] = {"severity": severity} if severity else {}
        return await api.post("/api/intake/cases", json=case, headers=house.headers(by))

    return by_telephone


@pytest.fixture
def ends(published):
    async def of(clause: str) -> list[tuple[str, str]]:
        judged = [one for event in await published() for one in event.occasions if one.clause == f"P00-{clause}"]
        return [(one.of, one.end.value) for one in judged]

    return of


async def test_it_goes_to_the_desk_of_the_level_that_was_judged(told, published, ends):
    answer = await told("minor")
    assert (answer.status_code, answer.json()["facets"]["severity"]) == (201, "minor")
    [task] = await published(TaskOpened)
    assert (task.desk, task.kind) == ("engineering", "take_over")
    assert await ends("8") == [("case:judged", "kept")]
    assert await ends("9") == [("case:take_over", "opened")]
    assert not await published(CaseAssessed)


async def test_without_a_judgement_nothing_is_passed_on(told, published, ends):
    answer = await told()
    assert (answer.status_code, answer.json()["clause"]) == (422, "P00-8")
    assert [error["field"] for error in answer.json()["errors"]] == ["facets.severity"]
    assert await ends("8") == [("attempt:register_case", "prevented")]
    assert not await published(CaseRegistered)


async def test_without_the_facts_nothing_is_passed_on(told):
    answer = await told(press=None)
    assert (answer.status_code, answer.json()["clause"]) == (422, "P00-8")


async def test_who_passes_on_less_than_the_register_asks_has_not_judged(told, ends):
    answer = await told("minor", content="")
    assert (answer.status_code, answer.json()["clause"]) == (422, "P00-8")
    assert await ends("8") == [("attempt:register_case", "prevented")]


async def test_nobody_passes_on_below_a_criterion(told, ends):
    answer = await told("minor", press=True, reason="没那么严重")
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-3")
    assert await ends("3") == [("attempt:register_case", "prevented")]


async def test_higher_than_the_facts_say_needs_a_reason(told, published, see):
    answer = await told("serious")
    assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
    case = (await told("serious", reason="工程部处理不了")).json()
    [task] = await published(TaskOpened)
    assert task.desk == "quality"
    [rating] = [one for one in (await see(case["id"]))["assessment"]["history"] if one["by"] == RECEIVER]
    assert (rating["facets"], rating["reason"]) == ({"severity": "serious"}, "工程部处理不了")


async def test_only_the_desk_of_the_level_takes_it_over(told, api, house, published):
    case = (await told("serious", reason="工程部处理不了")).json()
    address = f"/api/intake/cases/{case['number']}/taking-over"
    assert (await api.post(address, headers=house.headers(HEAD))).status_code == 403
    assert (await api.post(address, headers=house.headers(QUALITY))).status_code == 200
    [assessed] = await published(CaseAssessed)
    assert assessed.facets["severity"] == "serious"


async def test_whoever_comes_in_person_is_not_judged_before(told, ends):
    assert (await told(channel="visit")).json()["status"] == "handling"
    assert await ends("8") == []


async def test_what_is_outside_is_passed_on_to_nobody(told, ends, published):
    assert (await told(about="neighbour")).json()["facets"] == {"scope": "outside"}
    assert await ends("8") == await ends("9") == []
    assert not await published(TaskOpened)
