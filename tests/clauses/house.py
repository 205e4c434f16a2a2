"""The house that clause tests go through: all services in this process, a real broker, real databases, one clock."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from unittest.mock import patch

import httpx

from closeloop.chassis.app import Gateway, ServiceApp
from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.migrating import migrate
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.running import Running
from closeloop.chassis.settings import Settings
from closeloop.suite.suite import Suite, installed

T = TypeVar("T")
PATIENCE_SECONDS = 60.0


class Grounds:
    """What the houses of one test process share: a loop on a thread of its own, a broker, empty databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.services = installed()
        self.keys = keys_in(folder / "keys")
        self.broker = EmbeddedBroker(folder / "nats", sync_interval="1m")
        self.run(self.broker.start())
        self.empty = folder / "empty"
        self.empty.mkdir()
        for service in self.services:
            with ThreadPoolExecutor(1) as apart:
                apart.submit(_migrated, f"sqlite+aiosqlite:///{self.empty / service.name}.db", service.name).result()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Have something done on the loop of the house, and wait for it."""
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(PATIENCE_SECONDS)

    def close(self) -> None:
        """The last house is gone."""
        self.run(self.broker.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_SECONDS)
        self.loop.close()


def _migrated(url: str, service: str) -> None:
    asyncio.run(migrate(url, service))


class OneProcess(Suite):
    """The suite with counted identities, so that every run of a test is the same."""

    def __init__(self, settings: Settings, people: People, broker: BrokerAddress, moment: datetime) -> None:
        self.settings = settings
        self.clock = SimulatedClock(moment)
        self.services = [
            Running(service, settings, clock=self.clock, people=people, broker=broker, new_id=_counted(service.name))
            for service in installed()
        ]
        self.gateway = Gateway({running.name: ServiceApp(running) for running in self.services})


def _counted(service: str) -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{service}{next(numbers):06d}"


class House:
    """One organisation at work by one procedure: from a first day on, with its people and its clock."""

    def __init__(self, grounds: Grounds, procedure: Path, organisation: Path, opened_at: datetime) -> None:
        self.grounds = grounds
        number = next(grounds.numbers)
        folder = grounds.folder / f"house-{number}"
        shutil.copytree(grounds.empty, folder)
        self.people = People(load_organisation(organisation), grounds.keys)
        settings = Settings(data=folder, branch=f"house-{number}", clock=opened_at)
        broker = grounds.broker
        address = BrokerAddress(broker.url, broker.credentials.user, broker.credentials.password)
        self.suite = OneProcess(settings, self.people, address, opened_at)
        self.web = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.suite.gateway, raise_app_exceptions=False),
            base_url="http://closeloop",
        )
        self._tokens: dict[str, str] = {}
        with patch("closeloop.intake.app.packs_for", lambda _desks: [(procedure.name, procedure)]):
            grounds.run(self._open())

    async def _open(self) -> None:
        await self.suite.start()
        await self.suite.ready()
        await self.suite.quiet()

    @property
    def now(self) -> datetime:
        """What the clock of the house shows."""
        return self.suite.clock.now()

    def ask(self, method: str, path: str, by: str | None, language: str = "en", **more: Any) -> httpx.Response:
        """Somebody asks for something; the answer comes when everything that followed from it is done."""
        headers = {"Accept-Language": language, **more.pop("headers", {})}
        if by is not None:
            headers["Authorization"] = f"Bearer {self._token_of(by)}"
        return self.grounds.run(self._asked(method, path, headers, more))

    async def _asked(self, method: str, path: str, headers: dict[str, str], more: dict[str, Any]) -> httpx.Response:
        answer = await self.web.request(method, path, headers=headers, **more)
        if method != "GET":
            await self.suite.quiet()
        return answer

    def advance(self, by: timedelta) -> None:
        """Time passes, and everything that falls due on the way is done."""
        self.grounds.run(self.suite.advance(by))

    def close(self) -> None:
        """Everybody goes home."""
        self.grounds.run(self._close())

    async def _close(self) -> None:
        await self.web.aclose()
        await self.suite.stop()

    def _token_of(self, login: str) -> str:
        if login not in self._tokens:
            self._tokens[login] = self.people.issue_token(self.people.person(login))
        return self._tokens[login]
