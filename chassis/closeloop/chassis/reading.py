"""Reading: pages and lists look at the database over connections of their own, never through the writer."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

import sqlalchemy as sa
from fastapi import Depends
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from starlette.requests import Request

from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Full, Misread
from closeloop.chassis.rows import Moment, kept

Row = TypeVar("Row")
MOST_AT_ONCE = 200
AT_ONCE = 50
ANSWERS_WITHIN_SECONDS = 20.0
"""After so long a database that is there and does not answer counts as away; what people look at is quicker."""


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of a list, and the cursor of the next one."""

    items: list[Row]
    next: str | None = None


class Read:
    """Asks the database; changes nothing."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def all(self, statement: sa.Select[Any]) -> list[sa.RowMapping]:
        """Everything that the statement finds, by column names."""
        async with self._asking() as connection:
            return list((await connection.execute(statement)).mappings())

    async def rows(self, cls: type[Row], statement: sa.Select[Any]) -> list[Row]:
        """What the statement finds, as rows of this class; select its whole table."""
        return [_row(cls, found) for found in await self.all(statement)]

    async def one(self, cls: type[Row], statement: sa.Select[Any]) -> Row | None:
        """The first thing that the statement finds, or None."""
        rows = await self.rows(cls, statement.limit(1))
        return rows[0] if rows else None

    async def value(self, statement: sa.Select[Any]) -> Any:
        """The first value that the statement finds."""
        async with self._asking() as connection:
            return (await connection.execute(statement)).scalar()

    async def page(
        self,
        cls: type[Row],
        statement: sa.Select[Any],
        *,
        by: Sequence[sa.ColumnElement[Any]],
        cursor: str | None = None,
        limit: int | None = None,
        descending: bool = False,
    ) -> Paged[Row]:
        """One page of the list in the order of these columns; the last of them must be unique."""
        limit = min(limit or AT_ONCE, MOST_AT_ONCE)
        rows = await self.rows(cls, from_here_on(statement, by, cursor, descending=descending).limit(limit + 1))
        return cut(rows, by, limit)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[AsyncConnection]:
        """A connection; a database that is away is nobody's mistake, whoever asks may ask again."""
        try:
            async with self.engine.connect() as connection:
                yield connection
        except (OSError, TimeoutError, NoneFree) as error:
            raise Unreadable from error
        except DBAPIError as error:
            if error.connection_invalidated or error.statement is None:
                raise Unreadable from error
            raise


def cut(rows: list[Row], by: Sequence[sa.ColumnElement[Any]], limit: int) -> Paged[Row]:
    """One page of these rows, which are in the order of these columns, and the cursor of the next one."""
    if len(rows) <= limit:
        return Paged(rows)
    return Paged(rows[:limit], _cursor([getattr(rows[limit - 1], column.key or "") for column in by]))


def from_here_on(
    statement: sa.Select[Any], by: Sequence[sa.ColumnElement[Any]], cursor: str | None, *, descending: bool = False
) -> sa.Select[Any]:
    """The statement in the order of these columns, from where a cursor stands."""
    if cursor:
        after = [_bound(column, value) for column, value in zip(by, _uncursor(cursor, len(by)), strict=True)]
        here, there = sa.tuple_(*by), sa.tuple_(*after)
        statement = statement.where(here < there if descending else here > there)
    return statement.order_by(*(column.desc() if descending else column.asc() for column in by))


class Unreadable(Full):
    """The database does not answer."""

    def __init__(self) -> None:
        super().__init__(sentence=_("The database does not answer right now. Please try again."))


def reading_engine(url: str, connections: int) -> AsyncEngine:
    """Connections that can only read."""
    if url.startswith("sqlite"):
        engine = create_async_engine(url, pool_size=connections, max_overflow=0, connect_args={"timeout": 10})

        @event.listens_for(engine.sync_engine, "connect")
        def only_read(connection: Any, record: Any) -> None:
            connection.execute("pragma query_only = on")

        return engine
    patience = {"timeout": ANSWERS_WITHIN_SECONDS, "command_timeout": ANSWERS_WITHIN_SECONDS}
    engine = create_async_engine(url, pool_size=connections, max_overflow=0, pool_pre_ping=True, connect_args=patience)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _row(cls: type[Row], found: sa.RowMapping) -> Row:
    values = []
    for column in kept(cls).columns:
        value = found[column.name]
        values.append(column.type(value) if value is not None and issubclass(column.type, StrEnum) else value)
    return cls(*values)


def _cursor(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _uncursor(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(values, list) and len(values) == length:
            return values
    except ValueError:
        pass
    raise Misread(_("This cursor is not one of ours. Start the list again without it."))


def _bound(column: sa.ColumnElement[Any], value: Any) -> sa.BindParameter[Any]:
    if isinstance(column.type, Moment):
        value = datetime.fromisoformat(value)
    return sa.bindparam(None, value, column.type, unique=True)


def read_of(request: Request) -> Read:
    """The reading side of the service that answers this request."""
    read: Read = request.app.state.read
    return read


Reading = Annotated[Read, Depends(read_of)]
