"""Where sealed bytes lie: a folder beside the databases, or an object store such as S3."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from closeloop.chassis.i18n import _
from closeloop.chassis.people.keys import keep_names
from closeloop.chassis.refusals import Full, NotInstalled

MOST_RETRIES = 3
RETRIES_WITHIN = timedelta(seconds=10)
"""Somebody waits with a photo in their hand: after this they are told to come again."""


class BlobStore(Protocol):
    """Sealed bytes by their hash."""

    async def put(self, name: str, sealed: bytes) -> None:
        """Keep them; on disk when this returns."""
        ...

    async def get(self, name: str) -> bytes | None:
        """The bytes; none if they are not there."""
        ...

    async def delete(self, name: str) -> None:
        """Keep them no longer; nothing happens if they are not there."""
        ...


def store_at(address: str, folder: Path) -> BlobStore:
    """The store that the settings name; the folder if they name none."""
    return Buckets(address) if address else Folder(folder)


class Folder:
    """A folder: 256 folders in it, so that none grows too large."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, name: str, sealed: bytes) -> None:
        await asyncio.to_thread(self._put, name, sealed)

    async def get(self, name: str) -> bytes | None:
        return await asyncio.to_thread(self._get, name)

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._file(name).unlink, missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def _put(self, name: str, sealed: bytes) -> None:
        """Written beside its place and moved there: half a file is never found under its name."""
        file = self._file(name)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_name(f".{name}.{secrets.token_hex(4)}")
        with draft.open("wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        keep_names(file.parent)

    def _get(self, name: str) -> bytes | None:
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            return None


class Buckets:
    """An object store by its address, such as `s3://bucket/prefix`; who may, say its own environment variables."""

    def __init__(self, address: str) -> None:
        try:
            from obstore.store import from_url
        except ImportError:
            raise NotInstalled(
                _("An object store needs the package obstore. Install closeloop-chassis[s3], then try again.")
            ) from None
        tries = {"max_retries": MOST_RETRIES, "retry_timeout": RETRIES_WITHIN}
        self.store: Any = from_url(address, retry_config=tries)  # type: ignore[call-overload]

    async def put(self, name: str, sealed: bytes) -> None:
        await self._asked(self.store.put_async(self._path(name), sealed))

    async def get(self, name: str) -> bytes | None:
        try:
            found = await self._asked(self.store.get_async(self._path(name)))
        except FileNotFoundError:
            return None
        return bytes(await found.bytes_async())

    async def delete(self, name: str) -> None:
        try:
            await self._asked(self.store.delete_async(self._path(name)))
        except FileNotFoundError:
            return

    async def _asked(self, asked: Any) -> Any:
        try:
            return await asked
        except FileNotFoundError:
            raise
        except Exception as trouble:
            why = type(trouble).__name__
            raise Full(
                sentence=_("The store of attachments does not answer ({why}). Please try again.", why=why)
            ) from trouble

    def _path(self, name: str) -> str:
        return f"{name[:2]}/{name}"
