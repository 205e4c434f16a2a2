"""Levels: criteria rate a case, nobody rates against a clause, and what a level gave up stays up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.dispatch import DutyRaised, DutyStepped
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import AttemptRefused, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseRegistered, RoundOpened

LEVELS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "levels"
CASES = "/api/intake/cases"
HEAD, DESK = "customer-service-head", "desk-1"


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(LEVELS)


@pytest.fixture
def brought(a_complaint):
    """`brought(press=True)`: a complaint in person, with these facts."""

    def case(channel: str = "visit", **fields: Any) -> dict[str, Any]:
        facts = {"about": "house", "press": False, "harms_reputation": False, **fields}
        known = {name: value for name, value in facts.items() if value is not None}
        return {**a_complaint, "channel": channel, "fields": known}

    return case


@pytest.fixture
def ends(published):
    """`await ends("3")`: how the occasions of a clause ended, by what they hang on."""

    async def of(clause: str) -> list[tuple[str, str]]:
        judged = [one for event in await published() for one in event.occasions if one.clause == f"P00-{clause}"]
        return [(one.of, one.end.value) for one in judged]

    return of


@pytest.fixture
def rate(api, house):
    """`await rate(case, "major", reason="…")`: somebody rates the level of a case."""

    async def rated(
        case: dict[str, Any], value: str, *, by: str = DESK, facet: str = "severity", reason: str = ""
    ) -> Any:
        said = {"facets": {facet: value}, "reason": reason}
        return await api.post(f"{CASES}/{case['id']}/assessment", json=said, headers=house.headers(by))

    return rated


@pytest.fixture
def handed_up(hear, complaint_header):
    """`await handed_up(case, "minor", "serious")`: dispatch tells that a level gave the case up."""
    told = 0

    async def said(case: dict[str, Any], before: str, to: str, criterion: str, number: int | None = None) -> str:
        nonlocal told
        told = number or told + 1
        header = complaint_header(case, facets={"severity": to})
        event = DutyRaised(
            id=f"main.dispatch.{case['id']}.{told}",
            key=case["id"],
            sequence=told,
            by="repair-leader",
            case=header,
            duty_id=f"{case['id']}.1",
            number=1,
            rule="minor_handling",
            desk="engineering",
            form="sheet",
            facet="severity",
            before=before,
            to=to,
            criterion=criterion,
            reason="顾客要求赔偿大衣",
        )
        await hear(event)
        return event.id

    return said


# criteria


async def test_the_facts_rate_and_keep_the_clause_of_each_criterion_that_holds(register, brought, ends):
    assert (await register(brought()))["facets"] == {"scope": "within", "severity": "minor"}
    assert await ends("7") == [("facet:severity:the_rest", "kept")]
    case = await register(brought("press", press=True))
    assert case["facets"]["severity"] == "major"
    assert await ends("3") == [("facet:severity:press", "kept")]
    assert len(await ends("7")) == 1


async def test_what_nobody_told_is_asked_of_the_desk(register, brought, rate, published):
    case = await register(brought(press=None))
    assert (case["status"], case["facets"]) == ("registered", {"scope": "within"})
    [task] = await published(TaskOpened)
    assert (task.desk, task.kind) == ("customer_service", "assess")
    assert (await rate(case, "serious")).json()["status"] == "handling"


async def test_nobody_rates_below_a_criterion_of_a_clause(register, brought, rate, ends):
    case = await register(brought(press=True))
    answer = await rate(case, "serious", reason="没那么严重", by=HEAD)
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-3")
    assert await ends("3") == [("facet:severity:press", "kept"), ("attempt:assess_case", "prevented")]


async def test_nobody_registers_below_a_criterion_of_a_clause(api, brought, ends, published):
    answer = await api.post(CASES, json={**brought(press=True), "facets": {"severity": "minor"}})
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-3")
    assert await ends("3") == [("attempt:register_case", "prevented")]
    assert not await published(CaseRegistered)


async def test_a_person_may_rate_higher_with_a_reason(register, brought, rate):
    case = await register(brought())
    assert (await rate(case, "serious")).status_code == 422
    assert (await rate(case, "serious", reason="老顾客")).json()["facets"]["severity"] == "serious"


# decisions


async def test_a_fact_that_is_a_judgement_is_signed_with_its_reason(api, register, brought, see, published, ends):
    answer = await api.post(CASES, json=brought(harms_reputation=True))
    assert (answer.status_code, answer.json()["clause"]) == (422, "P00-4")
    assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
    case = await register(brought(harms_reputation=True), reason="已上热搜")
    [assessed] = await published(CaseAssessed)
    assert assessed.signature is not None
    assert (assessed.reason, assessed.signature.role, len(assessed.signature.hash)) == (
        "已上热搜",
        "customer_service",
        64,
    )
    assert ("facet:severity:reputation", "kept") in await ends("4")
    [rating] = [one for one in (await see(case["id"]))["assessment"]["history"] if one["signed"]]
    assert (rating["by"], rating["facets"], rating["reason"]) == (DESK, {"severity": "major"}, "已上热搜")


async def test_a_rating_that_is_a_decision_is_signed_with_its_reason(register, brought, rate, see):
    case = await register(brought())
    refused = await rate(case, "yes", facet="founded")
    assert (refused.status_code, refused.json()["clause"]) == (409, "P00-13")
    assert (await rate(case, "yes", facet="founded", reason="现场核实")).status_code == 200
    rating = (await see(case["id"]))["assessment"]["history"][-1]
    assert rating["signed"]["signer"].endswith("Desk 1")


# the gate


async def test_what_is_outside_is_rated_by_nothing_else(register, brought, rate, ends, published):
    case = await register(brought(about="neighbour", press=True))
    assert (case["status"], case["facets"]) == ("handling", {"scope": "outside"})
    assert await ends("2") == [("facet:scope:neighbour", "kept")]
    assert not await published(TaskOpened)
    answer = await rate(case, "major", reason="媒体")
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-2")
    answer = await rate(case, "within", facet="scope", reason="顾客坚持")
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-2")
    assert [end for of, end in await ends("2") if of == "attempt:assess_case"] == ["prevented", "prevented"]


async def test_what_was_shut_out_by_mistake_comes_back_with_everything(register, brought, rate):
    case = await register(brought(about=None))
    assert case["status"] == "registered"
    assert (await rate(case, "outside", facet="scope", reason="误判")).json()["facets"] == {"scope": "outside"}
    back = (await rate(case, "within", facet="scope", reason="属于本小区")).json()
    assert back["facets"] == {"scope": "within", "severity": "minor"}


# what a level gave up


async def test_a_case_that_a_level_gave_up_is_rated_higher_with_its_history(
    register, brought, handed_up, see, published
):
    case = await register(brought())
    event = await handed_up(case, "minor", "serious", "engineering_cannot")
    seen = await see(case["id"])
    assert seen["facets"]["severity"] == "serious"
    [_at_first, raised] = seen["assessment"]["history"]
    assert (raised["by"], raised["before"]) == ("repair-leader", {"severity": "minor"})
    assert raised["reason"] == "顾客要求赔偿大衣"
    told = (await published(CaseAssessed))[-1]
    assert (told.raised, told.rated_before, told.facets["severity"]) == ((event,), {"severity": "minor"}, "serious")


async def test_dispatch_judged_it_so_intake_does_not_judge_it_again(register, brought, handed_up, ends):
    case = await register(brought())
    await handed_up(case, "minor", "serious", "engineering_cannot")
    assert await ends("5") == []


async def test_what_is_heard_twice_raises_once(register, brought, handed_up, published):
    case = await register(brought())
    await handed_up(case, "minor", "serious", "engineering_cannot")
    await handed_up(case, "minor", "serious", "engineering_cannot", number=1)
    assert len(await published(CaseAssessed)) == 2


async def test_no_later_word_of_intake_forgets_what_it_heard(register, brought, handed_up, rate, published):
    case = await register(brought())
    event = await handed_up(case, "minor", "serious", "engineering_cannot")
    await rate(case, "major", reason="又来了记者")
    assert (await published(CaseAssessed))[-1].raised == (event,)


async def test_a_higher_rating_that_crossed_on_the_way_stands(register, brought, handed_up, rate, see):
    case = await register(brought())
    await rate(case, "major", reason="记者来电")
    await handed_up(case, "minor", "serious", "engineering_cannot")
    assert (await see(case["id"]))["facets"]["severity"] == "major"


async def test_below_what_was_given_up_only_whoever_may_assess_rates(register, brought, handed_up, rate, ends):
    case = await register(brought())
    await handed_up(case, "minor", "serious", "engineering_cannot")
    answer = await rate(case, "minor", reason="工程部可以")
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-5")
    assert await ends("5") == [("attempt:assess_case", "prevented")]
    assert (await rate(case, "minor", by=HEAD, reason="工程部可以")).json()["facets"]["severity"] == "minor"


async def test_a_closed_case_keeps_on_record_that_it_was_given_up(api, house, register, brought, handed_up, see, mark):
    case = await register(brought())
    await mark(case, "handled")
    await mark(case, "satisfied", by="callback")
    await handed_up(case, "minor", "serious", "engineering_cannot")
    seen = await see(case["id"])
    assert (seen["status"], seen["facets"]["severity"]) == ("closed", "serious")


async def test_a_further_round_goes_a_level_higher(register, brought, mark, published, ends, see):
    case = await register(brought())
    await mark(case, "handled")
    await mark(case, "dissatisfied", by="callback")
    [opened] = await published(RoundOpened)
    assert (opened.number, opened.case.facets["severity"]) == (2, "serious")
    assert await ends("11") == [("facet:severity:not_solved", "kept")]
    assert (await see(case["id"]))["assessment"]["history"][-1]["before"] == {"severity": "minor"}


async def test_what_was_rated_with_a_step_stands_in_the_case(register, brought, hear, see):
    case = await register(brought())
    header = CaseHeader(
        id=case["id"],
        number=case["number"],
        kind="complaint",
        basic_kind="complaint",
        procedure="P00",
        procedure_version="1.0",
    )
    await hear(
        DutyStepped(
            id=f"main.dispatch.{case['id']}.1",
            key=case["id"],
            sequence=1,
            by="repair-leader",
            case=header,
            duty_id=f"{case['id']}.1",
            number=1,
            rule="minor_handling",
            desk="engineering",
            form="sheet",
            step="look",
            rated={"founded": "yes"},
        )
    )
    seen = await see(case["id"])
    assert (seen["facets"]["founded"], seen["assessment"]["history"][-1]["by"]) == ("yes", "repair-leader")


async def test_an_attempt_against_a_criterion_names_who_tried(api, brought, published):
    await api.post(CASES, json={**brought(press=True), "facets": {"severity": "minor"}})
    [attempt] = await published(AttemptRefused)
    assert (attempt.action, attempt.clause, attempt.by) == ("register_case", "P00-3", DESK)
