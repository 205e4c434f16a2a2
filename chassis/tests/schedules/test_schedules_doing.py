"""Doing a periodic job: by whom, signed, in time or not."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.contracts.every import OccasionsJudged, TaskClosed, TaskOpened

WRITTEN = {"finding": "all entries are complete"}


def at(day: int, hour: float, month: int = 1) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8)


async def ends_of(published: Any, clause: str) -> list[tuple[str, str | None]]:
    told = await published(OccasionsJudged)
    return [(one.end.value, event.period) for event in told for one in event.occasions if one.clause == clause]


async def test_a_job_done_in_time_is_kept_signed_and_off_the_desk(house, running, the_check, published):
    done = await house.do_job(the_check.id, by="desk-1", fields=WRITTEN, note="nothing open")
    assert (done.done_by, done.done_at, done.in_time, done.note) == ("desk-1", at(12, 9), True, "nothing open")
    assert done.found["seen_by"] == "desk-1"
    assert await ends_of(published, "P00-4") == [("opened", "2026-W03"), ("kept", "2026-W03")]
    assert [closed.kind for closed in await published(TaskClosed)] == ["job"]
    [[signatures, fields, sealed]] = await running.store.fetch("select signatures, fields, sealed_at from records")
    assert json.loads(fields) == {**WRITTEN, "checked": done.found["fields"]["checked"]}  # stood there already
    assert '"signer":"前台一","role":"front"' in signatures and sealed
    await house.advance(days=3)
    assert await ends_of(published, "P00-4") == [
        ("opened", "2026-W03"),
        ("kept", "2026-W03"),
    ]


async def test_a_job_that_is_late_is_breached_and_may_still_be_done(house, the_check, published):
    await house.advance(days=3)
    assert await ends_of(published, "P00-4") == [("opened", "2026-W03"), ("breached", "2026-W03")]
    assert await published(TaskClosed) == []
    done = await house.do_job(the_check.id, by="desk-1", fields=WRITTEN)
    assert done.in_time is False
    assert await ends_of(published, "P00-4") == [("opened", "2026-W03"), ("breached", "2026-W03")]
    assert len(await published(TaskClosed)) == 1


async def test_the_occasions_of_a_job_count_in_its_period_and_at_its_place(house, published):
    await house.advance()
    job = next(job for job in await house.jobs("publish") if job.place == "garden-estate")
    await house.do_job(job.id, by="manager-1")
    told = [event for event in await published(OccasionsJudged) if event.key == job.id]
    assert [(event.place, event.period, event.occasions[0].end.value) for event in told] == [
        ("garden-estate", "2026", "opened"),
        ("garden-estate", "2026", "kept"),
    ]
    assert {event.occasions[0].of for event in told} == {"job"}


async def test_a_person_of_another_desk_is_refused(house, the_check):
    with pytest.raises(Forbidden, match="desk of Front office"):
        await house.do_job(the_check.id, by="worker-1", fields=WRITTEN)
    [job] = await house.jobs("check")
    assert job.done_at is None


async def test_a_person_of_another_place_does_not_see_it(house):
    await house.advance()
    job = next(job for job in await house.jobs("publish") if job.place == "garden-estate")
    with pytest.raises(NotFound):
        await house.do_job(job.id, by="manager-2")


async def test_a_job_is_done_once(house, the_check):
    await house.do_job(the_check.id, by="desk-1", fields=WRITTEN)
    with pytest.raises(Refused, match="done already"):
        await house.do_job(the_check.id, by="desk-1", fields=WRITTEN)


async def test_a_form_that_is_not_complete_is_not_signed(house, the_check, published):
    with pytest.raises(Refused, match="Finding"):
        await house.do_job(the_check.id, by="desk-1")
    assert await ends_of(published, "P00-4") == [("opened", "2026-W03")]


async def test_what_the_service_does_by_itself_is_kept_and_lies_on_no_desk(house, published):
    await house.advance(days=7)
    [job] = await house.jobs("plan")
    assert (job.done_by, job.in_time, job.note) == ("", True, "planned")
    assert await ends_of(published, "P00-5") == [("opened", "2026-W03"), ("kept", "2026-W03")]
    assert not [task for task in await published(TaskOpened) if task.url.endswith(job.id)]
