"""A form that was refused comes back as the same page, with what was entered and the sentences beside it."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from closeloop.chassis.pages.entered import SCOPE, Entered

log = logging.getLogger("closeloop.pages")
_OF_THE_CONNECTION = (
    "type", "asgi", "http_version", "server", "client", "scheme", "root_path", "extensions", "state",
)  # fmt: skip
_OF_THE_BODY = (b"content-length", b"content-type", b"transfer-encoding", b"idempotency-key", b"if-match")


async def the_same_page(
    request: Request, status: int, body: Mapping[str, Any], entered: Mapping[str, Any]
) -> Response | None:
    """The page that the form was sent from, asked for again with the form in hand; none if it cannot be found."""
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.headers.get("host") or not came_from.path or SCOPE in request.scope:
        return None
    scope = {name: request.scope[name] for name in _OF_THE_CONNECTION if name in request.scope}
    scope |= {
        "method": "GET",
        "path": came_from.path,
        "raw_path": came_from.path.encode(),
        "query_string": came_from.query.encode(),
        "headers": [(name, value) for name, value in request.headers.raw if name not in _OF_THE_BODY],
        SCOPE: Entered(request.url.path, entered, body),
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
    return response


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
