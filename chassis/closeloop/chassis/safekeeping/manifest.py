"""What a backup holds: each file with its SHA-256, so that a byte that turned is found before anybody restores it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from pathlib import Path

from closeloop.chassis.i18n import Sentence, _

NAME = "manifest.json"
FORMAT = 1


class Unfit(Exception):
    """What keeps a backup from being made, read or restored, in one sentence."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(slots=True)
class Manifest:
    """The list of contents of a backup."""

    branch: str
    made_at: str
    """When, in RFC 3339 with zone."""
    services: list[str]
    files: dict[str, str] = field(default_factory=dict)
    """Path within the backup to the SHA-256 of what it holds."""
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Take the hash of every file that lies there, and write the list beside them."""
        self.files = {str(file.relative_to(folder)): _hash(file) for file in sorted(_files(folder))}
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The list of contents of the backup in this folder; `Unfit` if it holds none."""
    try:
        manifest = Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise Unfit(
            _("{folder} holds no backup: name the folder that 'closeloop backup' made.", folder=str(folder))
        ) from None
    except (ValueError, TypeError):
        raise Unfit(
            _("The list of contents of {folder} cannot be read: the backup is damaged.", folder=str(folder))
        ) from None
    if manifest.format != FORMAT:
        raise Unfit(
            _("{folder} was made by another version of Closeloop: restore it with that one.", folder=str(folder))
        )
    return manifest


def damage(folder: Path, manifest: Manifest) -> Iterator[Sentence]:
    """What is not as it was when the backup was made."""
    there = {str(file.relative_to(folder)) for file in _files(folder)}
    for name in sorted(manifest.files.keys() - there):
        yield _("The backup lacks {file}.", file=name)
    for name, hash in manifest.files.items():
        if name in there and _hash(folder / name) != hash:
            yield _("{file} of the backup is not as it was made: it is damaged or was changed.", file=name)


def _files(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != NAME:
            yield file


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
