"""The broker's store is destroyed, the tables of stats are wrong: both are made again from the journals."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.embedded.broker import EmbeddedBroker, address_in
from closeloop.contracts.loop import SERVICES
from tests.faults.checker import everything_was_heard, nothing_is_parked, streams_are_the_chains
from tests.faults.evidence import Evidence, Promised, evidence_of
from tests.journeys import the_loop as loop
from tests.journeys.child import COMMAND, Closeloop, settings_only, until
from tests.journeys.site import Site

MISTAKES = (
    "update case_facts set handled_at = null, marks = '{}'",
    "delete from duty_facts",
    "update occasion_facts set ended_as = 'waived' where id in (select min(id) from occasion_facts)",
    "insert into limit_facts (id, case_id, duty_id, name, due_at, stops, missed) "
    "select 'x', id, 'd', 'handling', '2026-01-05T01:00:00.000000+00:00', '', 1 from case_facts limit 1",
)


def said(*words: Any) -> subprocess.CompletedProcess[str]:
    """What a command says, and how it ends."""
    command = [str(COMMAND), *map(str, words)]
    return subprocess.run(command, env=settings_only(), capture_output=True, text=True, check=False, timeout=120)


class Worked:
    """A data folder with which people have worked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.republished: subprocess.CompletedProcess[str]
        self.refused: subprocess.CompletedProcess[str]

    @contextmanager
    def at_work(self) -> Iterator[Site]:
        """The house, open."""
        words = ("up", "--port", 0, "--data", self.data, "--log", "warning")
        with Closeloop(*words, folder=self.folder) as house, Site(self.data, house.address) as site:
            yield site

    def evidence(self) -> Evidence:
        """What is on disk and in the streams of the house at work."""
        databases = {service: f"sqlite:///{self.data / service}.db" for service in SERVICES}
        return asyncio.run(evidence_of(databases, address_in(self.data / "nats"), Promised()))

    def rests(self) -> bool:
        """Whether the streams hold what the journals say, and everybody has heard it."""
        evidence = self.evidence()
        looks = (streams_are_the_chains, everything_was_heard, nothing_is_parked)
        return not [found for look in looks for found in look(evidence)]

    def stats(self, *statements: str) -> list[int]:
        """Somebody writes into the tables of stats; answers how many rows that touched."""
        with closing(sqlite3.connect(self.data / "stats.db", isolation_level=None)) as file:
            return [file.execute(statement).rowcount for statement in statements]


def see_through(site: Site) -> dict[str, Any]:
    """A repair, until its customer is satisfied."""
    case = loop.register_repair(site)
    loop.carry_out_work_order(site, case)
    loop.call_back(site, case, "satisfied", "水不漏了")
    loop.wait_for_status(site, case, "closed")
    return case


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """One case seen through and one that is open; streams were filled again while people worked."""
    house = Worked(tmp_path_factory.mktemp("rebuilt"))
    with house.at_work() as site:
        see_through(site)
        loop.duty_of(site, loop.register_repair(site, "灯不亮"))
        house.republished = said("republish", "--data", house.data)
        house.refused = said("rebuild", "stats", "--data", house.data)
        see_through(site)
        until(house.rests, "streams that hold what the journals say")
    return house


def test_streams_are_filled_again_while_people_work(worked: Worked):
    assert worked.republished.returncode == 0, worked.republished.stderr
    assert [line.split(":")[0] for line in worked.republished.stdout.splitlines()] == sorted(SERVICES)


def test_tables_of_a_house_at_work_are_not_made_again(worked: Worked):
    assert worked.refused.returncode == 3 and "already runs" in worked.refused.stderr


def test_a_damaged_store_and_wrong_tables_are_made_again_and_people_go_on_working(worked: Worked):
    for file in (worked.data / "nats" / "jetstream").rglob("*.blk"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2][::-1])
    answer = said("republish", "--service", "dispatch", "--service", "stats", "--data", worked.data)
    assert answer.returncode == 0, answer.stderr
    same = said("rebuild", "stats", "--compare", "--data", worked.data)
    assert same.returncode == 0, same.stdout + same.stderr
    assert all(touched > 0 for touched in worked.stats(*MISTAKES))
    found = said("rebuild", "stats", "--compare", "--data", worked.data)
    assert found.returncode == 1 and "duty_facts" in found.stdout and "handled_at" in found.stdout
    put_right = said("rebuild", "stats", "--data", worked.data)
    assert put_right.returncode == 0, put_right.stderr
    with worked.at_work() as site:
        see_through(site)
        until(worked.rests, "streams that hold what the journals say")
    assert said("rebuild", "stats", "--compare", "--data", worked.data).returncode == 0
    assert said("verify", "--data", worked.data).returncode == 0


def test_a_service_that_is_not_installed_is_named(worked: Worked):
    for command in (("rebuild",), ("republish", "--service"), ("verify", "--service")):
        unknown = said(*command, "nothing", "--data", worked.data)
        assert unknown.returncode == 2 and unknown.stderr.startswith("There is no service nothing")


def test_a_journal_that_was_changed_is_no_source(worked: Worked, tmp_path: Path):
    data = tmp_path / "data"
    shutil.copytree(worked.data, data)
    with closing(sqlite3.connect(data / "intake.db")) as file:
        file.execute("update journal set body = replace(body, 'telephone', 'Telephone')")
        file.commit()
    refused = said("rebuild", "stats", "--data", data)
    assert refused.returncode == 2 and "closeloop verify" in refused.stderr


async def test_where_no_broker_is_at_work_nobody_claims_that_there_is(tmp_path: Path):
    from closeloop.chassis.embedded.broker import BrokerFailed

    with pytest.raises(BrokerFailed, match="No broker"):
        address_in(tmp_path)
    async with EmbeddedBroker(tmp_path / "nats") as broker:
        assert address_in(tmp_path / "nats").url == broker.url
