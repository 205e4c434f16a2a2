"""A form that was refused comes back as the same page, with what was entered and the sentences beside it."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from closeloop.chassis.pages.entered import FROM, SCOPE, Entered

log = logging.getLogger("closeloop.pages")
_OF_THE_CONNECTION = (
    "type", "asgi", "http_version", "server", "client", "scheme", "root_path", "extensions", "state",
)  # fmt: skip
_OF_THE_BODY = (b"content-length", b"content-type", b"transfer-encoding", b"idempotency-key", b"if-match")


async def the_same_page(
    request: Request, status: int, body: Mapping[str, Any], entered: Mapping[str, Any]
) -> Response | None:
    """The page that the form was sent from, asked for again with the form in hand; none if it cannot be found."""
    came_from = _where_from(request)
    if came_from is None or SCOPE in request.scope:
        return None
    scope = {name: request.scope[name] for name in _OF_THE_CONNECTION if name in request.scope}
    scope |= {
        "method": "GET",
        "path": unquote(came_from.path),
        "raw_path": came_from.path.encode(),
        "query_string": came_from.query.encode(),
        "headers": [(name, value) for name, value in request.headers.raw if name not in _OF_THE_BODY],
        SCOPE: Entered(request.url.path, entered, body, came_from.geturl()),
    }
    answer = _Answer()
    try:
        await request.app(scope, _nothing_more, answer.take)
    except Exception:
        log.exception("the page of a form that came back could not be shown")
        return None
    if answer.status != 200:
        return None
    response = Response(b"".join(answer.chunks), status)
    response.raw_headers = [(name, value) for name, value in answer.headers if name != b"etag"]
    response.headers["hx-push-url"] = came_from.geturl()
    return response


def _where_from(request: Request) -> SplitResult | None:
    """The page of the form: as it says itself if it came back before, else as the browser says."""
    told = request.query_params.get(FROM, "")
    if told.startswith("/") and not told.startswith("//") and told.isascii() and told.isprintable():
        return urlsplit(told)
    page = urlsplit(request.headers.get("referer", ""))
    if page.netloc != request.headers.get("host") or not page.path:
        return None
    return page._replace(scheme="", netloc="", fragment="")


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


class _Answer:
    """The page as it was answered to ourselves."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.chunks: list[bytes] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.chunks.append(message.get("body", b""))
