"""Qualifications: months of the calendar over a history, somebody else who assesses, the gate."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from closeloop.chassis.packs import lint, load_pack
from closeloop.contracts.procedure.length import Length
from closeloop.dispatch.qualifications.model import day_after, days_needed, days_of

REPAIRS = Path(__file__).parent / "packs" / "repairs"
LEADER, WORKER, OTHER = "repair-leader", "repair-worker-1", "repair-worker-2"
TWO_MONTHS = Length(number=2, unit="months")


@pytest.fixture
def pack():
    """An invented procedure that sends nobody who has not learnt two months and passed."""
    return load_pack(REPAIRS)


@pytest.fixture
async def inspection(hear, a_repair):
    """Somebody is to be sent."""
    case = a_repair()
    await hear(case.model_copy(update={"case": case.case.model_copy(update={"kind": "inspection"})}))


@pytest.fixture
def learn(api, house):
    """`await learn("2025-10-01", "2025-11-30")`: the leader enters a stretch of training."""

    async def enter(started: str, ended: str, person: str = WORKER, by: str = LEADER, status: int = 201) -> Any:
        body = {"started_on": started, "ended_on": ended, "content": "结构与维修"}
        answer = await api.post(f"/api/dispatch/people/{person}/training", json=body, headers=house.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    return enter


@pytest.fixture
def assess(api, house):
    """`await assess("2025-12-05", "passed")`: the leader enters an assessment."""

    async def enter(day: str, result: str, person: str = WORKER, by: str = LEADER, status: int = 201) -> Any:
        body = {"assessed_on": day, "assessment_result": result}
        answer = await api.post(f"/api/dispatch/people/{person}/assessment", json=body, headers=house.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    return enter


@pytest.fixture
def assign(step):
    """The leader sends somebody; answers the clause where that is refused."""

    async def send(person: str = WORKER, status: int = 200) -> str | None:
        found: dict[str, Any] = await step(LEADER, "assign", to=person, status=status)
        clause: str | None = found.get("clause")
        return clause

    return send


@pytest.fixture
def standing(api, house):
    """How somebody stands."""

    async def of(person: str = WORKER) -> dict[str, Any]:
        items = (await api.get("/api/dispatch/people", headers=house.headers(LEADER))).json()["items"]
        return next(one for one in items if one["person"] == person)

    return of


def test_the_pack_of_these_tests_is_in_order():
    assert lint(REPAIRS).faults == ()


async def test_nobody_is_sent_before_two_months_and_an_assessment(inspection, learn, assess, assign, standing, ends):
    assert await assign(status=409) == "P00-13"
    await learn("2025-11-01", "2025-12-30")
    assert (await standing())["days_learnt"] == 60 and (await standing())["days_needed"] == 61
    assert await assign(status=409) == "P00-13"
    await learn("2025-12-31", "2025-12-31")
    assert (await standing())["standing"] == "to_be_assessed" and await assign(status=409) == "P00-14"
    await assess("2026-01-02", "passed")
    await assign()
    assert ("duty:1:repair-worker-1", "kept") in await ends("13")
    assert ("duty:1:repair-worker-1", "kept") in await ends("14")
    assert [end for of, end in await ends("13") if of == "attempt:assign_duty"] == ["prevented", "prevented"]


async def test_who_passed_without_training_is_not_sent(inspection, assess, assign):
    await assess("2026-01-02", "passed")
    assert await assign(status=409) == "P00-13"


async def test_stretches_are_laid_end_to_end_and_overlaps_count_once(inspection, learn, assess, assign, standing):
    await learn("2025-01-01", "2025-01-31")
    await learn("2025-01-15", "2025-01-31")
    assert (await standing())["days_learnt"] == 31
    await learn("2025-06-01", "2025-06-28")
    assert ((await standing())["days_learnt"], (await standing())["days_needed"]) == (59, 59)
    await assess("2025-07-01", "passed")
    await assign()


async def test_who_fails_learns_again_before_passing_again(inspection, learn, assess, assign, standing, ends):
    await learn("2025-09-01", "2025-10-31")
    await assess("2025-11-03", "passed")
    await assess("2025-12-01", "failed")
    assert await assign(status=409) == "P00-15"
    assert ("qualification:regular_staff", "opened") in await ends("15")
    await assess("2025-12-02", "passed")
    assert (await standing())["standing"] == "retraining" and await assign(status=409) == "P00-15"
    await learn("2025-12-03", "2025-12-20")
    assert (await standing())["standing"] == "qualified"
    await assess("2025-12-21", "passed")
    assert ("qualification:regular_staff", "kept") in await ends("15")
    await assign()


async def test_failing_on_the_way_recalls_nobody_and_shuts_the_gate(inspection, learn, assess, assign, api):
    await learn("2025-09-01", "2025-10-31")
    await assess("2025-11-03", "passed")
    await assign()
    await assess("2026-01-05", "failed")
    [duty] = (await api.get("/api/dispatch/duties?case=case-1")).json()["items"]
    assert duty["worker"] == WORKER
    assert await assign(status=409) == "P00-15"


async def test_somebody_else_assesses_and_only_whoever_the_procedure_names(learn, assess, people):
    refused = await assess("2026-01-05", "passed", by=WORKER, status=409)
    assert refused["clause"] == "P00-14" and "Repair leader" in refused["detail"]
    own = await assess("2026-01-05", "passed", person=LEADER, status=409)
    assert "ask somebody else" in own["detail"]
    await learn("2025-09-01", "2025-10-31", by=OTHER, status=409)


async def test_days_that_cannot_be_are_refused(learn, assess):
    assert "before it started" in (await learn("2025-10-31", "2025-09-01", status=409))["detail"]
    assert "still to come" in (await learn("2025-10-31", "2026-01-06", status=409))["detail"]
    assert "started_on" in (await learn("", "2025-12-01", status=409))["detail"]
    assert "“Result”" in (await assess("2026-01-05", "", status=409))["detail"]


async def test_each_person_stands_alone(inspection, learn, assess, assign):
    await learn("2025-09-01", "2025-10-31", person=OTHER)
    await assess("2025-11-03", "passed", person=OTHER)
    assert await assign(status=409) == "P00-13"
    await assign(OTHER)


async def test_what_was_entered_is_a_sealed_record(learn, assess, api, house):
    await learn("2025-09-01", "2025-10-31")
    await assess("2025-11-03", "passed")
    [record] = (await api.get("/api/dispatch/records?form=assessment_record", headers=house.headers(LEADER))).json()[
        "items"
    ]
    assert record["is_as_sealed"] and record["fields"]["person"] == "维修工一 Repair worker 1"


async def test_the_page_enters_by_plain_forms(api, house, standing):
    headers = {**house.headers(LEADER, "zh"), "Accept": "text/html", "Referer": "http://closeloop/dispatch/people"}
    page = await api.get("/dispatch/people", headers=headers)
    assert page.status_code == 200 and "学习中" in page.text and "登记学习" in page.text
    assert '<option value="" selected>请选择</option>' in page.text
    said = {"fields.started_on": "2025-09-01", "fields.ended_on": "2025-10-31", "fields.content": "结构"}
    answer = await api.post(f"/dispatch/people/{WORKER}/regular_staff/training", data=said, headers=headers)
    assert answer.status_code == 303, answer.text
    said = {"fields.assessed_on": "2025-11-03", "fields.assessment_result": "passed"}
    answer = await api.post(f"/dispatch/people/{WORKER}/regular_staff/assessment", data=said, headers=headers)
    assert answer.status_code == 303, answer.text
    assert (await standing())["standing"] == "qualified"
    own = await api.get("/dispatch/people", headers={**house.headers(WORKER), "Accept": "text/html"})
    assert "Repair worker 1" in own.text and "Repair worker 2" not in own.text and "Enter training" not in own.text


@pytest.mark.parametrize(
    ("first", "over"),
    [
        (date(2025, 12, 31), date(2026, 2, 28)),
        (date(2023, 12, 31), date(2024, 2, 29)),
        (date(2025, 11, 30), date(2026, 1, 30)),
        (date(2025, 1, 1), date(2025, 3, 1)),
    ],
)
def test_two_months_of_the_calendar(first, over):
    assert day_after(TWO_MONTHS, first) == over
    assert days_needed([(first, first)], TWO_MONTHS, first) == (over - first).days


DAYS = some.dates(min_value=date(2024, 1, 1), max_value=date(2026, 1, 1))


@given(some.lists(some.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair))), max_size=8))
def test_every_day_counts_once(stretches):
    spent = {start.toordinal() + n for start, end in stretches for n in range((end - start).days + 1)}
    assert days_of(stretches) == len(spent)
