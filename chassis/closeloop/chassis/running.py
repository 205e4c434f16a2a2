"""A running service: its database, its committer, and the loops of whoever leads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from uuid_utils import uuid7

from closeloop.chassis.acting import here
from closeloop.chassis.answers import Answers
from closeloop.chassis.attachments.keeping import Attachments
from closeloop.chassis.broker import Broker, BrokerAddress, forever
from closeloop.chassis.chain import Chain
from closeloop.chassis.clock import Clock, SimulatedClock
from closeloop.chassis.committer import Committer, Happened
from closeloop.chassis.connectors.finding import Connectors, installed
from closeloop.chassis.connectors.sending import Sender
from closeloop.chassis.hearing import Hears
from closeloop.chassis.listening import Listening
from closeloop.chassis.migrating import migrate
from closeloop.chassis.parking import Parking
from closeloop.chassis.people import People
from closeloop.chassis.people.changing import Changing
from closeloop.chassis.piece import Outcome, Piece
from closeloop.chassis.procedures import Procedures
from closeloop.chassis.reading import Read, reading_engine
from closeloop.chassis.records import distributing
from closeloop.chassis.relay import Relay
from closeloop.chassis.schedules.schedules import Schedules
from closeloop.chassis.sealing import Sealing
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.signing import taking
from closeloop.chassis.signing.asking import DUE
from closeloop.chassis.store.addressed import store_of
from closeloop.chassis.store.faults import Away
from closeloop.chassis.store.others import AT_HAND, ENTRIES
from closeloop.chassis.store.tables import CHASSIS_ROWS
from closeloop.chassis.telling import Telling
from closeloop.chassis.timers import Timers
from closeloop.chassis.tracing import Tracing, tracing_of
from closeloop.chassis.work import Surroundings, rows_of_matters
from closeloop.contracts.envelope import encode
from closeloop.contracts.event import Event
from closeloop.contracts.intake import ProcedureActivated
from closeloop.contracts.personal import Audience

LEAD_AGAIN_SECONDS = 1.0
CANCEL_AGAIN_SECONDS = 0.2

log = logging.getLogger("closeloop")


class Running:
    """One service of one process."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        *,
        clock: Clock,
        people: People,
        broker: BrokerAddress | None = None,
        new_id: Callable[[], str] = lambda: uuid7().hex,
        alone: bool = False,
        tracing: Tracing | None = None,
        connectors: Connectors | None = None,
    ) -> None:
        self.service, self.settings, self.clock, self.people = service, settings, clock, people
        self.name, self.branch, self.new_id = service.name, settings.branch, new_id
        self.procedures = Procedures()
        self.schedules = Schedules(service.name, self.procedures, people, service.hears.jobs)
        self.changing, people.now = Changing(people, self.procedures), clock.now
        self.sealing = Sealing(settings.keys_folder)
        self.hears = self._with_the_chassis(service.hears)
        self.telling = Telling(service.name)
        self.connectors = connectors or (Connectors() if self.is_simulated else installed())
        self.tracing = tracing or tracing_of(settings, service.name)
        self.url = settings.database_of(service.name)
        self.store = store_of(self.url, service.rows, waits_for_disk=not self.is_simulated)
        self.store.others_say = self._others_say
        self._news = asyncio.Event()
        self.read = Read(reading_engine(self.url, settings.database_connections))
        self.chain = Chain()
        self.committer = Committer(
            self.store,
            Surroundings(
                service=self.name,
                branch=self.branch,
                new_id=new_id,
                pack=self.procedures.pack,
                write_down=self._write_down,
                calendar=people.calendar,
                broken=service.hears.broken,
                matters=rows_of_matters((*CHASSIS_ROWS, *service.rows)),
                notifies=lambda desk: self.connectors.reaching(desk),
                channels=lambda: self.connectors.channels,
            ),
            now=clock.now,
            most_waiting=settings.queue_length,
            batch_seconds=settings.batch_milliseconds / 1000,
            retry_after=settings.retry_after,
            happened=self._happened,
            lost=self._lost,
            begins=self.tracing.begins if self.tracing else None,
            chain=self.chain,
        )
        self.broker = (
            Broker(broker, name=self.name, days=settings.stream_days, replicas=settings.stream_replicas)
            if broker
            else None
        )
        self.relay = (
            Relay(self.store, self.broker, branch=self.branch, service=self.name, chain=self.chain)
            if self.broker
            else None
        )
        self.listenings = self._listenings()
        self.timers = Timers(
            self.store.fetch,
            self.committer,
            self.hears,
            self.read,
            now=clock.now,
            may_fire=self.is_caught_up,
            failed=self._failed("timers"),
            begins=self.look_over_schedules,
        )
        self.parking = Parking(self.store, self.committer, self.hears, now=clock.now, pauses=settings.park_pauses)
        self.sender = Sender(
            self.store.fetch,
            self.committer,
            lambda name: self.connectors.carrier(name),
            self.hears.letters,
            service=self.name,
            now=clock.now,
            origin=settings.public_url.rstrip("/"),
        )
        self.attachments = Attachments(keys=settings.keys_folder, data=settings.data, address=settings.attachments)
        self.alone = alone
        self.leads = False
        self._stopped = False
        self.troubles: dict[str, str] = {}
        self.answers = Answers()
        self._tasks: list[asyncio.Task[None]] = []
        self._leading: list[asyncio.Task[None]] = []

    # -- starting and stopping ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Bring the database up to date and begin; `Away` if it does not answer. Alone, nothing happens by itself."""
        here.set(self)  # what happens by itself knows whose it is, as what people do
        if moved := await migrate(self.url, self.name):
            log.info("migrated", extra={"service": self.name, "lines": moved})
        await self.store.open()
        await self.procedures.load(self.store)
        await self.changing.load(self.store, self.now())
        await self.parking.load()
        await self.attachments.finish_erasing(self.read, self.now())
        self._begin(self.committer.run(), self._tasks)
        self._begin(self._know_the_public_days(), self._tasks)
        self._begin(forever(self._keep_up, failed=self._failed("news"), recovered=self._fine("news")), self._tasks)
        if not self.alone:
            self._begin(self._lead(), self._tasks)
        if self.service.started:
            await self.service.started(self)

    async def stop(self) -> None:
        """Finish what is under way, then let go of everything; a second time does nothing."""
        if self._stopped:
            return
        self._stopped = True
        for task in self._leading:
            task.cancel()
        self.committer.stop()
        if self._tasks:
            await asyncio.wait([self._tasks[0]], timeout=self.settings.stop_seconds)
        await _ended([*self._leading, *self._tasks])
        if self.broker:
            await self.broker.close()
        await self.read.engine.dispose()
        await self.store.close()
        if self.tracing:
            await asyncio.to_thread(self.tracing.close)

    async def _know_the_public_days(self) -> None:
        """Look them up once before they are asked for in a piece of work: it takes a moment."""
        await asyncio.to_thread(self.people.calendar().is_estimate, self.now().year)

    async def _lead(self) -> None:
        """Hear, relay and fire timers in the one process of this service that holds the lock."""
        if self.broker:
            await self.broker.connect()
        while not self._stopped:
            try:
                holds = await self.store.lead(self.name)
                if self.committer.away:  # else who is sent no work, being unready, would never find out that it could
                    await self.store.try_to_write()
                    self.committer.away = None
                if holds and not self.leads:
                    await self.parking.load()
                self.troubles.pop("database", None)
            except Away as away:
                holds = self.leads  # the lock is gone with the connection; the next look takes it again
                self.troubles["database"] = str(away)
            if holds != self.leads and not self._stopped:
                self.leads = holds
                if holds:
                    self._start_leading()
                else:
                    await self._stop_leading()
            await asyncio.sleep(LEAD_AGAIN_SECONDS)

    def _start_leading(self) -> None:
        loops: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "timers": self.timers.run,
            "parking": self.parking.run,
        }
        if self.relay:
            loops["relay"] = self.relay.run
        if self.connectors.carry:
            loops["letters"] = self.sender.run
        loops |= {f"listening to {listening.publisher}": listening.run for listening in self.listenings}
        for what, loop in loops.items():
            self._begin(forever(loop, failed=self._failed(what), recovered=self._fine(what)), self._leading)

    async def _stop_leading(self) -> None:
        await _ended(self._leading)
        self._leading.clear()

    def _begin(self, loop: Coroutine[Any, Any, None], among: list[asyncio.Task[None]]) -> None:
        among.append(asyncio.create_task(loop))

    # -- work ---------------------------------------------------------------------------------------------------

    async def submit(self, piece: Piece) -> Outcome:
        """Have a piece of work done; answers when it is on disk."""
        return await self.committer.submit(piece)

    async def look_over_schedules(self) -> None:
        """Every periodic job of the procedures in force gets its timer, where it has none yet."""
        for piece in self.schedules.at_the_start(self.now()):
            await self.submit(piece)

    def is_caught_up(self) -> bool:
        """Whether everything that was published before has been heard."""
        return all(listening.caught_up for listening in self.listenings)

    def is_idle(self) -> bool:
        """Whether nothing waits, is under way, or is still to be published."""
        return self.committer.is_idle and (self.relay is None or self.relay.idle.is_set())

    def unready(self) -> dict[str, str]:
        """What keeps this service from doing its work; empty when it is ready."""
        troubles = dict(self.troubles)
        if self.committer.away:
            troubles["database"] = self.committer.away
        if self.broker and (self.broker.trouble or not self.broker.connected):
            troubles["broker"] = self.broker.trouble or "NATS does not answer"
        elif self.relay and self.relay.trouble:
            troubles["broker"] = self.relay.trouble
        if self.leads and self.broker and not self.is_caught_up():
            troubles["hearing"] = "still reading what was published before"
        return troubles

    def clock_moved(self) -> None:
        """The simulated clock was advanced."""
        self.timers.wake()

    def now(self) -> datetime:
        """The moment by this service's clock."""
        return self.clock.now()

    @property
    def is_simulated(self) -> bool:
        """Whether the clock is not the real one."""
        return isinstance(self.clock, SimulatedClock)

    def _with_the_chassis(self, hears: Hears) -> Hears:
        whole = Hears()
        whole.opens = self.sealing.open
        if self.name != "intake":
            whole.events[ProcedureActivated] = self.procedures.store
            whole.keys[ProcedureActivated] = lambda event: (event.key,)
        self.changing.join(whole, owner=self.name == "intake")
        whole.join(hears)
        self.schedules.join(whole)
        say_overdue = partial(taking.say_overdue, whole.sign_offs)
        for kind, say in ((DUE, say_overdue), (distributing.DUE, distributing.say_unread)):
            whole.due_and_settled(kind, say)
        return whole

    def _listenings(self) -> list[Listening]:
        if self.broker is None:
            return []
        return [
            Listening(
                self.broker,
                self.committer,
                self.hears,
                branch=self.branch,
                service=self.name,
                publisher=publisher,
                events=events,
                stored=self.store.heard,
            )
            for publisher, events in self.hears.publishers(self.name).items()
        ]

    def _write_down(self, event: Event, traceparent: str | None) -> str:
        body = encode(event, branch=self.branch, service=self.name).decode()
        if event.audience is Audience.RESTRICTED:
            body = self.sealing.seal(event, body)
        return f'{{"traceparent":"{traceparent}",{body[1:]}' if traceparent else body

    def _happened(self, batch: Happened) -> None:
        self.telling.batch(batch)
        if self.tracing:
            for piece in batch.pieces:
                self.tracing.ended(piece)
        if batch.journaled and self.relay:
            self.relay.wake(batch.links)
        last = {piece.heard.stream: piece.heard for piece in batch.pieces if piece.heard}
        for listening in self.listenings:
            if heard := last.get(listening.stream):
                listening.happened(heard)
            listening.more()
        if batch.earliest_due:
            self.timers.was_set(batch.earliest_due)

    def _lost(self, pieces: Sequence[Piece]) -> None:
        for listening in self.listenings:
            listening.doubt()
        self.committer.queues.forget_events()

    def _others_say(self, word: str) -> None:
        """Another process of this service wrote something that this one has to look at."""
        if word == AT_HAND:
            self._news.set()
        elif word == ENTRIES and self.relay and self.leads:
            self.chain.leave_to_the_relay()
            self.relay.wake()

    async def _keep_up(self) -> None:
        """What another process of this service was told, this one has at hand as well: procedures, people."""
        await self._news.wait()
        self._news.clear()
        try:
            await self.procedures.load(self.store)
            await self.changing.load(self.store, self.now())
        except Away:
            self._news.set()
            raise

    def _fine(self, what: str) -> Callable[[], Any]:
        return partial(self.troubles.pop, what, None)

    def _failed(self, what: str) -> Callable[[Exception], None]:
        def say(error: Exception) -> None:
            self.troubles[what] = str(error) or type(error).__name__
            log.warning(
                "a loop failed and is started again",
                extra={"service": self.name, "loop": what, "reason": self.troubles[what]},
            )

        return say


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until they end: `asyncio.wait_for` of Python 3.11, which NATS' client uses, can swallow a cancellation."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _done, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_SECONDS)
