"""Parking: a message that could not be handled waits in a table, is tried again, and then asks for a person."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from closeloop.chassis.committer import Committer
from closeloop.chassis.hearing import Hears
from closeloop.chassis.listening import piece_of
from closeloop.chassis.piece import HeardFrom, Piece
from closeloop.chassis.refusals import NotFound, Refusal
from closeloop.chassis.store.tables import Parked
from closeloop.chassis.work import Work
from closeloop.contracts.envelope import SEALED_FOR

LOOK_SECONDS = 1.0
DUE = (  # a key whose turn has come, or whose messages only wait behind one that is handled by now
    "select distinct key from parked p where key <> '' and (next_try_at <= ? or tries = 0 and not exists "
    "(select 1 from parked q where q.key = p.key and q.tries > 0))"
)
SEALED = "update parked set next_try_at = ? where tries > 0 and next_try_at is null and body like ?"


class Parking:
    """The one loop of a service that tries parked messages again."""

    def __init__(
        self, store: Any, committer: Committer, hears: Hears, *, now: Callable[[], datetime], pauses: Sequence[float]
    ) -> None:
        self.store, self.committer, self.hears, self.now, self.pauses = store, committer, hears, now, pauses

    async def load(self) -> None:
        """Which keys have something parked: what comes for them queues behind it. What is sealed is tried once more, as
        the service may have been given the key.
        """
        await self.store.execute(SEALED, self.now(), f'%"{SEALED_FOR}":"%')
        rows = await self.store.fetch("select key, count(*) from parked where key <> '' group by key")
        self.committer.parked = Counter({row[0]: row[1] for row in rows})

    async def run(self) -> None:
        """Try what is due, for ever."""
        while True:
            await self.try_due()
            await asyncio.sleep(LOOK_SECONDS)

    async def try_due(self) -> int:
        """Try every key whose first parked message is due; answers how many messages were handled."""
        due = await self.store.fetch(DUE, self.now())
        return sum([await self.try_key(key) for (key,) in due])

    async def try_again(self, identity: str) -> bool:
        """A person wants this message tried now; whether it was handled."""
        rows = await self.store.fetch("select key from parked where id = ?", identity)
        if not rows:
            raise NotFound()
        [(key,)] = rows
        if key:
            await self.try_key(key)
        else:
            await self._try("", next(row for row in await self._waiting("") if row[0] == identity))
        return not await self.store.fetch("select 1 from parked where id = ?", identity)

    async def try_key(self, key: str) -> int:
        """Handle what is parked for a key, in order, until one fails again; then later events go straight on."""
        handled = 0
        while waiting := await self._waiting(key):
            for row in waiting:
                if not await self._try(key, row):
                    return handled
                handled += 1
        return handled

    async def _waiting(self, key: str) -> list[Any]:
        return list(
            await self.store.fetch(
                "select id, publisher, position, subject, body, tries from parked where key = ? "
                "order by parked_at, position",
                key,
            )
        )

    async def _try(self, key: str, row: Any) -> bool:
        identity, publisher, position, subject, body, tries = row
        heard = HeardFrom(publisher, position, "", "", 0, subject, body.encode(), "")
        asked = piece_of(heard, self.hears)
        piece = Piece(
            asked.name,
            "timer",
            asked.keys,
            partial(_once_more, asked, identity),
            traceparent=asked.traceparent,
            releases=key,
        )
        try:
            await self.committer.submit(piece)
        except Exception as error:
            reason = error.sentence.en if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
            await self.store.execute(
                "update parked set tries = ?, reason = ?, next_try_at = ? where id = ?",
                tries + 1,
                reason,
                self._next(tries),
                identity,
            )
            return False
        return True

    def _next(self, tries: int) -> datetime | None:
        return self.now() + timedelta(seconds=self.pauses[tries]) if tries < len(self.pauses) else None


def _once_more(asked: Piece, identity: str, work: Work) -> None:
    asked.run(work)
    work.drop(Parked, identity)
