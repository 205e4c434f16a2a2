"""Style sheet, mark and htmx: few files, kept in memory, named by their content so that browsers may keep them."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

KEPT_FOR_A_YEAR = "public, max-age=31536000, immutable"
FOLDER = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Static:
    """One file as it is sent."""

    content: bytes
    packed: bytes
    media_type: str
    version: str


class Statics:
    """An ASGI application for the files of one folder."""

    def __init__(self, folder: Path = FOLDER, address: str = "/static/chassis") -> None:
        self.address = address
        self.files = {file.name: _read(file) for file in sorted(folder.iterdir()) if file.is_file()}

    def url(self, name: str) -> str:
        """The address of a file, with the version of its content."""
        return f"{self.address}/{name}?v={self.files[name].version}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(Request(scope, receive))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        file = self.files.get(request.url.path.rpartition("/")[2])
        if file is None or request.method not in ("GET", "HEAD"):
            return Response(status_code=404)
        tag = f'"{file.version}"'
        named = request.query_params.get("v") == file.version
        headers = {
            "etag": tag,
            "cache-control": KEPT_FOR_A_YEAR if named else "no-cache",
            "vary": "Accept-Encoding",
            "x-content-type-options": "nosniff",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, headers={**headers, "content-encoding": "gzip"}, media_type=file.media_type)
        return Response(file.content, headers=headers, media_type=file.media_type)


def _read(file: Path) -> Static:
    content = file.read_bytes()
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Static(content, gzip.compress(content, mtime=0), media_type, hashlib.sha256(content).hexdigest()[:12])
