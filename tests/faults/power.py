"""The power fails: every process of the machine ends at once, and the disk has only what it was made to keep."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from random import Random

from closeloop.chassis.embedded.postgres import TestPostgres
from tests.faults import trial
from tests.faults.deployment import Apart, Together
from tests.faults.disk import Disk
from tests.faults.mixed import Mixed
from tests.faults.process_trees import end_at_once

POWER = "power"


class TogetherOnADisk(Together):
    """`closeloop up`, on a machine whose power fails."""

    targets = (POWER,)

    def __init__(self, folder: Path, chance: Random, *, sync_milliseconds: int = 0) -> None:
        super().__init__(folder)
        self.chance = chance
        self.disk = Disk(self.data, sync_milliseconds=sync_milliseconds, names=True)
        self.store = Mixed(self.data / "nats" / "jetstream", folder / "store before")
        self._suite.under(self.disk.environment)

    async def start(self) -> None:
        await super().start()
        self.store.look()

    async def kill(self, target: str) -> bool:
        """Cut the power, and switch it on again."""
        ended = end_at_once([self._suite.pid])
        await self.let_go()
        how = _how(self.chance)
        await asyncio.to_thread(self.disk.forget, how)
        await asyncio.to_thread(self.store.forget, how)
        self._suite.start()
        self.watch()
        await self.ready()
        await asyncio.to_thread(self.store.look)
        return bool(ended)

    async def stop(self) -> None:
        await super().stop()
        self.disk.close()


class ApartOnADisk(Apart):
    """Five services, PostgreSQL and nats-server on one machine whose power fails."""

    targets = (POWER,)

    def __init__(self, folder: Path, chance: Random, *, sync_milliseconds: int = 0) -> None:
        home = Path(tempfile.mkdtemp(prefix="closeloop-postgres-"))  # another user must get in
        self.disk = Disk(home, sync_milliseconds=sync_milliseconds)
        super().__init__(folder, TestPostgres(fsync=True, home=home, environment=self.disk.environment))
        self.chance = chance
        self.store = Mixed(self.nats.folder / "jetstream", folder / "store before")

    async def start(self) -> None:
        await super().start()
        self.store.look()

    async def kill(self, target: str) -> bool:
        """Cut the power, and switch it on again."""
        services = [process.pid for process in self.processes.values()]
        ended = end_at_once([*services, self.postgres.pid, self.nats.pid])
        await self.let_go()
        await self.nats.stop()
        await self._there(self.postgres.kill)
        how = _how(self.chance)
        await asyncio.to_thread(self.disk.forget, how)
        await asyncio.to_thread(self.store.forget, how)
        await self._there(self.postgres.start)
        await self.nats.start()
        self.look_after_nats()
        for process in self.processes.values():
            process.start()
        self.watch()
        await self.ready()
        await asyncio.to_thread(self.store.look)
        return bool(ended)

    async def stop(self) -> None:
        await super().stop()
        self.disk.close()


async def on_sqlite(folder: Path, *, seed: int, kills: int) -> trial.Result:
    """`closeloop up`; the power fails so many times."""
    return await trial.run(TogetherOnADisk(folder, Random(f"{seed}/disk")), seed, kills)


async def on_postgres(folder: Path, *, seed: int, kills: int) -> trial.Result:
    """Each service a process, PostgreSQL, one nats-server; the power fails so many times."""
    return await trial.run(ApartOnADisk(folder, Random(f"{seed}/disk")), seed, kills)


def _how(chance: Random) -> Random | None:
    """All that was not synced is the worst loss; some of it is the worst for what must hold together."""
    return chance if chance.random() < 0.5 else None
