"""What the chassis asks of its own tables, in statements that both databases understand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from closeloop.chassis.batch import Entry

_ENTRY = "j.key, j.sequence, j.subject, j.recorded_at, j.body"


class Asking(ABC):
    """The questions of relay, listening and idempotency."""

    among = "in ({})"
    """How a database looks up the rows that a list names, one by one: a join may read the whole table instead."""

    def __init__(self) -> None:
        self.others_say: Callable[[str], None] = lambda word: None
        """Called with each word of another process of the service (`others`); a SQLite file has only one."""

    @abstractmethod
    async def fetch(self, sql: str, *arguments: Any) -> list[Sequence[Any]]:
        """Read; `?` stands for an argument."""

    @abstractmethod
    async def execute(self, sql: str, *arguments: Any) -> None:
        """Change one of the chassis' own rows outside a batch; `?` stands for an argument."""

    async def try_to_write(self) -> None:
        """Write what stands there anyway, as much as a batch does; `Away` if that cannot be done."""
        await self.execute(
            "update keys set version = version where key in (select key from keys order by key limit 200)"
        )

    async def answered(self, asker: str, key: str) -> Sequence[Any] | None:
        """The stored answer of an Idempotency-Key: fingerprint, status, body, version."""
        wanted = "select fingerprint, status, body, version from answers where asker = ? and idempotency_key = ?"
        rows = await self.fetch(wanted, asker, key)
        return rows[0] if rows else None

    async def heard(self) -> tuple[dict[str, int], dict[str, tuple[str, int]]]:
        """How far each publisher and each stream has been heard."""
        positions = await self.fetch("select publisher, position from positions")
        streams = await self.fetch("select stream, created, sequence from heard")
        return {row[0]: row[1] for row in positions}, {row[0]: (row[1], row[2]) for row in streams}

    async def head(self) -> tuple[int, str]:
        """The last link of the chain: position and hash."""
        rows = await self.fetch("select position, hash from chain order by position desc limit 1")
        return (rows[0][0], rows[0][1]) if rows else (0, "")

    async def link(self, position: int) -> str:
        """The hash of one link; empty for the start of the chain."""
        rows = await self.fetch("select hash from chain where position = ?", position)
        return rows[0][0] if rows else ""

    async def unchained(self, most: int) -> list[tuple[int, Entry]]:
        """Journal entries without a position, oldest first."""
        first = "select seq from unsent order by seq limit ?"
        wanted = f"select j.seq, {_ENTRY} from journal j where j.seq {self.among.format(first)} order by j.seq"
        return [(row[0], Entry(*row[1:])) for row in await self.fetch(wanted, most)]

    async def chained_after(self, position: int, most: int) -> list[tuple[int, str, Entry]]:
        """Entries beyond this position, each with its position and hash."""
        wanted = (
            f"select c.position, c.hash, {_ENTRY} from chain c join journal j using (seq) "
            "where c.position > ? order by c.position limit ?"
        )
        return [(row[0], row[1], Entry(*row[2:])) for row in await self.fetch(wanted, position, most)]
