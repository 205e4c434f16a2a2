"""A database that is there and does not answer: it is given up after a while, and found again when it answers."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from closeloop.chassis import migrating, reading
from closeloop.chassis.batch import Batch
from closeloop.chassis.embedded.postgres import URL_SETTING, TestPostgres
from closeloop.chassis.reading import Read, reading_engine
from closeloop.chassis.refusals import Full
from closeloop.chassis.store import postgres
from closeloop.chassis.store.faults import Away
from closeloop.chassis.store.postgres import PostgresStore
from tests.faults.process_trees import with_children

SOON = 0.3

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(URL_SETTING in os.environ, reason="a PostgreSQL that was given is not stopped"),
]


@contextmanager
def frozen(server: TestPostgres) -> Iterator[None]:
    """Its port takes connections, its processes do not run."""
    processes = with_children([server.pid])
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def nothing() -> Batch:
    return Batch([], now=datetime.now(UTC), dialect="postgresql", counters={}, parked={})


async def test_a_database_that_does_not_answer_is_away_for_whoever_writes_or_asks(
    postgres_server: TestPostgres, monkeypatch: pytest.MonkeyPatch
):
    """Else a service would wait for as long as the connection lives, and say meanwhile that it is ready."""
    url = postgres_server.create_database()
    await migrating.migrate(url.replace("postgresql://", "postgresql+asyncpg://"), "chassis")
    store = PostgresStore(url, [])
    await store.open()
    await store.fetch("select 1")
    for limit in ("CONNECTS_WITHIN_SECONDS", "ASKED_WITHIN_SECONDS", "WRITTEN_WITHIN_SECONDS"):
        monkeypatch.setattr(postgres, limit, SOON)
    with frozen(postgres_server):
        with pytest.raises(Away, match="does not answer"):
            await store.fetch("select 1")
        with pytest.raises(Away, match="does not answer"):
            await store.commit(nothing(), Batch.changes, locked=True)
        with pytest.raises(Away, match="does not answer"):
            await store.fetch("select 1")
    monkeypatch.undo()
    assert [row[0] for row in await store.fetch("select 1")] == [1]
    await store.commit(nothing(), Batch.changes, locked=True)
    await store.close()


async def test_who_waits_behind_somebody_who_is_not_answered_is_told_at_the_same_time(
    postgres_server: TestPostgres, monkeypatch: pytest.MonkeyPatch
):
    """The look whether the database is there waits with everybody else, and readiness with it."""
    store = PostgresStore(postgres_server.create_database(), [])
    await store.open()
    await store.fetch("select 1")
    asked: list[str] = []
    ask = store._ask

    async def note(sql: str, *arguments: Any) -> list[Any]:
        asked.append(sql)
        return await ask(sql, *arguments)

    monkeypatch.setattr(store, "_ask", note)
    monkeypatch.setattr(postgres, "ASKED_WITHIN_SECONDS", SOON)
    with frozen(postgres_server):
        answers = await asyncio.gather(*(store.fetch("select 1") for _ in range(10)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Away] * 10
    assert len(asked) == 1
    await store.close()


async def test_who_reads_from_a_database_that_does_not_answer_is_asked_to_come_again(
    postgres_server: TestPostgres, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "ANSWERS_WITHIN_SECONDS", SOON)
    url = postgres_server.create_database().replace("postgresql://", "postgresql+asyncpg://")
    read = Read(reading_engine(url, 2))
    assert await answered(read) == 1
    with frozen(postgres_server):
        for _try in range(3):
            with pytest.raises(Full, match="does not answer"):
                await read.value(sa.select(1))
    for _try in range(3):
        assert await answered(read) == 1
    await read.engine.dispose()


async def answered(read: Read) -> Any:
    """On a busy machine it may take longer than the patience of this test."""
    async with asyncio.timeout(30):
        while True:
            with suppress(Full):
                return await read.value(sa.select(1))
