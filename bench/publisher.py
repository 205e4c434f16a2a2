"""The relay on a full journal, and its bare limit: nats-py publishing the same messages, 200 in flight.

`python -m bench.publisher relay|bare BRANCH` in the environment of a service; says as JSON how long it took.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

import nats
import uvloop

from closeloop.chassis.broker import Broker, stream_of
from closeloop.chassis.chain import Chain
from closeloop.chassis.relay import AT_ONCE, Relay, on_the_wire
from closeloop.chassis.serving import settle_memory
from closeloop.chassis.serving_alone import address_of
from closeloop.chassis.settings import read_settings
from closeloop.chassis.store.postgres import PostgresStore

IN_FLIGHT = 200
EVERYTHING = 1_000_000


async def relay(branch: str) -> float:
    """Seconds from the start of the relay until everything is acknowledged."""
    settings = read_settings(branch=branch)
    store = PostgresStore(settings.database_url, [])
    await store.open()
    broker = Broker(address_of(settings), name="intake")
    await broker.connect()
    await broker.ensure_stream(branch, "intake")
    relaying = Relay(store, broker, branch=branch, service="intake", chain=Chain())
    settle_memory()
    began = time.perf_counter()
    running = asyncio.create_task(relaying.run())
    await relaying.idle.wait()
    seconds = time.perf_counter() - began
    running.cancel()
    await broker.close()
    await store.close()
    return seconds


async def bare(branch: str) -> float:
    """Seconds for the same messages, which are in memory already."""
    settings = read_settings(branch=branch)
    store = PostgresStore(settings.database_url, [])
    entries = [entry for _seq, entry in await store.unchained(EVERYTHING)]
    await store.close()
    client = await nats.connect(
        settings.nats_url, user=settings.nats_user, password=os.environ["CLOSELOOP_NATS_PASSWORD"]
    )
    streams = client.jetstream(publish_async_max_pending=IN_FLIGHT)
    await streams.add_stream(name=stream_of(branch, "bare"), subjects=[f"closeloop.{branch}.bare.>"])
    began, sent = time.perf_counter(), []
    for position, entry in enumerate(entries, 1):
        message = on_the_wire(position, "0" * 64, entry.body)
        headers = {"Nats-Msg-Id": f"{branch}.bare.{entry.key}.{entry.sequence}"}
        sent.append(
            await streams.publish_async(
                f"closeloop.{branch}.bare.{entry.subject}", message, headers=headers, wait_stall=30
            )
        )
    await asyncio.gather(*sent)
    seconds = time.perf_counter() - began
    await client.close()
    return seconds


if __name__ == "__main__":
    way = {"relay": relay, "bare": bare}[sys.argv[1]]
    print(json.dumps({"seconds": uvloop.run(way(sys.argv[2])), "at_once": AT_ONCE}))
