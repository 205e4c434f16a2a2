"""Jobs about people: one for each person of a role, by somebody else, and not for everybody's eyes."""

from __future__ import annotations

from pathlib import Path

import pytest

from closeloop.chassis.packs import lint
from closeloop.chassis.refusals import Forbidden, NotFound
from closeloop.contracts.every import OccasionsJudged, TaskOpened
from closeloop.contracts.personal import Audience

ASSESS = """
  assess:
    title: {zh: 季度考核, en: Quarterly assessment}
    service: callback
    every: quarter
    on: first working day
    desk: manager
    each: {people: [manager]}
    restricted: true
    form: notice
    within: 10 working days
    clauses: [P00-4]
"""
WRITTEN = {"finding": "good"}
QUARTER = "job:P00.assess.2026-Q2"


@pytest.fixture
def folder(folder: Path) -> Path:
    file = folder / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8") + ASSESS, encoding="utf-8")
    return folder


@pytest.fixture
async def assessments(house):
    await house.advance(days=100)
    return {job.whom: job for job in await house.jobs("assess") if job.period == "2026-Q2"}


async def test_each_person_of_the_roles_has_a_job_of_their_own(assessments, published):
    assert {whom: job.id for whom, job in assessments.items()} == {
        login: f"{QUARTER}.{login}" for login in ("manager-1", "manager-2", "auditor-1")
    }
    told = [task for task in await published(TaskOpened) if task.key == f"{QUARTER}.manager-2"]
    assert [(task.audience, task.title.en) for task in told] == [
        (Audience.RESTRICTED, "Quarterly assessment (Quarter 2 of 2026): manager-2")
    ]


async def test_it_is_seen_and_done_only_by_those_who_read_restricted_matters(assessments, house, api, published):
    address = f"/api/chassis/jobs/{QUARTER}.manager-2"
    assert (await api.get(address, headers=house.headers("manager-1"))).status_code == 404
    with pytest.raises(NotFound):
        await house.do_job(f"{QUARTER}.manager-2", by="manager-1", fields=WRITTEN)
    done = await house.do_job(f"{QUARTER}.manager-2", by="auditor-1", fields=WRITTEN)
    assert (await api.get(address, headers=house.headers("auditor-1"))).json()["whom"] == "manager-2"
    record = f"/api/chassis/records/{done.record}"
    assert (await api.get(record, headers=house.headers("auditor-1"))).status_code == 200
    assert (await api.get(record, headers=house.headers("manager-1"))).status_code == 404
    told = [event for event in await published(OccasionsJudged) if event.key == done.id]
    assert {event.audience for event in told} == {Audience.RESTRICTED}


async def test_nobody_assesses_themselves(assessments, house):
    with pytest.raises(Forbidden, match="about you"):
        await house.do_job(f"{QUARTER}.auditor-1", by="auditor-1", fields=WRITTEN)


def test_whom_a_job_is_about_is_there_for_something(folder: Path) -> None:
    file = folder / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("[manager]", "[managre]"), "utf-8")
    assert "There is no role 'managre'" in "".join(lint(folder).lines())
