"""A procedure whose jobs are done every week, month and year, in a service that has them."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack, load_pack
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.reading import Read
from closeloop.chassis.running import Running
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.schedules.doing import finish_by_itself
from closeloop.chassis.service import Service
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.testing import House
from closeloop.chassis.work import Work

OWNER = "callback"
"""The service whose jobs these are: a pack names one of the five."""

hears = Hears()


async def count_jobs(read: Read, job: ScheduledJob) -> int:
    return int(await read.value(sa.text("select count(*) from jobs")))


@hears.job("check_register", reads=count_jobs)
def show_what_is_there(job: ScheduledJob, work: Work, found: Any) -> None:
    job.found = {
        "summary": {"zh": "登记表中的事项", "en": "Cases in the register"},
        "items": [{"title": {"zh": "以前的工作", "en": "Jobs before"}, "value": found, "url": "/callback/jobs"}],
        "fields": {"checked": found},
    }


@hears.job_done("check_register")
def say_that_it_was_seen(job: ScheduledJob, work: Work) -> None:
    job.found = {**job.found, "seen_by": job.done_by}


@hears.job("sample_callbacks")
def plan_at_once(job: ScheduledJob, work: Work, found: Any) -> None:
    finish_by_itself(work, job, "planned")


async def how_many(read: Read, timer: Timer) -> int:
    return int(await read.value(sa.text("select count(*) from timers where kind = 'ring'")))


@hears.due("ring", reads=how_many)
def say_how_many(timer: Timer, work: Work, found: Any) -> None:
    work.task(desk="front", kind="rang", of=timer.of, title=(str(found), str(found)), url="/")


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], hears)


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(load_organisation(Path(__file__).parent / "organisation.yaml"), keys_in(tmp_path / "keys"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here, copied = Path(__file__).parent, tmp_path / "P00"
    shutil.copytree(here.parent / "packs" / "P00", copied)
    shutil.copytree(here / "pack", copied, dirs_exist_ok=True)
    return copied


@pytest.fixture
def pack(folder: Path) -> Pack:
    return load_pack(folder)


@pytest.fixture(autouse=True)
async def scheduled(running: Running, house: House) -> None:
    running.schedules.service = OWNER
    await house.keep_schedules()


@pytest.fixture
async def the_check(house: House) -> ScheduledJob:
    """The check of the week after next, as it lies on the desk."""
    await house.advance(days=7)
    [job] = await house.jobs("check")
    return job
