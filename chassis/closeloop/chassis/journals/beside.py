"""Tables beside those in use: made again from the journals, held against the others, and put in where they differ.

On SQLite they lie in a file of their own that is attached, on PostgreSQL in a schema; both are called `rebuilt`, so
that the same statements do for both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from closeloop.chassis.rows import kept
from closeloop.chassis.store.postgres import PostgresStore
from closeloop.chassis.store.sqlite import SqliteStore
from closeloop.chassis.store.tables import CHASSIS_ROWS

REBUILT = "rebuilt"
AT_ONCE = 10_000


class Both(Protocol):
    """A connection that sees the tables in use and those beside them, and changes all at once or nothing."""

    async def execute(self, sql: str) -> None: ...
    async def rows(self, sql: str) -> list[Sequence[Any]]: ...
    async def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...


class Beside:
    """The database of a service with empty tables beside it."""

    def __init__(self, url: str, rows: Collection[type[Any]]) -> None:
        self.address, self.classes = make_url(url), tuple(rows)
        self.is_file = self.address.get_backend_name() == "sqlite"
        self.file = Path(f"{self.address.database}.{REBUILT}")

    def statements(self) -> Iterator[str]:
        """What makes the tables, with no more indexes than reading by key needs."""
        dialect: sa.Dialect = sa.create_engine("sqlite://").dialect if self.is_file else _postgresql()
        for cls in dict.fromkeys((*CHASSIS_ROWS, *self.classes)):
            about = kept(cls)
            yield str(CreateTable(about.table).compile(dialect=dialect))
            for index in about.table.indexes:
                if about.key and next(iter(index.columns)).name == about.key:
                    yield str(CreateIndex(index).compile(dialect=dialect))

    @asynccontextmanager
    async def store(self) -> AsyncIterator[SqliteStore | PostgresStore]:
        """A store that writes into the tables beside; afterwards they are gone."""
        await self._clear()
        try:
            opened = await self._made()
            try:
                yield opened
            finally:
                await opened.close()
        finally:
            await self._clear()

    async def _made(self) -> SqliteStore | PostgresStore:
        if self.is_file:
            with _opened(self.file) as file:
                for statement in self.statements():
                    file.execute(statement)
            store: SqliteStore | PostgresStore = SqliteStore(self.file, self.classes, waits_for_disk=False)
        else:
            connection = await asyncpg.connect(self._plain())
            try:
                await connection.execute(f"create schema {REBUILT}; set search_path to {REBUILT}")
                for statement in self.statements():
                    await connection.execute(statement)
            finally:
                await connection.close()
            store = PostgresStore(f"{self._plain()}?search_path={REBUILT}", self.classes)
        await store.open()
        return store

    async def _clear(self) -> None:
        """Whatever is left of an earlier time that was cut off goes, too."""
        if self.is_file:
            _remove(self.file)
            return
        connection = await asyncpg.connect(self._plain())
        try:
            await connection.execute(f"drop schema if exists {REBUILT} cascade")
        finally:
            await connection.close()

    @asynccontextmanager
    async def both(self) -> AsyncIterator[Both]:
        """One transaction over the tables in use and those beside."""
        if self.is_file:
            with _opened(Path(self.address.database or "")) as file:
                file.execute(f"attach ? as {REBUILT}", (str(self.file),))
                file.execute("begin immediate")
                yield _OnFile(file)
                file.execute("commit")
            return
        connection = await asyncpg.connect(self._plain())
        try:
            async with connection.transaction():
                yield _OnServer(connection)
        finally:
            await connection.close()

    def _plain(self) -> str:
        return self.address.set(drivername="postgresql").render_as_string(hide_password=False)


class _OnFile:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    async def execute(self, sql: str) -> None:
        self.connection.execute(sql)

    async def rows(self, sql: str) -> list[Sequence[Any]]:
        return self.connection.execute(sql).fetchall()

    async def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self.connection.executemany(sql, rows)


class _OnServer:
    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self.connection = connection

    async def execute(self, sql: str) -> None:
        await self.connection.execute(sql)

    async def rows(self, sql: str) -> list[Sequence[Any]]:
        return list(await self.connection.fetch(sql))

    async def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self.connection.executemany(_numbered(sql), rows)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)


def _postgresql() -> sa.Dialect:
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()  # type: ignore[no-untyped-call]


def _numbered(sql: str) -> str:
    parts = sql.split("?")
    return "".join(f"{part}${n}" for n, part in enumerate(parts[:-1], 1)) + parts[-1]
