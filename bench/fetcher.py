"""The bare limit of hearing: nats-py fetches 500 messages at a time and acknowledges each; it does nothing else.

`python -m bench.fetcher BRANCH EVENTS` in the environment of a service; says as JSON how long it took.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

import nats
import uvloop

from closeloop.chassis.broker import stream_of
from closeloop.contracts.envelope import decode

AT_ONCE = 500


async def fetch(branch: str, wanted: int) -> dict[str, float]:
    """Once without and once with reading what stands in the messages."""
    return {"rate": await _fetched(branch, wanted, False), "decoding": await _fetched(branch, wanted, True)}


async def _fetched(branch: str, wanted: int, decoding: bool) -> float:
    client = await nats.connect(
        os.environ["CLOSELOOP_NATS_URL"],
        user=os.environ["CLOSELOOP_NATS_USER"],
        password=os.environ["CLOSELOOP_NATS_PASSWORD"],
    )
    durable = f"bare{time.time_ns()}"
    subject = f"closeloop.{branch}.intake.>"
    found = await client.jetstream().pull_subscribe(subject, durable, stream=stream_of(branch, "intake"))
    began, n = time.perf_counter(), 0
    while n < wanted:
        messages = await found.fetch(AT_ONCE, timeout=5)
        if decoding:
            for message in messages:
                decode(message.data)
        await asyncio.gather(*(message.ack() for message in messages))
        n += len(messages)
    await client.flush()
    seconds = time.perf_counter() - began
    await client.jetstream().delete_consumer(stream_of(branch, "intake"), durable)
    await client.close()
    return wanted / seconds


if __name__ == "__main__":
    print(json.dumps(uvloop.run(fetch(sys.argv[1], int(sys.argv[2])))))
