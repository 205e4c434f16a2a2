"""What a level cannot handle goes to the next one at once, whether intake hears of it soon, late, twice or never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.dispatch import DutyIssued, DutyRaised
from closeloop.contracts.every import MarkSet, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseClosed

LEVELS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "levels"
MINOR, SERIOUS, MAJOR = "repair-leader", "quality-1", "management-representative"
FACTS = {"about": "house", "press": False, "harms_reputation": False}


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(LEVELS)


@pytest.fixture
def a_case(a_complaint):
    """A complaint of this level, as intake tells of it."""

    def assessed(severity: str = "minor", scope: str = "within", **more: Any) -> CaseAssessed:
        case = a_complaint(facets={"severity": severity, "scope": scope})
        return case.model_copy(update={"facts": FACTS, **more})

    return assessed


@pytest.fixture
def hand_up(step):
    """`await hand_up(MINOR)`: they say that they cannot handle it."""

    async def said(login: str, number: int = 1, status: int = 200, reason: str = "顾客要求赔偿大衣") -> dict[str, Any]:
        found: dict[str, Any] = await step(login, "cannot-handle", number, status, reason=reason)
        return found

    return said


@pytest.fixture
def levels(published):
    """`await levels()`: every handling duty that was issued, with its desk."""

    async def issued() -> list[tuple[str, str]]:
        told = await published(DutyIssued)
        return [(duty.rule, duty.desk) for duty in told if duty.rule.endswith("_handling")]

    return issued


async def test_the_next_level_has_it_at_once(hear, a_case, hand_up, levels, published, ends):
    await hear(a_case())
    duty = await hand_up(MINOR)
    assert duty["status"] == "handed_up"
    assert await levels() == [("minor_handling", "engineering"), ("serious_handling", "quality")]
    [told] = await published(DutyRaised)
    assert (told.facet, told.before, told.to, told.criterion) == ("severity", "minor", "serious", "engineering_cannot")
    assert (told.reason, told.by, told.case.facets["severity"]) == ("顾客要求赔偿大衣", MINOR, "serious")
    assert await ends("5") == [("facet:severity:engineering_cannot", "kept")]
    tasks = [task.desk for task in await published(TaskOpened) if task.of == "duty:3"]
    assert tasks == ["quality"]


async def test_what_asked_for_a_result_did_not_apply_to_whoever_gave_it_up(hear, a_case, hand_up, ends):
    await hear(a_case())
    await hand_up(MINOR)
    assert await ends("10") == [("duty:1", "kept"), ("duty:3", "kept")]
    assert await ends("12") == [("duty:1:finish", "not_applicable"), ("duty:3:finish", "opened")]


async def test_the_record_goes_on(hear, a_case, hand_up, step, published):
    await hear(a_case())
    await step(MINOR, "accept")
    await step(MINOR, "finish", outcome="unsolved", fields={"course": "上门道歉", "result": "顾客不接受"})
    await hand_up(MINOR)
    duty = (await published(DutyIssued))[-1]
    assert (duty.rule, duty.record.fields["course"]) == ("serious_handling", "上门道歉")


async def test_the_highest_level_has_nobody_above(hear, a_case, hand_up, api, house):
    await hear(a_case("major"))
    await hand_up(MAJOR, status=409)
    page = await api.get("/dispatch/cases/case-1/duties/1", headers={**house.headers(MAJOR), "accept": "text/html"})
    assert "We cannot handle this" not in page.text


async def test_whoever_may_not_finish_it_may_not_give_it_up(hear, a_case, hand_up, levels, ends):
    await hear(a_case())
    await hand_up(SERIOUS, status=409)
    assert await levels() == [("minor_handling", "engineering")]
    assert await ends("5") == [("attempt:hand_up_duty", "prevented")]


async def test_only_the_handling_of_the_level_is_given_up(hear, a_case, hand_up, step):
    await hear(a_case())
    await hand_up(MINOR, number=2, status=409)
    await hand_up(MINOR)
    await hand_up(MINOR, status=409)
    await step(MINOR, "accept", status=409)


async def test_a_reason_is_needed(hear, a_case, hand_up, levels):
    await hear(a_case())
    await hand_up(MINOR, status=422, reason="")
    assert await levels() == [("minor_handling", "engineering")]


async def test_the_case_is_handled_only_when_the_next_level_has_done_it(hear, a_case, hand_up, step, published):
    await hear(a_case())
    await hand_up(MINOR)
    assert not [mark for mark in await published(MarkSet) if mark.mark == "handled"]
    await step(SERIOUS, "accept", 3)
    await step(SERIOUS, "finish", 3, outcome="solved", fields={"result": "已赔偿"})
    await step(SERIOUS, "return", 3)
    assert [mark.is_set for mark in await published(MarkSet) if mark.mark == "handled"] == [True]


# the race between dispatch, which raises, and intake, which rates


async def test_what_intake_told_before_it_heard_does_not_pull_the_case_down(hear, a_case, hand_up, levels, published):
    await hear(a_case())
    await hand_up(MINOR)
    await hear(a_case(reason="原因类别补录"))
    assert await levels() == [("minor_handling", "engineering"), ("serious_handling", "quality")]
    [told] = await published(DutyRaised)
    await hear(a_case("serious", raised=(told.id,)))
    await hear(a_case("serious", raised=(told.id,)))
    assert await levels() == [("minor_handling", "engineering"), ("serious_handling", "quality")]


async def test_a_round_that_was_opened_before_intake_heard_goes_to_the_higher_level(
    hear, a_case, hand_up, levels, another_round
):
    await hear(a_case())
    await hand_up(MINOR)
    await hear(another_round(a_case()))
    assert (await levels())[-2:] == [("serious_handling", "quality"), ("serious_handling", "quality")]


async def test_once_intake_has_heard_its_word_counts_again(hear, a_case, hand_up, levels, published):
    await hear(a_case())
    await hand_up(MINOR)
    [told] = await published(DutyRaised)
    await hear(a_case("serious", raised=(told.id,)))
    await hear(a_case("minor", raised=(told.id,), reason="有权者重新判定"))
    assert (await levels())[-1] == ("minor_handling", "engineering")


async def test_a_higher_rating_that_crosses_on_the_way_stands(hear, a_case, hand_up, levels, published):
    await hear(a_case())
    await hand_up(MINOR)
    await hear(a_case("major"))
    [told] = await published(DutyRaised)
    await hear(a_case("major", raised=(told.id,)))
    assert (await levels())[1:] == [("serious_handling", "quality"), ("major_handling", MAJOR.replace("-", "_"))]


async def test_two_levels_may_give_it_up_before_intake_hears_of_either(hear, a_case, hand_up, levels, published):
    await hear(a_case())
    await hand_up(MINOR)
    await hand_up(SERIOUS, number=3)
    first, second = await published(DutyRaised)
    await hear(a_case("serious", raised=(first.id,)))
    await hear(a_case("major", raised=(first.id, second.id)))
    assert [rule for rule, _desk in await levels()] == ["minor_handling", "serious_handling", "major_handling"]


async def test_a_case_that_was_closed_meanwhile_asks_nothing_of_the_next_level(hear, a_case, hand_up, told_of, api):
    case = a_case()
    await hear(case)
    await hand_up(MINOR)
    await hear(told_of(case, CaseClosed, received_at=case.received_at, customer=case.customer))
    duties = (await api.get("/api/dispatch/duties?case=case-1")).json()["items"]
    assert {duty["rule"]: duty["status"] for duty in duties} == {
        "minor_handling": "handed_up",
        "serious_handling": "withdrawn",
        "look_at_it": "withdrawn",
    }


async def test_what_is_outside_is_passed_on_and_nothing_else(hear, a_case, published):
    await hear(a_case("major", "outside"))
    assert [duty.rule for duty in await published(DutyIssued)] == ["pass_on"]


@pytest.mark.parametrize(("language", "words"), [("zh", "我们无法处理"), ("en", "We cannot handle this")])
async def test_the_page_offers_it_and_says_who_has_it_then(hear, a_case, api, house, language, words):
    await hear(a_case())
    address = f"/dispatch/cases/case-1/duties/1?lang={language}"
    page = await api.get(address, headers={**house.headers(MINOR, language), "accept": "text/html"})
    assert words in page.text
    assert ("品质管理部" if language == "zh" else "Quality") in page.text
    said = {"reason": "顾客要求赔偿大衣"}
    answer = await api.post(
        "/dispatch/cases/case-1/duties/1/cannot-handle",
        data=said,
        headers={**house.headers(MINOR, language), "accept": "text/html"},
        follow_redirects=True,
    )
    assert ("已上交" if language == "zh" else "Handed up") in answer.text
    assert "顾客要求赔偿大衣" in answer.text
