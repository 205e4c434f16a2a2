"""Which version of a procedure decides about the jobs of a period."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from closeloop.chassis.packs import Pack, load_pack
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
