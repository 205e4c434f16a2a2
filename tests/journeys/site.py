"""A running Closeloop as its people meet it: every request carries somebody's token."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx

from closeloop.chassis.people import People

SERVICES = ("intake", "dispatch", "callback", "survey", "stats")
PROCEDURE = "P03"
PLACE = "garden-estate"


class Site:
    """Where the services answer, who works there, and how time is moved on."""

    def __init__(self, data: Path, addresses: str | Mapping[str, str]) -> None:
        self.people = People.of(data)
        self.data = data
        self.addresses = dict.fromkeys(SERVICES, addresses) if isinstance(addresses, str) else dict(addresses)
        self.web = httpx.Client(timeout=60, trust_env=False)

    def as_(self, login: str, language: str = "en") -> Somebody:
        """This person, with a token."""
        token = self.people.issue_token(self.people.person(login))
        return Somebody(self, {"Authorization": f"Bearer {token}", "Accept-Language": language})

    def anybody(self, language: str = "en") -> Somebody:
        """Somebody from the street, whom nobody knows."""
        return Somebody(self, {"Accept-Language": language})

    def address_of(self, path: str) -> str:
        """The whole address: the part of the path that names a service says whose port it is."""
        named = next((part for part in path.split("/")[1:3] if part in SERVICES), SERVICES[0])
        return self.addresses.get(named, next(iter(self.addresses.values()))) + path

    def advance(self, by: str) -> None:
        """Time passes."""
        self.as_("operator").post("/api/clock", {"advance": by}, expect=200)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.web.close()


class Somebody:
    """One person in front of the house; `get` and `post` expect that it works, `tries` shows what came of it."""

    def __init__(self, site: Site, headers: dict[str, str]) -> None:
        self.site, self.headers = site, headers

    def get(self, path: str, **query: Any) -> Any:
        """What is shown."""
        answer = self.tries("GET", path, params=query)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Any = None, expect: int | None = None) -> Any:
        """What came of it."""
        answer = self.tries("POST", path, json={} if body is None else body)
        wanted = (200, 201) if expect is None else (expect,)
        assert answer.status_code in wanted, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def tries(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """The answer, whatever it is."""
        url = self.site.address_of(path)
        return self.site.web.request(method, url, headers={**self.headers, **(headers or {})}, **more)
