"""The connection beside the writing one is asked by several loops at once: relay, timers, parking, listening."""

import asyncio

import pytest

from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.store.postgres import PostgresStore


@pytest.mark.postgres
async def test_loops_that_ask_postgresql_at_the_same_time_all_get_their_answer(postgres_server: TestPostgres):
    store = PostgresStore(postgres_server.create_database(), [])
    await store.open()
    try:
        answers = await asyncio.gather(*(store.fetch("select ?::int", n) for n in range(20)))
        assert [row[0][0] for row in answers] == list(range(20))
        assert await store.lead("one") is True
    finally:
        await store.close()
