"""A trial: people work, things are killed at random moments, and in the end the checker looks at what is on disk."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from closeloop.chassis.people import People
from tests.faults.checker import (
    Finding,
    check,
    everything_was_heard,
    nothing_due_was_left,
    nothing_is_unsent,
    streams_are_the_chains,
)
from tests.faults.customers import Customers
from tests.faults.deployment import Apart, Together
from tests.faults.evidence import Evidence, evidence_of

AT_ONCE = 10
MOST_ANSWERS_BETWEEN = 50  # until the next kill; sometimes hardly any, so that a start is killed too
LONGEST_PAUSE = 0.05  # then, so that no kill keeps time with the answers
WORK_GOES_ON_WITHIN = 120.0
QUIET_WITHIN = 60.0
LOOKS_EVERY = 0.2
ANSWERS_AT_THE_END = 20
PACK = "P03"
SHOWN_OF_A_RULE = 5


class Stuck(Exception):
    """Nothing moves any more, although everything was started again."""


@dataclass(slots=True)
class Result:
    """What a trial was like and what the checker found."""

    seed: int
    killed: list[str] = field(default_factory=list)
    registered: int = 0
    answers: int = 0
    repeated: int = 0
    events: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    evidence: Evidence | None = None

    def __str__(self) -> str:
        kills = ", ".join(f"{n} {target}" for target, n in sorted(Counter(self.killed).items()))
        said = (
            f"seed {self.seed}: {len(self.killed)} faults ({kills}) in {self.seconds:.0f} s; "
            f"{self.registered} cases registered, {self.answers} requests answered, {self.repeated} of them repeated, "
            f"{self.events} events; {len(self.findings)} findings"
        )
        return "\n".join([said, *self._some_of_each_rule()])

    def _some_of_each_rule(self) -> Iterator[str]:
        for rule, times in Counter(finding.rule for finding in self.findings).items():
            of_it = [finding for finding in self.findings if finding.rule == rule]
            yield from (f"  {finding}" for finding in of_it[:SHOWN_OF_A_RULE])
            if times > SHOWN_OF_A_RULE:
                yield f"  {rule}: and {times - SHOWN_OF_A_RULE} more"


async def on_postgres(folder: Path, *, seed: int, kills: int) -> Result:
    """Each service a process, PostgreSQL, one nats-server."""
    return await run(Apart(folder), seed, kills)


async def on_sqlite(folder: Path, *, seed: int, kills: int, answers: int = ANSWERS_AT_THE_END) -> Result:
    """`closeloop up`."""
    return await run(Together(folder), seed, kills, answers)


async def run(
    deployment: Apart | Together, seed: int, kills: int, answers_at_the_end: int = ANSWERS_AT_THE_END
) -> Result:
    """People work in this deployment, so many times something happens to it, and in the end the checker looks."""
    result, chance, began = Result(seed), Random(seed), time.monotonic()
    try:
        await deployment.start()
        people = People.of(deployment.data)
        if isinstance(deployment, Apart):
            await put_in_force(deployment, people)
        customers = Customers(deployment, people, seed=seed, at_once=AT_ONCE)
        customers.start()
        await _go_on(customers, ANSWERS_AT_THE_END, deployment)
        for target in _targets(deployment, kills, chance):
            await _go_on(customers, chance.randrange(MOST_ANSWERS_BETWEEN), deployment)
            await asyncio.sleep(chance.random() * LONGEST_PAUSE)
            while not await deployment.kill(target):
                await asyncio.sleep(LOOKS_EVERY)
            result.killed.append(target)
        await deployment.ready()
        await _go_on(customers, answers_at_the_end, deployment)
        await _come_to_an_end(customers, deployment)
        customers.promised.misfits += deployment.collapses
        result.evidence = evidence = await _when_quiet(deployment, customers)
        result.findings = check(evidence)
        result.answers, result.repeated = customers.answers, customers.repeated
        result.registered = len(customers.promised.registered)
        result.events = sum(len(messages) for messages in evidence.streams.values())
    finally:
        await deployment.stop()
        result.seconds = time.monotonic() - began
    return result


def _targets(deployment: Apart | Together, kills: int, chance: Random) -> list[str]:
    """Each once, then by lot."""
    each = sorted(set(deployment.targets))
    chance.shuffle(each)
    return (each + [chance.choice(deployment.targets) for _ in range(kills)])[:kills]


async def put_in_force(deployment: Apart, people: People) -> None:
    """An operator puts the procedure in force; every service has it when dispatch and stats know it."""
    headers = {"Authorization": f"Bearer {people.issue_token(people.person('operator'))}", "Idempotency-Key": "pack"}
    async with httpx.AsyncClient(timeout=20) as client:
        url = f"{deployment.url('intake')}/api/intake/procedures"
        answer = await client.post(url, json={"pack": PACK}, headers=headers)
        answer.raise_for_status()


async def _go_on(customers: Customers, answers: int, deployment: Apart | Together) -> None:
    try:
        async with asyncio.timeout(WORK_GOES_ON_WITHIN):
            await customers.until(customers.answers + answers)
    except TimeoutError:
        raise Stuck(f"nothing was answered for {WORK_GOES_ON_WITHIN:.0f} s: {await _health(deployment)}") from None


async def _come_to_an_end(customers: Customers, deployment: Apart | Together) -> None:
    try:
        async with asyncio.timeout(WORK_GOES_ON_WITHIN):
            await customers.stop()
    except TimeoutError:
        raise Stuck(f"not everybody got an answer: {await _health(deployment)}") from None


async def _health(deployment: Apart | Together) -> dict[str, Any]:
    said: dict[str, Any] = {}
    async with httpx.AsyncClient(timeout=5) as client:
        for service in deployment.databases:
            try:
                said[service] = (await client.get(f"{deployment.url(service)}/readyz")).text
            except httpx.TransportError as error:
                said[service] = repr(error)
    return said


async def _when_quiet(deployment: Apart | Together, customers: Customers) -> Evidence:
    """What is on disk when nothing moves any more: everything sent, heard and fired, and the same at a second look."""
    until, before = time.monotonic() + QUIET_WITHIN, -1
    while True:
        evidence = await evidence_of(
            deployment.databases, deployment.broker, customers.promised, strangers=deployment.strangers
        )
        events = sum(len(messages) for messages in evidence.streams.values())
        if (_rests(evidence) and events == before) or time.monotonic() > until:
            return evidence
        before = events
        await asyncio.sleep(LOOKS_EVERY)


def _rests(evidence: Evidence) -> bool:
    looks = (nothing_is_unsent, everything_was_heard, nothing_due_was_left, streams_are_the_chains)
    return not any(True for look in looks for _ in look(evidence))
