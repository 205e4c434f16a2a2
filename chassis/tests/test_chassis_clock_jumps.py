"""The clock on the wall is put right: an hour on, an hour back; what is due happens once, at its moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from closeloop.chassis.acting import do, here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import People
from closeloop.chassis.rows import keeps
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.testing.waiting import on_disk
from closeloop.chassis.work import Work

HOUR = timedelta(hours=1)
IN_HALF_AN_HOUR = timedelta(minutes=30)


class Jumping:
    """The real time, as far off as somebody has put it."""

    def __init__(self) -> None:
        self.off = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


@keeps("rung", key="case_id")
class Rung:
    """That a timer fired."""

    id: str
    case_id: str
    at: datetime


def a_service() -> Service:
    hears = Hears()

    @hears.due("ring")
    def ring(timer: Timer, work: Work) -> None:
        work.add(Rung(work.new_id(), work.key, work.now))

    return Service("dispatch", [Rung], hears)


def set_a_timer(work: Work, at: datetime) -> None:
    work.at(at, "ring")


@pytest.fixture
async def house(tmp_path: Path, people: People) -> AsyncIterator[tuple[Running, Jumping]]:
    clock = Jumping()
    running = Running(a_service(), Settings(data=tmp_path), clock=clock, people=people)
    from closeloop.chassis import migrating

    await migrating.migrate(running.url, "chassis")
    await running.store.open()
    await running.store.execute("create table rung (id text primary key, case_id text not null, at text not null)")
    await running.start()
    yield running, clock
    await running.stop()


async def rung(running: Running) -> list[str]:
    return [row[0] for row in await running.store.fetch("select case_id from rung order by at")]


async def until(running: Running, wanted: int) -> list[str]:
    async def enough() -> list[str]:
        found = await rung(running)
        return found if len(found) >= wanted else []

    return await on_disk(running, enough)


async def test_an_hour_on_fires_what_is_due_by_then_once_and_an_hour_back_does_not_fire_it_again(
    house: tuple[Running, Jumping],
):
    running, clock = house
    here.set(running)
    await do(set_a_timer, clock.now() + IN_HALF_AN_HOUR, by=None, key="case-1", new=True)
    assert await rung(running) == []
    clock.off += HOUR
    assert await until(running, 1) == ["case-1"]
    clock.off -= HOUR
    await do(set_a_timer, clock.now(), by=None, key="case-2", new=True)
    assert await until(running, 2) == ["case-2", "case-1"], "by the clock as it is now the second one came first"
    clock.off += HOUR
    await do(set_a_timer, clock.now(), by=None, key="case-3", new=True)
    assert sorted(await until(running, 3)) == ["case-1", "case-2", "case-3"]


async def test_an_hour_back_holds_a_timer_until_its_moment_comes(house: tuple[Running, Jumping]):
    running, clock = house
    here.set(running)
    await do(set_a_timer, clock.now() + IN_HALF_AN_HOUR, by=None, key="case-1", new=True)
    clock.off -= HOUR
    await do(set_a_timer, clock.now(), by=None, key="case-2", new=True)
    assert await until(running, 1) == ["case-2"]
    clock.off += 2 * HOUR
    assert sorted(await until(running, 2)) == ["case-1", "case-2"]
