"""What went wrong, said in one sentence: RFC 9457 for machines, a page with the same words for people."""

import json
import logging
import secrets
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.i18n import Sentence, _, in_words, language_of
from closeloop.chassis.misfits import a_sentence_for, field_of
from closeloop.chassis.refusals import (
    Forbidden,
    Full,
    Misread,
    NotFound,
    NotInstalled,
    Refusal,
    Refused,
    Stale,
    Unauthorised,
)

log = logging.getLogger("closeloop.problems")

TITLES: dict[str, tuple[int, Sentence]] = {
    "refused": (409, _("A rule says no")),
    "not-found": (404, _("Not found")),
    "stale": (412, _("Changed meanwhile")),
    "full": (503, _("Too busy")),
    "unauthorised": (401, _("Not signed in")),
    "forbidden": (403, _("Not allowed")),
    "invalid": (422, _("Something is missing or wrong")),
    "unreadable": (400, _("Not readable")),
    "too-large": (413, _("Too large")),
    "method-not-allowed": (405, _("Not possible here")),
    "not-installed": (501, _("Not installed here")),
    "unexpected": (500, _("Our mistake")),
    "other": (400, _("Not possible")),
}
KINDS: dict[type[Refusal], str] = {
    Refused: "refused",
    Misread: "invalid",
    NotFound: "not-found",
    Stale: "stale",
    Full: "full",
    Unauthorised: "unauthorised",
    Forbidden: "forbidden",
    NotInstalled: "not-installed",
}


class ShowsProblems(Protocol):
    """What turns a problem into a page; the chassis's pages do."""

    async def problem(
        self, request: Request, status: int, body: dict[str, Any], entered: Mapping[str, Any]
    ) -> Response: ...


def problem(
    status: int,
    type: str,
    title: Any,
    detail: Any,
    clause: str | Sequence[str] | None = None,
    errors: Sequence[Mapping[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
    language: str = "zh",
) -> Response:
    """A problem as machines read it, in one language."""
    body = problem_body(status, type, title, detail, clause, errors, language)
    return _as_json(status, body, headers, language)


def problem_body(
    status: int,
    type: str,
    title: Any,
    detail: Any,
    clause: str | Sequence[str] | None = None,
    errors: Sequence[Mapping[str, Any]] | None = None,
    language: str = "zh",
) -> dict[str, Any]:
    """The members of a problem."""
    body: dict[str, Any] = {
        "type": f"urn:closeloop:problem:{type}",
        "title": in_words(title, language),
        "status": status,
        "detail": in_words(detail, language),
    }
    clauses = (clause,) if isinstance(clause, str) else tuple(clause or ())
    if clauses:
        body["clause"] = clauses[0]
    if len(clauses) > 1:
        body["clauses"] = list(clauses)
    if errors is not None:
        body["errors"] = [{name: in_words(value, language) for name, value in error.items()} for error in errors]
    return body


def _as_json(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None, language: str) -> Response:
    content = json.dumps(body, ensure_ascii=False).encode()
    named = {"content-language": "zh-CN" if language == "zh" else "en", "vary": "Accept, Accept-Language, Cookie"}
    return Response(content, status, {**named, **(headers or {})}, media_type="application/problem+json")


def wants_page(request: Request) -> bool:
    """Whether a person with a browser asked, rather than a program."""
    by_browser = "text/html" in request.headers.get("accept", "") or request.headers.get("hx-request") == "true"
    return by_browser and not request.url.path.startswith("/api/")


async def answer(
    request: Request,
    type: str,
    detail: Any,
    *,
    status: int | None = None,
    clause: str | Sequence[str] | None = None,
    errors: Sequence[Mapping[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
    entered: Mapping[str, Any] | None = None,
) -> Response:
    """The answer to a problem: JSON for programs, a page for people, the same sentences in both."""
    usual, title = TITLES[type]
    code, language = status or usual, language_of(request)
    body = problem_body(code, type, title, detail, clause, errors, language)
    pages = cast("ShowsProblems | None", getattr(request.app.state, "pages", None))
    if pages is None or not wants_page(request):
        return _as_json(code, body, headers, language)
    response = await pages.problem(request, code, body, entered or {})
    response.headers.update(headers or {})
    return response


async def on_refusal(request: Request, refusal: Exception) -> Response:
    """A refusal is answered in the sentence that it carries."""
    assert isinstance(refusal, Refusal)
    kind = next(name for known, name in KINDS.items() if isinstance(refusal, known))
    headers = {}
    if isinstance(refusal, Full):
        headers["retry-after"] = str(refusal.retry_after_seconds)
    if isinstance(refusal, Unauthorised):
        headers["www-authenticate"] = "Bearer"
    entered = getattr(request, "_form", None)
    return await answer(request, kind, refusal.sentence, clause=refusal.clauses, headers=headers, entered=entered)


async def on_invalid(request: Request, wrong: Exception) -> Response:
    """What was sent does not fit: every field that is wrong gets one sentence."""
    assert isinstance(wrong, RequestValidationError)
    found = wrong.errors()
    if any(error["type"] == "json_invalid" for error in found):
        return await answer(request, "unreadable", _("This is not valid JSON. Send one JSON object."))
    if any(error["loc"][0] == "path" for error in found):
        return await answer(request, "not-found", NotFound().sentence)
    errors = [{"field": field_of(error), "message": a_sentence_for(error)} for error in found]
    detail = errors[0]["message"] if len(errors) == 1 else _("{count} fields need your attention.", count=len(errors))
    entered = wrong.body if isinstance(wrong.body, Mapping) else None
    clause = getattr(wrong, "clause", None)
    return await answer(request, "invalid", detail, clause=clause, errors=errors, entered=entered)


async def on_http(request: Request, wrong: Exception) -> Response:
    """What the web framework itself turns away."""
    assert isinstance(wrong, HTTPException)
    kind, sentence = {
        404: ("not-found", NotFound().sentence),
        405: ("method-not-allowed", _("This address does not take {method}.", method=request.method)),
        413: ("too-large", _("This is too large. Send less at once.")),
    }.get(wrong.status_code, ("other", _("This request cannot be handled. Check the address and what you sent.")))
    return await answer(request, kind, sentence, status=wrong.status_code, headers=wrong.headers)


async def on_mistake(request: Request, mistake: Exception) -> Response:
    """A mistake of ours: people get a reference, the log says where; its message may hold what is personal."""
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(mistake.__traceback__)
    where = "".join(f"\n  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    log.error("unexpected %s, reference %s%s", type(mistake).__name__, reference, where)
    sentence = _(
        "Something went wrong on our side. Please try again, and name the reference {reference} if it stays.",
        reference=reference,
    )
    return await answer(request, "unexpected", sentence)


def install_problems(app: FastAPI) -> None:
    """From here on the application says what went wrong in one way."""
    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_mistake)
