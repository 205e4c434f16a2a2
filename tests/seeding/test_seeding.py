"""The register that the benches make of a few played cases passes the checker of the fault tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bench.house import House, apart
from bench.million.checking import findings
from bench.million.seeding import PLAYED, seed
from closeloop.chassis.embedded.broker import SYNC_INTERVAL, EmbeddedBroker
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.people import People
from closeloop.contracts.loop import SERVICES

pytestmark = pytest.mark.postgres
CASES = 2 * PLAYED + 7


@pytest.fixture
async def house(tmp_path: Path, postgres_server: TestPostgres) -> AsyncIterator[House]:
    """Two servers and nothing else."""
    broker = EmbeddedBroker(tmp_path / "nats", sync_interval=SYNC_INTERVAL)
    await broker.start()
    People.of(tmp_path / "data")
    one = House(tmp_path, postgres_server, broker)
    yield one
    for service in one.running:
        await apart(service.stop)
    await broker.stop()
    for name in SERVICES:
        await apart(postgres_server.drop_database, name)


async def test_copies_of_played_cases_are_as_good_as_played_ones(house: House) -> None:
    await seed(house, CASES)
    assert await findings({name: house.postgres.url_of(name) for name in SERVICES}) == []
    intake = await asyncpg.connect(house.postgres.url_of("intake"))
    words = await intake.fetch("select c.number, w.terms from cases c join case_words w on w.case_id = c.id")
    await intake.close()
    assert len(words) == CASES
    assert all(number.split("-")[-2][-3:] in terms.split() for number, terms in words)
    stats = await asyncpg.connect(house.postgres.url_of("stats"))
    closed = await stats.fetchval("select count(*) from case_facts where closed_at is not null")
    by_day = await stats.fetch("select by_day, sum(n) as n from case_sums group by by_day")
    occasions = await stats.fetch("select ended_as, sum(n) as n from clause_sums group by ended_as")
    rows = await stats.fetch("select ended_as from occasion_facts")
    await stats.close()
    assert {row["by_day"]: row["n"] for row in by_day} == dict.fromkeys(("received", "handled", "closed"), closed)
    assert {row["ended_as"]: row["n"] for row in occasions} == Counter(row["ended_as"] for row in rows)
