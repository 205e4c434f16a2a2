"""Group commit: whatever queued up while the last transaction was committing goes into the next one."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol

from closeloop.chassis.answers import replay
from closeloop.chassis.batch import Batch, Changes, Conflict
from closeloop.chassis.chain import Chain, Link
from closeloop.chassis.i18n import _
from closeloop.chassis.piece import Outcome, Piece
from closeloop.chassis.queues import Queues
from closeloop.chassis.refusals import Full, Misread
from closeloop.chassis.running_pieces import may_be_a_repetition, run_pieces, soon
from closeloop.chassis.store.faults import Away, Repeated, Unkeepable, Unwritable
from closeloop.chassis.work import Surroundings

log = logging.getLogger("closeloop")


class Store(Protocol):
    """What the committer asks of a database."""

    dialect: str

    async def commit(self, batch: Batch, run: Callable[[Batch], Changes], *, locked: bool = False) -> None: ...

    async def answered(self, asker: str, key: str) -> Sequence[Any] | None: ...


class Unclear(Full):
    """The database went away while it was writing; the caller must ask again with the same Idempotency-Key."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            retry_after,
            _(
                "The database went away while this was being saved. "
                "Send the same request again with the same Idempotency-Key."
            ),
        )


@dataclass(frozen=True, slots=True)
class Happened:
    """What a committed batch means for the relay, the timers and the log."""

    pieces: Sequence[Piece]
    journaled: int
    links: Sequence[Link]
    seconds: float
    earliest_due: datetime | None
    """When the first of the timers that it set is due; none if it set none."""


