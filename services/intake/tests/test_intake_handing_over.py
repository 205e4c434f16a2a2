"""What other departments receive: written down by them, taken over by the desk, judged by when."""

from datetime import timedelta

import pytest

from closeloop.contracts.every import AttemptRefused, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseRegistered

GUARD, DESK = "security-head", "desk-1"


@pytest.fixture
def passed_on(api, house, a_repair):
    """`await passed_on()`: a guard writes a repair down that the customer told them of."""

    async def written(**more):
        case = {**a_repair, "channel": "department", **more}
        answer = await api.post("/api/intake/cases", json=case, headers=house.headers(GUARD))
        assert answer.status_code == 201, answer.text
        return answer.json()

    return written


@pytest.fixture
def take_over(api, house):
    """`await take_over(case)`: the desk carries on; answers what it was told."""

    async def taken(case, by=DESK):
        return await api.post(f"/api/intake/cases/{case['number']}/taking-over", headers=house.headers(by))

    return taken


async def ends_of(published, clause):
    judged = [one for event in await published() for one in event.occasions if one.clause == clause]
    return [(one.of, one.end.value) for one in judged]


async def test_whoever_works_here_passes_a_case_on_and_the_desk_finds_it_on_its_desk(passed_on, published, see):
    case = await passed_on()
    assert case["status"] == "registered"
    assert await ends_of(published, "P00-4.2-c") == [("case:take_over", "opened")]
    [task] = await published(TaskOpened)
    assert (task.desk, task.kind, task.due_at.isoformat()) == (
        "customer_service",
        "take_over",
        "2026-01-05T02:00:00+00:00",
    )
    assert not await published(CaseAssessed)
    seen = await see(case["id"])
    assert (seen["received_by"], seen["handover"], seen["taken_over_at"]) == (GUARD, "repair", None)


async def test_the_desk_takes_over_in_time_and_carries_on(passed_on, take_over, house, published, see):
    case = await passed_on()
    await house.advance(minutes=40)
    answer = await take_over(case)
    assert (answer.status_code, answer.json()["status"]) == (200, "handling")
    assert await ends_of(published, "P00-4.2-c") == [("case:take_over", "opened"), ("case:take_over", "kept")]
    [assessed] = await published(CaseAssessed)
    assert assessed.facets == {"trade": "general"}
    [closed] = await published(TaskClosed)
    assert closed.kind == "take_over"
    told = [one["title"]["en"] for one in (await see(case["id"]))["timeline"]]
    assert told == [
        f"Written down as {case['number']} by another department, and passed on",
        "The desk took it over",
        "Assessed: Trade General",
    ]


async def test_a_complaint_that_is_taken_over_late_breaches_its_clause_once(
    api, house, a_complaint, take_over, published
):
    case = {**a_complaint, "channel": "department"}
    answer = await api.post("/api/intake/cases", json=case, headers=house.headers("cleaning-head"))
    await house.advance(hours=2)
    assert await ends_of(published, "P00-4.1-c") == [("case:take_over", "opened"), ("case:take_over", "breached")]
    assert (await take_over(answer.json())).json()["status"] == "registered"
    assert len(await ends_of(published, "P00-4.1-c")) == 2
    tasks = await published(TaskOpened)
    assert [task.kind for task in tasks] == ["take_over", "assess"]
    assert tasks[-1].case.sequence == tasks[-1].sequence


async def test_what_the_desk_is_told_by_telephone_is_passed_on_as_well(register, a_repair, published, house):
    promptly = (house.clock.now() - timedelta(minutes=20)).isoformat()
    late = (house.clock.now() - timedelta(hours=3)).isoformat()
    await register(a_repair, channel="department", received_at=promptly)
    await register(a_repair, channel="department", received_at=late)
    assert await ends_of(published, "P00-4.2-c") == [("case:take_over", "kept"), ("case:take_over", "breached")]
    assert len(await published(CaseAssessed)) == 2


async def test_nothing_is_rated_or_closed_before_it_is_taken_over(passed_on, api, house):
    case = await passed_on()
    path = f"/api/intake/cases/{case['id']}"
    rating = await api.post(f"{path}/assessment", json={"facets": {"trade": "lift"}})
    assert rating.status_code == 409
    head = house.headers("customer-service-head")
    closing = await api.post(f"{path}/closing", json={"reason": "不需要"}, headers=head)
    assert (closing.status_code, closing.json()["clause"]) == (409, "P00-4.2-c")


async def test_only_the_desk_takes_over_and_only_once(passed_on, take_over):
    case = await passed_on()
    assert (await take_over(case, by="cleaning-head")).status_code == 403
    assert (await take_over(case)).status_code == 200
    assert (await take_over(case)).status_code == 409


async def test_other_departments_pass_on_and_do_not_sit_at_the_desk(api, house, a_repair, published):
    by_telephone = {**a_repair, "channel": "telephone"}
    answer = await api.post("/api/intake/cases", json=by_telephone, headers=house.headers(GUARD))
    assert (answer.status_code, answer.json()["clause"]) == (403, "P00-3.1")
    assert await ends_of(published, "P00-3.1") == [("attempt:register_case", "prevented")]
    stranger = await api.post(
        "/api/intake/cases", json={**a_repair, "channel": "department"}, headers=house.headers("operator")
    )
    assert stranger.status_code == 403


async def test_what_is_passed_on_is_complete(api, house, a_repair, published):
    case = {**a_repair, "channel": "department", "content": ""}
    answer = await api.post("/api/intake/cases", json=case, headers=house.headers(GUARD))
    assert (answer.status_code, answer.json()["clause"]) == (422, "P00-4.2-b2")
    [refused] = await published(AttemptRefused)
    assert (refused.place, refused.procedure, refused.by) == ("river-towers", "P00", GUARD)
    assert not await published(CaseRegistered)
    assert not await published(OccasionsJudged)
