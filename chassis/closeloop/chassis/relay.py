"""The relay: publishes the journal in the order of its chain; what has no place in it yet, it gives one first.

What is in the stream already is not remembered but asked: the stream's last message names its position, and every
message is published on the condition that it follows the one before (right after asking: that the stream is as it was
found). A broker that lost its store, its last seconds, or messages in between, is therefore filled again from the
journal before anything new; while there is nothing to publish it is asked now and then.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Protocol

from nats.aio.msg import Msg
from nats.errors import Error as BrokerError
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError

from closeloop.chassis.batch import Entry
from closeloop.chassis.broker import Broker, has_holes, stream_of, woken
from closeloop.chassis.chain import Chain, Link
from closeloop.chassis.piece import PLACE
from closeloop.contracts.envelope import CONTENT_TYPE

AT_ONCE = 500  # entries per cycle
IN_FLIGHT = 2_000  # published and not yet acknowledged
ACKNOWLEDGED_EVERY = (
    100  # entries; each follows the one before or is refused, so that one answer speaks for all of them
)
ACKNOWLEDGED_WITHIN_SECONDS = 10.0
LOOK_BACK = 1_000  # messages of strangers that are passed over at the end of a stream
LOOK_AGAIN_SECONDS = 1.0  # entries of other replicas announce themselves no other way
LOOK_AFTER_SECONDS = 5.0  # a stream that somebody deleted says nothing, and hearers may wait for what was in it
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


def on_the_wire(position: int, before: str, body: str) -> bytes:
    """The message: the entry with its position, and the chain's head before it."""
    return b'{"position":%d,"chain":"%s",' % (position, before.encode()) + body[1:].encode()


def position_of(message: bytes) -> int:
    """The position that a message names; 0 if it names none."""
    found = PLACE.match(message)
    return int(found.group(1)) if found else 0


def traceparent_of(message: bytes) -> str | None:
    """The trace that a message belongs to."""
    found = TRACE.search(message, 0, HEAD_BYTES)
    return found.group(1).decode() if found else None


