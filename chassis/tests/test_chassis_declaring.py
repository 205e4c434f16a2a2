"""A service declared through FastStream: its handlers run in memory, on real work; its document says what it hears."""

import subprocess
import sys

import pytest
from faststream.nats import TestNatsBroker

from closeloop.chassis.declaring import acting, asyncapi, declared
from closeloop.chassis.hearing import Hears
from closeloop.chassis.relay import on_the_wire
from closeloop.chassis.rows import keeps
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackPlanned
from closeloop.contracts.envelope import encode
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed


@keeps("reminders", key="case_id")
class Reminder:
    """What the service keeps of a case."""

    id: str
    case_id: str


@pytest.fixture
def service() -> Service:
    hears = Hears()

    @hears
    def plan(case: CaseAssessed, work: Work) -> None:
        if case.reason == "unbearable":
            raise ValueError("nobody can bear this")
        work.add(Reminder(work.new_id(), case.key))
        work.publish(an_example(CallbackPlanned, id=""))

    return Service("callback", [Reminder], hears)


@pytest.fixture
async def running(service, people, clock, tmp_path):
    from closeloop.chassis import migrating

    at_work = Running(service, Settings(data=tmp_path), clock=clock, people=people, alone=True)
    await migrating.migrate(at_work.url, "chassis")
    await at_work.start()
    await at_work.store.execute("create table reminders (id text primary key, case_id text not null)")
    yield at_work
    await at_work.stop()


def message(position: int, **changed: str) -> bytes:
    event = an_example(CaseAssessed, key="case-1", **changed)
    return on_the_wire(position, "", encode(event, branch="main").decode())


async def published(broker, position: int, **changed: str) -> None:
    await broker.publish(
        message(position, **changed),
        CaseAssessed.nats_subject("main"),
        stream="CLOSELOOP-main-intake",
        headers={"content-type": "application/cloudevents+json"},
    )


async def test_what_is_published_in_memory_is_done_by_the_real_handler(service, running):
    async with TestNatsBroker(declared(service, branch="main", acts=acting(running))) as broker:
        await published(broker, 1)
    assert [tuple(row) for row in await running.store.fetch("select case_id from reminders")] == [("case-1",)]
    assert [tuple(row) for row in await running.store.fetch("select key, subject from journal")] == [
        ("case-1", CallbackPlanned.subject)
    ]
    assert (await running.store.heard())[0] == {"main.intake": 1}


async def test_what_fails_in_memory_is_parked_as_always(service, running):
    async with TestNatsBroker(declared(service, branch="main", acts=acting(running))) as broker:
        with pytest.raises(ValueError, match="nobody can bear this"):
            await published(broker, 1, reason="unbearable")
    assert [tuple(row) for row in await running.store.fetch("select key from parked")] == [("case-1",)]


def test_the_document_names_what_is_heard_and_told(service):
    channels = asyncapi(service)["channels"]
    assert channels["intake.case.assessed.v1"]["address"] == "closeloop.{branch}.intake.case.assessed.v1"
    assert "facets" in channels["intake.case.assessed.v1"]["messages"]["CaseAssessed"]
    assert "intake.procedure.activated.v1" in channels
    assert {"callback.callback.planned.v1", "callback.mark.set.v1"} <= channels.keys()


def test_streams_are_named_and_never_declared(service):
    streams = [subscriber.stream for subscriber in declared(service, branch="main").subscribers]  # type: ignore[attr-defined]
    assert {(stream.name, stream.declare) for stream in streams} == {("CLOSELOOP-main-intake", False)}


def test_what_runs_in_production_does_not_load_it():
    loads = "import sys, closeloop.chassis.app; sys.exit('faststream' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loads]).returncode == 0
