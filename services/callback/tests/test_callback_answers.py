"""What cannot be answered at once is answered at an appointed time: kept by then, breached afterwards."""

import pytest

from closeloop.contracts.every import AttemptRefused, MarkSet, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseClosed, RoundOpened
from closeloop.contracts.vocabulary import OccasionEnd

ATTEMPTS, CLAUSE, FURTHER = "/api/callback/callbacks/case1.1/attempts", "P00-4.9-a", "P00-4.9-b"
CALL = {"form": "telephone", "outcome": "satisfied", "note": "还想知道何时换灯"}
BY = {"answer_by": "2026-01-06T10:00:00+08:00"}


@pytest.fixture
async def planned(hear, about, handled):
    await hear(about(CaseAssessed))
    await hear(handled())


@pytest.fixture
def ends(published):
    async def of(clause):
        return [one.end for event in await published() for one in event.occasions if one.clause == clause]

    return of


async def test_an_answer_that_was_promised_and_given_is_kept(planned, api, ends, published):
    first = await api.post(ATTEMPTS, json=CALL | BY)
    assert first.json()["status"] == "planned" and first.json()["answer_by"]
    [_call, promise] = await published(TaskOpened)
    assert promise.kind == "answer" and promise.due_at is not None
    assert await ends(CLAUSE) == [OccasionEnd.OPENED]
    again = await api.post(ATTEMPTS, json=CALL)
    assert again.json()["status"] == "done" and again.json()["answer_by"] is None
    assert await ends(CLAUSE) == [OccasionEnd.OPENED, OccasionEnd.KEPT]
    assert await ends(FURTHER) == [OccasionEnd.OPENED, OccasionEnd.KEPT]
    assert {task.kind for task in await published(TaskClosed)} == {"call", "answer"}


async def test_an_answer_that_nobody_gave_in_time_is_a_breach_and_stays_one(planned, api, ends, house, published, pack):
    await api.post(ATTEMPTS, json=CALL | BY)
    await house.advance(days=2)
    assert await ends(CLAUSE) == [OccasionEnd.OPENED, OccasionEnd.BREACHED]
    raised = (await published(TaskOpened))[-1]
    assert (raised.kind, raised.desk) == ("answer", "customer_service_head")
    assert (await api.post(ATTEMPTS, json=CALL)).json()["status"] == "done"
    assert await ends(CLAUSE) == [OccasionEnd.OPENED, OccasionEnd.BREACHED]
    assert await ends(FURTHER) == [OccasionEnd.OPENED, OccasionEnd.KEPT]


async def test_an_answer_that_was_given_in_time_and_written_down_late_takes_the_breach_back(planned, api, ends, house):
    await api.post(ATTEMPTS, json=CALL | BY)
    await house.advance(days=2)
    await api.post(ATTEMPTS, json=CALL | {"attempted_at": "2026-01-06T09:00:00+08:00"})
    assert (await ends(CLAUSE))[-2:] == [OccasionEnd.WITHDRAWN, OccasionEnd.KEPT]


async def test_nobody_at_home_is_no_answer(planned, api, ends):
    await api.post(ATTEMPTS, json=CALL | BY)
    await api.post(ATTEMPTS, json={"form": "telephone", "outcome": "unreachable"})
    assert await ends(CLAUSE) == [OccasionEnd.OPENED]


async def test_without_a_time_the_time_of_the_procedure_counts(planned, api):
    answer = await api.post(ATTEMPTS, json=CALL | {"unanswered": True})
    assert answer.status_code == 201 and answer.json()["attempt"]["answer_by"].startswith("2026-01-0")


async def test_an_appointment_that_is_too_far_away_is_refused_by_its_clause(planned, api, published):
    answer = await api.post(ATTEMPTS, json=CALL | {"answer_by": "2026-03-06T10:00:00+08:00"})
    assert answer.status_code == 409 and answer.json()["clause"] == CLAUSE
    assert [event.clause for event in await published(AttemptRefused)] == [CLAUSE]


async def test_a_dissatisfied_customer_gets_the_answer_in_the_next_round(planned, api, ends, hear, about, handled):
    later = {"answer_by": "2026-01-16T10:00:00+08:00"}
    await api.post(ATTEMPTS, json=CALL | later | {"outcome": "dissatisfied"})
    await hear(about(RoundOpened, round=2))
    await hear(handled(round=2))
    assert await ends(CLAUSE) == [OccasionEnd.OPENED]
    await api.post("/api/callback/callbacks/case1.2/attempts", json=CALL)
    assert await ends(CLAUSE) == [OccasionEnd.OPENED, OccasionEnd.KEPT]


async def test_an_open_answer_is_said_before_a_mark_lets_the_case_go(planned, api, hear, about, handled, published):
    later = {"answer_by": "2026-01-16T10:00:00+08:00"}
    await api.post(ATTEMPTS, json=CALL | later | {"outcome": "dissatisfied"})
    await hear(about(RoundOpened, round=2))
    await hear(handled(round=2))
    for _try in range(3):
        await api.post("/api/callback/callbacks/case1.2/attempts", json={"form": "telephone", "outcome": "unreachable"})
    said = [(mark.mark, mark.is_set) for mark in await published(MarkSet) if mark.round == 2]
    assert said == [("occasions_settled", False), ("unreachable", True)]


async def test_a_closed_case_owes_no_answer(planned, api, ends, hear, about, house):
    await api.post(ATTEMPTS, json=CALL | BY)
    await hear(about(CaseClosed, how="person"))
    await house.advance(days=3)
    assert await ends(CLAUSE) == [OccasionEnd.OPENED, OccasionEnd.WITHDRAWN]
    assert await ends(FURTHER) == [OccasionEnd.OPENED, OccasionEnd.NOT_APPLICABLE]


async def test_nothing_is_left_open_of_a_closed_case(planned, api, published, hear, about):
    await api.post(ATTEMPTS, json=CALL | BY)
    await hear(about(CaseClosed, how="person"))
    last = {one.id: one.end for event in await published() for one in event.occasions}
    assert OccasionEnd.OPENED not in last.values()
    assert await published(OccasionsJudged)
