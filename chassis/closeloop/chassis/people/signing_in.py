"""Who is asking: a bearer token for machines, the session cookie for pages."""

import time
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from closeloop.chassis.i18n import _
from closeloop.chassis.people.person import Person
from closeloop.chassis.people.roster import People
from closeloop.chassis.refusals import Forbidden, Unauthorised

SESSION_COOKIE = "closeloop"
_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})


def person_of(request: HTTPConnection, now: float | None = None) -> Person:
    """The person who asks; a cookie counts for a change only if it was asked from our own pages."""
    people: People = request.app.state.people
    seconds = time.time() if now is None else now
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return people.check_token(token.strip(), seconds)
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise Unauthorised
    if request.scope.get("method", "GET") not in _CHANGES_NOTHING:
        same_origin(request)
    return people.check_token(cookie, seconds)


def maybe_person_of(request: HTTPConnection) -> Person | None:
    """The person who asks, or nobody: for pages that also strangers may see."""
    try:
        return person_of(request)
    except (Unauthorised, Forbidden):
        return None


def same_origin(request: HTTPConnection) -> None:
    """A form is accepted from our own pages only; who is no browser sends neither header and has no cookie to steal."""
    site = request.headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("origin")
    if site is None and (origin is None or urlsplit(origin).netloc == request.headers.get("host")):
        return
    raise Forbidden(_("This form was sent from another site. Open the page here and send it again."))


async def current_person(request: Request) -> Person:
    """The person who asks, for FastAPI routes."""
    return person_of(request)


CurrentPerson = Annotated[Person, Depends(current_person)]
