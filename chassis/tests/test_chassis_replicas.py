"""Processes of one service on one PostgreSQL: what one of them writes down, the others know without looking for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from closeloop.chassis.acting import acts, do, here
from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import People
from closeloop.chassis.procedures import Procedures
from closeloop.chassis.relay import position_of
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.telling import LEADS, WAITING_SECONDS, figures
from closeloop.chassis.work import Work
from closeloop.contracts.every import OccasionsJudged
from closeloop.contracts.people import AbsenceNoted

pytestmark = pytest.mark.postgres

HOURS = 3600.0
PATIENCE_SECONDS = 20.0


@acts
def tell(work: Work) -> int:
    work.publish(OccasionsJudged())
    return work.number("QR/2026")


@acts
def put_in_force(work: Work, procedures: Procedures, pack: Pack) -> None:
    procedures.add(work, pack.canonical, work.now)


@acts
def note(work: Work, running: Running) -> None:
    until = work.now + timedelta(days=1)
    told = AbsenceNoted(absence_id="a-1", person="desk-1", starts_at=work.now, ends_at=until, deputy="desk-2")
    running.changing.keep_absence(work.publish(told), work)


@pytest.fixture
async def replicas(
    tmp_path: Path, postgres_server: TestPostgres, clock: SimulatedClock, people: People
) -> AsyncIterator[tuple[Running, Running]]:
    """Two of them, started at the same moment on an empty database; the first one leads."""
    url = postgres_server.create_database()
    async with EmbeddedBroker(tmp_path / "nats") as nats:
        address = BrokerAddress(nats.url, nats.credentials.user, nats.credentials.password)
        settings = Settings(data=tmp_path, database_url=url)
        both = [
            Running(
                Service("intake", [], Hears()),
                settings,
                clock=clock,
                people=People(people.organisation, people.keys),
                broker=address,
            )
            for _ in range(2)
        ]
        await asyncio.gather(*(one.start() for one in both))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not any(one.leads for one in both):
                await asyncio.sleep(0)
        yield (both[0], both[1]) if both[0].leads else (both[1], both[0])
        for one in both:
            await one.stop()
    postgres_server.drop_database(url.rsplit("/", 1)[1])


def knows(running: Running, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[object]]:
    """Comes back when a process has looked at what the others wrote."""
    looked, load = asyncio.Event(), running.changing.load

    async def looking(*said: object) -> None:
        await load(*said)  # type: ignore[arg-type]
        looked.set()

    monkeypatch.setattr(running.changing, "load", looking)
    return looked.wait


async def test_what_a_replica_tells_the_leader_publishes_without_looking_around(replicas, monkeypatch):
    monkeypatch.setattr("closeloop.chassis.relay.LOOK_AGAIN_SECONDS", HOURS)
    leader, replica = replicas
    told = await leader.broker.client.subscribe("closeloop.main.intake.>")
    for running in (leader, replica, replica, leader):
        here.set(running)
        await do(tell, by=None, key=running.new_id(), new=True)
        await asyncio.wait_for(told.next_msg(timeout=PATIENCE_SECONDS), PATIENCE_SECONDS)
    here.set(replica)
    numbers = [await do(tell, by=None, key=replica.new_id(), new=True) for _ in range(3)]
    assert numbers == [5, 6, 7]
    found = [position_of((await told.next_msg(timeout=PATIENCE_SECONDS)).data) for _ in numbers]
    assert found == [5, 6, 7]


async def test_a_procedure_put_in_force_by_one_process_is_in_force_in_all(replicas, monkeypatch, pack):
    leader, replica = replicas
    known = knows(leader, monkeypatch)
    here.set(replica)
    await do(put_in_force, replica.procedures, pack, by=None, key=pack.id)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await known()
    assert leader.procedures.in_force(pack.id, leader.now()) == pack


async def test_who_is_away_is_known_to_all_processes(replicas, monkeypatch):
    leader, replica = replicas
    known = knows(replica, monkeypatch)
    here.set(leader)
    await do(note, leader, by=None, key="person:desk-1")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await known()
    assert replica.people.presence.left_to("desk-2", replica.now()) == ["desk-1"]


async def test_each_process_says_whether_it_leads_and_how_long_work_waits(replicas):
    for running, leads in zip(replicas, (1, 0), strict=True):
        figures(running)
        assert LEADS.labels("intake")._value.get() == leads
        assert WAITING_SECONDS.labels("intake", "http")._value.get() == 0
