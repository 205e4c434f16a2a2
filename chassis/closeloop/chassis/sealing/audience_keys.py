"""The keys of audiences: whoever can read one has the right to read what is sealed for it.

Each lies in a file of its own, `audiences/<audience>/<number>.key`; the highest number seals, the others open what was
sealed before. They are made when something is sealed first, but never by a service that was given only the public
half of the signing key.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from closeloop.chassis.people.keys import keep_names, write_once

KEY_BITS = 256
ENDS = ".key"


class NoRight(Exception):
    """There is no key of this audience here."""

    def __init__(self, audience: str) -> None:
        super().__init__(audience)
        self.audience = audience


class AudienceKeys:
    """The keys of all audiences that this process may read."""

    def __init__(self, keys: Path) -> None:
        self.folder, self._keys = keys / "audiences", keys

    def newest(self, audience: str) -> tuple[int, bytes]:
        """The key that seals, with its number; `NoRight` if there is none and none may be made here."""
        if not (numbers := self.numbers(audience)):
            if (self._keys / "signing.pub").exists() and not (self._keys / "signing.pem").exists():
                raise NoRight(audience)
            self.make(audience, 1)
            numbers = self.numbers(audience)
        try:
            return numbers[-1], self.of(audience, numbers[-1])
        except NoRight:
            if self.numbers(audience) in ([], numbers):
                raise
            return self.newest(audience)  # rotated at this very moment

    def of(self, audience: str, number: int) -> bytes:
        """One key; `NoRight` if it is not here."""
        try:
            return self._file(audience, number).read_bytes()
        except (FileNotFoundError, PermissionError):
            raise NoRight(audience) from None

    def numbers(self, audience: str) -> list[int]:
        """The keys of an audience, the newest last."""
        folder = self.folder / audience
        try:
            names = [file.name.removesuffix(ENDS) for file in folder.iterdir() if file.name.endswith(ENDS)]
        except (FileNotFoundError, PermissionError):
            return []
        return sorted(int(name) for name in names if name.isdecimal())

    def make(self, audience: str, number: int) -> None:
        """Another key; if somebody else makes the same at this moment, theirs counts."""
        file = self._file(audience, number)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_once(file, AESGCM.generate_key(KEY_BITS), mode=0o600)

    def destroy(self, audience: str, number: int) -> None:
        """Nothing that is sealed by it is read again."""
        self._file(audience, number).unlink(missing_ok=True)
        keep_names(self.folder / audience)

    def _file(self, audience: str, number: int) -> Path:
        return self.folder / audience / f"{number}{ENDS}"
