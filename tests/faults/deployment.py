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
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

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

    def under(self, environment: Mapping[str, str]) -> None:
        """From the next start on these variables are set as well."""
        self.words[1:1] = [f"{name}={value}" for name, value in environment.items()]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process is not None else None

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
            self._process = None

    def kill_and_start(self) -> bool:
        was_there = self._process is not None and self._process.poll() is None
        self.kill()
        self.start()
        return was_there

    def look_after(self) -> str | None:
        """What whoever runs services does: one that could not start is started again; one that collapsed is a fault."""
        if self._process is None or self._process.poll() is None:
            return None
        said = self._last_words()
        self.start()
        return f"{self.name} collapsed: {said}" if "Traceback" in said or not said.strip() else None

    async def ready(self) -> None:
        """Come back when it says itself that it is ready."""
        async with httpx.AsyncClient(timeout=5) as client:
            try:
                async with asyncio.timeout(READY_WITHIN):
                    while not await _is_ready(client, self.url):
                        await asyncio.sleep(LOOKS_EVERY)
            except TimeoutError:
                raise NotReady(f"{self.name} was not ready in {READY_WITHIN:.0f} s: {self._last_words()}") from None

    def _last_words(self) -> str:
        return self.output.read_text(errors="replace")[-2_000:] if self.output.exists() else ""


class _Watched:
    """Processes that somebody looks after."""

    def __init__(self) -> None:
        self.processes: dict[str, _Process] = {}
        self.collapses: list[str] = []
        """What ended by itself, and not with one clear sentence."""
        self.strangers: set[tuple[str, int]] = set()
        """Messages that no service has told: in whose stream, and where."""
        self.environments: dict[str, dict[str, str]] = {}
        """Under which variables a service runs, beside its settings."""
        self._watching: list[asyncio.Task[None]] = []

    def watch(self) -> None:
        """Begin to look after them."""
        self._watching.append(asyncio.create_task(self._look_after()))

    async def ready(self) -> None:
        """Come back when all are ready."""
        await asyncio.gather(*(process.ready() for process in self.processes.values()))

    async def let_go(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Look after them no longer, and end them."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        self._watching.clear()
        for process in self.processes.values():
            process.kill(how)

    async def _look_after(self) -> None:
        while True:
            found = [process.look_after() for process in self.processes.values()]
            self.collapses += [said for said in found if said]
            await asyncio.sleep(LOOKS_EVERY)


class Apart(_Watched):
    """Each service in its own process with its own database on PostgreSQL, and one nats-server."""

    targets: tuple[str, ...] = (*SERVICES, "intake", "dispatch", NATS, NATS, POSTGRES, POSTGRES)

    def __init__(self, folder: Path, postgres: TestPostgres | None = None) -> None:
        super().__init__()
        self.folder = folder
        self.data = folder / "data"
        self.postgres = postgres or TestPostgres(fsync=True)
        self.nats = EmbeddedBroker(folder / "nats")
        self.databases: dict[str, str] = {}
        self._looking_after_nats: asyncio.Task[None]
        self._beside = ThreadPoolExecutor(1)  # PostgreSQL ends with the thread that started it

    @property
    def broker(self) -> BrokerAddress:
        return BrokerAddress(self.nats.url, self.nats.credentials.user, self.nats.credentials.password)

    def url(self, service: str) -> str:
        return self.processes[service].url

    async def start(self) -> None:
        await self._there(self.postgres.start)
        await self.nats.start()
        self.look_after_nats()
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
            self.processes[service] = _Process(service, ["serve", service], self.folder, **settings)
            self.processes[service].under(self.environments.get(service, {}))
            self.processes[service].start()
        self.watch()
        await self.ready()

    def look_after_nats(self) -> None:
        """Have it started again whenever it ends."""
        self._looking_after_nats = asyncio.create_task(self.nats.watch())
        self._watching.append(self._looking_after_nats)

    def ignore_nats(self) -> None:
        """Leave it alone if it ends."""
        self._looking_after_nats.cancel()

    async def kill(self, target: str) -> bool:
        """Kill -9, and have it started again; whether there was anything to kill."""
        if target == POSTGRES:
            await self._there(self.postgres.kill)
            await self._there(self.postgres.start)
            return True
        if target == NATS:  # `watch` starts it again
            if self.nats.pid is None:
                return False
            os.kill(self.nats.pid, signal.SIGKILL)
            return True
        return self.processes[target].kill_and_start()

    async def stop(self) -> None:
        await self.let_go()
        await self.nats.stop()
        await self._there(self.postgres.stop)
        self._beside.shutdown()

    async def _there(self, function: Callable[..., Any], *said: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._beside, function, *said)


class Together(_Watched):
    """All services in one process on SQLite, with a nats-server of its own: `closeloop up`."""

    targets: tuple[str, ...] = ("suite", "suite", "suite", NATS)
    """What may be killed; what stands there several times is killed more often."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.data = folder / "data"
        self.databases = {service: f"sqlite:///{self.data / service}.db" for service in SERVICES}
        self.nats_port = free_port()
        self._suite = _Process("suite", ["up"], folder, DATA=str(self.data), NATS_PORT=str(self.nats_port))
        self.processes["suite"] = self._suite

    @property
    def broker(self) -> BrokerAddress:
        proof = json.loads((self.data / "nats" / "credentials.json").read_text())
        return BrokerAddress(f"nats://127.0.0.1:{self.nats_port}", proof["user"], proof["password"])

    def url(self, service: str) -> str:
        return self._suite.url

    async def start(self) -> None:
        People.of(self.data)
        self._suite.start()
        self.watch()
        await self.ready()

    async def kill(self, target: str) -> bool:
        """Kill -9, and have it started again; whether there was anything to kill."""
        return self._kill_nats() if target == NATS else self._suite.kill_and_start()

    def _kill_nats(self) -> bool:
        """Whoever holds the lock on its folder has written its number there; it may be gone by now."""
        number = (self.data / "nats" / "lock").read_text()
        with suppress(OSError):
            if "nats-server\0" in (said := Path(f"/proc/{number}/cmdline").read_text()) and str(self.data) in said:
                os.kill(int(number), signal.SIGKILL)
                return True
        return False

    async def stop(self) -> None:
        await self.let_go(signal.SIGTERM)


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
