"""No page or list reads a table from end to end that grows with every case; asked of the databases' own planners."""

from __future__ import annotations

from importlib import import_module

import httpx
import pytest

from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.testing import House
from tests.plans.plans import listening, read_whole

A_CASE = {
    "procedure": "P00",
    "kind": "repair",
    "channel": "telephone",
    "place": "garden-estate",
    "content": "厨房水管爆裂，楼下已渗水",
    "customer": {"name": "李女士", "phone": "13800000001"},
}
MONTH = "period=2026-01&procedure=P00"
ASKED: dict[str, tuple[str, ...]] = {
    "intake": (
        "/intake",
        "/intake?q=漏水",
        "/api/intake/cases?q=13800000001 李",
        "/api/intake/cases?status=handling",
        "/api/intake/cases?registered_from=2026-01-01",
        "/api/intake/cases/{number}",
        "/intake/cases/{number}",
        "/intake/customers?q=李",
    ),
    "dispatch": (
        "/dispatch",
        "/dispatch/duties",
        "/api/dispatch/tasks",
        "/api/dispatch/duties?status=open",
        "/api/dispatch/duties?case=case0001",
    ),
    "callback": (
        "/callback",
        "/callback/coverage",
        "/callback/plan",
        "/callback/same-problems",
        "/callback/sheets",
        "/callback/checks",
        "/api/callback/callbacks?case=case0001",
    ),
    "survey": ("/survey", "/api/survey/surveys"),
    "stats": (
        f"/api/stats/indicators?{MONTH}",
        f"/api/stats/clauses?{MONTH}",
        f"/api/stats/cases?{MONTH}",
        f"/api/stats/facts/cases?{MONTH}",
        f"/api/stats/facts/occasions?{MONTH}",
        f"/stats?{MONTH}",
        f"/stats/clauses?{MONTH}",
        f"/stats/months?{MONTH}",
        f"/stats/alarms?{MONTH}",
    ),
}
BY = "customer-service-head"


@pytest.fixture(scope="module", params=sorted(ASKED))
def service(request: pytest.FixtureRequest) -> Service:
    """One after the other."""
    found: Service = import_module(f"closeloop.{request.param}.app").service
    return found


async def test_nothing_that_grows_is_read_from_end_to_end(
    service: Service, running: Running, house: House, api: httpx.AsyncClient
) -> None:
    number = ""
    if service.name == "intake":
        answer = await api.post("/api/intake/cases", json=A_CASE)
        assert answer.status_code == 201, answer.text
        number = answer.json()["number"]
    found = []
    for path in ASKED[service.name]:
        async with listening(running.read.engine) as asked:
            answer = await api.get(path.format(number=number), headers={**house.headers(BY), "accept": "*/*"})
        assert answer.status_code == 200, (path, answer.text[:300])
        assert asked, path
        async with running.read.engine.connect() as connection:
            found += [f"{path} reads {said}" for said in await read_whole(connection, asked)]
    assert not found, "\n".join(found)
