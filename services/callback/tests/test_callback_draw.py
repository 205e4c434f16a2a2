"""The weekly draw: a share of last week's repairs, the same whoever draws, frozen, and the others need not wait."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.callback.planning.draw import draw, seed_of
from closeloop.contracts.callback import CallbackPlanned, CallbackWaived
from closeloop.contracts.every import MarkSet, OccasionsJudged, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseClosed, RoundOpened
from closeloop.contracts.vocabulary import OccasionEnd

WEEK = "repair_callbacks"
CALL = {"form": "telephone", "outcome": "satisfied", "note": "好"}


@pytest.fixture
async def a_week_of_repairs(hear, house, about, handled):
    """Ten repairs were completed, and the next Monday has come."""
    await house.keep_schedules()
    for number in range(1, 11):
        await hear(about(CaseAssessed, "repair", number))
        await hear(handled("repair", number))
    await house.advance(days=7, hours=1)
    return await drawn_by(house)


async def drawn_by(house):
    """What the last draw found."""
    return (await house.jobs(WEEK))[-1]


async def call(api, house, identity, **changes):
    answer = await api.post(
        f"/api/callback/callbacks/{identity}/attempts", json=CALL | changes, headers=house.headers("callback-1")
    )
    assert answer.status_code == 201, answer.text
    await house.advance(minutes=1)
    return answer.json()


def of_the_job(judged, clause):
    return [one.end for event in judged for one in event.occasions if one.clause == clause]


async def test_a_handled_repair_waits_for_the_draw_of_its_week(hear, published, about, handled, api, house):
    await hear(about(CaseAssessed, "repair"))
    await hear(handled("repair"))
    assert await published(CallbackPlanned) == [] and await published(TaskOpened) == []
    [waiting] = (await api.get("/api/callback/callbacks?waits_for_draw=true")).json()["items"]
    assert waiting["waits_for_draw"] == "2026-W02"


async def test_the_ceiling_of_the_share_is_drawn_and_the_others_are_waived_at_once(a_week_of_repairs, published):
    found = a_week_of_repairs.found
    assert (found["of_period"], found["share"], len(found["population"])) == ("2026-W02", 30, 10)
    planned = await published(CallbackPlanned)
    assert {event.case.id for event in planned} == set(found["drawn"]) and len(planned) == 3
    assert {event.reason for event in planned} == {"sample"}
    waived = await published(CallbackWaived)
    assert {event.case.id for event in waived} == set(found["population"]) - set(found["drawn"])
    assert {event.reason for event in waived} == {"not_in_sample"}
    assert {mark.mark for mark in await published(MarkSet)} == {"waived"}
    assert {judged.end for event in waived for judged in event.occasions} == set()


async def test_anybody_can_draw_it_again(a_week_of_repairs):
    found = a_week_of_repairs.found
    seed = sha256("\n".join(["P00", "repairs", "2026-W02", *sorted(found["numbers"])]).encode()).hexdigest()
    assert seed == found["seed"]
    called = dict(zip(found["population"], found["numbers"], strict=True))
    order = sorted(called, key=lambda case: (sha256(f"{seed}\n{called[case]}".encode()).hexdigest(), case))
    assert found["drawn"] == order[:3]


async def test_the_week_is_kept_when_every_drawn_customer_was_asked(a_week_of_repairs, api, house, published):
    clause = "P00-4.6-a1"
    for case in a_week_of_repairs.found["drawn"]:
        assert OccasionEnd.KEPT not in of_the_job(await published(OccasionsJudged), clause)
        await call(api, house, f"{case}.1")
    assert (await drawn_by(house)).done_at is not None
    assert OccasionEnd.KEPT in of_the_job(await published(OccasionsJudged), clause)


async def test_a_week_in_which_not_all_were_asked_is_a_breach(a_week_of_repairs, api, house, published):
    first, *_rest = a_week_of_repairs.found["drawn"]
    await call(api, house, f"{first}.1")
    await house.advance(days=7)
    assert OccasionEnd.BREACHED in of_the_job(await published(OccasionsJudged), "P00-4.6-a1")


async def test_a_week_without_a_repair_asks_for_nothing(house, published):
    await house.keep_schedules()
    await house.advance(days=8)
    [judged] = [e for e in await published(OccasionsJudged) if e.period == "2026-W03" and "4.6-a1" in str(e.occasions)][
        -1:
    ]
    assert {one.end for one in judged.occasions} == {OccasionEnd.NOT_APPLICABLE}


async def test_one_repair_is_one_callback(hear, house, about, handled, published):
    await house.keep_schedules()
    await hear(about(CaseAssessed, "repair"))
    await hear(handled("repair"))
    await house.advance(days=8)
    assert len(await published(CallbackPlanned)) == 1


async def test_exempted_repairs_are_not_drawn(hear, house, about, handled, published):
    await house.keep_schedules()
    await hear(about(CaseAssessed, "repair", 1, contact_left=False))
    await hear(handled("repair", 1, contact_left=False))
    await hear(about(CaseAssessed, "repair", 2))
    await hear(handled("repair", 2))
    await house.advance(days=8)
    assert (await drawn_by(house)).found["population"] == ["case2"]


async def test_who_was_asked_before_the_draw_counts_and_is_not_asked_twice(hear, house, about, handled, api, published):
    await house.keep_schedules()
    await hear(about(CaseAssessed, "repair"))
    await hear(handled("repair"))
    shown = await call(api, house, "case1.1")
    assert (shown["status"], shown["reason"]) == ("done", "extra")
    await house.advance(days=7, hours=1)
    job = await drawn_by(house)
    assert job.found["drawn"] == ["case1"] and job.done_at is not None
    assert await published(CallbackPlanned) == []


async def test_who_was_left_out_may_be_asked_all_the_same(a_week_of_repairs, api, house, hear, about, published):
    left_out = sorted(set(a_week_of_repairs.found["population"]) - set(a_week_of_repairs.found["drawn"]))[0]
    number = int(left_out.removeprefix("case"))
    await hear(about(CaseClosed, "repair", number))
    url = f"/api/callback/callbacks/{left_out}.1/all-the-same"
    answer = await api.post(url, headers=house.headers("callback-1"))
    assert answer.status_code == 201 and answer.json()["reason"] == "extra"
    await call(api, house, f"{left_out}.1", outcome="dissatisfied")
    assert (await published(MarkSet))[-1].mark == "dissatisfied"
    assert (await api.post(url, headers=house.headers("callback-1"))).status_code == 409


async def test_a_case_closed_by_a_person_can_still_be_drawn(hear, house, about, handled, published):
    await house.keep_schedules()
    await hear(about(CaseAssessed, "repair"))
    await hear(handled("repair"))
    await hear(about(CaseClosed, "repair", how="person"))
    await house.advance(days=8)
    assert len(await published(CallbackPlanned)) == 1


async def test_a_drawn_repair_whose_handling_is_taken_back_does_not_hold_the_week(
    a_week_of_repairs, api, house, hear, about, published
):
    first, *others = a_week_of_repairs.found["drawn"]
    await hear(about(MarkSet, "repair", int(first.removeprefix("case")), mark="handled", is_set=False))
    for case in others:
        await call(api, house, f"{case}.1")
    await house.advance(minutes=1)
    assert (await drawn_by(house)).done_at is not None


async def test_a_repair_that_is_handled_once_more_needs_no_draw(hear, house, about, handled, published):
    await house.keep_schedules()
    await hear(about(CaseAssessed, "repair"))
    await hear(handled("repair"))
    await hear(about(RoundOpened, "repair", round=2))
    await hear(handled("repair", round=2))
    [planned] = await published(CallbackPlanned)
    assert (planned.round, planned.reason) == (2, "another_round")


async def test_of_opinions_none_is_drawn_until_the_director_says_how_many(hear, house, about, handled, published):
    await house.keep_schedules()
    await hear(about(CaseAssessed, "opinion"))
    await hear(handled("opinion"))
    await house.advance(days=8)
    assert [event.reason for event in await published(CallbackWaived)] == ["not_in_sample"]


@given(st.sets(st.text("abcdef0123456789", min_size=1), max_size=60), st.integers(0, 60))
def test_a_draw_depends_on_nothing_but_the_cases(cases, size):
    seed = seed_of("P00", "repairs", "2026-W02", cases)
    assert seed == seed_of("P00", "repairs", "2026-W02", sorted(cases, reverse=True))
    chosen = draw(seed, cases, size)
    assert chosen == draw(seed, sorted(cases), size)
    assert len(chosen) == min(size, len(cases)) and set(chosen) <= cases
