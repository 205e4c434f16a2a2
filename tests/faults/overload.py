"""Ten times what intake can take in, for a minute: who comes on top is told so, the others never notice.

Measured first: what it can take in (as many clients at once as are of any use), and how long people wait at half of
that. Then the flood; then half of it again, from the moment at which the flood ends.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bench.house import helper
from closeloop.chassis.people import People
from tests.faults.checker import every_promise_is_in_the_register, numbers_have_no_gap_and_no_twin
from tests.faults.deployment import Apart, Together
from tests.faults.evidence import Evidence, Promised, tables_of
from tests.faults.flood import AGAIN, TAKEN, at
from tests.faults.processes import resident_mb
from tests.faults.table import Line, counted
from tests.faults.trial import put_in_force

TIMES = 10
CLIENTS = 64
"""More at once are not answered sooner."""
WARM_SECONDS, FULL_SECONDS, HALF_SECONDS, AFTERWARDS_SECONDS = 3.0, 10.0, 10.0, 20.0
LATER_AT_MOST = 3.0
"""So many times as long as without the flood accepted work may take."""
NORMAL_WITHIN_SECONDS = 10
NORMAL = 1.5
"""So many times its p99 before the flood a second may have to be a normal one: single seconds vary."""
GROWS_AT_MOST_MB = 96.0
LOOKS_EVERY_SECONDS = 0.5
OTHERS_WITHIN_MS = 1_000.0
A_REPAIR = {
    "procedure": "P03",
    "kind": "repair",
    "channel": "telephone",
    "place": "garden-estate",
    "customer": {"name": "王先生", "phone": "13800000002", "address": "5-0301"},
}


@dataclass
class Overloaded:
    """What was seen of intake, and of its neighbours meanwhile."""

    full: dict[str, Any] = field(default_factory=dict)
    half: dict[str, Any] = field(default_factory=dict)
    flood: dict[str, Any] = field(default_factory=dict)
    afterwards: dict[str, Any] = field(default_factory=dict)
    memory_before: float = 0.0
    memory: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    """How long health and a page of dispatch took meanwhile, in milliseconds."""
    misfits: list[str] = field(default_factory=list)

    @property
    def capacity(self) -> float:
        """Cases per second with all clients at once."""
        return int(self.full["statuses"][str(TAKEN)]) / FULL_SECONDS

    @property
    def normal_after(self) -> int:
        """The second after the flood from which on every second is as it was before; as many as there were if none."""
        seconds = self.afterwards["seconds"]
        return max((n for n, (_taken, away, p99) in enumerate(seconds, 1) if away or p99 > self._normal), default=0)

    @property
    def _normal(self) -> float:
        return NORMAL * max(p99 for _taken, _away, p99 in self.half["seconds"])

    def lines(self, seconds: float) -> Iterator[Line]:
        """The table's part."""
        flood, taken = self.flood, int(self.flood["statuses"].get(str(TAKEN), 0))
        away, p99 = int(flood["statuses"].get(str(AGAIN), 0)), flood["p99"]
        grown = max(self.memory) - self.memory_before
        times, after = p99 / self.full["p99"], self.normal_after
        slow = at(sorted(self.others), 0.99)
        yield Line("cases/s at capacity, p99", f"{self.capacity:,.0f}/s, {self.full['p99']:.0f} ms")
        yield Line("p99 at half of it", f"{self.half['p99']:.0f} ms")
        yield Line("sent in the flood", f"{flood['sent'] / seconds:,.0f}/s, {flood['unsent'] / seconds:,.0f}/s unsent")
        yield Line("accepted in the flood", f"{taken / seconds:,.0f}/s")
        yield Line("told to come again", f"{away / seconds:,.0f}/s", "> 0", away > 0)
        yield Line("without Retry-After", str(flood["without_moment"]), "0", not flood["without_moment"])
        yield Line(
            "p99 of accepted work", f"{p99:.0f} ms = {times:.1f}x", f"<= {LATER_AT_MOST:g}x", times <= LATER_AT_MOST
        )
        yield Line("p99 against half load", f"{p99 / self.half['p99']:.1f}x")
        yield Line(
            "health and dispatch meanwhile",
            f"p99 {slow:.0f} ms",
            f"<= {OTHERS_WITHIN_MS:.0f}",
            slow <= OTHERS_WITHIN_MS,
        )
        yield Line("memory grows by", f"{grown:.0f} MB", f"<= {GROWS_AT_MOST_MB:.0f}", grown <= GROWS_AT_MOST_MB)
        yield Line("normal again after", f"{after} s", f"<= {NORMAL_WITHIN_SECONDS}", after <= NORMAL_WITHIN_SECONDS)
        yield counted("answers that nobody should get, cases lost or doubled", self.misfits)


