"""A service's tables that follow from what it was told are made again from the journals, on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.acting import do, here
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.embedded.lock import AlreadyRunning, lock_folder
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.hearing import Hears
from closeloop.chassis.journals.differing import Compared
from closeloop.chassis.journals.rebuilding import Outcome, rebuild
from closeloop.chassis.listening import piece_of
from closeloop.chassis.people import People
from closeloop.chassis.piece import HeardFrom
from closeloop.chassis.relay import on_the_wire
from closeloop.chassis.rows import keeps
from closeloop.chassis.running import Running
from closeloop.chassis.safekeeping.house import TheHouse
from closeloop.chassis.safekeeping.manifest import Unfit
from closeloop.chassis.service import Rebuilt, Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed

TELLER, HEARER = "intake", "callback"
TABLES = (
    "counted (case_id text primary key, times bigint not null, first text not null, reasons json not null)",
    "worked (case_id text primary key, said text not null)",
    "reasons (reason text primary key, n bigint not null)",
)


@keeps("counted", key="case_id")
class Counted:
    """What follows from being told: how often, with what reasons, and when first."""

    case_id: str
    times: int
    first: str
    reasons: dict[str, Any]


@keeps("worked", key="case_id")
class Worked:
    """What does not: it is there as soon as something was heard, and then people write into it."""

    case_id: str
    said: str


@keeps("reasons", tally="n", primary=("reason",))
class Reason:
    """What follows too, without a key: how often each reason was given."""

    reason: str
    n: int


def a_hearer(counts: int = 1) -> Service:
    """Counts what it hears; with another number it does so by mistake."""
    hears = Hears()

    @hears
    def count(event: CaseAssessed, work: Work) -> None:
        if event.reason == "unbearable":
            raise ValueError("nobody can bear this")
        if work.maybe(Worked) is None:
            work.add(Worked(event.key, ""))
        row = work.maybe(Counted) or work.add(Counted(event.key, 0, str(event.recorded_at), {}))
        row.times += counts
        work.count(Reason, counts, reason=event.reason or "")
        row.reasons = {**row.reasons, event.reason or "": row.times}
        work.tell(f"of {event.key}", "look", of=event.key)
        work.tell(f"of {event.key}", "leave", of=event.key)
        work.at(work.now, "soon")

    for kind in ("soon", "told:look", "told:leave"):
        hears.due(kind)(lambda timer, work: None)
    return Service(HEARER, [Counted, Worked, Reason], hears, rebuilt=Rebuilt([Counted, Reason], tells=["look"]))


def tell(work: Work, reason: str) -> None:
    work.publish(an_example(CaseAssessed, id="", reason=reason))


class Two:
    """A service that tells and one that hears, each with its own database; what is told is carried over by hand."""

    def __init__(self, settings: Settings, people: People, clock: SimulatedClock) -> None:
        self.house = TheHouse(settings, (HEARER,))
        self.people, self.clock = people, clock

    async def at_work(self, service: Service) -> Running:
        running = Running(service, self.house.settings, clock=self.clock, people=self.people, alone=True)
        await running.start()
        for table in TABLES:
            await running.store.execute(f"create table if not exists {table}")
        here.set(running)
        return running

    async def tells(self, **said: str) -> None:
        """`tells(case_1="a b")`: two events of this case."""
        teller = await self.at_work(Service(TELLER, [], Hears()))
        teller.chain.known(*await teller.store.head())
        for key, reasons in said.items():
            for reason in reasons.split():
                await do(tell, reason, by=None, key=key)
                self.clock.advance_to(self.clock.now().replace(microsecond=self.clock.now().microsecond + 1))
        await teller.stop()

    async def hears(self, service: Service, up_to: int = 1_000) -> None:
        """The hearer goes on where it was."""
        teller, hearer = await self.at_work(Service(TELLER, [], Hears())), await self.at_work(service)
        positions, _streams = await hearer.store.heard()
        before = ""
        for position, link, entry in await teller.store.chained_after(0, up_to):
            if position > positions.get(f"main.{TELLER}", 0):
                body = on_the_wire(position, before, entry.body)
                heard = HeardFrom(f"main.{TELLER}", position, "", "", 0, f"closeloop.main.{TELLER}.x", body, "")
                with suppress(ValueError):  # what is put aside
                    await hearer.submit(piece_of(heard, hearer.hears))
            before = link
        await hearer.stop()
        await teller.stop()

    async def rebuild(self, service: Service, *, puts_in: bool = True) -> Outcome:
        return await rebuild(self.house, service, puts_in=puts_in)

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        hearer = await self.at_work(a_hearer())
        found = [tuple(row) for row in await hearer.store.fetch(sql)]
        await hearer.stop()
        return found

    async def write(self, service: str, *statements: str) -> None:
        """Somebody writes into the database of a service, past everything."""
        at_work = await self.at_work(a_hearer() if service == HEARER else Service(TELLER, [], Hears()))
        for statement in statements:
            await at_work.store.execute(statement)
        await at_work.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def two(
    request: pytest.FixtureRequest, tmp_path: Path, people: People, clock: SimulatedClock
) -> AsyncIterator[Two]:
    url = ""
    if request.param == "postgresql":
        server: TestPostgres = request.getfixturevalue("postgres_server")
        url = server.create_database("rebuilt_intake").replace("rebuilt_intake", "rebuilt_{service}")
        server.create_database("rebuilt_callback")
    yield Two(Settings(data=tmp_path, database_url=url), people, clock)
    if url:
        for name in ("rebuilt_intake", "rebuilt_callback"):
            server.drop_database(name)


def of(outcome: Outcome) -> Compared:
    return next(table for table in outcome.tables if table.table == "counted")


async def test_what_was_made_again_is_what_is_in_use(two: Two):
    await two.tells(case_1="a b", case_2="c", case_3="d e f")
    await two.hears(a_hearer())
    outcome = await two.rebuild(a_hearer(), puts_in=False)
    assert (outcome.heard, of(outcome).rows, outcome.differs) == (6, 3, False)


async def test_a_mistake_that_was_put_right_is_put_right_in_the_tables_too(two: Two):
    await two.tells(case_1="a b", case_2="c")
    await two.hears(a_hearer(counts=2))
    await two.write(HEARER, "delete from counted where case_id = 'case_2'", "update worked set said = 'by people'")
    await two.write(HEARER, "insert into counted (case_id, times, first, reasons) values ('strange', 1, '', '{}')")
    before = dict(await two.rows("select key, version from keys where key like 'case%'"))
    found = of(await two.rebuild(a_hearer(), puts_in=False))
    assert (found.missing, found.surplus, found.other) == (1, 1, 1)
    assert ("case_1", ("times", "reasons")) in found.examples
    assert (await two.rebuild(a_hearer())).differs
    assert await two.rows("select case_id, times from counted order by case_id") == [("case_1", 2), ("case_2", 1)]
    assert await two.rows("select distinct said from worked") == [("by people",)], "what people wrote stays"
    assert not (await two.rebuild(a_hearer())).differs
    after = dict(await two.rows("select key, version from keys where key like 'case%'"))
    assert all(after[key] > before[key] for key in before), "whoever had a case before them looks again"
    await two.tells(case_1="g", case_2="h")
    await two.hears(a_hearer())
    assert await two.rows("select case_id, times from counted order by case_id") == [("case_1", 3), ("case_2", 2)]


async def test_counts_are_put_right_and_what_was_counted_to_nothing_is_as_good_as_not_there(two: Two):
    await two.tells(case_1="a b", case_2="a")
    await two.hears(a_hearer())
    await two.write(HEARER, "insert into reasons (reason, n) values ('c', 0)")
    assert not (await two.rebuild(a_hearer())).differs
    await two.write(
        HEARER, "update reasons set n = 0 where reason = 'a'", "update reasons set n = 9 where reason = 'b'"
    )
    assert (await two.rebuild(a_hearer())).differs
    assert await two.rows("select reason, n from reasons order by reason") == [("a", 2), ("b", 1)]
    await two.tells(case_3="a")
    await two.hears(a_hearer())
    assert not (await two.rebuild(a_hearer())).differs


async def test_a_key_that_had_no_rows_is_known_to_have_some(two: Two):
    await two.tells(case_1="a")
    await two.hears(a_hearer())
    await two.write(HEARER, "delete from counted", "update keys set holds = 'worked' where key = 'case_1'")
    await two.rebuild(a_hearer())
    await two.tells(case_1="b")
    await two.hears(a_hearer())
    assert await two.rows("select times from counted") == [(2,)]


async def test_nothing_is_done_but_to_look_again_at_what_hangs_on_the_tables(two: Two):
    await two.tells(case_1="a b", case_2="c")
    await two.hears(a_hearer(counts=2))
    await two.write(HEARER, "delete from timers")
    told = await two.rows("select count(*) from journal")
    await two.rebuild(a_hearer())
    assert await two.rows("select count(*) from journal") == told
    timers = await two.rows(f"select key, kind from {Timer.__name__.lower()}s order by key")
    assert timers == [("of case_1", "told:look"), ("of case_2", "told:look")]


async def test_what_was_put_aside_or_not_heard_yet_is_not_heard_here_either(two: Two):
    await two.tells(case_1="a", case_2="unbearable b", case_3="c d")
    await two.hears(a_hearer(), up_to=4)
    outcome = await two.rebuild(a_hearer())
    assert (outcome.heard, outcome.differs) == (2, False)
    await two.hears(a_hearer())
    assert await two.rows("select case_id, times from counted order by case_id") == [("case_1", 1), ("case_3", 2)]


async def test_nothing_is_made_of_a_journal_that_was_changed(two: Two):
    await two.tells(case_1="a b")
    await two.hears(a_hearer(counts=2))
    await two.write(TELLER, "update journal set body = replace(body, 'case_1', 'case_9') where sequence = 2")
    with pytest.raises(Unfit, match="verify"):
        await two.rebuild(a_hearer())
    assert await two.rows("select times from counted") == [(4,)]


async def test_what_cannot_be_heard_once_more_is_named_and_nothing_is_changed(two: Two):
    await two.tells(case_1="a", case_2="unbearable")
    await two.hears(a_hearer())
    await two.write(HEARER, "delete from parked")
    with pytest.raises(Unfit, match=r"Entry 2 of main\.intake \(case\.assessed\.v1\).*nobody can bear this"):
        await two.rebuild(a_hearer())
    assert await two.rows("select case_id from counted") == [("case_1",)]


async def test_a_service_at_work_is_left_alone(two: Two, tmp_path: Path):
    await two.tells(case_1="a")
    if two.house.lies_in_files:
        await two.hears(a_hearer())
        with lock_folder(tmp_path), pytest.raises(AlreadyRunning):
            await two.rebuild(a_hearer())
        return
    at_work = await two.at_work(a_hearer())
    assert await at_work.store.lead(HEARER)
    with pytest.raises(Unfit, match="stop it first"):
        await two.rebuild(a_hearer())
    await at_work.stop()


async def test_a_service_of_which_nothing_follows_says_so(two: Two):
    with pytest.raises(Unfit, match="restore a backup"):
        await two.rebuild(Service(HEARER, [Counted], Hears()))


async def test_nothing_is_left_beside_the_tables_not_even_of_one_that_was_cut_off(two: Two, tmp_path: Path):
    await two.tells(case_1="a")
    await two.hears(a_hearer())
    if two.house.lies_in_files:
        with closing(sqlite3.connect(tmp_path / f"{HEARER}.db.rebuilt")) as half:
            half.execute("create table counted (half text)")
    else:
        await two.write(HEARER, "create schema rebuilt", "create table rebuilt.counted (half text)")
    assert not (await two.rebuild(a_hearer())).differs
    if two.house.lies_in_files:
        assert not list(tmp_path.glob("*.rebuilt*"))
    else:
        assert await two.rows("select 1 from pg_namespace where nspname = 'rebuilt'") == []
