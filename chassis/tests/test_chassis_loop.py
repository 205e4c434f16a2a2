"""Two services, one broker: what one writes down the other hears, once and in order, whatever goes away in between."""

import asyncio
import resource
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from closeloop.chassis import relay
from closeloop.chassis.acting import do, here
from closeloop.chassis.broker import BrokerAddress, stream_of
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import People
from closeloop.chassis.rows import keeps
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.testing.waiting import on_disk
from closeloop.chassis.work import Work
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed

TELLER, HEARER = "intake", "callback"


@keeps("noticed", key="case_id")
class Noticed:
    """What the hearing service makes of an event."""

    id: str
    case_id: str
    sequence: int


def a_hearer() -> Service:
    hears = Hears()

    @hears
    def notice(event: CaseAssessed, work: Work) -> None:
        if event.reason == "unbearable":
            raise ValueError("nobody can bear this")
        work.add(Noticed(work.new_id(), event.key, event.sequence))

    return Service(HEARER, [Noticed], hears)


def tell(work: Work, reason: str = "") -> None:
    work.publish(an_example(CaseAssessed, id="", reason=reason))


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    async with EmbeddedBroker(tmp_path / "nats") as server:
        yield server


async def started(
    service: Service, folder: Path, broker: EmbeddedBroker, people: People, clock: SimulatedClock
) -> Running:
    folder.mkdir(exist_ok=True)
    address = BrokerAddress(broker.url, broker.credentials.user, broker.credentials.password)
    running = Running(service, Settings(data=folder, park_pauses=(1,)), clock=clock, people=people, broker=address)
    await make_tables(running)
    await running.start()
    return running


async def make_tables(running: Running) -> None:
    from closeloop.chassis import migrating

    await migrating.migrate(running.url, "chassis")
    await running.store.open()
    await running.store.execute(
        "create table if not exists noticed (id text primary key, case_id text not null, sequence bigint not null)"
    )


async def noticed(running: Running) -> list[tuple[str, int]]:
    return [
        tuple(row)
        for row in await running.store.fetch("select case_id, sequence from noticed order by case_id, sequence")
    ]


async def until(wanted: int, running: Running) -> list[tuple[str, int]]:
    async def enough() -> list[tuple[str, int]]:
        found = await noticed(running)
        return found if len(found) >= wanted else []

    return await on_disk(running, enough)


async def say(running: Running, key: str, times: int = 1, reason: str = "", *, new: bool = True) -> None:
    here.set(running)
    for n in range(times):
        await do(tell, reason, by=None, key=key, new=new and n == 0)


@pytest.fixture
async def pair(
    tmp_path: Path, broker: EmbeddedBroker, people: People, clock: SimulatedClock
) -> AsyncIterator[tuple[Running, Running]]:
    teller = await started(Service(TELLER, [Noticed], Hears()), tmp_path / "one", broker, people, clock)
    hearer = await started(a_hearer(), tmp_path / "two", broker, people, clock)
    yield teller, hearer
    await hearer.stop()
    await teller.stop()


async def test_what_is_told_is_heard_once_and_in_order(pair):
    teller, hearer = pair
    await say(teller, "case-1", 30)
    await say(teller, "case-2", 5)
    assert await until(35, hearer) == [("case-1", n) for n in range(1, 31)] + [("case-2", n) for n in range(1, 6)]


async def test_a_broker_that_lost_its_store_is_filled_again_from_the_journal(pair, broker):
    teller, hearer = pair
    await say(teller, "case-1", 10)
    await until(10, hearer)
    await teller.broker.streams.delete_stream(stream_of("main", TELLER))
    await say(teller, "case-1", 10, new=False)
    assert await until(20, hearer) == [("case-1", n) for n in range(1, 21)]