def overload(database: str, seconds: float = 60.0) -> list[Line]:
    """On `postgresql`, each service a process; or on `sqlite`, all of them in one."""
    with tempfile.TemporaryDirectory(prefix=f"closeloop-overload-{database}-") as folder:
        return list(asyncio.run(_overloaded(Path(folder), database, seconds)).lines(seconds))


async def _overloaded(folder: Path, database: str, seconds: float) -> Overloaded:
    deployment = Apart(folder) if database == "postgresql" else Together(folder)
    async with _open(deployment) as (seen, intake):
        await intake.run(clients=CLIENTS, seconds=WARM_SECONDS)
        seen.full = await intake.run(clients=CLIENTS, seconds=FULL_SECONDS)
        seen.half = await intake.run(rate=seen.capacity / 2, seconds=HALF_SECONDS, lines=CLIENTS)
        seen.memory_before = resident_mb(intake.pid)
        async with intake.looked_at(seen):
            seen.flood = await intake.run(rate=seen.capacity * TIMES, seconds=seconds)
            seen.afterwards = await intake.run(rate=seen.capacity / 2, seconds=AFTERWARDS_SECONDS, lines=CLIENTS)
    return seen


async def briefly(deployment: Apart | Together, *, clients: int, seconds: float) -> Overloaded:
    """Only a flood, for the tests: what becomes of it, not how fast."""
    async with _open(deployment) as (seen, intake), intake.looked_at(seen):
        seen.flood = await intake.run(clients=clients, seconds=seconds)
    return seen


@asynccontextmanager
async def _open(deployment: Apart | Together) -> AsyncIterator[tuple[Overloaded, _Intake]]:
    """Everything at work; in the end what was answered is compared with what is there."""
    seen = Overloaded()
    try:
        await deployment.start()
        people = People.of(deployment.data)
        if isinstance(deployment, Apart):
            await put_in_force(deployment, people)
        intake = _Intake(deployment, people)
        yield seen, intake
        seen.misfits += [said for run in intake.runs for said in _misfits(run)]
        seen.misfits += deployment.collapses
        seen.misfits += await _lost(deployment, intake.runs)
    finally:
        await deployment.stop()


class _Intake:
    """Intake, its customers, and whoever looks at it and its neighbours meanwhile."""

    def __init__(self, deployment: Apart | Together, people: People) -> None:
        self.deployment = deployment
        self.runs: list[dict[str, Any]] = []
        by = {"Authorization": f"Bearer {people.issue_token(people.person('desk-1'))}"}
        self.task = {"url": f"{deployment.url('intake')}/api/intake/cases", "body": A_REPAIR, "headers": by}
        self.leader = {"Authorization": f"Bearer {people.issue_token(people.person('repair-leader'))}"}
        pid = (deployment.processes.get("intake") or deployment.processes["suite"]).pid
        assert pid is not None
        self.pid = pid

    async def run(self, **how: Any) -> dict[str, Any]:
        """Customers come in this way."""
        task = json.dumps({**self.task, "run": secrets.token_hex(4), **how})
        self.runs.append(await asyncio.to_thread(helper, "tests.faults.flood", (), None, task))
        return self.runs[-1]

    @asynccontextmanager
    async def looked_at(self, seen: Overloaded) -> AsyncIterator[None]:
        """What operators and the people of dispatch see meanwhile."""
        looking = asyncio.create_task(self._look(seen))
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self, seen: Overloaded) -> None:
        looks = ((self.deployment.url("intake"), "/livez"), (self.deployment.url("dispatch"), "/dispatch"))
        async with httpx.AsyncClient(headers={**self.leader, "Accept": "text/html"}, timeout=10) as web:
            while True:
                seen.memory.append(resident_mb(self.pid))
                for url, path in looks:
                    began = time.perf_counter()
                    try:
                        answer = await web.get(url + path)
                        if answer.status_code != 200:
                            seen.misfits.append(f"GET {path} during the flood: {answer.status_code}")
                    except httpx.TransportError as error:
                        seen.misfits.append(f"GET {path} during the flood: {error!r}")
                    seen.others.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(LOOKS_EVERY_SECONDS)


def _misfits(run: dict[str, Any]) -> Iterator[str]:
    other = {status: n for status, n in run["statuses"].items() if status not in (str(TAKEN), str(AGAIN))}
    if other:
        yield f"answers that nobody should get: {other}"
    if run["unanswered"]:
        yield f"{run['unanswered']} requests were never answered"


async def _lost(deployment: Apart | Together, runs: list[dict[str, Any]]) -> list[str]:
    """What was answered 201 is in the register, once; nothing else is."""
    promised = Promised()
    for run in runs:
        promised.registered |= {content: (case, number) for content, (case, number) in run["registered"].items()}
    tables = {"intake": await tables_of(deployment.databases["intake"], "cases", "counters")}
    evidence = Evidence(tables, {}, promised, datetime.now(UTC))
    rules = (every_promise_is_in_the_register, numbers_have_no_gap_and_no_twin)
    return [f"{where}: {what}" for rule in rules for where, what in rule(evidence)]