class Relay:
    """Runs in the one process of a service that leads."""

    def __init__(self, journal: Journal, broker: Broker, *, branch: str, service: str, chain: Chain) -> None:
        self.journal, self.broker, self.chain = journal, broker, chain
        self.branch, self.service, self.stream = branch, service, stream_of(branch, service)
        self._prefix = f"closeloop.{branch}.{service}."
        self.position, self.hash = 0, ""  # of the last entry that was published
        self.sent = 0
        self.acknowledged = 0
        self._asked: deque[int] = deque()
        """Of the answers that are still to come: how many entries are in the stream then."""
        self._enough = 0
        self.idle = asyncio.Event()
        self.latest: dict[str, int] = {}
        """The latest position of each subject that this process published."""
        self._at_hand: deque[Link] = deque(maxlen=IN_FLIGHT)
        self._known_again_at = 0.0  # when batches may lengthen the chain again after a conflict
        self._follows: dict[str, str] = {}
        self._inbox = self._reply = ""
        self._tries = count()
        self._wake = asyncio.Event()
        self._unplaced = True  # entries may wait for their places
        self._answered = asyncio.Event()
        self.trouble: str | None = None
        """Why the stream does not take what is published; nothing as soon as it does."""
        self._refused: str | None = None
        self._aligned = False
        self._created, self._found = "", 0  # the stream as it was found: which one, and its last sequence
        self._look_after_at = 0.0
        broker.back.append(self.align_again)

    def wake(self, links: Iterable[Link] = ()) -> None:
        """There is something new in the journal; what is handed over need not be read from it."""
        self._at_hand.extend(links)
        self._unplaced = True
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
        self.chain.forget()
        self._known_again_at = 0.0
        subscription = await self.broker.client.subscribe(f"{self._inbox}.*", cb=self._on_answer)
        try:
            while True:
                if not self._aligned or self._refused:
                    await self._align()
                self._wake.clear()
                if self._unplaced and not self.chain.is_known:
                    await self._put_in_place()
                if links := self._next() or await self._from_the_journal():
                    await self._publish(links)
                    continue
                await self._acknowledged(self.sent)
                if not self._refused:
                    self.trouble = None
                if not self._wake.is_set() and not self._refused:
                    self.idle.set()
                if not await woken(self._wake, within=LOOK_AGAIN_SECONDS):
                    self._unplaced = True
                    await self._look_for_others()
                    await self._look_after_the_stream()
        finally:
            self._aligned, self.trouble = False, None
            self.chain.forget()
            await subscription.unsubscribe()

    async def _align(self) -> None:
        """Find out what the stream holds; what the journal has beyond that is published next."""
        self.idle.clear()
        self._created = await self.broker.ensure_stream(self.branch, self.service)
        head, _hash = await self.journal.head()
        info = await self.broker.streams.stream_info(self.stream)
        if _lost_something(info):
            self._created = await self.broker.stream_anew(self.branch, self.service)
            info = await self.broker.streams.stream_info(self.stream)
        self._found = info.state.last_seq
        self._follows = {"Nats-Expected-Last-Sequence": str(info.state.last_seq)}
        self._refused, self._aligned = None, True
        self.sent = self.acknowledged = 0
        self._asked.clear()
        self._reply = f"{self._inbox}.{next(self._tries)}"
        in_stream = await self._last_in_stream(info.state.last_seq, head)
        if in_stream > head:
            self._aligned = False
            raise StreamAhead(
                f"The stream {self.stream} holds position {in_stream}, the journal ends at {head}: "
                "the database is older than what was published. Restore a newer backup, or delete the stream."
            )
        self.position, self.hash = in_stream, await self.journal.link(in_stream)

    async def _put_in_place(self) -> None:
        """Chain what waits in `unsent`; from then on batches do it themselves, unless others write beside us."""
        chain, self._unplaced = self.chain, False
        async with chain.busy:
            if not chain.is_certain:
                chain.ends_with(*await self.journal.head())
            entries = await self.journal.unchained(AT_ONCE)
            while entries:
                links = chain.links([entry for _seq, entry in entries])
                places = [(link.position, seq, link.hash) for link, (seq, _) in zip(links, entries, strict=True)]
                await self.journal.chain(places)
                chain.lengthened(links)
                self._at_hand.extend(links)
                entries = await self.journal.unchained(AT_ONCE) if len(entries) == AT_ONCE else []
            now = asyncio.get_running_loop().time()
            if now >= self._known_again_at:
                chain.is_known, self._known_again_at = True, now + LOOK_AGAIN_SECONDS

    async def _look_for_others(self) -> None:
        """Entries of other replicas announce themselves no other way."""
        if await self.journal.unchained(1):
            self.chain.forget()

    async def _look_after_the_stream(self) -> None:
        """It may be deleted, or lose something, while there is nothing to publish that would be refused."""
        now = asyncio.get_running_loop().time()
        if now < self._look_after_at or not self.broker.connected:
            return
        self._look_after_at = now + LOOK_AFTER_SECONDS
        try:
            info = await self.broker.streams.stream_info(self.stream)
        except NotFoundError:
            self._aligned = False
        except (BrokerError, TimeoutError):
            return  # who comes back is asked anyway
        else:
            is_shorter = info.state.last_seq < self._found + self.acknowledged
            self._aligned = str(info.created) == self._created and not is_shorter and not _lost_something(info)

    def _next(self) -> list[Link]:
        """What was handed over, as far as it follows what was published."""
        while self._at_hand and self._at_hand[0].position <= self.position:
            self._at_hand.popleft()
        links: list[Link] = []
        while self._at_hand and self._at_hand[0].position == self.position + len(links) + 1:
            links.append(self._at_hand.popleft())
        return links

    async def _from_the_journal(self) -> list[Link]:
        """What follows in the journal, where it was not handed over."""
        if self.position >= self.chain.position:
            return []
        links: list[Link] = []
        before = self.hash
        for position, link, entry in await self.journal.chained_after(self.position, AT_ONCE):
            links.append(Link(position, before, link, entry))
            before = link
        return links

    async def _last_in_stream(self, last: int, head: int) -> int:
        """The position of the stream's last message of ours; strangers' messages behind it are passed over."""
        for sequence in range(last, max(0, last - LOOK_BACK), -1):
            try:
                message = await self.broker.streams.get_msg(self.stream, seq=sequence)
            except NotFoundError:
                return head  # aged out: it was published long ago
            identity = (message.headers or {}).get("Nats-Msg-Id", "")
            if identity.startswith(f"{self.branch}.{self.service}.") and (position := position_of(message.data or b"")):
                return position
        return 0

    async def _publish(self, links: Sequence[Link]) -> None:
        publish = self.broker.client.publish
        for left, link in zip(range(len(links) - 1, -1, -1), links, strict=True):
            entry = link.entry
            message = on_the_wire(link.position, link.before, entry.body)
            identity = f"{self.branch}.{self.service}.{entry.key}.{entry.sequence}"
            headers = {"Nats-Msg-Id": identity, "Content-Type": CONTENT_TYPE, **self._follows}
            if trace := traceparent_of(message):
                headers["traceparent"] = trace
            self._follows = {"Nats-Expected-Last-Msg-Id": identity}
            self.latest[entry.subject] = link.position
            self.sent += 1
            self.position, self.hash = link.position, link.hash
            reply = "" if left % ACKNOWLEDGED_EVERY else self._reply
            if reply:
                self._asked.append(self.sent)
            await publish(f"{self._prefix}{entry.subject}", message, reply=reply, headers=headers)
        await self._acknowledged(self.sent - IN_FLIGHT)

    async def _acknowledged(self, enough: int) -> None:
        """Wait until so many entries are known to be in the stream, or until something is refused."""
        self._enough = enough
        while self.acknowledged < enough and not self._refused:
            await self._answer()

    async def _answer(self) -> None:
        self._answered.clear()
        if not await woken(self._answered, within=ACKNOWLEDGED_WITHIN_SECONDS):
            seconds = f"{ACKNOWLEDGED_WITHIN_SECONDS:.0f} s"
            self._refused = self.trouble = f"the stream {self.stream} did not acknowledge within {seconds}"
            self.broker.does_not_store()

    async def _on_answer(self, message: Msg) -> None:
        if message.subject != self._reply:
            return
        if b'"error"' in message.data or not message.data:
            self._refused = self.trouble = _reason(message.data)
        else:
            self.acknowledged = self._asked.popleft() if self._asked else self.acknowledged
        if self._refused or self.acknowledged >= self._enough:
            self._answered.set()


def _lost_something(info: StreamInfo) -> bool:
    """Whether messages are missing in between, or all are."""
    return has_holes(info) or bool(info.state.last_seq and not info.state.messages)


def _reason(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["error"]["description"])
    except (ValueError, KeyError):
        return "nobody answers for the stream"
