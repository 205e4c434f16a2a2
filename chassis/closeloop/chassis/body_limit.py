"""The largest body that a request may have: more is turned away before it fills the memory."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

TOO_LARGE = 413


def limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """The same `receive`, which gives up when more bytes come than `most`; raises 413 at once if they are announced."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            if value.isdigit() and int(value) > most:
                raise HTTPException(TOO_LARGE)
            return receive
    had = 0

    async def counted() -> Message:
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        if had > most:
            raise HTTPException(TOO_LARGE)
        return message

    return counted
