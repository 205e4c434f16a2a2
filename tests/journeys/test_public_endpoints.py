"""Whoever is not signed in gets nowhere, except to the endpoints that are listed here by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

from closeloop.chassis.app import ServiceApp
from closeloop.chassis.clock import RealClock
from closeloop.chassis.people import People
from closeloop.chassis.running import Running
from closeloop.chassis.settings import Settings
from closeloop.suite.suite import installed

EVERYWHERE = {"GET /livez", "GET /readyz", "GET /metrics", "GET /login", "POST /login", "POST /logout"}
PUBLIC = {
    "intake": {*EVERYWHERE, "GET /api/intake/openapi.json", "GET /intake/static", "GET /public/intake/contacts"},
    "dispatch": {*EVERYWHERE, "GET /api/dispatch/openapi.json", "GET /dispatch/static"},
    "callback": {*EVERYWHERE, "GET /api/callback/openapi.json"},
    "survey": {
        *EVERYWHERE,
        "GET /api/survey/openapi.json",
        "GET /public/survey/sheets/{token}",
        "POST /public/survey/sheets/{token}",
    },
    "stats": {*EVERYWHERE, "GET /api/stats/openapi.json"},
}
"""What each service shows to the street; the files of the pages' own looks are shown to everybody as well."""


def endpoints(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Method and path of everything that answers; a folder of files counts as one."""
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", route.path
        elif isinstance(route, Route) or hasattr(route, "methods"):
            for method in sorted((getattr(route, "methods", None) or set()) - {"HEAD", "OPTIONS"}):
                yield method, str(getattr(route, "path", ""))
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from endpoints(inner.routes)


def what_it_asks(path: str) -> str:
    """A real address: each part in braces is something that nobody knows."""
    return re.sub(r"{(\w+)[^}]*}", lambda part: "1" if part[1] == "number" else "nobody-knows-this", path)


@pytest.mark.parametrize("service", installed(), ids=lambda one: str(one.name))
async def test_exactly_the_listed_endpoints_answer_somebody_from_the_street(service: Any, tmp_path: Any):
    running = Running(service, Settings(data=tmp_path), clock=RealClock(), people=People.of(tmp_path), alone=True)
    await running.start()
    try:
        app = ServiceApp(running)
        walked = {*endpoints(app.routes), *endpoints(app.framework.routes)}
        assert len(walked) > len(PUBLIC[service.name])
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        open_to_all = set()
        async with httpx.AsyncClient(transport=transport, base_url="http://street") as street:
            for method, path in sorted(walked):
                answer = await street.request(method, what_it_asks(path), headers={"Accept": "application/json"})
                assert answer.status_code != 500, f"{method} {path}"
                if answer.status_code != 401:
                    open_to_all.add(f"{method} {path}")
        assert {one for one in open_to_all if not one.endswith("/static/chassis")} == PUBLIC[service.name]
    finally:
        await running.stop()
