"""All services in one process: started together, reached on one port, moved through simulated time together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.metadata import entry_points

from closeloop.chassis.app import Gateway, ServiceApp
from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.clock import Clock, RealClock, SimulatedClock
from closeloop.chassis.people import People
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.suite.clock_control import ClockControl

IN_ORDER = ("intake", "dispatch", "callback", "survey", "stats")
READY_WITHIN_SECONDS = 20.0


class Suite:
    """The services of one deployment in one process."""

    looks_seconds = 0.002
    """How long to wait before one looks again whether something is over."""

    def __init__(self, settings: Settings, people: People, broker: BrokerAddress) -> None:
        self.settings = settings
        self.clock: Clock = (
            SimulatedClock(settings.clock, settings.data / "clock.json") if settings.clock else RealClock()
        )
        self.services = [
            Running(service, settings, clock=self.clock, people=people, broker=broker) for service in installed()
        ]
        self.gateway = Gateway(
            {running.name: ServiceApp(running) for running in self.services},
            more={"/api/clock": ClockControl(self, people)},
        )

    async def start(self) -> None:
        """Start every service, one after the other: migrations take turns."""
        for running in self.services:
            await running.start()

    async def ready(self) -> None:
        """Wait until every service can do its work; what keeps one for long shows at /readyz."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_WITHIN_SECONDS):
                while any(running.unready() or not running.leads for running in self.services):
                    await asyncio.sleep(self.looks_seconds)

    async def stop(self) -> None:
        """Stop every service; what is under way is finished."""
        await asyncio.gather(*(running.stop() for running in self.services))

    async def advance(self, by: timedelta) -> datetime:
        """Move the simulated clock on by a stretch of time."""
        return await self.advance_to(self.clock.now() + by)

    async def advance_to(self, goal: datetime) -> datetime:
        """Move the simulated clock on, from one due time to the next, each time until nothing is under way."""
        clock = self.clock
        if not isinstance(clock, SimulatedClock):
            raise RuntimeError("only a simulated clock can be advanced")
        while True:
            await self.quiet()
            due = [moment for running in self.services if (moment := await running.timers.next_due())]
            if not due or min(due) > goal:
                break
            clock.advance_to(max(min(due), clock.now()))
            self._moved()
        if goal > clock.now():
            clock.advance_to(goal)
            self._moved()
        return goal

    async def quiet(self) -> None:
        """Wait until nothing that is due waits, is under way, or is on its way between services."""
        while not await self._is_quiet():
            await asyncio.sleep(self.looks_seconds)

    async def _is_quiet(self) -> bool:
        if not all(running.is_idle() for running in self.services) or not self._has_heard_all():
            return False
        now = self.clock.now()
        for running in self.services:
            due = await running.timers.next_due()
            if due is not None and due <= now:
                return False
        return all(running.is_idle() for running in self.services)

    def _has_heard_all(self) -> bool:
        """Whether each service has on disk what the others told; all of them live in this process."""
        latest = {running.name: running.relay.latest for running in self.services if running.relay}
        return all(
            listening.has_heard(latest.get(listening.publisher, {}))
            for running in self.services
            for listening in running.listenings
        )

    def _moved(self) -> None:
        for running in self.services:
            running.clock_moved()


def installed() -> Sequence[Service]:
    """The installed services, in the order of the loop."""
    found = {point.name: point for point in entry_points(group="closeloop.services")}
    named = [name for name in IN_ORDER if name in found] + sorted(found.keys() - set(IN_ORDER))
    return [found[name].load() for name in named]
