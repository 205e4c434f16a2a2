"""What a request may carry: not more bytes than agreed, and no NUL, which PostgreSQL cannot keep in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

if TYPE_CHECKING:
    from closeloop.chassis.settings import Settings

TOO_LARGE = 413
UNFIT = 400
MULTIPART = b"multipart/form-data"
_NUL = {b"application/x-www-form-urlencoded": b"%00"}  # in JSON whoever reads it finds it, or the database does


def most_bytes(scope: Scope, settings: Settings) -> int:
    """How many bytes a request may carry: one that brings a file, those of the file and of the form around it."""
    for name, value in scope["headers"]:
        if name == b"content-type" and value.startswith(MULTIPART):
            return settings.attachment_bytes + settings.request_bytes
    return settings.request_bytes


def limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """The same `receive`, which gives up at too many bytes or at a NUL; raises at once if that can be seen at once."""
    if b"%00" in scope.get("query_string", b"") or "\x00" in scope["path"]:
        raise HTTPException(UNFIT)
    announced, nul = None, b""
    for name, value in scope["headers"]:
        if name == b"content-length":
            announced = value
        elif name == b"content-type":
            nul = _NUL.get(value.partition(b";")[0].strip().lower(), b"")
    if announced is not None and announced.isdigit() and int(announced) > most:
        raise HTTPException(TOO_LARGE)
    had = 0

    async def looked_at() -> Message:
        nonlocal had
        message = await receive()
        body = message.get("body", b"")
        had += len(body)
        if had > most:
            raise HTTPException(TOO_LARGE)
        if nul and nul in body:
            raise HTTPException(UNFIT)
        return message

    return looked_at
