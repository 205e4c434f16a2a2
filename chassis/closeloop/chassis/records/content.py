"""What a record says, in the one order of characters over which hashes are taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from closeloop.chassis.acting import here
from closeloop.chassis.rows import json_text, moment_text
from closeloop.chassis.store.tables import KeptRecord

COVERS = "covers"
"""Beside a signature: the fields that stood on the form when it was signed."""

DRAWING = "drawing"
"""Beside a signature: the drawn name."""

IN_STEAD = "in_stead_of"
"""Beside a signature: the name of whoever was away, and for whom it was given."""


def in_stead_of(login: str | None) -> dict[str, str]:
    """What stands beside the signature of a deputy; nothing where somebody signed for themselves."""
    if login is None:
        return {}
    absent = here.get().people.maybe(login)
    return {IN_STEAD: absent.name if absent is not None else login}


def as_kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they come back from any database: plain JSON, moments as text."""
    plain: dict[str, Any] = json.loads(json_text(dict(fields)))
    return plain


def hash_of(record: KeptRecord) -> str:
    """SHA-256 over the whole record with its signatures; what seals it."""
    said = {
        **form_of(record),
        "id": record.id,
        "key": record.key,
        "of": record.of,
        "fields": record.fields,
        "signatures": record.signatures,
        "made_at": moment_text(record.made_at),
        "made_by": record.made_by,
        "corrects": record.corrects,
    }
    return _hashed(said)


def hash_to_sign(record: KeptRecord, covers: Iterable[str]) -> str:
    """SHA-256 over the form and the fields that whoever signs has before them."""
    return hashed_part(form_of(record), record.fields, covers)


def hashed_part(about: Mapping[str, Any], fields: Mapping[str, Any], covers: Iterable[str]) -> str:
    """SHA-256 over what these fields say, and of what form or thing they are."""
    return _hashed({**about, "fields": {name: fields.get(name) for name in covers}})


def is_as_sealed(record: KeptRecord) -> bool:
    """Whether a sealed record still says what it said when it was sealed; one that was disposed of says nothing."""
    return record.hash is not None and (record.disposed_at is not None or record.hash == hash_of(record))


def signature_holds(record: KeptRecord, signature: Mapping[str, Any]) -> bool:
    """Whether what was signed still stands on the form as it was signed."""
    return bool(signature["hash"] == hash_to_sign(record, signature.get(COVERS, ())))


def form_of(record: KeptRecord) -> dict[str, Any]:
    """Which form it is, of which procedure; part of what is signed."""
    return {
        "form": record.form,
        "form_version": record.form_version,
        "procedure": record.procedure,
        "procedure_version": record.procedure_version,
        "number": record.number,
    }


def _hashed(said: Mapping[str, Any]) -> str:
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
