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
FREEZE_IS_SEEN_AFTER = 20.0  # what is gone refuses connections; what is frozen only does not answer
PATIENCE = 120.0  # what must come only has to come
LOOKS_EVERY = 0.1
CALLED = {POSTGRES: "database", NATS: "broker"}


class Leaving(Apart):
    """Five services, from which PostgreSQL and nats-server go away for so many seconds."""

    targets = tuple(f"{what} {way}" for what in (POSTGRES, NATS) for way in (GONE, FROZEN))

    def __init__(self, folder: Path, seconds: float) -> None:
        super().__init__(folder)
        self.seconds = seconds
        self.said_after: dict[str, float] = {}
        """Seconds until the last service said that it was away."""
        self.ready_after: dict[str, float] = {}
        """Seconds after its return until the last service was ready."""
        self.unsaid: list[str] = []
        """What a service did not say, or said wrongly."""

    async def kill(self, target: str) -> bool:
        """Gone for so long, or frozen; then back as it was."""
        what, way = target.split()
        back = await self._gone(what) if way == GONE else self._frozen(what)
        left = time.monotonic()
        if way == GONE or self.seconds > FREEZE_IS_SEEN_AFTER:
            is_said = f"{target}, and {{}} says {{}}"
            self.said_after[target] = await self._until(lambda said: CALLED[what] in said, is_said)
        await asyncio.sleep(max(0.0, left + self.seconds - time.monotonic()))
        await back()
        self.ready_after[target] = await self._until(lambda said: not said, f"{what} is back, and {{}} says {{}}")
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

    async def _until(self, seen: Callable[[dict[str, str]], bool], otherwise: str) -> float:
        """Until each service says so at /readyz; how long it took."""
        began = time.monotonic()
        async with httpx.AsyncClient(timeout=5) as client:
            for service in self.databases:
                while not seen(said := await self._because(client, service)):
                    if time.monotonic() > began + PATIENCE:
                        self.unsaid.append(otherwise.format(service, said or "that it is ready"))
                        break
                    await asyncio.sleep(LOOKS_EVERY)
        return time.monotonic() - began

    async def _because(self, client: httpx.AsyncClient, service: str) -> dict[str, str]:
        try:
            answer = await client.get(f"{self.url(service)}/readyz")
        except httpx.TransportError as error:
            return {"process": repr(error)}
        said = dict(answer.json()["because"])
        if (answer.status_code == 503) != bool(said):
            self.unsaid.append(f"{service} answers {answer.status_code}, because {said}")
        return said


async def leaving(folder: Path, *, seed: int, seconds: float, times: int) -> tuple[trial.Result, Leaving]:
    """People work while the database and the broker are away."""
    deployment = Leaving(folder, seconds)
    return await trial.run(deployment, seed, times), deployment
