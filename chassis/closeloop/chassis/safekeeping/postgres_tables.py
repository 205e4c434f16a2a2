"""PostgreSQL databases of several services: tables written to files as of one moment, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg

from closeloop.chassis.i18n import _
from closeloop.chassis.safekeeping.manifest import Unfit

FORM: dict[str, Any] = {"format": "csv", "header": True, "null": "\\N"}
VERSIONS = "version_of_"
TABLES = (
    "select table_name from information_schema.tables "
    "where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name"
)


async def copy_as_of_now(addresses: Mapping[str, str], to: Path) -> None:
    """Write every table of each service into a file of its folder, all as they are at the same moment.

    For that moment alone nobody adds to a journal: nothing that one service has heard is then missing from the
    other that told it.
    """
    async with AsyncExitStack() as open_:
        writers, readers = {}, {}
        for name, address in sorted(addresses.items()):
            writers[name] = await _connect(open_, address)
            readers[name] = await _connect(open_, address)
        for writer in writers.values():
            await writer.execute("begin; lock table journal in share row exclusive mode")
        for reader in readers.values():
            await reader.execute("begin isolation level repeatable read read only; select 1 from journal limit 1")
        for writer in writers.values():
            await writer.execute("rollback")
        for name, reader in readers.items():
            folder = to / name
            folder.mkdir()
            for [table] in await reader.fetch(TABLES):
                await reader.copy_from_table(table, output=folder / f"{table}.csv", **FORM)


async def fill(address: str, folder: Path) -> None:
    """Read the tables back into an empty database of the same version; all of them or none."""
    async with AsyncExitStack() as open_:
        connection = await _connect(open_, address)
        async with connection.transaction():
            known = [row[0] for row in await connection.fetch(TABLES)]
            _same_tables(known, folder)
            for table in known:
                if table.startswith(VERSIONS):
                    await _same_version(connection, table, folder)
                elif await connection.fetchval(f"select exists(select 1 from {table})"):
                    raise Unfit(
                        _("The database of {service} is not empty: restore into a new one.", service=folder.name)
                    )
                else:
                    await connection.copy_to_table(table, source=folder / f"{table}.csv", **FORM)
            await connection.execute(
                "select setval(pg_get_serial_sequence('journal', 'seq'), greatest((select max(seq) from journal), 1))"
            )


def _same_tables(known: list[str], folder: Path) -> None:
    if {file.stem for file in folder.glob("*.csv")} != set(known):
        raise Unfit(
            _(
                "The backup of {service} is of another version: restore it with the one that made it.",
                service=folder.name,
            )
        )


async def _same_version(connection: asyncpg.Connection, table: str, folder: Path) -> None:
    here = [row[0] for row in await connection.fetch(f"select version_num from {table}")]
    if (folder / f"{table}.csv").read_text(encoding="utf-8").split()[1:] != here:
        raise Unfit(
            _(
                "The backup of {service} is of another version: restore it with the one that made it.",
                service=folder.name,
            )
        )


async def _connect(open_: AsyncExitStack, address: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(address.replace("postgresql+asyncpg://", "postgresql://"))
    open_.push_async_callback(connection.close)
    return connection
