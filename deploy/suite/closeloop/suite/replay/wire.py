"""HTTP on a few connections that stay open: a replay asks a hundred thousand times, and a full client takes longer over
a request than the service that answers it.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
LONGEST_HEAD = 64 * 1024


BETWEEN = "closeloop-replay-file"
MULTIPART = f"multipart/form-data; boundary={BETWEEN}"


def as_file(name: str, content: bytes) -> bytes:
    """The body of a request that uploads this file."""
    head = f'--{BETWEEN}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BETWEEN}--\r\n".encode()


class Absent(Exception):
    """Nobody answers there, or no longer."""


class Heard:
    """An answer: status, headers, body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class Wire:
    """Connections to one address."""

    def __init__(self, url: str, most: int) -> None:
        self.at: SplitResult = urlsplit(url)
        self._free: list[Connection] = []
        self._most = asyncio.Semaphore(most)

    async def ask(
        self, method: str, path: str, headers: dict[str, str], *, body: Any = None, query: dict[str, Any] | None = None
    ) -> Heard:
        """Send one request and read its answer; `Absent` if nobody answers."""
        target = self.at.path.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        is_file = isinstance(body, bytes)
        content = body if is_file else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.at.netloc}", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if content:
            lines.append(f"Content-Type: {MULTIPART if is_file else 'application/json'}")
        request = "\r\n".join((*lines, "", "")).encode() + content
        async with self._most:
            try:
                return await self._asked(request)
            except (OSError, EOFError, ValueError) as trouble:
                raise Absent(str(trouble) or type(trouble).__name__) from None

    async def _asked(self, request: bytes) -> Heard:
        is_used, connection = bool(self._free), self._free.pop() if self._free else await self._connect()
        try:
            heard = await _exchange(connection, request)
        except (OSError, EOFError):
            connection[1].close()
            if not is_used:
                raise
            connection = await self._connect()  # the server had closed it meanwhile; every POST has its key
            heard = await _exchange(connection, request)
        if heard.headers.get("connection", "").lower() == "close":
            connection[1].close()
        else:
            self._free.append(connection)
        return heard

    async def _connect(self) -> Connection:
        at = self.at
        secure = at.scheme == "https"
        port = at.port or (443 if secure else 80)
        return await asyncio.open_connection(at.hostname, port, ssl=secure or None, limit=LONGEST_HEAD)

    async def close(self) -> None:
        """Hang up."""
        for _reader, writer in self._free:
            writer.close()
        self._free.clear()


async def _exchange(connection: Connection, request: bytes) -> Heard:
    reader, writer = connection
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in head[1:-2])}
    body = b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(int(head[0].split(" ")[1]), headers, body)
