"""The running Closeloop as its people meet it: every request carries somebody's token."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from closeloop.chassis.i18n import _
from closeloop.chassis.people import People
from closeloop.chassis.refusals import Refusal
from closeloop.suite.replay.refusing import CannotReplay
from closeloop.suite.replay.wire import Absent, Heard, Wire

OPERATOR = "operator"
AT_ONCE = 16
PAGE = 200
FULL = 503
TRIES = 30
TOKEN_SECONDS = 7 * 24 * 3600.0
GONE = 1


class Answer:
    """What came of a request: the status, and what it says."""

    __slots__ = ("said", "status")

    def __init__(self, status: int, said: Any) -> None:
        self.status, self.said = status, said

    @property
    def done(self) -> bool:
        """Whether it was done, and not refused."""
        return self.status < 300


class Site:
    """Where the services answer, and who works there."""

    def __init__(self, url: str, people: People) -> None:
        self.url, self.people, self.wire = url, people, Wire(url, AT_ONCE)
        self._headers: dict[str, dict[str, str]] = {}
        self.refused: dict[str, int] = {}
        self.posted = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_trouble: object) -> None:
        await self.wire.close()

    async def get(self, login: str, path: str, **query: Any) -> Any:
        """What is shown to somebody."""
        answer = await self.ask("GET", login, path, query={name: value for name, value in query.items() if value})
        if not answer.done:
            raise CannotReplay(_said_no(path, answer), GONE)
        return answer.said

    async def every(self, login: str, path: str, **query: Any) -> list[dict[str, Any]]:
        """All pages of a list."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get(login, path, limit=PAGE, cursor=cursor, **query)
            items += page["items"]
            cursor = page["next"]
            if not cursor:
                return items

    async def post(self, login: str, path: str, body: Any, key: str) -> Answer:
        """Somebody does something; with the same key it is done once. A refusal is an answer, too."""
        self.posted += 1
        answer = await self.ask("POST", login, path, key, body=body)
        if not answer.done:
            self._note(path, answer)
        return answer

    async def clock(self) -> datetime:
        """What the clock shows; only a simulated one will do."""
        answer = await self.ask("GET", OPERATOR, "/api/clock")
        if not answer.done or not answer.said["simulated"]:
            raise CannotReplay(
                _(
                    "{url} has no simulated clock: start it with 'closeloop up --clock', or leave out --url.",
                    url=self.url,
                )
            )
        return datetime.fromisoformat(answer.said["now"])

    async def advance(self, to: datetime) -> None:
        """Time passes, until everything that follows from it is done."""
        answer = await self.ask("POST", OPERATOR, "/api/clock", body={"to": to.isoformat()})
        if not answer.done:
            raise CannotReplay(_said_no("/api/clock", answer), GONE)

    async def ask(self, method: str, login: str, path: str, key: str | None = None, **more: Any) -> Answer:
        """The answer, whatever it is; whoever is told to come again does."""
        headers = self._who(login)
        if key:
            headers = {**headers, "Idempotency-Key": key}
        for _try in range(TRIES):
            try:
                heard = await self.wire.ask(method, path, headers, **more)
            except Absent as trouble:
                raise CannotReplay(
                    _("Nobody answers at {url} ({why}).", url=self.url, why=str(trouble)), GONE
                ) from None
            if heard.status != FULL:
                return Answer(heard.status, _json(heard))
            await asyncio.sleep(float(heard.headers.get("retry-after", "1")))
        raise CannotReplay(_("{url} is full and stays so.", url=self.url), GONE)

    def _who(self, login: str) -> dict[str, str]:
        if login not in self._headers:
            try:
                token = self.people.issue_token(self.people.person(login), TOKEN_SECONDS)
            except Refusal as refusal:
                raise CannotReplay(refusal.sentence) from None
            self._headers[login] = {"Authorization": f"Bearer {token}", "Accept-Language": "zh"}
        return self._headers[login]

    def _note(self, path: str, answer: Answer) -> None:
        said = answer.said if isinstance(answer.said, dict) else {}
        what = f"{path.rsplit('/', 1)[-1]}: {answer.status} {said.get('detail', '')} {said.get('errors', '')}"
        self.refused[what] = self.refused.get(what, 0) + 1


def part(name: object) -> str:
    """A name as part of a path."""
    return quote(str(name), safe="")


def _json(heard: Heard) -> Any:
    try:
        return json.loads(heard.body)
    except ValueError:
        return {"detail": heard.body[:200].decode("utf-8", "replace")}


def _said_no(path: str, answer: Answer) -> Any:
    detail = answer.said.get("detail", "") if isinstance(answer.said, dict) else ""
    return _("{path} was answered with {status}: {detail}", path=path, status=answer.status, detail=str(detail) or "-")
