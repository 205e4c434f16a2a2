"""The keys by which attachments are sealed: one for each, in a folder for each person; whoever has none reads nothing.

Keys lie with the keys of the house, never beside the sealed bytes and in no backup: a key that is gone is gone.
"""

from __future__ import annotations

import secrets
import shutil
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from closeloop.chassis.people.keys import keep_names, write_once

KEY_BITS = 256
NONCE_BYTES = 12


class Unreadable(Exception):
    """The key is gone, or the bytes are not what was sealed."""


class SealingKeys:
    """One folder for each person or case, one file for each attachment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def seal(self, content: bytes, sealed_for: str) -> tuple[str, bytes]:
        """The sealed bytes under a key of their own, and the hash that names them."""
        key, nonce = AESGCM.generate_key(KEY_BITS), secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, content, None)
        name = sha256(sealed).hexdigest()
        file = self._file(name, sealed_for)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_once(file, key, mode=0o600)
        return name, sealed

    def open(self, sealed: bytes, name: str, sealed_for: str) -> bytes:
        """The content again."""
        try:
            key = self._file(name, sealed_for).read_bytes()
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (FileNotFoundError, InvalidTag, ValueError):
            raise Unreadable(name) from None

    def destroy(self, name: str, sealed_for: str) -> None:
        """From here on nobody reads this attachment again, in whatever copy."""
        file = self._file(name, sealed_for)
        file.unlink(missing_ok=True)
        if file.parent.exists():
            keep_names(file.parent)

    def destroy_all(self, sealed_for: str) -> None:
        """From here on nobody reads anything that was sealed for this person."""
        folder = self._folder(sealed_for)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.parent.exists():
            keep_names(folder.parent)

    def _folder(self, sealed_for: str) -> Path:
        hashed = sha256(sealed_for.encode()).hexdigest()
        return self.folder / hashed[:2] / hashed

    def _file(self, name: str, sealed_for: str) -> Path:
        return self._folder(sealed_for) / name
