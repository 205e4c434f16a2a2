"""Resolved at once: the steps of the duty are taken in the name of whoever registered, in the same piece."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.dispatch import DutyFinished, DutyIssued, DutyReturned
from closeloop.contracts.every import MarkSet, TaskOpened
from closeloop.contracts.intake import CaseAssessed, ResolvedAtOnce

LEVELS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "levels"
DONE = {"course": "电话转告", "result": "已转邻居"}


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(LEVELS)


@pytest.fixture
def a_case(a_complaint, clock):
    """A complaint about the neighbour that the desk passed on at once."""

    def assessed(fields: dict[str, Any] | None = None, minutes_ago: int = 0, press: bool = False) -> CaseAssessed:
        case = a_complaint(facets={"scope": "outside"})
        at = clock.now() - timedelta(minutes=minutes_ago)
        said = ResolvedAtOnce(by="desk-1", name="Desk 1", at=at, outcome="solved", fields=fields or DONE)
        return case.model_copy(update={"facts": {"about": "neighbour", "press": press}, "at_once": said})

    return assessed


async def test_the_steps_are_taken_by_whoever_registered(hear, a_case, published, ends):
    await hear(a_case())
    [issued] = await published(DutyIssued)
    [finished], [returned] = await published(DutyFinished), await published(DutyReturned)
    assert (issued.rule, finished.result, returned.by) == ("pass_on", "已转邻居", "desk-1")
    assert "referred" in [mark.mark for mark in await published(MarkSet) if mark.is_set]
    assert ("duty:1:on_the_spot", "kept") in await ends("14")
    assert ("duty:1:finish:need:course", "kept") in await ends("14")


async def test_nothing_is_left_on_a_desk(hear, a_case, published, api):
    await hear(a_case())
    duties = (await api.get("/api/dispatch/duties?case=case-1")).json()["items"]
    assert [duty["status"] for duty in duties] == ["returned"]
    tasks = (await api.get("/api/dispatch/tasks")).json()["items"]
    assert [task for task in tasks if task["key"] == "case-1"] == []
    assert len(await published(TaskOpened)) >= 1


async def test_it_counts_from_the_moment_of_registering(hear, a_case, published):
    await hear(a_case(minutes_ago=30))
    [finished] = await published(DutyFinished)
    assert finished.recorded_at - finished.finished_at == timedelta(minutes=30)


async def test_where_a_step_is_locked_the_duty_stays_open_with_what_was_written(hear, a_case, published, api):
    await hear(a_case({"result": "已转邻居"}))
    assert not await published(DutyFinished)
    [duty] = (await api.get("/api/dispatch/duties?case=case-1")).json()["items"]
    assert (duty["status"], duty["fields"]["result"]) == ("issued", "已转邻居")


async def test_what_may_not_be_resolved_at_once_goes_its_way(hear, a_case, published):
    await hear(a_case(press=True))
    assert not await published(DutyFinished)


async def test_a_later_rating_does_not_take_the_steps_again(hear, a_case, published):
    case = a_case()
    await hear(case)
    await hear(case.model_copy(update={"at_once": None, "id": "main.intake.case-1.99", "sequence": 99}))
    assert len(await published(DutyFinished)) == 1
