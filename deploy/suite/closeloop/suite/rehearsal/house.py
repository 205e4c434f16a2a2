"""Where a procedure is rehearsed: all services in this process, their databases in memory, a clock that we move."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from closeloop.chassis.acting import do, here
from closeloop.chassis.app import Gateway, ServiceApp
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Organisation, People
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.event import Event
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.intake import actions
from closeloop.suite.rehearsal.line import Line
from closeloop.suite.replay.site import Answer
from closeloop.suite.suite import Suite, installed

MEMORY = Path("/dev/shm")
"""Where a folder lies in memory, on systems that have it; elsewhere it is a temporary one."""
HEARD = (TaskOpened, TaskClosed, DutyIssued)
"""What people go by: something lies on their desk, or need not be done any more."""
PAGE = 200
BATCH_MILLISECONDS = 200.0
"""Nobody waits for an answer in earnest: as much as there is goes into one transaction."""
TOKEN_SECONDS = 7 * 24 * 3600.0


class AtWork(Suite):
    """The services of one rehearsal; identities are counted, so that the same seed gives the same figures."""

    looks_seconds = 0.0  # everything happens in this process, nothing is waited for

    def __init__(self, pack: Pack, settings: Settings, people: People, at: datetime) -> None:
        self.settings, self.clock = settings, SimulatedClock(at)
        self.services = [
            Running(
                _by_this_procedure(service, pack),
                settings,
                clock=self.clock,
                people=people,
                new_id=_counted(service.name),
            )
            for service in installed()
        ]
        self.line = Line(self.services, HEARD)
        self.gateway = Gateway({running.name: ServiceApp(running) for running in self.services})

    async def _is_quiet(self) -> bool:
        """What is told arrives when everybody is done with what they heard before: many at once, in one order."""
        if not all(running.is_idle() for running in self.services) or self.line.arrives():
            return False
        return await super()._is_quiet()


class House:
    """An organisation at work by one procedure, to be asked and acted upon as people do: with a token, as JSON."""

    def __init__(self, suite: AtWork, people: People) -> None:
        self.suite, self.people = suite, people
        self.refused: dict[str, int] = {}
        """What people were told when they were refused, and how often."""
        self._tokens: dict[str, bytes] = {}

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.suite.clock.now()

    async def ask(self, method: str, path: str, by: str | None, body: Any = None, **query: Any) -> Answer:
        """What is answered to somebody; customers do not sign in."""
        asked = urlencode({name: value for name, value in query.items() if value is not None})
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": asked.encode(),
            "headers": self._headers(by, content),
            "client": ("127.0.0.1", 1),
            "server": ("closeloop", 80),
        }
        heard = _Heard(content)
        await self.suite.gateway(scope, heard.receive, heard.send)
        return Answer(heard.status, heard.said())

    async def get(self, by: str, path: str, **query: Any) -> Any:
        """What is shown to somebody."""
        answer = await self.ask("GET", path, by, **query)
        if not answer.done:
            raise LookupError(f"{path}: {answer.status} {answer.said}")
        return answer.said

    async def every(self, by: str, path: str, **query: Any) -> list[dict[str, Any]]:
        """All pages of a list."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get(by, path, limit=PAGE, cursor=cursor, **query)
            items += page["items"]
            cursor = page["next"]
            if not cursor:
                return items

    async def post(self, by: str | None, path: str, body: Any) -> Answer:
        """Somebody does something; a refusal is an answer, too, and is counted."""
        answer = await self.ask("POST", path, by, body)
        if not answer.done:
            told = answer.said if isinstance(answer.said, dict) else {}
            errors = "; ".join(" ".join(map(str, one.values())) for one in told.get("errors", ()))
            said = f"{path.rsplit('/', 1)[-1]}: {told.get('detail', answer.status)} {errors}".strip()
            self.refused[said] = self.refused.get(said, 0) + 1
        return answer

    async def advance_to(self, moment: datetime) -> None:
        """Time passes, and everything that falls due on the way is done."""
        await self.suite.advance_to(max(moment, self.now))

    def news(self) -> list[Event]:
        """What the services told of desks since one asked last."""
        return self.suite.line.news()

    def _headers(self, by: str | None, content: bytes) -> list[tuple[bytes, bytes]]:
        headers = [(b"accept-language", b"zh"), (b"host", b"closeloop")]
        if by is not None:
            headers.append((b"authorization", self._token_of(by)))
        if content:
            headers += [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        return headers

    def _token_of(self, login: str) -> bytes:
        if login not in self._tokens:
            token = self.people.issue_token(self.people.person(login), TOKEN_SECONDS)
            self._tokens[login] = f"Bearer {token}".encode()
        return self._tokens[login]


class _Heard:
    """One request on its way: what is sent with it, and what comes back."""

    def __init__(self, content: bytes) -> None:
        self.status, self._content, self._parts = 0, content, list[bytes]()

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self._content, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self._parts.append(message.get("body", b""))

    def said(self) -> Any:
        body = b"".join(self._parts)
        try:
            return json.loads(body)
        except ValueError:
            return {"detail": body[:200].decode("utf-8", "replace")}


@asynccontextmanager
async def house_for(
    pack: Pack, organisation: Organisation, opened_at: datetime, empty: Path | None = None
) -> AsyncIterator[House]:
    """The house from its first day on; `empty` holds databases without rows that it may begin with."""
    with _folder() as folder:
        if empty is not None:
            shutil.copytree(empty, folder, dirs_exist_ok=True)
        people = People(organisation, keys_in(folder / "keys"))
        settings = Settings(data=folder, branch="rehearsal", clock=opened_at, database_url="", nats_url="", log="error")
        settings = settings.model_copy(update={"batch_milliseconds": BATCH_MILLISECONDS})
        suite = AtWork(pack, settings, people, opened_at)
        await suite.start()
        try:
            await suite.ready()
            await suite.quiet()
            yield House(suite, people)
        finally:
            await suite.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="closeloop-rehearsal-", dir=where) as folder:
        yield Path(folder)


def _by_this_procedure(service: Service, pack: Pack) -> Service:
    """Intake puts the rehearsed procedure in force, whatever else is installed."""

    async def put_in_force(running: Running) -> None:
        here.set(running)
        await do(actions.activate, pack, running.now(), running.procedures, by=None, key=pack.id)

    return replace(service, started=put_in_force) if service.name == "intake" else service


def _counted(service: str) -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{service}{next(numbers):08d}"


def part(name: object) -> str:
    """A name as part of a path."""
    return quote(str(name), safe="")
