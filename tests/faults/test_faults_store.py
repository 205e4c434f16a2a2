"""What kill tests have found in the chassis' stores, each once more in small."""

import asyncio

import pytest
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.store.postgres import PostgresStore


@pytest.mark.postgres
async def test_loops_that_ask_at_the_same_time_do_not_cut_each_other_off(postgres_server: TestPostgres):
    """Relay, timers, parking and hearers share a connection; asyncpg refuses a second question on it."""
    store = PostgresStore(postgres_server.create_database(), [])
    await store.open()
    answers = await asyncio.gather(*(store.fetch("select ?::int", n) for n in range(30)))
    assert [int(row[0]) for [row] in answers] == list(range(30))
    await store.close()
