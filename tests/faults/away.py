"""What a service needs is away for a while, gone or frozen: each says so, waits, and goes on by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.faults import trial
from tests.faults.deployment import NATS, POSTGRES, Apart
from tests.faults.process_trees import with_children

GONE, FROZEN = "gone", "frozen"
SAYS_SO_WITHIN = {GONE: 5.0, FROZEN: 20.0}
"""Seconds of the long form. What is gone refuses connections; what is frozen only does not answer."""
READY_AGAIN_WITHIN = 30.0
PATIENCE = 120.0
"""Where nobody measures, what must come only has to come."""
LOOKS_EVERY = 0.1
CALLED = {POSTGRES: "database", NATS: "broker"}


class Leaving(Apart):
    """Five services, from which PostgreSQL and nats-server go away for so many seconds."""

    targets = tuple(f"{what} {way}" for what in (POSTGRES, NATS) for way in (GONE, FROZEN))

    def __init__(self, folder: Path, seconds: float, *, in_time: bool) -> None:
        super().__init__(folder)
        self.seconds, self.in_time = seconds, in_time
        self.unsaid: list[str] = []
        """Where a service did not say that something was away, or not that it was back."""

    async def kill(self, target: str) -> bool:
        """Gone for so long, or frozen; then back as it was."""
        what, way = target.split()
        back = await self._gone(what) if way == GONE else self._frozen(what)
        left = time.monotonic()
        if way == GONE or self.seconds > SAYS_SO_WITHIN[way]:
            await self._until(lambda said: CALLED[what] in said, SAYS_SO_WITHIN[way], f"{target}, and {{}} says {{}}")
        await asyncio.sleep(max(0.0, left + self.seconds - time.monotonic()))
        await back()
        await self._until(lambda said: not said, READY_AGAIN_WITHIN, f"{what} is back, and {{}} says {{}}")
        return True

    async def _gone(self, what: str) -> Callable[[], Any]:
        if what == POSTGRES:
            await self._there(self.postgres.kill)
            return lambda: self._there(self.postgres.start)
        self.ignore_nats()
        await self.nats.stop()

        async def back() -> None:
            await self.nats.start()
            self.look_after_nats()

        return back

    def _frozen(self, what: str) -> Callable[[], Any]:
        """The process is there, its port takes connections, and nobody answers."""
        frozen = with_children([self.postgres.pid if what == POSTGRES else self.nats.pid])
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)

        async def back() -> None:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)

        return back

    async def _until(self, seen: Callable[[dict[str, str]], bool], within: float, otherwise: str) -> None:
        """Each service says so at /readyz in time."""
        async with httpx.AsyncClient(timeout=2) as client:
            until = time.monotonic() + (within if self.in_time else PATIENCE)
            for service in self.databases:
                while not seen(said := await self._because(client, service)):
                    if time.monotonic() > until:
                        self.unsaid.append(otherwise.format(service, said or "that it is ready"))
                        break
                    await asyncio.sleep(LOOKS_EVERY)

    async def _because(self, client: httpx.AsyncClient, service: str) -> dict[str, str]:
        try:
            answer = await client.get(f"{self.url(service)}/readyz")
        except httpx.TransportError as error:
            return {"process": repr(error)}
        said = dict(answer.json()["because"])
        if (answer.status_code == 503) != bool(said):
            self.unsaid.append(f"{service} answers {answer.status_code}, because {said}")
        return said


async def leaving(
    folder: Path, *, seed: int, seconds: float, times: int, in_time: bool = False
) -> tuple[trial.Result, list[str]]:
    """People work while the database and the broker are away; and what was not said of it (`in_time`)."""
    deployment = Leaving(folder, seconds, in_time=in_time)
    result = await trial.run(deployment, seed, times)
    return result, deployment.unsaid
