"""What whoever is turned away reads: ready to be sent, so that turning many away costs next to nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from starlette.requests import HTTPConnection
from starlette.types import Scope

from closeloop.chassis.i18n import LANGUAGES, Language, _, language_of
from closeloop.chassis.pages import Pages
from closeloop.chassis.pages.entered import Entered
from closeloop.chassis.pages.page import HEADERS
from closeloop.chassis.problems import TITLES, problem_body
from closeloop.chassis.refusals import Full

Kind = Literal["json", "page", "form", "part"]
NOTHING_WAS_SAVED = _("Nothing was saved. Go back: what you entered is still in the form, so send it once more.")
COMES_BY_ITSELF = _("This page tries again by itself.")
ABOVE_THE_FORM = {
    "hx-retarget": "#busy",
    "hx-reswap": "innerHTML show:window:top",
    "hx-push-url": "false",
}
"""htmx puts the sentence above what somebody has before them, and leaves that as it is."""
NOBODY = {"person": None, "entered": Entered(), "said_before": "", "simulated_now": None}
"""Who it is is not looked up."""


class Answers:
    """A 503 as programs, browsers and htmx understand it, in both languages."""

    def __init__(self, retry_after: int) -> None:
        pages, again = Pages("chassis").environment, str(retry_after)
        self._heads: dict[tuple[Kind, Language], bytes] = {}
        self._bodies: dict[tuple[Kind, Language], bytes] = {}
        for language in LANGUAGES:
            status, title = TITLES["full"]
            problem = problem_body(status, "full", title, Full(retry_after).sentence, language=language)
            about = {"retry-after": again, "content-language": "zh-CN" if language == "zh" else "en"}
            page = pages.get_template("chassis/busy.html")
            shown = {"problem": problem, "lang": language, "here": _in_other_words, **NOBODY}
            part = pages.get_template("chassis/busy_part.html").render(shown)
            by_itself = page.render(shown, then=COMES_BY_ITSELF)
            once_more = page.render(shown, then=NOTHING_WAS_SAVED)
            self._keep("json", language, json.dumps(problem, ensure_ascii=False), about)
            self._keep("page", language, by_itself, {**about, **HEADERS, "refresh": again})
            self._keep("form", language, once_more, {**about, **HEADERS})
            self._keep("part", language, part, {**about, **HEADERS, **ABOVE_THE_FORM})

    def to(self, scope: Scope, *, last: bool) -> bytes:
        """The whole answer to this request; after the last one of a connection it is closed."""
        which = _kind(scope), _language(scope)
        end = b"connection: close\r\n\r\n" if last else b"\r\n"
        return self._heads[which] + end + (b"" if scope["method"] == "HEAD" else self._bodies[which])

    def _keep(self, kind: Kind, language: Language, body: str, headers: Mapping[str, str]) -> None:
        content = body.encode()
        media = "application/problem+json" if kind == "json" else "text/html; charset=utf-8"
        named = {"content-type": media, "content-length": str(len(content)), "cache-control": "no-store", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self._heads[kind, language] = f"HTTP/1.1 503 Service Unavailable\r\n{lines}".encode()
        self._bodies[kind, language] = content


def _in_other_words(lang: str) -> str:
    """The same address in another language."""
    return f"?lang={lang}"


def _kind(scope: Scope) -> Kind:
    """A page for whoever reads pages, JSON for programs."""
    if scope["path"].startswith("/api/"):
        return "json"
    kind: Kind = "json"
    for name, value in scope["headers"]:
        if name == b"hx-request" and value == b"true":
            return "part"
        if name == b"accept" and b"text/html" in value:
            kind = "page" if scope["method"] in ("GET", "HEAD") else "form"
    return kind


def _language(scope: Scope) -> Language:
    """As everywhere; programs, which choose no language in a cookie or an address, are not looked at twice."""
    accepted = b""
    for name, value in scope["headers"]:
        if name == b"cookie":
            return language_of(HTTPConnection(scope))
        if name == b"accept-language":
            accepted = value
    return _accepted(accepted, scope["query_string"] if b"lang=" in scope["query_string"] else b"")


@lru_cache(maxsize=100)
def _accepted(header: bytes, query: bytes) -> Language:
    headers = [(b"accept-language", header)]
    return language_of(HTTPConnection({"type": "http", "headers": headers, "query_string": query}))
