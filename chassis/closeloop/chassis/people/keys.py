"""The Ed25519 key that signs tokens; its public half checks them in every service."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import OKPKey


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """A service without the private half can check tokens, but makes none."""

    public: OKPKey
    private: OKPKey | None


def keys_in(folder: Path) -> SigningKeys:
    """The keys of this folder; made at the first start, unless somebody put the public half there."""
    private_file, public_file = folder / "signing.pem", folder / "signing.pub"
    if not private_file.exists() and not public_file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = OKPKey.generate_key("Ed25519")
        write_once(private_file, fresh.as_pem(private=True), mode=0o600)
    if not private_file.exists():
        return SigningKeys(OKPKey.import_key(public_file.read_bytes()), None)
    private = OKPKey.import_key(private_file.read_bytes())
    public_pem = private.as_pem(private=False)
    write_once(public_file, public_pem, mode=0o644)
    return SigningKeys(OKPKey.import_key(public_pem), private)


def write_once(file: Path, content: bytes, *, mode: int) -> bool:
    """Writes a file that nobody else has written meanwhile, never half of it, and that a power cut does not take away;
    answers whether it was we.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    write_privately(draft, content, mode=mode)
    try:
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        keep_names(file.parent)
    return True


def write_over(file: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Puts a whole new file in the place of the old one: a kill or a power cut leaves the one or the other."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    write_privately(draft, content, mode=mode)
    draft.replace(file)
    keep_names(file.parent)


def keep_names(folder: Path) -> None:
    """What was made, moved or deleted in this folder is so after a power cut, too; the folder itself may be new."""
    for one in (folder, folder.parent):
        handle = os.open(one, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_privately(file: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Writes a file that has this mode from its first byte on."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as out:
        os.fchmod(handle, mode)
        out.write(content)
        out.flush()
        os.fsync(handle)
