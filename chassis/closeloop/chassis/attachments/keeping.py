"""The attachments of one service: its keys and its store, and what is looked up about them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from closeloop.chassis.acting import do
from closeloop.chassis.attachments.attached import Attached
from closeloop.chassis.attachments.keys import SealingKeys, Unreadable
from closeloop.chassis.attachments.stores import BlobStore, store_at
from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.rows import table_of

ATTACHED = table_of(Attached)
KEYS, FOLDER = "attachments", "attachments"
LOOKS_BACK = timedelta(days=7)


class Attachments:
    """Where sealed bytes lie, and by which keys they are read."""

    def __init__(self, *, keys: Path, data: Path, address: str) -> None:
        self.keys = SealingKeys(keys / KEYS)
        self._address, self._folder = address, data / FOLDER
        self._store: BlobStore | None = None

    @property
    def store(self) -> BlobStore:
        """The store, opened when it is needed first."""
        if self._store is None:
            self._store = store_at(self._address, self._folder)
        return self._store

    async def read(self, attached: Attached) -> bytes:
        """The content again; `NotFound` where it was erased, or its key or bytes are gone."""
        sealed = None if attached.erased_at else await self.store.get(attached.hash)
        if sealed is None:
            raise NotFound(_("This was attached once and is not kept any more."))
        try:
            return await asyncio.to_thread(self.keys.open, sealed, attached.hash, attached.sealed_for)
        except Unreadable:
            raise NotFound(_("This was attached once and is not kept any more.")) from None

    async def forget(self, hash: str, sealed_for: str) -> None:
        """The key first: whoever has a copy of the bytes reads nothing from then on."""
        self.keys.destroy(hash, sealed_for)
        await self.store.delete(hash)

    async def let_go_of(self, read: Read, hash: str, by: Person) -> None:
        """What was attached to a record goes with it, unless it was attached elsewhere."""
        from closeloop.chassis.attachments.taking_in import erase_with_record

        for attached in await read.rows(Attached, sa.select(ATTACHED).where(ATTACHED.c.hash == hash)):
            if attached.erased_at is None:
                await do(erase_with_record, attached.about, by=by, key=attached.id)
                await self.forget(attached.hash, attached.sealed_for)

    async def finish_erasing(self, read: Read, now: datetime) -> None:
        """What was noted as erased when the process ended is erased now."""
        lately = sa.select(ATTACHED).where(ATTACHED.c.erased_at > now - LOOKS_BACK)
        for attached in await read.rows(Attached, lately):
            await self.forget(attached.hash, attached.sealed_for)


async def attached_to(
    read: Read, person: Person, about: str, *, cursor: str | None = None, limit: int | None = None
) -> Paged[Attached]:
    """What was attached to a case or job, in the order in which it was taken in."""
    statement = scoped(sa.select(ATTACHED), ATTACHED, person).where(ATTACHED.c.about == about)
    return await read.page(Attached, statement, by=[ATTACHED.c.taken_in_at, ATTACHED.c.id], cursor=cursor, limit=limit)


async def attached_as(read: Read, person: Person, hash: str) -> Attached:
    """One attachment by its hash, if this person may see it."""
    found = await read.one(Attached, scoped(sa.select(ATTACHED), ATTACHED, person).where(ATTACHED.c.hash == hash))
    if found is None:
        raise NotFound()
    return found


async def is_attached(read: Read, about: str, hash: str) -> bool:
    """Whether this was attached there and is still kept."""
    table = ATTACHED.c
    wanted = sa.select(table.id).where(table.about == about, table.hash == hash, table.erased_at.is_(None))
    return await read.value(wanted) is not None


async def must_be_attached(read: Read, about: str, hash: str) -> None:
    """What is named as evidence was uploaded there before."""
    if not await is_attached(read, about, hash):
        raise Refused(_("Nothing with this hash was attached here. Upload the file first."))
