"""What strangers do to the broker while people work: garbage, events that nobody can handle, events told twice and
backwards, consumers deleted under the services that use them.

Everything goes on and every event has its effect once; what could not be handled is parked, and nothing else is.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from random import Random

import nats
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from closeloop.chassis.broker import stream_of
from closeloop.contracts.loop import HEARS, SERVICES
from tests.faults import trial
from tests.faults.checker import nothing_is_parked
from tests.faults.deployment import Together
from tests.faults.table import Line, counted

BRANCH = "main"
TIMES = 40
BACKWARDS = 20
GARBAGE = (b"\xff not an event", b"{}", b'{"specversion":"1.0","type":"closeloop.nothing.happened.v1"}', b"")
UNKNOWN = "P00"


class Meddled(Together):
    """All services in one process, and somebody who knows the broker's password and means no good."""

    targets = ("garbage", "unbearable", "twice", "backwards", "consumer")

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder)
        self.chance = Random(seed)
        self.put_in: list[tuple[str, bytes]] = []
        """What must be parked by every service that hears of it: the subject, the message."""

    async def kill(self, target: str) -> bool:
        """Something of this kind happens."""
        known = self.broker
        client = await nats.connect(known.url, user=known.user, password=known.password)
        try:
            service = self.chance.choice([service for service in SERVICES if service != "stats"])
            return bool(await getattr(self, f"_{target}")(client, service))
        finally:
            await client.close()

    async def _garbage(self, client: Client, service: str) -> bool:
        """Nobody can read it."""
        event = self.chance.choice([event for told in HEARS.values() for event in told.get(service, ())])
        await self._put(client, service, event.nats_subject(BRANCH, service), self.chance.choice(GARBAGE), parked=True)
        return True

    async def _unbearable(self, client: Client, service: str) -> bool:
        """It reads like an event of a case, but of a procedure that nobody has."""
        stream = stream_of(BRANCH, "intake")
        last = (await client.jetstream().stream_info(stream)).state.last_seq
        for sequence in range(last, 0, -1):
            message = await client.jetstream().get_msg(stream, seq=sequence)
            if (message.subject or "").endswith("case.assessed.v1") and (message.data or b"").startswith(b'{"pos'):
                event = json.loads(message.data or b"")
                del event["position"], event["chain"]
                event["subject"] = event["data"]["case"]["id"] = f"stranger-{len(self.put_in)}"
                event["data"]["procedure"] = event["data"]["case"]["procedure"] = UNKNOWN
                await self._put(client, "intake", message.subject or "", json.dumps(event).encode(), parked=True)
                return True
        return False

    async def _twice(self, client: Client, service: str) -> bool:
        """A message of any age is told once more."""
        return await self._again(client, service, 1)

    async def _backwards(self, client: Client, service: str) -> bool:
        """Many are told once more, the last first."""
        return await self._again(client, service, BACKWARDS)

    async def _again(self, client: Client, service: str, times: int) -> bool:
        stream = stream_of(BRANCH, service)
        last = (await client.jetstream().stream_info(stream)).state.last_seq
        if not last:
            return False
        newest = self.chance.randint(1, last)
        for sequence in range(newest, max(0, newest - times), -1):
            message = await client.jetstream().get_msg(stream, seq=sequence)
            if (message.data or b"").startswith(b'{"position"'):
                await self._put(client, service, message.subject or "", message.data or b"")
        return True

    async def _consumer(self, client: Client, service: str) -> bool:
        """A consumer is deleted under the service that reads by it."""
        hearer = self.chance.choice([hearer for hearer, told in HEARS.items() if told.get(service)])
        try:
            return bool(await client.jetstream().delete_consumer(stream_of(BRANCH, service), hearer))
        except NotFoundError:
            return False  # just then it is being made again

    async def _put(self, client: Client, service: str, subject: str, message: bytes, *, parked: bool = False) -> None:
        told = await client.jetstream().publish(subject, message)
        self.strangers.add((service, told.seq))
        if parked:
            self.put_in.append((subject, message))


def strangers(seed: int, times: int = TIMES) -> list[Line]:
    """They do so many things; each kind at least once."""
    with tempfile.TemporaryDirectory(prefix="closeloop-faults-strangers-") as folder:
        house = Meddled(Path(folder), seed)
        result = asyncio.run(trial.run(house, seed, times))
    assert result.evidence is not None
    findings = [str(one) for one in result.findings if one.rule != nothing_is_parked.__name__]
    held = {
        (service, row["subject"], row["body"]) for service in SERVICES for row in result.evidence.of(service, "parked")
    }
    due = {
        (hearer, subject, message.decode(errors="replace"))
        for subject, message in house.put_in
        for hearer, told in HEARS.items()
        for publisher, events in told.items()
        if subject in {event.nats_subject(BRANCH, publisher) for event in events}
    }
    return [
        Line("things done", f"{len(result.killed)}, seed {seed}; {len(house.strangers)} messages put in"),
        Line("meanwhile", f"{result.registered} cases, {result.events} events"),
        counted("lost, doubled or out of order", findings),
        counted("unreadable and not parked", sorted(map(str, due - held))),
        counted("parked although nothing was wrong with it", sorted(map(str, held - due))),
    ]
