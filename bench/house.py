"""What the benches stand on: a PostgreSQL, a nats-server, services as processes of their own, and their CPU."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

import asyncpg
import nats
from nats.aio.client import Client

from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.people import People

READY_SECONDS = 30
PROCEDURE = "P03"
DATABASE_SETTINGS = {"track_commit_timestamp": "on", "min_wal_size": "1GB", "max_wal_size": "4GB"}
SEGMENTS = 48
"""Files of the write-ahead log, 16 MB each, that a server has ready once it has run for some days."""
TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Running:
    """A process that is measured."""

    process: subprocess.Popen[bytes]
    url: str = ""
    beside: list[Running] = field(default_factory=list)
    """Others whose work counts as its own, such as the replicas behind a balancer."""

    @property
    def cpu(self) -> float:
        """Seconds of CPU it has used, with its children and those beside it."""
        return cpu_of_family(self.process.pid) + sum(one.cpu for one in self.beside)

    def is_ready(self) -> bool:
        """Whether /readyz says yes."""
        try:
            ask(f"{self.url}/readyz")
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Ask it to stop, and insist."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class House:
    """One folder, one database server, one broker, and whatever was started beside them."""

    folder: Path
    postgres: TestPostgres
    broker: EmbeddedBroker
    running: list[Running] = field(default_factory=list)
    databases: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def opened(cls, folder: Path, sync_interval: str) -> Self:
        """Both servers run, the same for what is measured and for what it is compared with."""
        postgres = TestPostgres(fsync=True, settings=DATABASE_SETTINGS).start()
        await apart(as_after_days, postgres.url)
        broker = EmbeddedBroker(folder / "nats", sync_interval=sync_interval)
        await broker.start()
        People.of(folder / "data")
        return cls(folder, postgres, broker)

    async def close(self) -> None:
        """Everything is gone again."""
        for one in self.running:
            one.stop()
        await self.broker.stop()
        self.postgres.stop()

    @property
    def cpu(self) -> dict[str, float]:
        """Seconds of CPU that both servers have used, with all processes of theirs that are or were."""
        return {
            "postgres": cpu_of_family(self.postgres.pid) if self.postgres.pid else 0.0,
            "nats": cpu_of_family(self.broker.pid) if self.broker.pid else 0.0,
        }

    async def nats(self) -> Client:
        """A connection to the broker."""
        known = self.broker.credentials
        return await nats.connect(self.broker.url, user=known.user, password=known.password)

    def database(self, name: str) -> str:
        """The database of this name, made when it is first asked for."""
        if name not in self.databases:
            self.databases[name] = self.postgres.create_database(name)
        return self.databases[name]

    def settings(self, branch: str = "main") -> dict[str, str]:
        """The environment of a service of this house."""
        known = self.broker.credentials
        return {
            **without_caching_ban(),
            "CLOSELOOP_DATA": str(self.folder / "data"),
            "CLOSELOOP_BRANCH": branch,
            "CLOSELOOP_NATS_URL": self.broker.url,
            "CLOSELOOP_NATS_USER": known.user,
            "CLOSELOOP_NATS_PASSWORD": known.password,
            "CLOSELOOP_DATABASE_URL": self.postgres.url_of("{service}"),
        }

    def serve(self, service: str, waits: bool = True, database: str = "", **settings: str) -> Running:
        """`closeloop serve SERVICE` as it is installed, on the database of its name; its log goes to a file."""
        self.database(database or service)
        port = free_port()
        command = [str(Path(sys.executable).parent / "closeloop"), "serve", service, "--port", str(port)]
        url = self.postgres.url_of(database or service)
        environment = {**self.settings(), "CLOSELOOP_DATABASE_URL": url, **settings}
        return self.started(command, port, environment, service, waits)

    def serve_bare(self, on_sqlite: bool = False) -> Running:
        """The handler with one INSERT."""
        port = free_port()
        module, database = (
            ("bare_sqlite", str(self.folder / "bare.db")) if on_sqlite else ("bare", self.database("bare"))
        )
        command = [sys.executable, "-m", f"bench.{module}", str(port), database]
        return self.started(command, port, without_caching_ban(), "bare")

    def serve_balanced(self, *replicas: Running) -> Running:
        """One address for all of them."""
        port = free_port()
        places = [one.url.removeprefix("http://") for one in replicas]
        command = [sys.executable, "-m", "bench.balancer", str(port), *places]
        return self.started(command, port, without_caching_ban(), "balancer")

    def started(
        self, command: list[str], port: int, environment: dict[str, str], name: str, waits: bool = True
    ) -> Running:
        """This command, once it says that it is ready; what it prints goes to a file."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        one = Running(process, f"http://127.0.0.1:{port}")
        self.running.append(one)
        if waits:
            wait_until_ready(one)
        return one

    def token(self, login: str) -> dict[str, str]:
        """What a request of this person carries."""
        people = People.of(self.folder / "data")
        return {"Authorization": f"Bearer {people.issue_token(people.person(login))}"}

    def put_in_force(self, intake: Running) -> str:
        """The installed procedure counts from now on; answers its id."""
        ask(f"{intake.url}/api/intake/procedures", {"pack": PROCEDURE}, self.token("operator"))
        return PROCEDURE


