"""Records: filled forms that are signed, sealed, printed and kept, the same in every service."""

from closeloop.chassis.records.content import hash_of, is_as_sealed, signature_holds
from closeloop.chassis.records.keeping import (
    archive_record,
    archive_records,
    change_record,
    correct_record,
    keep_record,
    last_record,
    seal_record,
    sign_record,
)
from closeloop.chassis.store.tables import KeptRecord

__all__ = [
    "KeptRecord",
    "archive_record",
    "archive_records",
    "change_record",
    "correct_record",
    "hash_of",
    "is_as_sealed",
    "keep_record",
    "last_record",
    "seal_record",
    "sign_record",
    "signature_holds",
]
