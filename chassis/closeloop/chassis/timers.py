"""Timers: what is due is found in the table and done once, after the service has heard what came first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from closeloop.chassis.broker import woken
from closeloop.chassis.committer import Committer
from closeloop.chassis.hearing import Hears
from closeloop.chassis.piece import Piece
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import kept
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work

AT_ONCE = 500
READ_AT_ONCE = 4  # the reading pool is for people first
LOOK_AGAIN = timedelta(seconds=1)  # timers of other replicas announce themselves no other way


class Timers:
    """The one loop of a service that fires what is due."""

    def __init__(
        self,
        fetch: Callable[..., Any],
        committer: Committer,
        hears: Hears,
        read: Read,
        *,
        now: Callable[[], datetime],
        may_fire: Callable[[], bool],
        failed: Callable[[Exception], None],
        begins: Callable[[], Awaitable[None]],
    ) -> None:
        self.fetch, self.committer, self.hears, self.read = fetch, committer, hears, read
        self.now, self.may_fire, self.failed, self.begins = now, may_fire, failed, begins
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._wake = asyncio.Event()
        self._next: datetime | None = None
        self._is_known = False

    def wake(self) -> None:
        """The clock moved; nobody looks for what is known not to be due yet."""
        if not self._is_known or (self._next is not None and self._next <= self.now()):
            self._wake.set()

    def was_set(self, due_at: datetime) -> None:
        """A timer was set; what is due before we look again anyway is done at once."""
        self._next = _earlier(self._next, due_at)
        if due_at <= self.now() + LOOK_AGAIN:
            self._wake.set()

    async def run(self) -> None:
        """Fire what is due, for ever; once that is done for the first time, what is to lie in timers is looked over."""
        begun = False
        while True:
            self._wake.clear()
            may_fire = self.may_fire()
            fired = await self.fire() if may_fire else 0
            if fired == AT_ONCE:
                continue
            if may_fire and not fired and not begun:
                await self.begins()
                begun = True
            await woken(self._wake, within=LOOK_AGAIN.total_seconds())

    async def fire(self) -> int:
        """Do what is due now; answers how many that were."""
        due = await self.fetch(
            f"select {', '.join(kept(Timer).names)} from timers where due_at <= ? order by due_at, id limit ?",
            self.now(),
            AT_ONCE,
        )
        ended = await asyncio.gather(*(self._fire(row) for row in due), return_exceptions=True)
        if due or self._next is None or self._next <= self.now():
            self._is_known = False
        for error in ended:
            if isinstance(error, Exception):
                self.failed(error)
        return sum(not isinstance(error, Exception) for error in ended)

    async def next_due(self) -> datetime | None:
        """When the next timer is due, or was until it was cancelled; None if there is none. Asked before each step of a
        simulated clock, so it is remembered.
        """
        while not self._is_known:
            self._is_known, self._next = True, None  # what is set while we look counts, too
            [[moment]] = await self.fetch("select min(due_at) from timers")
            found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
            self._next = _earlier(self._next, found)
        return self._next

    async def _fire(self, row: Sequence[Any]) -> None:
        identity, key, kind = row[:3]
        handler: Callable[..., None] = self.hears.dues[kind]
        if reads := self.hears.reads.get(kind):
            async with self._reading:
                found = await reads(self.read, kept(Timer).thaw(row, self.committer.store.dialect))
            handler = partial(_with, handler, found)
        await self.committer.submit(Piece(f"due {kind}", "timer", (key,), partial(_run, identity, handler)))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _run(identity: str, handler: Callable[..., None], work: Work) -> None:
    timer = work.maybe(Timer, id=identity)
    if timer is None or timer.due_at > work.now:
        return  # cancelled or moved by a piece that came first
    work.remove(timer)
    handler(timer, work)


def _with(handler: Callable[..., None], found: Any, timer: Timer, work: Work) -> None:
    handler(timer, work, found)
