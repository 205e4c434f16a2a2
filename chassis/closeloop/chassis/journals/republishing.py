"""A stream is transport: deleted and filled again from the journal; hearers pass over what they had."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from closeloop.chassis.broker import Broker, BrokerAddress, stream_of
from closeloop.chassis.chain import Chain
from closeloop.chassis.embedded.broker import BrokerFailed, EmbeddedBroker, address_in
from closeloop.chassis.embedded.lock import AlreadyRunning, lock_folder
from closeloop.chassis.i18n import _
from closeloop.chassis.relay import Relay
from closeloop.chassis.safekeeping.house import TheHouse
from closeloop.chassis.safekeeping.manifest import Unfit
from closeloop.chassis.serving_alone import address_of
from closeloop.chassis.store.addressed import store_of
from closeloop.chassis.store.postgres import PostgresStore
from closeloop.chassis.store.sqlite import SqliteStore

CONNECTED_WITHIN_SECONDS = 10.0
LOOKS_SECONDS = 0.2
NOTHING_MOVES_SECONDS = 30.0  # a relay looks after its stream more often than that


async def republish(house: TheHouse, service: str, broker: Broker, *, is_at_work: bool) -> int:
    """Delete the stream of a service and have it filled from its journal; answers how many entries that are.

    A service that is at work notices by itself and publishes; we publish for one that is not.
    """
    store = store_of(house.address(service), ())
    await store.open()
    try:
        branch = house.settings.branch
        await broker.stream_anew(branch, service)
        if is_at_work or not await store.lead(service):
            await _until_it_is_full(store, broker, stream_of(branch, service), service)
        else:
            await _publish(Relay(store, broker, branch=branch, service=service, chain=Chain()))
        return (await store.head())[0]
    finally:
        await store.close()


async def _publish(relay: Relay) -> None:
    publishing = asyncio.create_task(relay.run())
    idle = asyncio.create_task(relay.idle.wait())
    try:
        await asyncio.wait({publishing, idle}, return_when=asyncio.FIRST_COMPLETED)
        if publishing.done():
            publishing.result()
    finally:
        for task in (publishing, idle):
            task.cancel()
        await asyncio.gather(publishing, idle, return_exceptions=True)


async def _until_it_is_full(store: SqliteStore | PostgresStore, broker: Broker, stream: str, service: str) -> None:
    loop = asyncio.get_running_loop()
    before, moved_at = -1, loop.time()
    while True:
        head, _hash = await store.head()
        there = (await broker.streams.stream_info(stream)).state.messages
        if there >= head:
            return
        if there != before:
            before, moved_at = there, loop.time()
        if loop.time() - moved_at > NOTHING_MOVES_SECONDS:
            raise Unfit(
                _(
                    "{service} is at work and does not publish: {there} of {head} entries are in its stream. "
                    "Look what it says at /readyz.",
                    service=service,
                    there=there,
                    head=head,
                )
            )
        await asyncio.sleep(LOOKS_SECONDS)


@asynccontextmanager
async def the_broker(house: TheHouse) -> AsyncIterator[tuple[Broker, bool]]:
    """A connection to the broker of the house, and whether somebody is known to be at work with the data folder."""
    settings, is_at_work = house.settings, False
    async with AsyncExitStack() as held:
        if house.lies_in_files:
            try:
                held.enter_context(lock_folder(settings.data))
            except AlreadyRunning:
                is_at_work = True
        if settings.nats_url:
            address = address_of(settings)
        elif is_at_work:
            address = address_in(settings.data / "nats")
        else:
            address = await _our_own(settings.data / "nats", held)
        broker = Broker(address, name="republish", days=settings.stream_days, replicas=settings.stream_replicas)
        try:
            async with asyncio.timeout(CONNECTED_WITHIN_SECONDS):
                await broker.connect()
        except TimeoutError:
            raise Unfit(_("The broker does not answer: {trouble}.", trouble=broker.trouble or address.url)) from None
        held.push_async_callback(broker.close)
        yield broker, is_at_work


async def _our_own(folder: Path, held: AsyncExitStack) -> BrokerAddress:
    """The broker of a house at rest begins with an empty store, whatever has become of the one it had."""
    shutil.rmtree(folder / "jetstream", ignore_errors=True)
    try:
        own = await held.enter_async_context(EmbeddedBroker(folder))
    except BrokerFailed as failed:
        raise Unfit(failed.sentence) from None
    return BrokerAddress(own.url, own.credentials.user, own.credentials.password)
