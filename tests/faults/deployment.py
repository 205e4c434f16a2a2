"""Closeloop as it runs in earnest, in processes that may be killed: each service on PostgreSQL, or all on SQLite."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import httpx
from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.embedded.child import start_child
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.people import People
from closeloop.contracts.loop import SERVICES

READY_WITHIN = 60.0
LOOKS_EVERY = 0.05
POSTGRES, NATS = "postgres", "nats-server"


class Deployment(Protocol):
    """What a trial asks of a running Closeloop."""

    folder: Path
    targets: tuple[str, ...]
    """What may be killed; what stands there several times is killed more often."""
    databases: Mapping[str, str]

    @property
    def broker(self) -> BrokerAddress: ...

    def url(self, service: str) -> str: ...

    async def start(self) -> None: ...

    async def kill(self, target: str) -> None:
        """Kill -9, and have it started again."""

    async def stop(self) -> None: ...


class NotReady(Exception):
    """Something did not come up in time; what it said last stands in the sentence."""


class _Process:
    """One `closeloop …` in a process of its own, on a port that it keeps."""

    def __init__(self, name: str, words: list[str], folder: Path, **settings: str) -> None:
        self.name, self.folder, self.port = name, folder, free_port()
        said = {"LOG": "warning", "PORT": str(self.port), **settings}
        pairs = [f"CLOSELOOP_{setting}={value}" for setting, value in said.items()]
        closeloop = str(Path(sys.executable).with_name("closeloop"))
        self.words = [shutil.which("env") or "/usr/bin/env", *pairs, closeloop, *words]
        self.lives = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> Path:
        return self.folder / f"{self.name}.{self.lives}.log"

    def start(self) -> None:
        self.lives += 1
        self._process = start_child(self.words, folder=self.folder, output=self.output)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)

    async def ready(self) -> None:
        """Come back when it says itself that it is ready."""
        async with httpx.AsyncClient(timeout=5) as client:
            try:
                async with asyncio.timeout(READY_WITHIN):
                    while not await _is_ready(client, self.url):
                        if self._process is not None and self._process.poll() is not None:
                            raise NotReady(f"{self.name} ended by itself: {self._last_words()}")
                        await asyncio.sleep(LOOKS_EVERY)
            except TimeoutError:
                raise NotReady(f"{self.name} was not ready in {READY_WITHIN:.0f} s: {self._last_words()}") from None

    def _last_words(self) -> str:
        return self.output.read_text(errors="replace")[-2_000:] if self.output.exists() else ""


class Apart:
    """Each service in its own process with its own database on PostgreSQL, and one nats-server."""

    targets = (*SERVICES, "intake", "dispatch", NATS, NATS, POSTGRES, POSTGRES)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.postgres = TestPostgres(fsync=True)
        self.nats = EmbeddedBroker(folder / "nats")
        self.databases: dict[str, str] = {}
        self._processes: dict[str, _Process] = {}
        self._watching: asyncio.Task[None] | None = None
        self._beside = ThreadPoolExecutor(1)  # PostgreSQL ends with the thread that started it

    @property
    def broker(self) -> BrokerAddress:
        return BrokerAddress(self.nats.url, self.nats.credentials.user, self.nats.credentials.password)

    def url(self, service: str) -> str:
        return self._processes[service].url

    async def start(self) -> None:
        await self._there(self.postgres.start)
        await self.nats.start()
        self._watching = asyncio.create_task(self.nats.watch())
        People.of(self.data)
        names = {service: f"closeloop_{service}" for service in SERVICES}
        for service, name in names.items():
            await self._there(self.postgres.create_database, name)
            self.databases[service] = self.postgres.url_of(name)
        settings = {
            "DATA": str(self.data),
            "NATS_URL": self.nats.url,
            "NATS_USER": self.nats.credentials.user,
            "NATS_PASSWORD": self.nats.credentials.password,
            "DATABASE_URL": self.postgres.url_of("closeloop_{service}"),
        }
        for service in SERVICES:
            self._processes[service] = _Process(service, ["serve", service], self.folder, **settings)
            self._processes[service].start()
        await asyncio.gather(*(process.ready() for process in self._processes.values()))

    async def kill(self, target: str) -> None:
        if target == POSTGRES:
            await self._there(self.postgres.kill)
            await self._there(self.postgres.start)
        elif target == NATS:
            if self.nats.pid is not None:  # `watch` starts it again
                os.kill(self.nats.pid, signal.SIGKILL)
        else:
            self._processes[target].kill()
            self._processes[target].start()

    async def ready(self) -> None:
        await asyncio.gather(*(process.ready() for process in self._processes.values()))

    async def stop(self) -> None:
        for process in self._processes.values():
            process.kill()
        if self._watching is not None:
            self._watching.cancel()
        await self.nats.stop()
        await self._there(self.postgres.stop)
        self._beside.shutdown()

    async def _there(self, function, *said):
        return await asyncio.get_running_loop().run_in_executor(self._beside, function, *said)


class Together:
    """All services in one process on SQLite, with a nats-server of its own: `closeloop up`."""

    targets = ("suite", "suite", "suite", NATS)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.databases = {service: f"sqlite:///{self.data / service}.db" for service in SERVICES}
        self.nats_port = free_port()
        self._suite = _Process("suite", ["up"], folder, DATA=str(self.data), NATS_PORT=str(self.nats_port))

    @property
    def broker(self) -> BrokerAddress:
        proof = json.loads((self.data / "nats" / "credentials.json").read_text())
        return BrokerAddress(f"nats://127.0.0.1:{self.nats_port}", proof["user"], proof["password"])

    def url(self, service: str) -> str:
        return self._suite.url

    async def start(self) -> None:
        People.of(self.data)
        self._suite.start()
        await self._suite.ready()

    async def kill(self, target: str) -> None:
        if target == NATS:
            os.kill(int((self.data / "nats" / "lock").read_text()), signal.SIGKILL)
        else:
            self._suite.kill()
            self._suite.start()

    async def ready(self) -> None:
        await self._suite.ready()

    async def stop(self) -> None:
        self._suite.kill(signal.SIGTERM)


async def _is_ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
