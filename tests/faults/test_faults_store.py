"""What kill tests have found in the chassis' stores, each once more in small."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from closeloop.chassis import migrating
from closeloop.chassis.batch import Batch
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.reading import Read, reading_engine
from closeloop.chassis.refusals import Full
from closeloop.chassis.store.faults import Away
from closeloop.chassis.store.postgres import PostgresStore
from tests.faults.deployment import free_port


@pytest.mark.postgres
async def test_loops_that_ask_at_the_same_time_do_not_cut_each_other_off(postgres_server: TestPostgres):
    """Relay, timers, parking and hearers share a connection; asyncpg refuses a second question on it."""
    store = PostgresStore(postgres_server.create_database(), [])
    await store.open()
    answers = await asyncio.gather(*(store.fetch("select ?::int", n) for n in range(30)))
    assert [int(row[0]) for [row] in answers] == list(range(30))
    await store.close()


async def test_a_first_start_that_is_killed_leaves_no_half_of_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The tables of the chassis and of the service come together or not at all."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'dispatch.db'}"
    upgrade = migrating._upgrade

    def break_off(connection: Any, line: str) -> bool:
        if line == "dispatch":
            raise KeyboardInterrupt
        return upgrade(connection, line)

    monkeypatch.setattr(migrating, "_upgrade", break_off)
    with pytest.raises(KeyboardInterrupt):
        await migrating.migrate(url, "dispatch")
    with closing(sqlite3.connect(tmp_path / "dispatch.db")) as file:
        assert file.execute("select name from sqlite_master").fetchall() == []
    monkeypatch.undo()
    assert await migrating.migrate(url, "dispatch") == ["chassis", "dispatch"]
    assert await migrating.migrate(url, "dispatch") == []


async def test_a_database_that_is_not_there_is_said_to_be_away():
    """Whoever starts the service then says so in a sentence."""
    with pytest.raises(Away, match="refused|Connect"):
        await migrating.migrate(f"postgresql+asyncpg://closeloop@127.0.0.1:{free_port()}/nothing", "dispatch")


async def test_who_reads_while_the_database_is_away_is_asked_to_come_again():
    """503, not a mistake of ours with a reference and a page of log."""
    engine = reading_engine(f"postgresql+asyncpg://closeloop@127.0.0.1:{free_port()}/nothing", 1)
    with pytest.raises(Full, match="does not answer"):
        await Read(engine).value(sa.select(1))
    await engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "said",
    [
        asyncpg.InternalClientError("cannot switch to state 12"),
        AttributeError("bind_execute"),
        asyncpg.DiskFullError("could not extend file"),
        asyncpg.PostgresIOError("could not read block"),
        asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT in a read-only transaction"),
    ],
)
async def test_a_server_that_vanishes_is_away_whatever_the_client_stumbles_over(
    postgres_server: TestPostgres, monkeypatch: pytest.MonkeyPatch, said: Exception
):
    """Else people get a 500 for what may be on disk, and a message is parked that nothing is wrong with."""
    store = PostgresStore(postgres_server.create_database(), [])

    async def vanish(connection: Any, batch: Any, run: Any) -> None:
        connection.terminate()
        raise said

    monkeypatch.setattr(store, "_read_run_write", vanish)
    with pytest.raises(Away):
        await store.commit(
            Batch([], now=datetime.now(UTC), dialect="postgresql", counters={}, parked={}), Batch.changes
        )
    await store.close()
