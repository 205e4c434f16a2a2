"""Each service as a process of its own, on PostgreSQL, with one broker: the same loop, and one department away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.i18n import HOME_ZONE
from tests.journeys import the_loop as loop
from tests.journeys.child import Closeloop, until
from tests.journeys.site import PROCEDURE, SERVICES, Site

pytestmark = pytest.mark.postgres


class Departments:
    """Five processes, five databases, one broker; what they share is the folder of people and keys."""

    def __init__(self, folder: Path, postgres: TestPostgres, broker: EmbeddedBroker) -> None:
        self.folder, self.postgres, self.broker = folder, postgres, broker
        self.processes: dict[str, Closeloop] = {}
        for service in SERVICES:
            postgres.create_database(f"closeloop_{service}")

    def count(self, database: str, statement: str) -> Any:
        """What a statement answers in one of the databases."""

        async def asked() -> Any:
            connection = await asyncpg.connect(self.postgres.url_of(database))
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        return asyncio.run(asked())

    def start(self, service: str) -> Closeloop:
        """One department begins its day."""
        credentials = self.broker.credentials
        self.processes[service] = Closeloop(
            "serve",
            service,
            folder=self.folder,
            port=0,
            data=self.folder / "data",
            nats_url=self.broker.url,
            nats_user=credentials.user,
            nats_password=credentials.password,
            database_url=self.postgres.url_of("closeloop_{service}"),
        )
        return self.processes[service]


@pytest.fixture(scope="module")
def departments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Departments]:
    """All five, started at the same moment on an empty folder and empty databases."""
    folder = tmp_path_factory.mktemp("departments")
    broker = EmbeddedBroker(folder / "nats")
    asyncio.run(broker.start())
    with ExitStack() as ending:
        ending.callback(lambda: asyncio.run(broker.stop()))
        here = Departments(folder, ending.enter_context(TestPostgres()), broker)
        for service in SERVICES:
            ending.enter_context(here.start(service))
        yield here
        for process in here.processes.values():
            ending.enter_context(process)


@pytest.fixture(scope="module")
def spread(departments: Departments) -> Iterator[Site]:
    """The five of them, each asked at its own port, when all say that they are ready."""
    addresses = {service: departments.processes[service].address for service in SERVICES}
    with Site(departments.folder / "data", addresses) as here:
        until(
            lambda: all(here.web.get(f"{address}/readyz").status_code == 200 for address in addresses.values()),
            "all five ready",
        )
        yield here


def _put_in_force(site: Site) -> None:
    """The operator activates the procedure at intake; the last department has heard of it."""
    site.as_("operator").post("/api/intake/procedures", {"pack": PROCEDURE}, expect=201)
    head = site.as_("customer-service-head")
    query = {"procedure": PROCEDURE}
    until(lambda: head.tries("GET", "/api/stats/indicators", params=query).status_code == 200, "the figures of P03")


def test_a_case_goes_through_five_processes_and_is_counted(spread: Site):
    site = spread
    _put_in_force(site)
    head = site.as_("customer-service-head")
    plan = loop.an_own_survey(datetime.now(HOME_ZONE).date())
    until(lambda: head.tries("POST", "/api/survey/surveys", json=plan).status_code == 201, "a survey that is planned")
    survey = head.get("/api/survey/surveys")["items"][0]
    at = f"/api/survey/surveys/{survey['id']}"
    site.as_("management-representative").post(f"{at}/approve", {"plan_hash": survey["plan_hash"]})
    assert head.post(f"{at}/open")["status"] == "open"

    repair, complaint = loop.register_repair(site), loop.register_complaint(site)
    loop.assess(site, complaint)
    loop.carry_out_work_order(site, repair)
    loop.carry_out_sheet(site, complaint)
    loop.call_back(site, repair, "satisfied", "水不漏了")
    loop.call_back(site, complaint, "dissatisfied", "第二天又没有打扫")
    loop.carry_out_sheet(site, complaint, round_=2)
    loop.call_back(site, complaint, "satisfied", "现在每天都有人打扫", round_=2)
    for case in (repair, complaint):
        loop.wait_for_status(site, case, "closed")

    sheets = until(lambda: (found := head.get(f"{at}/sheets")["items"]) and len(found) == 2 and found, "two sheets")
    site.anybody().post(sheets[0]["address"], {"answers": {"content": "satisfied"}}, expect=201)
    assert head.post(f"{at}/close")["returned"] == 1

    def counted() -> Any:
        figures = {one["indicator"]: one for one in head.get("/api/stats/indicators", procedure=PROCEDURE)}
        return figures if figures["satisfied_rate"]["numerator"] == 2 else None

    rate = until(counted, "two satisfied customers in the figures")["satisfied_rate"]
    numbers = {case["number"] for case in head.get(rate["cases"])["items"]}
    assert numbers == {repair["number"], complaint["number"]}
    assert loop.explain(site, complaint)["dispatch"].count("duty.issued.v1") == 2


def test_a_department_that_was_away_catches_up(spread: Site, departments: Departments):
    assert departments.processes["dispatch"].ctrl_c() == 0
    case = loop.register_complaint(spread, "大堂灯不亮")
    assert loop.assess(spread, case, "engineering")["status"] == "handling"
    repair = loop.register_repair(spread, "门锁坏了")
    assert loop.case_of(spread, repair)["status"] == "handling"
    spread.addresses["dispatch"] = departments.start("dispatch").address
    assert loop.duty_of(spread, case)["desk"] == "engineering"
    assert loop.duty_of(spread, repair)["rule"] == "work_order"
    loop.carry_out_sheet(spread, case, by="engineering-head")
    loop.wait_for_mark(spread, case, "handled")


def test_five_databases_are_backed_up_as_of_one_moment_and_restored(
    spread: Site, departments: Departments, tmp_path: Path
):
    case = loop.register_repair(spread, "阳台门关不上")
    loop.duty_of(spread, case)
    here = {"data": departments.folder / "data", "database_url": departments.postgres.url_of("closeloop_{service}")}
    there = {"data": tmp_path / "data", "database_url": departments.postgres.url_of("restored_{service}")}
    for service in SERVICES:
        departments.postgres.create_database(f"restored_{service}")

    def ended(settings: dict[str, Any], *words: Any) -> tuple[int, str]:
        with Closeloop(*words, folder=tmp_path, **settings) as command:
            return command.ended(), command.said

    assert ended(here, "backup", tmp_path / "backup")[0] == 0
    assert ended(there, "restore", tmp_path / "backup")[0] == 0
    code, said = ended(there, "verify")
    assert (code, "intake: " in said) == (0, True)
    assert departments.count("restored_intake", f"select count(*) from cases where id = '{case['id']}'") == 1
    assert ended(there, "restore", tmp_path / "backup")[0] == 2, "a database that holds something is not filled again"
    departments.count("restored_intake", "update journal set body = body || ' ' where seq = 1 returning 1")
    code, said = ended(there, "verify")
    assert (code, "was changed after it was written down" in said) == (1, True)