@pytest.mark.parametrize("taken", ["the stream", "everything in it", "one message in between"])
async def test_what_somebody_takes_out_of_the_broker_is_there_again_before_anything_new_is_told(
    pair, tmp_path, broker, people, clock, monkeypatch, taken
):
    """Who was away would wait for it in vain: the next event may come tomorrow."""
    monkeypatch.setattr(relay, "LOOK_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(relay, "LOOK_AGAIN_SECONDS", 0.05)
    teller, hearer = pair
    await say(teller, "case-1", 3)
    await until(3, hearer)
    await hearer.stop()
    await say(teller, "case-1", 4, new=False)
    await on_disk(teller, teller.relay.idle.wait)
    streams, stream = teller.broker.streams, stream_of("main", TELLER)
    if taken == "the stream":
        await streams.delete_stream(stream)
    elif taken == "everything in it":
        await streams.purge_stream(stream)
    else:
        await streams.delete_msg(stream, 5)
    again = await started(a_hearer(), tmp_path / "two", broker, people, clock)
    assert await until(7, again) == [("case-1", n) for n in range(1, 8)]
    await again.stop()


async def test_a_broker_that_lost_its_last_seconds_is_filled_again_though_everything_lies_elsewhere_now(
    pair, tmp_path, broker, people, clock
):
    """What strangers had put in between is gone: the journal's entries move up, and a hearer that goes on where it
    stopped would pass them over.
    """
    teller, hearer = pair
    await say(teller, "case-1", 3)
    await until(3, hearer)
    broker._process.kill()
    await asyncio.to_thread(broker._process.wait)
    shutil.copytree(broker.folder / "jetstream", tmp_path / "as it was")
    await broker.start()
    for _stranger in range(5):
        await teller.broker.client.publish(f"closeloop.main.{TELLER}.{CaseAssessed.subject}", b"\xff not an event")
    await say(teller, "case-1", 3, new=False)
    await until(6, hearer)
    await hearer.stop()

    broker._process.kill()
    await asyncio.to_thread(broker._process.wait)
    shutil.rmtree(broker.folder / "jetstream")
    (tmp_path / "as it was").rename(broker.folder / "jetstream")
    await broker.start()
    await say(teller, "case-1", 8, new=False)
    await on_disk(teller, teller.relay.idle.wait)
    again = await started(a_hearer(), tmp_path / "two", broker, people, clock)
    assert await until(14, again) == [("case-1", n) for n in range(1, 15)]
    await again.stop()


async def test_a_broker_that_is_killed_and_comes_back_costs_nothing(pair, broker):
    teller, hearer = pair
    watching = asyncio.create_task(broker.watch())
    for round_ in range(3):
        await say(teller, "case-1", 5, new=round_ == 0)
        broker._process.kill()
        await say(teller, "case-1", 5, new=False)
        assert await until(10 * (round_ + 1), hearer) == [("case-1", n) for n in range(1, 10 * (round_ + 1) + 1)]
    watching.cancel()


async def test_a_broker_that_answers_and_stores_nothing_is_said_to_be_in_trouble(pair, broker, monkeypatch):
    """Who listens at `unable` may start it again; whatever was not stored is told then."""
    monkeypatch.setattr(relay, "ACKNOWLEDGED_WITHIN_SECONDS", 0.3)
    teller, hearer = pair
    await say(teller, "case-1")
    await until(1, hearer)
    told = asyncio.Event()
    teller.broker.unable.append(told.set)
    _soft, hard = resource.prlimit(broker.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(broker.pid, resource.RLIMIT_FSIZE, (1, hard))
    await say(teller, "case-2")
    async with asyncio.timeout(20):
        await told.wait()
    assert "did not acknowledge" in teller.unready()["broker"]
    await broker.stop()
    await broker.start()
    assert await until(2, hearer) == [("case-1", 1), ("case-2", 1)]


async def test_a_consumer_that_somebody_deletes_is_made_again_and_goes_on_where_it_was(pair):
    teller, hearer = pair
    await say(teller, "case-1", 4)
    await until(4, hearer)
    await teller.broker.streams.delete_consumer(stream_of("main", TELLER), HEARER)
    await say(teller, "case-1", 4, new=False)
    assert await until(8, hearer) == [("case-1", n) for n in range(1, 9)]


async def test_what_is_delivered_again_and_out_of_order_has_its_effect_once(pair):
    """A stranger publishes the messages once more, the last first; the broker takes them, positions do not."""
    teller, hearer = pair
    await say(teller, "case-1", 6)
    await until(6, hearer)
    stream = stream_of("main", TELLER)
    told = [await teller.broker.streams.get_msg(stream, seq=n) for n in range(1, 7)]
    for message in reversed(told):
        await teller.broker.client.publish(message.subject, message.data)
    await teller.broker.client.flush()
    await say(teller, "case-1", 2, new=False)
    assert await until(8, hearer) == [("case-1", n) for n in range(1, 9)]
    assert not await hearer.store.fetch("select 1 from parked")


async def test_two_relays_of_one_service_publish_everything_once(pair, tmp_path, broker, people, clock):
    """Each believes that it leads, as after a pause that cost the first its lock; the stream takes one order."""
    teller, hearer = pair
    other = await started(Service(TELLER, [Noticed], Hears()), tmp_path / "one", broker, people, clock)
    await say(teller, "case-1", 10)
    await say(other, "case-2", 10)
    await say(teller, "case-1", 10, new=False)
    assert await until(30, hearer) == [
        *(("case-1", n) for n in range(1, 21)),
        *(("case-2", n) for n in range(1, 11)),
    ]
    assert (await teller.broker.streams.stream_info(stream_of("main", TELLER))).state.messages == 30
    await other.stop()


async def test_the_answer_to_the_last_of_several_tells_that_one_before_it_was_lost(pair, monkeypatch):
    teller, hearer = pair
    client = teller.broker.client
    publish, answered = client.publish, []

    async def loses_the_second(subject, message=b"", **more):
        if subject.endswith(CaseAssessed.subject):
            answered.append(bool(more["reply"]))
            if len(answered) == 2:
                return
        await publish(subject, message, **more)

    monkeypatch.setattr(client, "publish", loses_the_second)
    here.set(teller)
    await asyncio.gather(*(do(tell, by=None, key=f"case-{n}", new=True) for n in range(5)))
    assert await until(5, hearer) == [(f"case-{n}", 1) for n in range(5)]
    assert answered[:5] == [False, False, False, False, True] and len(answered) > 5


async def test_a_message_that_fails_is_parked_and_only_its_own_case_waits(pair):
    teller, hearer = pair
    await say(teller, "case-1", 1, "unbearable")
    await say(teller, "case-1", 2, new=False)
    await say(teller, "case-2", 3)
    assert await until(3, hearer) == [("case-2", n) for n in range(1, 4)]
    rows = await hearer.store.fetch("select key, tries, reason from parked order by position")
    assert [row[0] for row in rows] == ["case-1"] * 3
    assert "nobody can bear this" in rows[0][2]


async def test_garbage_is_parked_and_stops_nobody(pair):
    teller, hearer = pair
    await say(teller, "case-1")
    await until(1, hearer)
    await teller.broker.client.publish(f"closeloop.main.{TELLER}.{CaseAssessed.subject}", b"\xff not an event")
    await teller.broker.client.flush()
    await say(teller, "case-1", 2, new=False)
    assert await until(3, hearer) == [("case-1", n) for n in range(1, 4)]
    [(key, reason)] = [tuple(row) for row in await hearer.store.fetch("select key, reason from parked")]
    assert key == "" and "not JSON" in reason


async def test_a_hearer_that_starts_again_goes_on_where_it_stopped(pair, tmp_path, broker, people, clock):
    teller, hearer = pair
    await say(teller, "case-1", 4)
    await until(4, hearer)
    await hearer.stop()
    await say(teller, "case-1", 4, new=False)
    again = await started(a_hearer(), tmp_path / "two", broker, people, clock)
    assert await until(8, again) == [("case-1", n) for n in range(1, 9)]
    await again.stop()


async def test_what_was_parked_is_handled_in_order_once_its_reason_is_gone(pair, clock):
    teller, hearer = pair
    await say(teller, "case-1", 1, "unbearable")
    await say(teller, "case-1", 2, new=False)
    await say(teller, "case-2")
    await until(1, hearer)

    async def all_parked() -> bool:
        return hearer.committer.parked["case-1"] == 3

    assert await on_disk(hearer, all_parked)
    await hearer.store.execute("update parked set body = replace(body, 'unbearable', 'bearable')")
    assert await hearer.parking.try_again("main.intake:1")
    assert await until(4, hearer) == [("case-1", 1), ("case-1", 2), ("case-1", 3), ("case-2", 1)]
    assert not hearer.committer.parked
    await say(teller, "case-1", 1, new=False)
    assert ("case-1", 4) in await until(5, hearer)
    assert not await hearer.store.fetch("select 1 from parked")
