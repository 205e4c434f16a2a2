"""The keys of matters: everything that is told of one restricted matter is sealed by one key, kept in one file.

In the file the key itself is sealed by the key of the audience. So the right can be changed without touching what was
written down, and a matter is erased from every journal, stream and backup by destroying its file. What is destroyed
stays known as destroyed: else nobody could tell it from a folder that is away.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from closeloop.chassis.people.keys import write_once, write_over
from closeloop.chassis.sealing.audience_keys import KEY_BITS, AudienceKeys, NoRight

NONCE_BYTES = 12


class Destroyed(Exception):
    """The key of this matter was destroyed: nobody reads again what was sealed by it."""


class Filed(NamedTuple):
    """The key of a matter as it is filed: by which key of which audience it is sealed."""

    audience: str
    number: int
    sealed: bytes


def name_of(matter: str) -> str:
    """The name of a matter's key; it says nothing about the matter."""
    return sha256(matter.encode()).hexdigest()


def sealed_by(key: bytes, content: bytes, about: str) -> bytes:
    """Sealed so that it opens only as what it was sealed for."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode())


def opened_by(key: bytes, sealed: bytes, about: str) -> bytes:
    """The content; `InvalidTag` if it was sealed by another key or for something else."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())


class MatterKeys:
    """One file for each matter, in the house's keys folder, which all services share that work on such matters."""

    def __init__(self, keys: Path, audiences: AudienceKeys) -> None:
        self.folder, self.audiences = keys / "matters", audiences

    def of(self, name: str, audience: str) -> bytes:
        """The key of a matter; `NoRight` or `Destroyed` if there is none, or it cannot be read here."""
        filed = self._filed(name, audience)
        try:
            by = self.audiences.of(filed.audience, filed.number)
        except NoRight:
            if (again := self._filed(name, audience)) == filed:
                raise
            filed, by = again, self.audiences.of(again.audience, again.number)  # rotated at this very moment
        try:
            return opened_by(by, filed.sealed, name)
        except InvalidTag:
            raise NoRight(filed.audience) from None

    def made(self, name: str, audience: str) -> bytes:
        """The key of a matter, made if nothing was sealed about it before."""
        file = self._file(name)
        if not file.exists():
            number, by = self.audiences.newest(audience)
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            key = AESGCM.generate_key(KEY_BITS)
            ours = write_once(file, _as_filed(Filed(audience, number, sealed_by(by, key, name))), mode=0o600)
            while ours and (newest := self.audiences.newest(audience))[0] != number:  # rotated at this very moment
                number, by = newest
                self._replace(file, Filed(audience, number, sealed_by(by, key, name)))
        return self.of(name, audience)

    def renew(self, audience: str) -> int:
        """Seal the keys of all its matters by the newest key of an audience; how many were sealed by an older one."""
        newest, by = self.audiences.newest(audience)
        renewed = 0
        for file in self._files():
            try:
                filed = _read(file)
            except Destroyed:
                continue
            if filed.audience == audience and filed.number != newest:
                key = opened_by(self.audiences.of(audience, filed.number), filed.sealed, file.name)
                self._replace(file, Filed(audience, newest, sealed_by(by, key, file.name)))
                renewed += 1
        return renewed

    def destroy(self, name: str, at: datetime, reason: str) -> bool:
        """From here on nobody reads what is sealed about this matter; whether there was a key."""
        file = self._file(name)
        try:
            _read(file)
        except (FileNotFoundError, Destroyed):
            return False
        write_over(file, json.dumps({"destroyed_at": at.isoformat(), "reason": reason}, ensure_ascii=False).encode())
        return True

    def count(self) -> tuple[int, int]:
        """How many matters have a key, and of how many it was destroyed."""
        kept = destroyed = 0
        for file in self._files():
            try:
                _read(file)
                kept += 1
            except Destroyed:
                destroyed += 1
        return kept, destroyed

    def _filed(self, name: str, audience: str) -> Filed:
        try:
            return _read(self._file(name))
        except (FileNotFoundError, PermissionError):
            raise NoRight(audience) from None

    def _files(self) -> Iterator[Path]:
        if self.folder.exists():
            yield from sorted(file for file in self.folder.glob("??/*") if not file.name.startswith("."))

    def _file(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def _replace(self, file: Path, filed: Filed) -> None:
        write_over(file, _as_filed(filed))


def _as_filed(filed: Filed) -> bytes:
    said = {"audience": filed.audience, "by": filed.number, "key": b64encode(filed.sealed).decode()}
    return json.dumps(said).encode()


def _read(file: Path) -> Filed:
    said: dict[str, Any] = json.loads(file.read_bytes())
    if "destroyed_at" in said:
        raise Destroyed(file.name)
    return Filed(said["audience"], said["by"], b64decode(said["key"]))