class Committer:
    """Takes pieces of work from three queues in fair shares and answers each when it is on disk."""

    def __init__(
        self,
        store: Store,
        around: Surroundings,
        *,
        now: Callable[[], datetime],
        most_waiting: int,
        batch_seconds: float = 0.02,
        retry_after: int = 1,
        happened: Callable[[Happened], None] = lambda _: None,
        lost: Callable[[Sequence[Piece]], None] = lambda _: None,
        begins: Callable[[Piece], None] | None = None,
        chain: Chain | None = None,
    ) -> None:
        self.chain = chain or Chain()
        self.store, self.around, self.now, self.most_waiting = store, around, now, most_waiting
        self.retry_after = retry_after
        self.happened, self.lost, self.begins = happened, lost, begins
        self.queues = Queues(batch_seconds)
        self.parked: Counter[str] = Counter()
        self.counters: dict[str, int] = {}
        self.away: str | None = None
        self._wake = asyncio.Event()
        self._between = asyncio.Event()
        self._between.set()
        self._stopping = False

    # -- queueing -----------------------------------------------------------------------------------------------

    async def submit(self, piece: Piece) -> Outcome:
        """Queue a piece and wait until it is on disk; raises what refused or undid it."""
        if piece.source == "http" and self.queues.length("http") >= self.most_waiting:
            raise Full(self.retry_after)
        piece.waiter = asyncio.get_running_loop().create_future()
        self.queue(piece)
        return await piece.waiter

    def queue(self, piece: Piece) -> None:
        """Queue a piece whose outcome nobody waits for."""
        if self.begins is not None:
            self.begins(piece)
        self.queues.put(piece)
        self._wake.set()

    async def forget(self, stream: str) -> None:
        """Drop what waits from this stream, after the batch under way; it will be read again from what is on disk."""
        self.queues.forget_events(stream)
        await self._between.wait()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and no batch is under way."""
        return self._between.is_set() and not self.queues

    # -- committing ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Commit batches until stopped, then what is still queued."""
        while True:
            pieces = self.queues.take()
            if pieces:
                self._between.clear()
                await self._commit(pieces)
                self._between.set()
                continue
            if self._stopping:
                return
            self._wake.clear()
            await self._wake.wait()

    def stop(self) -> None:
        """Commit what is queued, then return from `run`."""
        self._stopping = True
        self._wake.set()

    async def _commit(self, pieces: Sequence[Piece], *, locked: bool = False) -> bool:
        """Commit these pieces, the failing ones apart; False if the database went away."""
        started = perf_counter()
        batch = self._batch(pieces)
        links: list[Link] = []

        def run(batch: Batch) -> Changes:
            changes = run_pieces(batch, self.around, self.queues.learn)
            links[:] = self.chain.links(changes.journal) if self.chain.is_known else ()
            changes.chain = [(link.position, link.hash) for link in links]
            return changes

        try:
            await self._write(batch, run, links, locked=locked)
        except Away as away:
            self._gone(pieces, str(away))
            return False
        except Conflict as conflict:
            self.counters.clear()
            return await self._apart(pieces, conflict) if locked else await self._commit(pieces, locked=True)
        except (Repeated, Unwritable) as fault:
            self.counters.clear()
            return await self._apart(pieces, fault)
        except Exception as bug:
            self.counters.clear()
            return await self._apart(pieces, Unwritable(f"{type(bug).__name__}: {bug}"))
        self.away = None
        self.counters = batch.counters
        self._count_parked(batch)
        settled = [piece for piece in pieces if not may_be_a_repetition(piece)]
        for piece in settled:
            self._answer(piece)
        try:
            self.happened(Happened(settled, len(batch.journal), links, perf_counter() - started, batch.earliest_due))
        except Exception as mistake:  # the batch is on disk: whoever only looks on must not stop the work
            log.exception("looking at a committed batch failed: %s", type(mistake).__name__)
        return len(settled) == len(pieces) or await self._look_back([p for p in pieces if may_be_a_repetition(p)])

    async def _write(
        self, batch: Batch, run: Callable[[Batch], Changes], links: Sequence[Link], *, locked: bool
    ) -> None:
        """One at a time lengthens the chain; after a conflict, or when nobody knows, the relay finds out its end."""
        async with self.chain.busy:
            try:
                await self.store.commit(batch, run, locked=locked)
            except (Repeated, Unwritable):
                raise  # nothing was written
            except BaseException:
                self.chain.forget()
                raise
            self.chain.lengthened(links)

    def _batch(self, pieces: Sequence[Piece]) -> Batch:
        return Batch(pieces, now=self.now(), dialect=self.store.dialect, counters=self.counters, parked=self.parked)

    async def _apart(self, pieces: Sequence[Piece], fault: Exception) -> bool:
        """The batch failed as a whole: halve it until the piece to blame stands alone."""
        if len(pieces) > 1:
            middle = len(pieces) // 2
            if await self._commit(pieces[:middle]):
                return await self._commit(pieces[middle:])
            self._gone(pieces[middle:], self.away or "")
            return False
        [piece] = pieces
        if isinstance(fault, Repeated):
            return await self._repeat(piece)
        if piece.source == "event":
            return await self._park(piece, fault)
        piece.outcome.error = self._said(fault)
        self._answer(piece)
        return True

    def _count_parked(self, batch: Batch) -> None:
        """A key is free again when the last message parked for it is handled, and not before."""
        self.parked += batch.parked_now
        for piece in batch.pieces:
            if piece.releases and piece.outcome.error is None:
                self.parked[piece.releases] -= 1
        self.parked = +self.parked

    def _said(self, fault: Exception) -> Exception:
        """What whoever asked is told of a fault that only their piece has."""
        if isinstance(fault, Conflict):
            return Full(self.retry_after)
        if isinstance(fault, Unkeepable):
            return Misread(_("The text holds a character that cannot be kept (NUL). Take it out and send it again."))
        return fault

    async def _repeat(self, piece: Piece) -> bool:
        about = piece.idempotency
        assert about is not None
        try:
            found = await self.store.answered(about.asker, about.key)
        except Away as away:
            self._gone([piece], str(away))
            return False
        piece.outcome = Outcome(error=Unclear(self.retry_after)) if found is None else replay(found, about.fingerprint)
        self._answer(piece)
        return True

    async def _look_back(self, pieces: Sequence[Piece]) -> bool:
        """What is refused may have been done already, by the same request: then that answer counts; else again."""
        for n, piece in enumerate(pieces):
            about = piece.idempotency
            assert about is not None
            try:
                found = await self.store.answered(about.asker, about.key)
            except Away as away:
                self._gone(pieces[n:], str(away))
                return False
            if found is None:
                piece.is_first = True
                self.queues.put_first(piece)
            else:
                piece.outcome = replay(found, about.fingerprint)
                self._answer(piece)
        return True

    async def _park(self, piece: Piece, fault: Exception) -> bool:
        def give_up(batch: Batch) -> Changes:
            batch.park(piece, f"{type(fault).__name__}: {fault}", tries=1, next_try_at=soon(batch.now))
            piece.outcome = Outcome(error=fault)
            return batch.changes()

        batch = self._batch([piece])
        try:
            await self.store.commit(batch, give_up)
        except (Away, Conflict, Unwritable) as error:
            self._gone([piece], str(error))
            return False
        self._count_parked(batch)
        self._answer(piece)
        return True

    def _gone(self, pieces: Sequence[Piece], reason: str) -> None:
        """Nobody knows whether it was written: people ask again, events and timers are read again from the database."""
        self.away = reason or "the database does not answer"
        self.counters.clear()
        for piece in pieces:
            piece.outcome = Outcome(error=Unclear(self.retry_after))
            self._answer(piece)
        self.lost(pieces)

    def _answer(self, piece: Piece) -> None:
        waiter = piece.waiter
        if waiter is None or waiter.done():
            return
        if piece.outcome.error is not None:
            waiter.set_exception(piece.outcome.error)
        else:
            waiter.set_result(piece.outcome)
