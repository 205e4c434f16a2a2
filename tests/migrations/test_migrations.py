"""The migrations of every service lead to exactly the tables that its rows declare, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from closeloop.chassis.migrating import differences, migrate
from closeloop.contracts.loop import SERVICES


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("postgres_server").create_database()
    return url.replace("postgresql://", "postgresql+asyncpg://")


@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_lead_to_what_the_rows_declare(service: str, empty: str) -> None:
    assert await migrate(empty, service) == ["chassis", service]
    assert await migrate(empty, service) == []
    engine = create_async_engine(empty)
    async with engine.connect() as connection:
        for line in ("chassis", service):
            assert await connection.run_sync(differences, line) == []
    await engine.dispose()
