"""Listening to one publishing service: in stream order, each event once, from the position that is on disk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from closeloop.chassis.broker import Broker, has_holes, publisher_of, stream_of, woken
from closeloop.chassis.committer import Committer
from closeloop.chassis.hearing import Hears
from closeloop.chassis.piece import HeardFrom, Piece
from closeloop.chassis.relay import position_of, traceparent_of
from closeloop.chassis.sealing import Erased
from closeloop.chassis.work import Work
from closeloop.contracts.envelope import Garbage, Sealed, decode
from closeloop.contracts.event import Event

PULL = 1_000  # messages asked for at a time
ASK_AGAIN_BELOW = 500  # outstanding messages at which the next request goes out
ENOUGH_WAITING = 1_000  # pieces in the queue at which asking stops
EXPIRES_SECONDS = 30
LOOK_AFTER_SECONDS = 5.0
AWAY_PAUSE_SECONDS = 1.0
ACKNOWLEDGE_EVERY_SECONDS = 0.1  # how far we are stands in our database; NATS need not know it at once
_ACK_SUBJECT = 9  # tokens of an ack subject without a domain; with one, two more stand before the stream


class Incomplete(Exception):
    """Whoever read on would pass over what is missing, and never know."""


class Listening:
    """One durable of this service on one stream; opened again whenever anything is doubtful."""

    def __init__(
        self,
        broker: Broker,
        committer: Committer,
        hears: Hears,
        *,
        branch: str,
        service: str,
        publisher: str,
        events: list[type[Event]],
        stored: Callable[[], Any],
        observe: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self.broker, self.committer, self.hears = broker, committer, hears
        self.branch, self.service, self.publisher = branch, service, publisher
        self.stream = stream_of(branch, publisher)
        self.subjects = [event.nats_subject(branch, publisher) for event in events]
        self.told = [event.subject for event in events]
        self.stored, self.observe = stored, observe
        self.caught_up = False
        self.position = 0
        self.delivered_again = 0
        self.unheard = 0
        self._doubt = asyncio.Event()
        self._outstanding = 0
        self._next = 0
        self._created = ""
        self._seen: dict[str, int] = {}
        self._empty_at = 0
        self._committed = 0
        self._reply: str | None = None
        self._to_acknowledge = asyncio.Event()
        self._inbox = ""
        self._asking: asyncio.Task[None] | None = None
        broker.back.append(self.doubt)

    def doubt(self) -> None:
        """Something may have been missed: drop what has not been handled and read on from what is on disk."""
        self._doubt.set()

    async def run(self) -> None:
        """Listen until something is doubtful, then open again; raises what keeps it from listening."""
        client = self.broker.client
        while True:
            await self.committer.forget(self.stream)
            if self.committer.away:  # what can be read and not written would be read again and again
                await asyncio.sleep(AWAY_PAUSE_SECONDS)
            self._doubt.clear()
            self._inbox = f"{client.new_inbox()}"
            await self._open()
            subscription = await client.subscribe(
                self._inbox, cb=self._on_message, pending_msgs_limit=-1, pending_bytes_limit=-1
            )
            acknowledging = asyncio.create_task(self._acknowledge())
            try:
                self._outstanding = 0
                self.more()
                while not self._doubt.is_set():
                    if not await woken(self._doubt, within=LOOK_AFTER_SECONDS):
                        await self._look_after()
            finally:
                acknowledging.cancel()
                await subscription.unsubscribe()

    def more(self) -> None:
        """Ask for more messages if there is room for them."""
        if (
            self._outstanding < ASK_AGAIN_BELOW
            and self.committer.queues.length("event") < ENOUGH_WAITING
            and self._inbox
        ):
            self._outstanding += PULL
            self._asking = asyncio.create_task(self._ask())

    def happened(self, heard: HeardFrom) -> None:
        """Everything up to this message is on disk."""
        self._committed = heard.sequence
        self.position = max(self.position, heard.position)
        self._acknowledged_up_to(heard.reply)
        if heard.sequence >= self._empty_at:
            self.caught_up = True

    def _acknowledged_up_to(self, reply: str) -> None:
        """Tell NATS how far we are; the truth is the stored position."""
        self._reply = reply
        self._to_acknowledge.set()

    def has_heard(self, latest: Mapping[str, int]) -> bool:
        """Whether what the publisher told last, by subject, is on disk here."""
        return self.caught_up and self.position >= max(latest.get(subject, 0) for subject in self.told)

    async def _open(self) -> None:
        self._created = await self.broker.ensure_stream(self.branch, self.publisher)
        positions, streams = await self.stored()
        created, sequence = streams.get(self.stream, ("", 0))
        info = await self.broker.streams.stream_info(self.stream)
        if has_holes(info):
            raise Incomplete(f"The stream {self.stream} lost messages: {self.publisher} has to fill it again first")
        last = info.state.last_seq
        if created != self._created or sequence > last or not await self._is_where_we_left_it(sequence, positions):
            sequence = 0  # another stream of the same name, or filled again: read it all, positions tell what is news
        self._seen = dict(positions)
        self._next = 1
        self._committed = sequence
        self._reply = None
        waiting = await self.broker.open_durable(self.stream, self.service, self.subjects, sequence)
        self._empty_at = sequence if waiting == 0 else last + 1
        self.caught_up = waiting == 0

    async def _is_where_we_left_it(self, sequence: int, positions: Mapping[str, int]) -> bool:
        """Whether the message that was heard last still lies where it lay: a power cut may take a stream's last
        seconds, and with them what strangers had put in between.
        """
        if not sequence:
            return True
        try:
            message = await self.broker.streams.get_msg(self.stream, seq=sequence)
        except NotFoundError:
            return True  # aged out
        position = position_of(message.data or b"")
        return not position or position == positions.get(publisher_of(message.subject or ""), position)

    async def _ask(self) -> None:
        wanted = {"batch": PULL, "expires": EXPIRES_SECONDS * 1_000_000_000}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.service}"
        await self.broker.client.publish(subject, json.dumps(wanted).encode(), reply=self._inbox)

    async def _look_after(self) -> None:
        """The durable or the stream may have been deleted under us."""
        try:
            info = await self.broker.streams.consumer_info(self.stream, self.service)
        except NotFoundError:
            self.doubt()
            return
        self.unheard = info.num_pending or 0
        if info.num_pending and not info.num_waiting and self._outstanding >= ASK_AGAIN_BELOW:
            self._outstanding = 0
        self.more()

    async def _acknowledge(self) -> None:
        while True:
            await self._to_acknowledge.wait()
            self._to_acknowledge.clear()
            if self._reply:
                await self.broker.client.publish(self._reply, b"")
            await asyncio.sleep(ACKNOWLEDGE_EVERY_SECONDS)

    async def _on_message(self, message: Msg) -> None:
        if message.subject == self._inbox or not message.reply:
            self._on_status(message)
            return
        tokens = message.reply.split(".")
        at = 2 if len(tokens) == _ACK_SUBJECT else 4
        delivered, sequence, count, pending = (
            int(tokens[at + 2]),
            int(tokens[at + 3]),
            int(tokens[at + 4]),
            int(tokens[at + 6]),
        )
        self._outstanding -= 1
        if delivered > 1:
            self.delivered_again += 1
        if self._doubt.is_set():
            return
        if count != self._next:
            self.doubt()
            return
        self._next += 1
        self.unheard = pending
        if pending == 0:
            self._empty_at = sequence
        self._queue(message, sequence)
        self.more()

    def _on_status(self, message: Msg) -> None:
        left = int((message.headers or {}).get("Nats-Pending-Messages", PULL))
        self._outstanding = max(0, self._outstanding - left)
        self.more()

    def _queue(self, message: Msg, sequence: int) -> None:
        publisher, position = publisher_of(message.subject), position_of(message.data)
        if position and position <= self._seen.get(publisher, 0):
            if sequence >= self._empty_at:
                self.caught_up = True
            self.position = max(self.position, position)
            self._acknowledged_up_to(message.reply)
            return
        self._seen[publisher] = max(position, self._seen.get(publisher, 0))
        heard = HeardFrom(
            publisher, position, self.stream, self._created, sequence, message.subject, message.data, message.reply
        )
        self.committer.queue(piece_of(heard, self.hears, self.observe))


def piece_of(heard: HeardFrom, hears: Hears, observe: Callable[[Event], None] = lambda _: None) -> Piece:
    """The piece of work that a message asks for; what cannot be read becomes one that fails with the reason."""
    try:
        event = decode(hears.opens(heard.body))
        keys, run = hears.piece(event)
    except Sealed as sealed:
        return Piece("sealed message", "event", (sealed.key,), _refuse_to_read(str(sealed)), heard=heard)
    except Erased:
        return Piece("erased message", "event", (), lambda work: None, heard=heard)
    except (Garbage, KeyError) as garbage:
        return Piece("unreadable message", "event", (), _refuse_to_read(str(garbage)), heard=heard)
    observe(event)
    return Piece(type(event).subject, "event", keys, run, heard=heard, traceparent=traceparent_of(heard.body))


def _refuse_to_read(reason: str) -> Callable[[Work], None]:
    def refuse(work: Work) -> None:
        raise Garbage(reason)

    return refuse
