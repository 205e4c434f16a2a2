"""Customers of a list are visited by the calendar: each once in a period, newcomers at once, nobody taken off."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.event import Moment
from closeloop.contracts.every import OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CustomerKept

OWN = {"own_practice": "It is so."}
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
VISIT = {
    "title": {"zh": "拜访顾客", "en": "Visit"},
    "service": "callback",
    "every": "quarter",
    "at_first": True,
    "each": {"customers": "served"},
    "desk": "callback",
    "form": "visit",
    "clauses": ["P00-visit"],
}
FIELDS = {
    "customer": {"title": {"zh": "顾客", "en": "Customer"}, "from": "customer.name"},
    "heard": {"title": {"zh": "情况", "en": "What was heard"}, "required": True},
}


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure, which also visits its customers."""
    said = json.loads(pack.canonical)
    important = {"customers": "served", "when": {"important": {"is": True}}}
    said["schedule"]["jobs"] = {
        "visit": VISIT,
        "important": {**VISIT, "every": "half_year", "at_first": False, "each": important},
    }
    said["forms/visit"] = {"title": {"zh": "访问单", "en": "Visit sheet"}, "version": "1", "fields": FIELDS, **OWN}
    clause = {"source": "1", "text": {"zh": "拜访", "en": "Visit"}, "kind": "schedule", "check": "automatic"}
    said["clauses"]["clauses"]["P00-visit"] = clause
    return Pack.from_json(json.dumps(said))


@pytest.fixture
def kept(hear, house):
    """`await kept("c1", important=True)`: intake says that somebody is on the list, or what changed."""
    numbers: dict[str, int] = {}

    async def told(customer: str, *, since: Moment = JANUARY, off: Moment | None = None, **facts: object) -> None:
        numbers[customer] = number = numbers.get(customer, 0) + 1
        said = {"id": f"main.intake.customer:{customer}.{number}", "key": f"customer:{customer}", "sequence": number}
        about = {"customer_id": customer, "in_list": "served", "since": since, "name": f"Plant {customer}"}
        where = {"procedure": "P00", "procedure_version": "1.0", "facts": facts, "struck_off_at": off}
        await hear(an_example(CustomerKept, **said, **about, **where))
        while await house.fire():
            pass

    return told


async def visits(house, name: str = "visit") -> dict[str, str]:
    return {job.whom: job.period for job in await house.jobs(name)}


async def test_each_customer_is_visited_once_in_every_period(house, kept, published):
    await house.keep_schedules()
    await kept("c1")
    await kept("c2")
    assert await visits(house) == {"c1": "2026-Q1", "c2": "2026-Q1"}
    await kept("c1", important=False)  # heard once more
    assert len(await house.jobs("visit")) == 2
    await house.advance(days=100)
    second = [job for job in await house.jobs("visit") if job.period == "2026-Q2"]
    assert {job.id for job in second} == {"job:P00.visit.2026-Q2.c1", "job:P00.visit.2026-Q2.c2"}
    missed = [
        one.end.value
        for event in await published(OccasionsJudged)
        for one in event.occasions
        if event.key == "job:P00.visit.2026-Q1.c1"
    ]
    assert missed == ["opened", "breached"]


async def test_a_visit_names_the_customer_and_is_kept_by_its_record(house, kept, api, running):
    await house.keep_schedules()
    await kept("c1")
    [job] = await house.jobs("visit")
    page = await api.get(f"/callback/jobs/{job.id}", headers=house.headers("callback-1"))
    assert page.status_code == 200 and "Plant c1" in page.text
    done = await house.do_job(job.id, by="callback-1", fields={"heard": "all is well"})
    assert done.standing == {"customer": "Plant c1", "heard": "all is well"}


async def test_only_those_whom_the_job_is_about_have_one(house, kept):
    await house.keep_schedules()
    await kept("c1", important=True)
    await kept("c2", important=False)
    await kept("c3")
    assert await visits(house, "important") == {}  # it begins with its next period
    await house.advance(days=185)
    assert await visits(house, "important") == {"c1": "2026-H2"}


async def test_nothing_is_left_to_do_for_whoever_was_taken_off_the_list(house, kept, published, running):
    await house.keep_schedules()
    await kept("c1")
    await kept("c1", off=running.now())
    [job] = await house.jobs("visit")
    opened = {task.task_id for task in await published(TaskOpened) if task.key == job.id}
    assert opened == {task.task_id for task in await published(TaskClosed)}
    ends = [one.end.value for event in await published(OccasionsJudged) for one in event.occasions]
    assert ends == ["opened", "withdrawn"]
    await house.advance(days=100)
    assert len(await house.jobs("visit")) == 1
