"""Who does a job: a desk, the head of one, or each department its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint
from closeloop.chassis.refusals import Forbidden

MORE = """
  read:
    title: {zh: 阅读, en: Read}
    service: callback
    every: month
    desk: {each: department}
    own_practice: Everybody reads.
  look:
    title: {zh: 检查, en: Look}
    service: callback
    every: month
    desk: {desk: front, head: true}
    own_practice: The head looks.
"""


@pytest.fixture
def folder(folder: Path) -> Path:
    file = folder / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    return folder


async def test_each_department_has_its_own_job_and_does_it_alone(house):
    await house.advance(days=31)
    jobs = {job.desk: job for job in await house.jobs("read")}
    assert {desk: job.id for desk, job in jobs.items()} == {
        "front": "job:P00.read.2026-02.front",
        "workshop": "job:P00.read.2026-02.workshop",
    }
    with pytest.raises(Forbidden):
        await house.do_job(jobs["workshop"].id, by="desk-1")
    done = await house.do_job(jobs["front"].id, by="desk-1")
    assert done.done_by == "desk-1"
    [left] = [job for job in await house.jobs("read") if job.done_at is None]
    assert left.desk == "workshop"


async def test_the_head_of_a_desk_does_what_is_for_the_head(house):
    await house.advance(days=31)
    [job] = await house.jobs("look")
    assert (job.desk, job.id) == ("manager", "job:P00.look.2026-02")
    assert job.starts_at == datetime(2026, 2, 1, 1, tzinfo=UTC)


def test_no_case_names_the_desk_of_a_job(folder: Path) -> None:
    file = folder / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("{each: department}", "{fact: severity}"), "utf-8")
    assert "no case names the desk of a job" in "".join(lint(folder).lines())
