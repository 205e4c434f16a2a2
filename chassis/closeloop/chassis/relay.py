"""The relay: gives journal entries their place in the chain, on disk, and then publishes them in that order.

What is in the stream already is not remembered but asked: the stream's last message names its position, and every
message is published on the condition that it follows the one before (right after asking: that the stream is as it was
found). A broker that lost its store, or its last seconds, is therefore filled again from the journal before
anything new.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import Protocol

from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from closeloop.chassis.batch import Entry
from closeloop.chassis.broker import Broker, stream_of, woken
from closeloop.contracts.envelope import CONTENT_TYPE

AT_ONCE = 500  # entries per cycle
IN_FLIGHT = 2_000  # published and not yet acknowledged
ACKNOWLEDGED_WITHIN_SECONDS = 10.0
LOOK_BACK = 1_000  # messages of strangers that are passed over at the end of a stream
LOOK_AGAIN_SECONDS = 1.0  # entries of other replicas announce themselves no other way
POSITION = re.compile(rb'^\{"position":(\d+),"chain":"([0-9a-f]*)",')
TRACE = re.compile(rb'"traceparent":"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"')
HEAD_BYTES = 400  # position, chain and traceparent stand before everything else


class Journal(Protocol):
    """What the relay asks of a database."""

    async def head(self) -> tuple[int, str]: ...
    async def link(self, position: int) -> str: ...
    async def unchained(self, most: int) -> list[tuple[int, Entry]]: ...
    async def chain(self, links: Sequence[tuple[int, int, str]]) -> None: ...
    async def chained_after(self, position: int, most: int) -> list[tuple[int, str, Entry]]: ...


class StreamAhead(Exception):
    """The stream knows positions that the journal does not: the database was restored from too old a backup."""


def chained(before: str, body: str) -> str:
    """The hash of a link: over the link before it and the entry as it was written down."""
    return sha256(before.encode() + body.encode()).hexdigest()


def on_the_wire(position: int, before: str, body: str) -> bytes:
    """The message: the entry with its position, and the chain's head before it."""
    return b'{"position":%d,"chain":"%s",' % (position, before.encode()) + body[1:].encode()


def position_of(message: bytes) -> int:
    """The position that a message names; 0 if it names none."""
    found = POSITION.match(message)
    return int(found.group(1)) if found else 0


def traceparent_of(message: bytes) -> str | None:
    """The trace that a message belongs to."""
    found = TRACE.search(message, 0, HEAD_BYTES)
    return found.group(1).decode() if found else None


