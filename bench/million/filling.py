"""The tables of a service, filled by COPY; indexes and keys are made again when everything is in."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from bench.million.copying import Copier, Copy, Told, in_parts
from bench.million.template import Played, templates
from closeloop.contracts.loop import HEARS

AT_ONCE = 2_000
DAYS_IN_FORCE = 400
"""The procedure was in force when the first of these cases came in."""
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def copier(service: Connection, cases: Sequence[Played], keeps_journal: bool) -> Copier:
    """The copies of a service go on where its journal ends."""
    found = await templates(service, cases)
    seq = await service.fetchval("select coalesce(max(seq), 0) from journal")
    last = await service.fetchrow("select position, hash from chain order by position desc limit 1")
    position, head = tuple(last) if last else (0, "")
    return Copier(found, seq, position, head, keeps_journal)


async def fill(service: Connection, copies: Sequence[Copy], of: Copier) -> None:
    """Everything that these cases would have left behind."""
    await service.execute("set synchronous_commit = off")
    await service.execute("set maintenance_work_mem = '512MB'")
    async with without_indexes(service):
        for some in in_parts(copies, AT_ONCE):
            for table, text in of.texts(some).items():
                await service.copy_to_table(table, source=io.BytesIO(text))
        await service.execute(f"select setval(pg_get_serial_sequence('journal', 'seq'), {max(of.seq, 1)})")
    await service.execute("update activated set valid_from = valid_from - make_interval(days => $1)", DAYS_IN_FORCE)
    await service.execute("vacuum analyze")


@asynccontextmanager
async def without_indexes(service: Connection) -> AsyncIterator[None]:
    """Rows come in quicker, and the indexes are as dense as after a rebuild."""
    keys = await service.fetch(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
        "where contype = 'p' and connamespace = 'public'::regnamespace"
    )
    indexes = await service.fetch(
        "select indexname, indexdef from pg_indexes where schemaname = 'public' "
        "and indexname not in (select conname from pg_constraint)"
    )
    for table, name, _said in keys:
        await service.execute(f"alter table {table} drop constraint {name}")
    for name, _said in indexes:
        await service.execute(f"drop index {name}")
    yield
    for table, name, said in keys:
        await service.execute(f"alter table {table} add constraint {name} {said}")
    for _name, said in indexes:
        await service.execute(said)


async def heard_it_all(service: Connection, name: str, branch: str, told: Mapping[str, Mapping[str, Told]]) -> None:
    """The service stands behind the last event of each publisher that concerns it."""
    for publisher, events in HEARS[name].items():
        places = [told[publisher][event.subject] for event in events if event.subject in told.get(publisher, {})]
        if places:
            last = max(places, key=lambda one: one.position)
            await service.execute(
                "update positions set position = $1, chain = $2 where publisher = $3 and position < $1",
                last.position,
                last.before,
                f"{branch}.{publisher}",
            )


async def numbers_given(intake: Connection, series: Mapping[str, int]) -> None:
    """The counters of the register stand where its numbers end."""
    for name, n in series.items():
        await intake.execute(
            "insert into counters (name, n) values ($1, $2) on conflict (name) do update set n = excluded.n", name, n
        )
