"""Which version of a procedure decides about the jobs of a period."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from closeloop.chassis.packs import Pack, lint, load_pack
from closeloop.chassis.procedures import activation_of
from closeloop.chassis.running import Running
from closeloop.chassis.work import Work


def at(day: int, hour: float, month: int = 1) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8)


def another_version(folder: Path, **changes: str) -> Pack:
    for file, old, new in (
        ("procedure.yaml", 'version: "1.0"', 'version: "2.0"'),
        *(("schedule.yaml", old, new) for old, new in changes.items()),
    ):
        path = folder / file
        assert old in path.read_text(encoding="utf-8")
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return load_pack(folder)


async def activate(house: Any, running: Running, pack: Pack, since: datetime) -> None:
    def add(work: Work) -> None:
        running.procedures.add(work, pack.canonical, since)

    await house.do(add, key="P00")
    await house.fire()


async def test_a_new_version_takes_over_at_its_period(house, running, folder):
    await house.advance(days=8)
    new = another_version(folder, **{"on: monday": "on: wednesday"})
    await activate(house, running, new, at(21, 0))
    await house.advance(days=20)
    jobs = await house.jobs("check")
    assert [(job.period, job.version, job.starts_at) for job in jobs] == [
        ("2026-W03", "1.0", at(12, 9)),
        ("2026-W04", "1.0", at(19, 9)),
        ("2026-W05", "2.0", at(28, 9)),
    ]


async def test_a_job_becomes_monthly_with_the_version_that_says_so(house, running, folder):
    new = another_version(folder, **{"every: week\n    on: monday": "every: month\n    on: first day"})
    await activate(house, running, new, at(1, 0, month=2))
    await house.advance(days=60)
    assert [job.period for job in await house.jobs("check")] == [
        "2026-W03",
        "2026-W04",
        "2026-W05",
        "2026-02",
        "2026-03",
    ]


async def test_a_job_that_a_version_leaves_out_is_opened_no_more(house, running, folder):
    new = another_version(folder, **{"  check:": "  checked:"})
    await activate(house, running, new, at(19, 0))
    await house.advance(days=20)
    assert [job.period for job in await house.jobs("check")] == ["2026-W03"]
    assert [job.period for job in await house.jobs("checked")] == ["2026-W04"]


async def test_a_version_that_is_heard_late_has_the_jobs_since_it_was_told(house, clock, hear, folder):
    new = another_version(folder, **{"  check:": "  checked:"})
    stamped = {"id": "main.intake.P00.2", "key": "P00", "sequence": 2, "recorded_at": at(6, 9), "occurred_at": at(6, 9)}
    told = activation_of(new, at(6, 0)).model_copy(update=stamped)
    clock.advance_to(at(27, 9))
    await hear(told)
    await house.advance(hours=1)
    jobs = await house.jobs("checked")
    assert [(job.period, job.opened_late) for job in jobs] == [
        ("2026-W03", True),
        ("2026-W04", True),
        ("2026-W05", True),
    ]
    assert await house.jobs("check") == []
    await hear(told)
    await house.advance(hours=1)
    assert len(await house.jobs("checked")) == 3


def test_what_a_service_does_not_know_is_said_with_what_it_does(folder):
    another_version(folder, **{"does: check_register": "does: check_registers"})
    said = [str(fault) for fault in lint(folder).faults if fault.file == "schedule.yaml"]
    assert said == ["schedule.yaml:8: There is no job of callback 'check_registers': did you mean 'check_register'?"]
