"""Timers: what is due is found in the table and done once, after the service has heard what came first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from closeloop.chassis.broker import woken
from closeloop.chassis.committer import Committer
from closeloop.chassis.hearing import Hears
from closeloop.chassis.piece import Piece
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work

AT_ONCE = 500
LOOK_AGAIN_SECONDS = 1.0  # timers of other replicas announce themselves no other way


class Timers:
    """The one loop of a service that fires what is due."""

    def __init__(
        self,
        fetch: Callable[..., Any],
        committer: Committer,
        hears: Hears,
        *,
        now: Callable[[], datetime],
        may_fire: Callable[[], bool],
        failed: Callable[[Exception], None],
    ) -> None:
        self.fetch, self.committer, self.hears = fetch, committer, hears
        self.now, self.may_fire, self.failed = now, may_fire, failed
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """A timer was set, or the clock moved."""
        self._wake.set()

    async def run(self) -> None:
        """Fire what is due, for ever."""
        while True:
            self._wake.clear()
            fired = await self.fire() if self.may_fire() else 0
            if fired == AT_ONCE:
                continue
            await woken(self._wake, within=LOOK_AGAIN_SECONDS)

    async def fire(self) -> int:
        """Do what is due now; answers how many were due."""
        due = await self.fetch(
            "select id, key, kind, of, due_at from timers where due_at <= ? order by due_at, id limit ?",
            self.now(),
            AT_ONCE,
        )
        ended = await asyncio.gather(*(self.committer.submit(self._piece(*row)) for row in due), return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                self.failed(error)
        return len(due)

    async def next_due(self) -> datetime | None:
        """When the next timer is due; None if there is none."""
        [[moment]] = await self.fetch("select min(due_at) from timers")
        return datetime.fromisoformat(moment) if isinstance(moment, str) else moment

    def _piece(self, identity: str, key: str, kind: str, of: str, due_at: Any) -> Piece:
        return Piece(f"due {kind}", "timer", (key,), partial(self._run, identity))

    def _run(self, identity: str, work: Work) -> None:
        timer = work.maybe(Timer, id=identity)
        if timer is None or timer.due_at > work.now:
            return  # cancelled or moved by a piece that came first
        work.remove(timer)
        self.hears.dues[timer.kind](timer, work)
