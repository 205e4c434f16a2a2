"""How the services of a rehearsal hear each other: from the journal straight into the queue of whoever hears it.

The journal, its chain, positions and handlers are those of every other day; only the broker between is left out, as
nothing here has to outlive the process.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from closeloop.chassis.broker import Broker, BrokerAddress
from closeloop.chassis.chain import Link
from closeloop.chassis.listening import piece_of
from closeloop.chassis.piece import HeardFrom
from closeloop.chassis.relay import Relay, on_the_wire
from closeloop.chassis.running import Running
from closeloop.contracts.envelope import decode
from closeloop.contracts.event import Event

NOWHERE = BrokerAddress("")


class Line:
    """The line between the services of one rehearsal, and what people go by of what was told on it."""

    def __init__(self, services: Sequence[Running], noticed: Collection[type[Event]]) -> None:
        self.noticed = frozenset(kind.subject for kind in noticed)
        self._news: list[Event] = []
        self._on_the_way: list[tuple[str, str, HeardFrom]] = []
        self._hearers: dict[tuple[str, str], list[Running]] = {}
        for running in services:
            for publisher, events in running.hears.publishers(running.name).items():
                for event in events:
                    self._hearers.setdefault((publisher, event.subject), []).append(running)
        for running in services:
            running.relay = Straight(running, self)

    def carry(self, link: Link, publisher: Running) -> None:
        """What one of them wrote down is on its way to everybody who hears it."""
        subject, branch, name = link.entry.subject, publisher.branch, publisher.name
        if (name, subject) in self._hearers:
            body = on_the_wire(link.position, link.before, link.entry.body)
            said = f"closeloop.{branch}.{name}.{subject}"
            heard = HeardFrom(f"{branch}.{name}", link.position, "", "", 0, said, body, "")
            self._on_the_way.append((name, subject, heard))
        if subject in self.noticed:
            self._news.append(decode(publisher.sealing.open(link.entry.body.encode())))

    def arrives(self) -> bool:
        """Everything that is on its way lies before whoever hears it, all at once; false if nothing was."""
        arrived, self._on_the_way = self._on_the_way, []
        for name, subject, heard in arrived:
            for running in self._hearers[name, subject]:
                running.committer.queue(piece_of(heard, running.hears))
        return bool(arrived)

    def news(self) -> list[Event]:
        """What was told since one asked last, of what people go by."""
        news, self._news = self._news, []
        return news


class Straight(Relay):
    """A relay that hands the journal over in the order of its chain, without a broker."""

    def __init__(self, running: Running, line: Line) -> None:
        nobody = Broker(NOWHERE, name=running.name)
        super().__init__(running.store, nobody, branch=running.branch, service=running.name, chain=running.chain)
        self.running, self.line = running, line

    async def run(self) -> None:
        """Hand over whatever comes into the journal."""
        while True:
            self._wake.clear()
            if not self.chain.is_known:
                await self._put_in_place()
            if links := self._next() or await self._from_the_journal():
                for link in links:
                    self.line.carry(link, self.running)
                    self.position, self.hash = link.position, link.hash
                continue
            if not self._wake.is_set():
                self.idle.set()
                await self._wake.wait()
