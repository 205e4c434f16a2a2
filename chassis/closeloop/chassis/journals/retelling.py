"""Retelling: a service hears once more what it was told, to find out how its tables follow from it; nothing is done.

Handlers run as always, on rows of their own. Whatever they would publish, set timers for or lay on desks was done when
it was heard for the first time, and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from closeloop.chassis.batch import Batch, Changes
from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.journals.told import Told
from closeloop.chassis.listening import piece_of
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.piece import HeardFrom, Piece
from closeloop.chassis.refusals import Refusal
from closeloop.chassis.rows import kept
from closeloop.chassis.safekeeping.manifest import Unfit
from closeloop.chassis.store.postgres import PostgresStore
from closeloop.chassis.store.sqlite import SqliteStore
from closeloop.chassis.store.tables import Task
from closeloop.chassis.work import Surroundings, Work
from closeloop.contracts.event import Event

ROWS_AT_ONCE = 5_000
Store = SqliteStore | PostgresStore
Row = TypeVar("Row")
Journaled = TypeVar("Journaled", bound=Event)


class Retelling:
    """One service hearing everything once more."""

    def __init__(self, hears: Hears, rows: Collection[type[Any]], around: Surroundings, branch: str) -> None:
        self.hears, self.rows, self.around, self.branch = hears, frozenset(rows), around, branch
        self.heard = 0
        self.asked: dict[tuple[str, str, str], dict[str, Any]] = {}
        """What handlers asked to be told, each once: key, name, and with which words."""

    async def hear(self, some: Sequence[Told], store: Store) -> None:
        """Hear these, and keep in the store what follows from them."""
        pieces = [self._piece(one) for one in some]
        now = datetime.fromisoformat(some[-1].at)
        batch = Batch(pieces, now=now, dialect=store.dialect, counters={}, parked={})
        moments = [one.at for one in some]
        await store.commit(batch, lambda batch: self._run(batch, moments))
        self.heard += len(some)

    async def follow(self, cls: type[Any], follows: Callable[[Any, Work], None], store: Store, now: datetime) -> None:
        """What follows from the rows themselves, as they stand when everything was heard."""
        about, last = kept(cls), ""
        piece = Piece("what follows", "timer", (), _nothing)
        asked = f"select {', '.join(about.names)} from {about.name} where {about.primary[0]} > ? "
        while found := await store.fetch(f"{asked} order by {about.primary[0]} limit {ROWS_AT_ONCE}", last):
            last = found[-1][0]
            batch = Batch([], now=now, dialect=store.dialect, counters={}, parked={})
            work = Retold(batch, piece, self.around, self)
            for raw in found:
                follows(about.thaw(raw, store.dialect), work)
            await store.commit(batch, Batch.changes)

    def _piece(self, told: Told) -> Piece:
        subject = f"closeloop.{self.branch}.{told.teller}.{told.subject}"
        return piece_of(
            HeardFrom(f"{self.branch}.{told.teller}", told.position, "", "", 0, subject, told.body.encode(), ""),
            self.hears,
        )

    def _run(self, batch: Batch, moments: Sequence[str]) -> Changes:
        for piece, at in zip(batch.pieces, moments, strict=True):
            batch.now = datetime.fromisoformat(at)
            try:
                piece.run(Retold(batch, piece, self.around, self))
            except Exception as fault:
                raise Unfit(_refused(piece, fault)) from fault
        for keyset in batch.keysets.values():
            keyset.freeze(batch.dialect)
        return batch.changes()


class Retold(Work):
    """A piece of work that only keeps rows: those that follow from what was told."""

    retells = True
    __slots__ = ("_retelling",)

    def __init__(self, batch: Batch, piece: Piece, around: Surroundings, retelling: Retelling) -> None:
        super().__init__(batch, piece, around)
        self._retelling = retelling

    def add(self, row: Row) -> Row:
        return super().add(row) if type(row) in self._retelling.rows else row

    def count(self, cls: type[Any], n: int = 1, **where: Any) -> None:
        if cls in self._retelling.rows:
            super().count(cls, n, **where)

    def publish(self, event: Journaled, *, judging: Iterable[Judgement] = (), key: str | None = None) -> Journaled:
        return event

    def judge(self, judging: Iterable[Judgement], *, key: str | None = None) -> None: ...

    def at(self, due_at: datetime, kind: str, of: str = "", *, key: str | None = None, **data: Any) -> None: ...

    def tell(self, key: str, name: str, **data: Any) -> None:
        self._retelling.asked[key, name, repr(sorted(data.items()))] = data

    def task(self, **said: Any) -> Task:
        raise NotImplementedError("a handler whose rows are made again lays nothing on a desk")

    def done(self, kind: str, of: str = "") -> None: ...


def _nothing(work: Work) -> None: ...


def _refused(piece: Piece, fault: Exception) -> Sentence:
    heard = piece.heard
    assert heard is not None
    reason = fault.sentence.en if isinstance(fault, Refusal) else f"{type(fault).__name__}: {fault}"
    return _(
        "Entry {position} of {publisher} ({what}) cannot be heard once more: {reason}. Nothing was changed.",
        position=heard.position,
        publisher=heard.publisher,
        what=piece.name,
        reason=reason,
    )