def as_after_days(url: str) -> None:
    """A new server makes each file of its log when it first needs it, and lets everybody wait; this one has them."""

    async def written() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("create table filler (n int)")
        for n in range(SEGMENTS):
            await connection.execute("insert into filler values ($1)", n)
            await connection.execute("select pg_switch_wal()")
        await connection.execute("drop table filler")
        await connection.execute("checkpoint")
        await connection.close()

    asyncio.run(written())


def a_repair(procedure: str) -> dict[str, Any]:
    """A case of ordinary length whose facts suffice, so that its duty follows at once."""
    return {
        "procedure": procedure,
        "kind": "repair",
        "channel": "telephone",
        "place": "garden-estate",
        "content": "厨房水槽下方的进水管接头一直在滴水，昨晚换过一次垫片，今天早上又开始漏，地柜已经泡胀，"
        "希望今天下午两点以后安排师傅上门检查并更换软管，来之前请先打电话。",
        "customer": {"name": "李女士", "phone": "13800138000"},
        "remedy_sought": "更换软管，并检查地柜。",
    }


def without_caching_ban() -> dict[str, str]:
    """Our environment; but Python may keep what it compiled, as it does where people use it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def load(task: dict[str, Any]) -> dict[str, Any]:
    """Have the load generator do this in its own process; answers what it saw."""
    return helper("bench.load", said=json.dumps(task))


def helper(
    module: str,
    words: Sequence[str] = (),
    environment: dict[str, str] | None = None,
    said: str = "",
    python: str = sys.executable,
) -> dict[str, Any]:
    """Run a module of the benches in a process of its own; answers the JSON it prints last."""
    done = subprocess.run(
        [python, "-m", module, *words],
        input=said,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment or without_caching_ban(),
        timeout=150,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(words)} failed:\n{done.stderr[-2000:]}")
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


def ask(url: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
    """One request, answered as JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json", **(headers or {})})
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def wait_until_ready(one: Running, every: float = 0.01) -> None:
    """Until /readyz says yes."""
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            ask(f"{one.url}/readyz")
            return
        except OSError as trouble:
            if time.monotonic() > until or one.process.poll() is not None:
                raise RuntimeError(f"{one.process.args!r} did not become ready: {trouble}") from None
        time.sleep(every)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def cpu_of_family(pid: int) -> float:
    """Seconds of CPU that a process has used, with its children: those that are there, and those that have ended."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        children = [
            int(word) for file in Path(f"/proc/{pid}/task").glob("*/children") for word in file.read_text().split()
        ]
    except OSError:
        return 0.0  # it has just ended
    return sum(int(word) for word in words[11:15]) / TICKS + sum(cpu_of_family(child) for child in children)


async def apart(call: Any, *arguments: Any, **named: Any) -> Any:
    """A blocking step, while the loop goes on watching the broker."""
    return await asyncio.to_thread(call, *arguments, **named)
