"""When a periodic job is opened, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from closeloop.chassis.schedules import JobState
from closeloop.chassis.work import Work
from closeloop.contracts.every import OccasionsJudged, TaskOpened


def at(day: int, hour: float, month: int = 1) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8)


async def ends_of(published: Any, clause: str) -> list[tuple[str, str | None]]:
    told = await published(OccasionsJudged)
    return [(one.end.value, event.period) for event in told for one in event.occasions if one.clause == clause]


async def test_a_weekly_job_is_opened_on_its_day(house, published):
    await house.advance(days=6, hours=23.9)
    assert await house.jobs("check") == []
    await house.advance(hours=0.2)
    [job] = await house.jobs("check")
    assert job.id == "job:P00.check.2026-W03" and job.period == "2026-W03"
    assert (job.starts_at, job.due_at, job.opened_late) == (at(12, 9), at(14, 17.5), False)
    [task] = [task for task in await published(TaskOpened) if task.url.endswith(job.id)]
    assert (task.desk, task.kind, task.due_at) == ("front", "job", at(14, 17.5))
    assert task.title.en == "Weekly check (Week 3 of 2026 (12 Jan to 18 Jan))"
    assert await ends_of(published, "P00-4") == [("opened", "2026-W03")]


async def test_the_first_job_is_that_of_the_first_period_that_begins_under_the_procedure(house):
    await house.advance(days=30)
    assert [job.period for job in await house.jobs("check")] == ["2026-W03", "2026-W04", "2026-W05", "2026-W06"]
    assert [job.period for job in await house.jobs("hand_over")] == ["2026-02"]


async def test_the_first_working_day_is_that_of_the_place(house):
    await house.advance(days=400)
    days = {job.period: job.starts_at for job in await house.jobs("hand_over")}
    assert days["2026-02"] == at(2, 10, month=2)  # the 1st is a Sunday
    assert days["2026-05"] == at(6, 10, month=5)  # holidays until the 5th
    assert days["2026-10"] == at(8, 10, month=10)  # the national day and its week


async def test_a_week_without_a_working_day_has_its_job_on_the_next_one(house):
    await house.advance(days=60)
    [job] = [job for job in await house.jobs("plan") if job.period == "2026-W08"]  # the spring festival
    assert job.starts_at == at(24, 9, month=2) and job.due_at > job.starts_at


async def test_a_job_that_each_place_has_is_opened_at_once_where_the_procedure_says_so(house, people):
    await house.advance()
    jobs = await house.jobs("publish")
    assert {job.place for job in jobs} == {place.id for place in people.organisation.places}
    assert {job.period for job in jobs} == {"2026"} and {job.starts_at for job in jobs} == {at(5, 9)}
    assert jobs[0].id == f"job:P00.publish.2026.{jobs[0].place}"
    await house.advance(days=365)
    assert {job.starts_at for job in await house.jobs("publish")} == {at(5, 9), datetime(2027, 1, 1, 1, tzinfo=UTC)}


async def test_weeks_missed_while_the_service_was_down_are_opened_once_each_and_said_late(house, clock, published):
    clock.advance_to(clock.now() + timedelta(days=24))
    await house.advance(hours=1)
    jobs = await house.jobs("check")
    assert [(job.period, job.opened_late) for job in jobs] == [
        ("2026-W03", True),
        ("2026-W04", True),
        ("2026-W05", True),
    ]
    assert [job.state(clock.now()) for job in jobs] == [JobState.OVERDUE, JobState.OVERDUE, JobState.OVERDUE]
    ends = await ends_of(published, "P00-4")
    assert sorted(ends) == sorted((end, job.period) for job in jobs for end in ("opened", "breached"))
    await house.keep_schedules()
    await house.advance(hours=1)
    assert len(await house.jobs("check")) == 3


async def test_jobs_of_other_services_are_theirs(house):
    await house.advance(days=3)
    assert await house.jobs("elsewhere") == []


async def test_the_service_looks_at_its_tables_before_a_job_is_opened(house):
    await house.advance(days=7)
    [job] = await house.jobs("check")
    assert job.found["items"][0]["value"] >= 1  # what was published at each place


async def test_a_restart_between_looking_and_writing_only_looks_again(house, running, monkeypatch):
    submit = running.committer.submit
    lost: list[Any] = []

    async def gone(piece: Any) -> Any:
        if piece.name == "due told:open_job" and not lost:
            lost.append(piece)
            raise ConnectionError("the process was killed")
        return await submit(piece)

    monkeypatch.setattr(running.committer, "submit", gone)
    with pytest.raises(ConnectionError):
        await house.advance(days=7)
    await house.advance(days=7)
    assert lost
    ids = [job.id for job in await house.jobs()]
    assert len(ids) == len(set(ids)) and "job:P00.check.2026-W03" in ids


async def test_any_timer_may_look_at_the_tables_first(house, clock, published):
    def set_it(work: Work) -> None:
        work.at(clock.now() + timedelta(hours=1), "ring", "bell")

    await house.do(set_it, key="tower")
    await house.advance(hours=2)
    [rang] = [task for task in await published(TaskOpened) if task.kind == "rang"]
    assert (rang.of, rang.title.en) == ("bell", "1")


async def test_a_place_that_comes_along_has_its_jobs_from_then_on(house, people):
    await house.advance(days=1)
    old = people.organisation
    garden = old.places[0].model_copy(update={"id": "hill-side"})
    people.read_again(old.model_copy(update={"places": (*old.places, garden)}))
    await house.keep_schedules()
    await house.advance(days=1)
    jobs = {job.place: job.starts_at for job in await house.jobs("publish")}
    assert jobs == {"garden-estate": at(5, 9), "river-towers": at(5, 9), "hill-side": at(6, 9)}
    people.read_again(old)
    await house.advance(days=370)
    assert len(await house.jobs("publish")) == 5  # the place that is gone has no further one
