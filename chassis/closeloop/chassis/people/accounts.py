"""Local accounts: one argon2 hash per login, in a file that only the service's user may read."""

import json
import secrets
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
from anyio.to_thread import run_sync
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from closeloop.chassis.people.keys import write_once, write_over

_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_AT_ONCE = 2


class Accounts:
    """Who may sign in with a password."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.hashes: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        self._nobody = _HASHER.hash("nobody")
        self._threads: anyio.CapacityLimiter | None = None

    async def verify(self, login: str, password: str) -> bool:
        """Whether the password is this person's; takes as long for a login that does not exist."""
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(_AT_ONCE)
        hashed = self.hashes.get(login)
        fits = await run_sync(_HASHER.verify, password, hashed or self._nobody, limiter=self._threads)
        return fits and hashed is not None

    def set_password(self, login: str, password: str) -> None:
        """Gives a person a new password."""
        self.hashes[login] = _HASHER.hash(password)
        write_over(self.file, json.dumps(self.hashes, indent=1).encode())


def a_password() -> str:
    """A random password that can be read aloud: three groups of five, no 0/O or 1/l."""
    return "-".join("".join(secrets.choice(_READABLE) for _letter in range(5)) for _group in range(3))


def open_accounts(file: Path, logins: Iterable[str]) -> dict[str, str]:
    """At the first start everybody gets a random password; answers them so that they can be handed out."""
    passwords = {login: a_password() for login in logins}
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        hashes = dict(zip(passwords, threads.map(_HASHER.hash, passwords.values()), strict=True))
    made = write_once(file, json.dumps(hashes, indent=1).encode(), mode=0o600)
    return passwords if made else {}


def write_passwords(file: Path, passwords: Mapping[str, str]) -> None:
    """The list of first passwords, for whoever starts the house."""
    width = max(map(len, passwords))
    lines = [f"{login:<{width}}  {password}\n" for login, password in passwords.items()]
    write_over(file, "".join(lines).encode())
