"""`/api/clock`: what the simulated clock shows, and moving it on."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.i18n import _
from closeloop.chassis.people import People
from closeloop.chassis.problems import on_invalid, on_refusal
from closeloop.chassis.refusals import Forbidden, Refusal, Refused, Unauthorised

if TYPE_CHECKING:
    from closeloop.suite.suite import Suite

OPERATOR = "operator"
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def stretch_of(text: str) -> timedelta:
    """`90m`, `12h`, `7d` or `2w` as a stretch of time."""
    found = re.fullmatch(r"(\d{1,4})([mhdw])", text.strip())
    if found is None:
        raise Refused(_("Say how far, like 90m, 12h, 7d or 2w."))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


class Advance(BaseModel):
    """How far the clock is moved on, or to which moment."""

    advance: str = Field("0m", max_length=20)
    to: AwareDatetime | None = None

    def goal(self, now: datetime) -> datetime:
        """Where the clock is to stand; it never goes back."""
        goal = self.to.astimezone(UTC) if self.to else now + stretch_of(self.advance)
        if goal < now:
            raise Refused(_("The clock shows {now} already and cannot go back.", now=now))
        return goal


class ClockControl:
    """A small application of its own: the clock belongs to no service."""

    def __init__(self, suite: Suite, people: People) -> None:
        self.suite, self.people = suite, people
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Refusal as refusal:
            response = await _refused(request, refusal, self.suite)
        except ValidationError as wrong:
            found = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
            response = await _refused(request, RequestValidationError(found), self.suite)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        clock = self.suite.clock
        if request.method == "GET":
            return self._shown()
        self._operator(request)
        if not isinstance(clock, SimulatedClock):
            raise Refused(_("This clock is the real one and cannot be moved; start with 'closeloop up --clock'."))
        wanted = Advance.model_validate_json(await request.body())
        async with self._one_at_a_time:
            await self.suite.advance_to(wanted.goal(clock.now()))
        return self._shown()

    def _shown(self) -> Response:
        clock = self.suite.clock
        return JSONResponse({"now": clock.now().isoformat(), "simulated": isinstance(clock, SimulatedClock)})

    def _operator(self, request: Request) -> None:
        import time

        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorised
        if not self.people.check_token(token.strip(), time.time()).may(OPERATOR):
            raise Forbidden(_("Only operators move the clock."))


async def _refused(request: Request, refusal: Refusal | RequestValidationError, suite: Suite) -> Response:
    request.scope.setdefault("app", suite.gateway.apps[suite.gateway.first].framework)
    return await (on_refusal if isinstance(refusal, Refusal) else on_invalid)(request, refusal)
