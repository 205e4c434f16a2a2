"""One page for one person: shown in their language, or gone on from."""

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, unquote, urlencode

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from closeloop.chassis.i18n import LANGUAGE_COOKIE, LANGUAGES, Sentence, language_of
from closeloop.chassis.pages.entered import SCOPE, Entered
from closeloop.chassis.people.signing_in import maybe_person_of

if TYPE_CHECKING:
    from closeloop.chassis.pages.pages import Pages

SAID_COOKIE = "said"
A_YEAR = 365 * 24 * 3600
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "private, no-store",
    "vary": "Accept, Accept-Language, Cookie",
}


class Page:
    """What a route of pages works with."""

    def __init__(self, request: Request, pages: "Pages") -> None:
        self.request = request
        self.pages = pages
        self.language = language_of(request)
        self.entered: Entered = request.scope.get(SCOPE) or Entered()

    def show(self, name: str, /, *, status: int = 200, **values: Any) -> Response:
        """The page of this name, from the template of the same name."""
        template = self.pages.environment.get_template(
            f"{name if '/' in name else f'{self.pages.service}/{name}'}.html"
        )
        said = unquote(self.request.cookies.get(SAID_COOKIE, ""))
        known = {
            "lang": self.language,
            "person": maybe_person_of(self.request),
            "service": self.pages.service,
            "menu": self.pages.menu,
            "entered": self.entered,
            "problem": self.entered.problem,
            "said_before": said,
            "simulated_now": self.pages.simulated_now() if self.pages.simulated_now else None,
            "path": self.request.url.path,
            "url": self.url,
            "here": self.here,
        }
        response = HTMLResponse(template.render({**known, **values}), status, HEADERS)
        if self.request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, self.language, max_age=A_YEAR, samesite="lax")
        if said:
            response.delete_cookie(SAID_COOKIE, httponly=True, samesite="lax")
        return response

    def go_to(
        self, name: str, /, *, said: Sentence | None = None, query: dict[str, Any] | None = None, **at: Any
    ) -> Response:
        """On to another page after something was done; `said` is shown there once."""
        response = RedirectResponse(self.url(name, query=query, **at), 303)
        if said is not None:
            words = quote(said.in_(self.language)[:300])
            response.set_cookie(SAID_COOKIE, words, max_age=60, httponly=True, samesite="lax")
        return response

    def url(self, name: str, /, *, query: dict[str, Any] | None = None, **at: Any) -> str:
        """The address of a page of this service, by the name of its route; an address stays as it is."""
        path = name if name.startswith("/") else self.request.url_for(name, **at).path
        wanted = {key: value for key, value in (query or {}).items() if value not in (None, "")}
        return f"{path}?{urlencode(wanted, doseq=True)}" if wanted else path

    def here(self, **changed: Any) -> str:
        """This page with some of its query changed; None takes one away."""
        query = {**self.request.query_params, **changed}
        return self.url(self.request.url.path, query=query)


async def current_page(request: Request) -> Page:
    """The page helper of a request, for FastAPI routes."""
    return Page(request, request.app.state.pages)


CurrentPage = Annotated[Page, Depends(current_page)]
