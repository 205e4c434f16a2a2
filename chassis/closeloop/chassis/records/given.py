"""Sealed records that were given out: what my desks still have to read, and who has read one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.readers import Reader
from closeloop.chassis.store.tables import KeptRecord

READERS, RECORDS = table_of(Reader), table_of(KeptRecord)


async def to_read(
    read: Read,
    person: Person,
    desks: frozenset[str] | None,
    *,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[Reader]:
    """What these desks have not read yet, or nobody has, the longest waiting first."""
    statement = scoped(sa.select(READERS), READERS, person)
    statement = statement.where(READERS.c.read_at.is_(None), READERS.c.withdrawn_at.is_(None))
    if desks is not None:
        statement = statement.where(READERS.c.desk.in_(desks))
    return await read.page(Reader, statement, by=[READERS.c.given_at, READERS.c.id], cursor=cursor, limit=limit)


async def readers_of(read: Read, record: str) -> list[Reader]:
    """Everybody who was given a record; who may see the record is asked by whoever asks for it."""
    statement = sa.select(READERS).where(READERS.c.record == record)
    return await read.rows(Reader, statement.order_by(READERS.c.given_at, READERS.c.id))


async def record_given_to(read: Read, person: Person, desks: frozenset[str], identity: str) -> KeptRecord | None:
    """A record of another department that one of these desks was given."""
    for reader in await readers_of(read, identity):
        if reader.desk in desks and person.at(reader.place) and person.hears(reader.audience):
            return await read.one(KeptRecord, sa.select(RECORDS).where(RECORDS.c.id == identity))
    return None


def reader_as_json(one: Reader, service: str) -> dict[str, Any]:
    """Who was given a record, for programs."""
    names = ("record", "form", "title", "number", "desk", "place", "given_at", "due_at", "read_at", "read_by", "hash")
    page = f"/{service}/records/{one.record}"
    return {**{name: getattr(one, name) for name in names}, "clauses": one.clauses, "page": page}
