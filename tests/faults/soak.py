"""Hours of ordinary work: whole life cycles at half of what five services can do, and nothing piles up.

Handles and memory stay as they were once everything is warm, and a case takes as many bytes and as much CPU at the end
as at the beginning. It takes ten minutes to judge: NATS remembers ids of messages for two, PostgreSQL fills pages in
steps.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import asyncpg

from bench.loop import PEOPLE
from bench.loop import People as Load
from closeloop.chassis.people import People
from closeloop.contracts.loop import SERVICES
from tests.faults.deployment import NATS, Apart
from tests.faults.processes import cpu_seconds, handles, resident_mb
from tests.faults.table import Line, counted
from tests.faults.trial import put_in_force

AT_ONCE = 120
CAPACITY_SECONDS = 20.0
LOOKS = 120
"""How often everything is looked at, whatever the length."""
WARM = 1 / 3
"""This part of the time is for caches to fill."""
MORE_HANDLES = 8
MORE_MEMORY_MB, MORE_MEMORY = 8.0, 1.05
MORE_BYTES, MORE_CPU = 1.1, 1.15


@dataclass(frozen=True, slots=True)
class Look:
    """What was there at one moment."""

    cases: int
    handles: dict[str, int]
    memory: dict[str, float]
    bytes: int
    cpu: float


def soak(minutes: float) -> list[Line]:
    """So many minutes of it."""
    with tempfile.TemporaryDirectory(prefix="closeloop-faults-soak-") as folder:
        return asyncio.run(_soaked(Path(folder), minutes * 60))


async def _soaked(folder: Path, seconds: float) -> list[Line]:
    deployment = Apart(folder)
    try:
        await deployment.start()
        people = People.of(deployment.data)
        await put_in_force(deployment, people)
        task = {
            "urls": {service: deployment.url(service) for service in SERVICES},
            "tokens": {name: f"Bearer {people.issue_token(people.person(name))}" for name in PEOPLE},
        }
        capacity = len((await Load({**task, "at_once": AT_ONCE, "seconds": CAPACITY_SECONDS}).seen())["ended"])
        rate = capacity / CAPACITY_SECONDS / 2
        load = Load({**task, "rates": [(rate, seconds)]})
        looks: list[Look] = []
        looking = asyncio.create_task(_look(deployment, looks, every=seconds / LOOKS))
        seen = await load.seen()
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        return [
            Line(
                "life cycles at half capacity", f"{rate:.0f}/s for {seconds / 60:.0f} min, {len(seen['ended']):,} cases"
            ),
            Line("told to come again", str(seen["full"]), "0", not seen["full"]),
            *judged(looks),
            counted("what ended by itself", deployment.collapses),
        ]
    finally:
        await deployment.stop()


async def _look(deployment: Apart, looks: list[Look], *, every: float) -> None:
    pids = {name: process.pid for name, process in deployment.processes.items()} | {NATS: deployment.nats.pid}
    running = {name: pid for name, pid in pids.items() if pid is not None}
    ports = {name: process.port for name, process in deployment.processes.items()}
    connections = {service: await asyncpg.connect(url) for service, url in deployment.databases.items()}
    try:
        while True:
            sizes = [
                int(await one.fetchval("select pg_database_size(current_database())")) for one in connections.values()
            ]
            stored = sum(file.stat().st_size for file in (deployment.folder / "nats").rglob("*.blk"))
            looks.append(
                Look(
                    int(await connections["intake"].fetchval("select count(*) from cases")),
                    {name: handles(pid, ports.get(name, 0)) for name, pid in running.items()},
                    {name: resident_mb(pid) for name, pid in running.items()},
                    sum(sizes) + stored,
                    sum(cpu_seconds(pid) for pid in running.values()),
                )
            )
            await asyncio.sleep(every)
    finally:
        for one in connections.values():
            await one.close()


def judged(looks: list[Look]) -> Iterator[Line]:
    """The first third is for getting warm; of the rest, the beginning and the end are compared."""
    warm = looks[int(len(looks) * WARM) :]
    part = len(warm) // 3
    first, last = warm[:part], warm[-part:]
    for name in warm[0].handles:
        before, after = _of(first, lambda look: look.handles[name]), _of(last, lambda look: look.handles[name])  # noqa: B023
        yield Line(
            f"handles of {name}",
            f"{before:.0f} -> {after:.0f}",
            f"<= {MORE_HANDLES} more",
            after <= before + MORE_HANDLES,
        )
    for name in warm[0].memory:
        before, after = _of(first, lambda look: look.memory[name]), _of(last, lambda look: look.memory[name])  # noqa: B023
        most = max(before * MORE_MEMORY, before + MORE_MEMORY_MB)
        yield Line(f"memory of {name}", f"{before:.0f} -> {after:.0f} MB", f"<= {most:.0f}", after <= most)
    middle = warm[len(warm) // 2]
    for what, unit, most, amount in (
        ("stored bytes of a case", "", MORE_BYTES, lambda look: look.bytes),
        ("CPU of a case, without PostgreSQL", " ms", MORE_CPU, lambda look: look.cpu * 1000),
    ):
        before, after = _each(warm[0], middle, amount), _each(middle, warm[-1], amount)
        yield Line(what, f"{before:,.1f}{unit} -> {after:,.1f}{unit}", f"<= {most:g}x", after <= before * most)


def _of(looks: list[Look], amount: Callable[[Look], float]) -> float:
    return median(amount(look) for look in looks)


def _each(before: Look, after: Look, amount: Callable[[Look], float]) -> float:
    return (amount(after) - amount(before)) / max(1, after.cases - before.cases)
