"""The test kit: a service on a real database, events heard and published, people who ask; a pytest plugin.

A service's tests say which service they are about with a fixture `service` in their conftest.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from closeloop.chassis.app import ServiceApp
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.migrating import migrate
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.finding import load_pack, packs_for
from closeloop.chassis.people import People, Person, load_organisation
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.testing.ear import Ear
from closeloop.chassis.testing.house import House
from closeloop.contracts.event import Event

__all__ = ["Ear", "House"]

A_MONDAY = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai, a working day
INVENTED = "P00"


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    """The people of the example organisation, with tokens but without passwords."""
    from importlib.resources import files

    folder = tmp_path_factory.mktemp("people")
    example = folder / "organisation.yaml"
    example.write_bytes(files("closeloop.chassis.people").joinpath("example.yaml").read_bytes())
    return People(load_organisation(example), keys_in(folder / "keys"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[TestPostgres]:
    """One PostgreSQL for the whole test session."""
    with TestPostgres() as server:
        yield server


@pytest.fixture(scope="session")
def pack(people: People) -> Pack:
    """The installed procedure that fits these people, under an invented id: no test of a service knows a real one."""
    name, folder = packs_for(people.organisation.desks)[0]
    return Pack.from_json(load_pack(folder).canonical.replace(name, INVENTED))


_MIGRATED: dict[tuple[str, str], str] = {}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, service: Service, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of the service: on SQLite, then on PostgreSQL."""
    kind: str = request.param
    if kind == "sqlite":
        template = _MIGRATED.get((kind, service.name))
        if template is None:
            template = str(Path(tempfile.mkdtemp(prefix="closeloop-template-")) / f"{service.name}.db")
            _apart(lambda: migrate(f"sqlite+aiosqlite:///{template}", service.name))
            _MIGRATED[kind, service.name] = template
        shutil.copy(template, tmp_path / f"{service.name}.db")
        yield ""
        return
    server: TestPostgres = request.getfixturevalue("postgres_server")
    name = _MIGRATED.get((kind, service.name))
    if name is None:
        name = f"template_{service.name}"
        url = server.create_database(name)
        _apart(lambda: migrate(url.replace("postgresql://", "postgresql+asyncpg://"), service.name))
        _MIGRATED[kind, service.name] = name
    url = server.create_database(template=name)
    yield url
    server.drop_database(url.rsplit("/", 1)[1])


def _apart(call: Callable[[], Awaitable[Any]]) -> None:
    """Run to the end, also where a loop runs already: on a thread of its own."""
    from concurrent.futures import ThreadPoolExecutor

    async def whole() -> None:
        await call()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(whole())).result()


@pytest.fixture
def clock() -> SimulatedClock:
    """A Monday morning that stays until a test advances it."""
    return SimulatedClock(A_MONDAY)


@pytest.fixture
async def running(
    service: Service, database: str, people: People, clock: SimulatedClock, pack: Pack, tmp_path: Path
) -> AsyncIterator[Running]:
    """The service at work, without a broker; nothing happens by itself."""
    settings = Settings(data=tmp_path, database_url=database or "")
    numbers = iter(range(1, 1_000_000))
    at_work = Running(
        service, settings, clock=clock, people=people, new_id=lambda: f"id{next(numbers):06d}", alone=True
    )
    at_work.procedures.keep(pack.canonical, A_MONDAY.replace(year=2020))
    await at_work.start()
    yield at_work
    await at_work.stop()


@pytest.fixture
def house(running: Running, people: People, clock: SimulatedClock) -> House:
    """What a test does with the service: act as somebody, let time pass."""
    return House(running, people, clock)


@pytest.fixture
def hear(running: Running) -> Ear:
    """`await hear(event)`: the service hears it, once, in order; a failure of the handler fails the test."""
    return Ear(running)


@pytest.fixture
def published(running: Running) -> Callable[[type[Event]], Awaitable[list[Any]]]:
    """`await published(DutyIssued)`: what the service has told so far."""
    return Ear(running).told


@pytest.fixture
def a_person(people: People) -> Callable[..., Person]:
    """`a_person("desk-1")`, or `a_person(role="desk", place=…)`."""

    def somebody(login: str | None = None, *, role: str | None = None, place: str | None = None) -> Person:
        return people.person(login) if login else people.with_role(role or "desk", place)[0]

    return somebody


@pytest.fixture
async def api(running: Running, house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The service's JSON and pages, asked by its ordinary person; `house.as_(person)` gives headers of another one."""
    transport = httpx.ASGITransport(app=ServiceApp(running), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://closeloop", headers=house.headers("desk-1")
    ) as client:
        yield client
