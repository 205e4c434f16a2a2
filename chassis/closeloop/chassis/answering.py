"""Answers of the JSON interface: stored for a repeated Idempotency-Key, with the version as ETag."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import done, here
from closeloop.chassis.i18n import _
from closeloop.chassis.piece import Idempotency, Outcome
from closeloop.chassis.refusals import Misread
from closeloop.chassis.rows import json_text
from closeloop.chassis.work import Work

if TYPE_CHECKING:
    from closeloop.chassis.people import Person

LONGEST_KEY = 200


async def answered(
    request: Request,
    action: Callable[..., Any],
    *said: Any,
    by: Person | None,
    key: str = "",
    new: bool = False,
    status: int = 200,
    shows: Callable[[Any], Any] = lambda result: result,
) -> Response:
    """Have the action done and answer what `shows` makes of its result; the answer is on disk with the effect."""
    idempotency = await _idempotency(request, by)
    if idempotency:
        known = here.get().answers.given(idempotency)
        if known is not None:
            return _response(known)
    outcome = await done(
        action,
        *said,
        by=by,
        key=key,
        new=new,
        if_match=_if_match(request),
        idempotency=idempotency,
        shows=_Shown(status, shows),
    )
    if idempotency:
        here.get().answers.remember(idempotency, outcome)
    return _response(outcome)


def as_json(value: Any) -> str:
    """What a result looks like on the wire."""
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    return json_text(value)


class _Shown:
    """Renders the answer inside the piece of work, so that it is stored with it."""

    __slots__ = ("shows", "status")

    def __init__(self, status: int, shows: Callable[[Any], Any]) -> None:
        self.status, self.shows = status, shows

    def __call__(self, result: Any, work: Work) -> tuple[int, str]:
        return self.status, as_json(self.shows(result))


def _response(outcome: Outcome) -> Response:
    headers = {"ETag": f'"{outcome.version}"'}
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(outcome.body or "", outcome.status, headers, media_type="application/json")


async def _idempotency(request: Request, by: Person | None) -> Idempotency | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        raise Misread(_("An Idempotency-Key has 1 to {most} characters.", most=LONGEST_KEY))
    asked = f"{request.method} {request.scope['path']}\n".encode() + await request.body()
    return Idempotency(by.id if by else "", key, sha256(asked).hexdigest())


def _if_match(request: Request) -> int | None:
    wanted = request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return None
    digits = wanted.strip().removeprefix("W/").strip('"')
    return int(digits) if digits.isdigit() else -1
