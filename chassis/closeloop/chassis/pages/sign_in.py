"""The door: a page to sign in, a button to sign out."""

import time
from collections import OrderedDict

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.pages.page import CurrentPage, Page
from closeloop.chassis.people.roster import People
from closeloop.chassis.people.signing_in import SESSION_COOKIE, same_origin

WRONG_TRIES = 5
PAUSE_SECONDS = 30.0
_LOGINS_REMEMBERED = 10_000


class Patience:
    """Guessing is slowed: after some wrong passwords a login has to wait before the next try."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def must_wait(self, login: str, now: float) -> int:
        """For how many seconds this login may not try again."""
        tries, last = self._wrong.get(login, (0, 0.0))
        return max(0, int(last + PAUSE_SECONDS - now + 0.999)) if tries >= WRONG_TRIES else 0

    def was_wrong(self, login: str, now: float) -> None:
        """One more wrong password."""
        tries, last = self._wrong.pop(login, (0, now))
        lapsed = now - last > PAUSE_SECONDS * WRONG_TRIES
        self._wrong[login] = (1 if lapsed else tries + 1, now)
        while len(self._wrong) > _LOGINS_REMEMBERED:
            self._wrong.popitem(last=False)

    def was_right(self, login: str) -> None:
        """Whoever knows the password starts afresh."""
        self._wrong.pop(login, None)


def sign_in_routes() -> APIRouter:
    """`/login` and `/logout`, for every service that runs alone and once for the suite."""
    router = APIRouter(include_in_schema=False)
    patience = Patience()

    @router.get("/login", name="login")
    async def login(page: CurrentPage) -> Response:
        """The page to sign in."""
        return _door(page)

    @router.post("/login")
    async def sign_in(request: Request, page: CurrentPage) -> Response:
        """Whoever knows the password gets a session and goes on to where they wanted."""
        same_origin(request)
        people: People = request.app.state.people
        async with request.form() as form:
            name, password, onward = (str(form.get(field, "")) for field in ("login", "password", "next"))
        name, now = name.strip()[:64].lower(), time.monotonic()
        if seconds := patience.must_wait(name, now):
            sentence = _("Too many wrong passwords. Please wait {seconds} s.", seconds=seconds)
            return _door(page, name, onward, sentence, status=429)
        if not name or not password:
            return _door(page, name, onward, _("Please fill in both name and password."), status=422)
        person = await people.sign_in(name, password)
        if person is None:
            patience.was_wrong(name, now)
            return _door(page, name, onward, _("Name and password do not fit together."), status=422)
        patience.was_right(name)
        response = RedirectResponse(_within(onward), 303)
        secure = request.url.scheme == "https" or getattr(request.app.state, "secure_cookies", False)
        seconds = int(people.session_seconds)
        token = people.issue_token(person, ttl=seconds)
        response.set_cookie(SESSION_COOKIE, token, max_age=seconds, httponly=True, secure=secure, samesite="lax")
        return response

    @router.post("/logout", name="logout")
    async def sign_out(request: Request) -> Response:
        """The session ends on this device."""
        same_origin(request)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
        return response

    return router


def _door(
    page: Page, name: str = "", onward: str = "", sentence: Sentence | None = None, status: int = 200
) -> Response:
    onward = onward or page.request.query_params.get("next", "")
    return page.show("chassis/sign_in", status=status, name=name, onward=_within(onward), sentence=sentence)


def _within(address: str) -> str:
    """The address if it lies in this house, else the front page."""
    inside = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if inside and address.isprintable() else "/"
