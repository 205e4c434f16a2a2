"""The connection to NATS, and the streams and durables that must be there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import nats
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

DUPLICATE_WINDOW_SECONDS = 120
ACK_WAIT_SECONDS = 60
MOST_UNACKNOWLEDGED = 20_000
RECONNECT_SECONDS = 0.25
PING_SECONDS = 3  # a broker that is there and does not answer is given up after three of them
RECOVERED_AFTER_SECONDS = 1.0
UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def stream_of(branch: str, service: str) -> str:
    """The name of the stream in which a service of a branch publishes."""
    return f"CLOSELOOP-{UNSAFE.sub('_', branch)}-{service}"


def publisher_of(subject: str) -> str:
    """Who publishes on this subject: `<branch>.<service>`."""
    _, branch, service, _ = subject.split(".", 3)
    return f"{branch}.{service}"


def has_holes(info: StreamInfo) -> bool:
    """Whether messages are missing in between: what grows old goes from the front."""
    return bool(info.state.num_deleted or info.state.lost)


@dataclass(slots=True)
class BrokerAddress:
    """Where NATS is, and as whom to sign in."""

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    creds: str | None = None


class Broker:
    """One connection, kept for as long as the service lives; NATS may go and come back as it likes."""

    def __init__(self, address: BrokerAddress, *, name: str, days: int = 30, replicas: int = 1) -> None:
        self.address, self.name, self.days, self.replicas = address, name, days, replicas
        self.client = Client()
        self.back: list[Callable[[], None]] = []
        self.unable: list[Callable[[], None]] = []
        """Told when a stream takes nothing, although the server answers: one whose disk was full does so ever after."""
        self.trouble: str | None = "not connected yet"

    @property
    def connected(self) -> bool:
        """Whether NATS answers right now."""
        return self.client.is_connected

    @property
    def streams(self) -> JetStreamContext:
        """JetStream over this connection."""
        return self.client.jetstream(timeout=5)

    async def connect(self) -> None:
        """Connect, trying for as long as it takes."""
        while not self.client.is_connected:
            try:
                self.client = await nats.connect(
                    self.address.url,
                    user=self.address.user,
                    password=self.address.password,
                    user_credentials=self.address.creds,
                    name=self.name,
                    inbox_prefix=f"_INBOX_{self.name}".encode(),
                    allow_reconnect=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_SECONDS,
                    ping_interval=PING_SECONDS,
                    connect_timeout=2,
                    error_cb=self._error,
                    reconnected_cb=self._reconnected,
                    disconnected_cb=self._disconnected,
                )
            except (OSError, nats.errors.Error, TimeoutError) as error:
                self.trouble = f"NATS does not answer at {self.address.url}: {error or type(error).__name__}"
                await asyncio.sleep(RECONNECT_SECONDS)
        self.trouble = None

    async def close(self) -> None:
        """Say goodbye."""
        if self.client.is_connected or self.client.is_reconnecting:
            await self.client.close()

    async def ensure_stream(self, branch: str, service: str) -> str:
        """See to it that a service's stream is there; answers when it was made, so that a successor is told from it."""
        name = stream_of(branch, service)
        wanted = StreamConfig(
            name=name,
            subjects=[f"closeloop.{branch}.{service}.>"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_age=self.days * 24 * 3600,
            num_replicas=self.replicas,
            duplicate_window=DUPLICATE_WINDOW_SECONDS,
            allow_direct=True,
        )
        try:
            info = await self.streams.stream_info(name)
        except NotFoundError:
            info = await self.streams.add_stream(wanted)
        return str(info.created)

    async def stream_anew(self, branch: str, service: str) -> str:
        """Delete a service's stream and make it again, empty: whoever publishes fills it from the journal."""
        with suppress(NotFoundError):
            await self.streams.delete_stream(stream_of(branch, service))
        return await self.ensure_stream(branch, service)

    async def open_durable(self, stream: str, durable: str, subjects: list[str], after: int) -> int:
        """Make the durable anew, to go on right after this stream sequence; answers how many messages wait."""
        wanted = ConsumerConfig(
            durable_name=durable,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=after + 1,
            ack_policy=AckPolicy.ALL,
            ack_wait=ACK_WAIT_SECONDS,
            max_ack_pending=MOST_UNACKNOWLEDGED,
            filter_subjects=subjects,
            mem_storage=True,  # how far we are stands in our database; a power cut can leave a file that bars the name
        )
        with suppress(NotFoundError):
            await self.streams.delete_consumer(stream, durable)
        info = await self.streams.add_consumer(stream, wanted)
        return info.num_pending or 0

    def does_not_store(self) -> None:
        """What was published was not acknowledged in time."""
        for tell in self.unable:
            tell()

    async def _error(self, error: Exception) -> None:
        self.trouble = f"NATS: {error}"

    async def _disconnected(self) -> None:
        self.trouble = "NATS went away"

    async def _reconnected(self) -> None:
        self.trouble = None
        for tell in self.back:
            tell()


async def forever(
    attempt: Callable[[], Awaitable[Any]],
    *,
    failed: Callable[[Exception], None],
    recovered: Callable[[], Any],
    pause: float = 0.5,
) -> None:
    """Run it again and again: a loop of the chassis never dies of an error. Who runs for a while has recovered."""
    while True:
        good = asyncio.get_running_loop().call_later(RECOVERED_AFTER_SECONDS, recovered)
        try:
            await attempt()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            failed(error)
            await asyncio.sleep(pause)
        finally:
            good.cancel()


async def woken(event: asyncio.Event, *, within: float) -> bool:
    """Wait until the event is set, so long at most; whether it was.

    (`asyncio.wait_for` of Python 3.11 can swallow a cancellation.)
    """
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