class Relay:
    """Runs in the one process of a service that leads."""

    def __init__(self, journal: Journal, broker: Broker, *, branch: str, service: str) -> None:
        self.journal, self.broker = journal, broker
        self.branch, self.service, self.stream = branch, service, stream_of(branch, service)
        self.position, self.hash = 0, ""
        self.sent = 0
        self.acknowledged = 0
        self.idle = asyncio.Event()
        self.latest: dict[str, int] = {}
        """The latest position of each subject that this process published."""
        self._follows: dict[str, str] = {}
        self._inbox = self._reply = ""
        self._tries = count()
        self._wake = asyncio.Event()
        self._answered = asyncio.Event()
        self._refused: str | None = None
        self._aligned = False
        broker.back.append(self.align_again)

    def wake(self) -> None:
        """There is something new in the journal."""
        self.idle.clear()
        self._wake.set()

    def align_again(self) -> None:
        """Ask the stream again before going on."""
        self._aligned = False
        self._refused = self._refused or "NATS was away"
        self._answered.set()
        self.wake()

    async def run(self) -> None:
        """Publish whatever comes into the journal; raises when something is wrong, to be called again."""
        self._inbox = self.broker.client.new_inbox()
        subscription = await self.broker.client.subscribe(f"{self._inbox}.*", cb=self._on_answer)
        try:
            while True:
                if not self._aligned or self._refused:
                    await self._align()
                self._wake.clear()
                entries = await self.journal.unchained(AT_ONCE)
                if entries:
                    await self._publish(await self._chain(entries))
                    continue
                await self._settled()
                if not self._wake.is_set() and not self._refused:
                    self.idle.set()
                await woken(self._wake, within=LOOK_AGAIN_SECONDS)
        finally:
            self._aligned = False
            await subscription.unsubscribe()

    async def _align(self) -> None:
        """Find out what the stream holds, and fill in what the journal has beyond that."""
        self.idle.clear()
        await self.broker.ensure_stream(self.branch, self.service)
        self.position, self.hash = await self.journal.head()
        info = await self.broker.streams.stream_info(self.stream)
        self._follows = {"Nats-Expected-Last-Sequence": str(info.state.last_seq)}
        self._refused, self._aligned = None, True
        self.sent = self.acknowledged = 0
        self._reply = f"{self._inbox}.{next(self._tries)}"
        in_stream = await self._last_in_stream(info.state.last_seq)
        if in_stream > self.position:
            self._aligned = False
            raise StreamAhead(
                f"The stream {self.stream} holds position {in_stream}, the journal ends at {self.position}: "
                "the database is older than what was published. Restore a newer backup, or delete the stream."
            )
        while in_stream < self.position:
            before = await self.journal.link(in_stream)
            links = await self.journal.chained_after(in_stream, AT_ONCE)
            messages = []
            for position, link, entry in links:
                messages.append((entry, on_the_wire(position, before, entry.body)))
                in_stream, before = position, link
            await self._publish(messages)
            await self._settled()
            if self._refused:
                return

    async def _last_in_stream(self, last: int) -> int:
        """The position of the stream's last message of ours; strangers' messages behind it are passed over."""
        for sequence in range(last, max(0, last - LOOK_BACK), -1):
            try:
                message = await self.broker.streams.get_msg(self.stream, seq=sequence)
            except NotFoundError:
                return self.position  # aged out: it was published long ago
            if position := position_of(message.data or b""):
                return position
        return 0

    async def _chain(self, entries: Sequence[tuple[int, Entry]]) -> list[tuple[Entry, bytes]]:
        links: list[tuple[int, int, str]] = []
        messages: list[tuple[Entry, bytes]] = []
        position, head = self.position, self.hash
        for seq, entry in entries:
            position += 1
            messages.append((entry, on_the_wire(position, head, entry.body)))
            head = chained(head, entry.body)
            links.append((position, seq, head))
        await self.journal.chain(links)
        self.position, self.hash = position, head
        return messages

    async def _publish(self, messages: Sequence[tuple[Entry, bytes]]) -> None:
        publish = self.broker.client.publish
        for entry, message in messages:
            self.latest[entry.subject] = position_of(message)
            identity = f"{self.branch}.{self.service}.{entry.key}.{entry.sequence}"
            headers = {"Nats-Msg-Id": identity, "Content-Type": CONTENT_TYPE, **self._follows}
            if trace := traceparent_of(message):
                headers["traceparent"] = trace
            self._follows = {"Nats-Expected-Last-Msg-Id": identity}
            await publish(
                f"closeloop.{self.branch}.{self.service}.{entry.subject}", message, reply=self._reply, headers=headers
            )
            self.sent += 1
        while self.sent - self.acknowledged > IN_FLIGHT and not self._refused:
            await self._answer()

    async def _settled(self) -> None:
        while self.acknowledged < self.sent and not self._refused:
            await self._answer()

    async def _answer(self) -> None:
        self._answered.clear()
        if not await woken(self._answered, within=ACKNOWLEDGED_WITHIN_SECONDS):
            self._refused = f"the stream {self.stream} did not acknowledge within {ACKNOWLEDGED_WITHIN_SECONDS:.0f} s"

    async def _on_answer(self, message: Msg) -> None:
        if message.subject != self._reply:
            return
        if b'"error"' in message.data or not message.data:
            self._refused = _reason(message.data)
        else:
            self.acknowledged += 1
        self._answered.set()


def _reason(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["error"]["description"])
    except (ValueError, KeyError):
        return "nobody answers for the stream"
