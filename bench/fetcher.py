"""The bare limit of hearing: nats-py fetches 500 messages at a time and acknowledges each; it does nothing else.

`python -m bench.fetcher BRANCH EVENTS [SUBJECT ...]` in the environment of a service; says as JSON how long it took.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

import nats
import uvloop
from nats.js.api import AckPolicy, ConsumerConfig

from closeloop.chassis.broker import stream_of
from closeloop.contracts.envelope import decode

AT_ONCE = 500


async def fetch(branch: str, wanted: int, subjects: list[str]) -> dict[str, float]:
    """Once without and once with reading what stands in the messages."""
    return {
        "rate": await _fetched(branch, wanted, subjects, False),
        "decoding": await _fetched(branch, wanted, subjects, True),
    }


async def _fetched(branch: str, wanted: int, subjects: list[str], decoding: bool) -> float:
    client = await nats.connect(
        os.environ["CLOSELOOP_NATS_URL"],
        user=os.environ["CLOSELOOP_NATS_USER"],
        password=os.environ["CLOSELOOP_NATS_PASSWORD"],
    )
    durable = f"bare{time.time_ns()}"
    stream = stream_of(branch, "intake")
    about = ConsumerConfig(
        durable_name=durable,
        ack_policy=AckPolicy.EXPLICIT,
        filter_subjects=subjects or [f"closeloop.{branch}.intake.>"],
    )
    await client.jetstream().add_consumer(stream, about)
    found = await client.jetstream().pull_subscribe_bind(durable, stream)
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
    await client.jetstream().delete_consumer(stream, durable)
    await client.close()
    return wanted / seconds


if __name__ == "__main__":
    print(json.dumps(uvloop.run(fetch(sys.argv[1], int(sys.argv[2]), [word for word in sys.argv[3:] if word]))))
