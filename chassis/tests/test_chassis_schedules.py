"""Schedules: what is done again and again, opened at its moment and judged, on SQLite and on PostgreSQL."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack, load_pack
from closeloop.chassis.reading import Read
from closeloop.chassis.running import Running
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.service import Service
from closeloop.chassis.work import Work
from closeloop.contracts.every import TaskOpened

OWNER = "callback"
"""The service whose jobs these are: a pack names one of the five."""

SCHEDULE = """
jobs:
  check:
    title: {zh: 每周检查, en: Weekly check}
    service: callback
    every: week
    on: monday
    desk: front
    within: 2 working days
    clauses: [P00-3]
  hand_over:
    title: {zh: 按月移交, en: Monthly handover}
    service: callback
    every: month
    on: first working day
    at: "10:00"
    desk: workshop
    does: hand_over
    own_practice: It is asked for.
  elsewhere:
    title: {zh: 其他, en: Elsewhere}
    service: survey
    every: day
    desk: front
    own_practice: Not ours.
"""


hears = Hears()


async def count_tables(read: Read, job: ScheduledJob) -> int:
    import sqlalchemy as sa

    return int(await read.value(sa.text("select count(*) from activated")))


@hears.job("hand_over", reads=count_tables)
def hand_over(job: ScheduledJob, work: Work, found: Any) -> None:
    job.found = {"activated": found}


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], hears)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "P00"
    shutil.copytree(Path(__file__).parent / "packs" / "P00", copied)
    (copied / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return copied


@pytest.fixture
def pack(folder: Path) -> Pack:
    return load_pack(folder)


@pytest.fixture(autouse=True)
async def scheduled(running: Running, house: Any) -> None:
    running.schedules.service = OWNER
    await house.keep_schedules()


def at(day: int, hour: int, month: int = 1) -> datetime:
    return datetime(2026, month, day, hour - 8, tzinfo=UTC)


async def test_a_weekly_job_is_opened_on_its_day(house, published):
    await house.advance(days=6.9)
    assert await house.jobs("check") == []
    await house.advance(days=0.2)
    [job] = await house.jobs("check")
    assert job.id == "job:P00.check.2026-W03" and job.period == "2026-W03"
    assert job.starts_at == at(12, 9) and job.due_at == at(14, 18) - (at(14, 18) - at(14, 17)) / 2
    [task] = [task for task in await published(TaskOpened) if task.of == ""]
    assert task.desk == "front" and task.url == "/callback/jobs/job:P00.check.2026-W03"
