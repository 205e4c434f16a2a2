"""The record of a job: its form, filled and signed by whoever does it, sealed at once and put into the archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from closeloop.chassis.records import archive_record, keep_record, seal_record, sign_record
from closeloop.chassis.schedules.job import OF
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import SignatureMeans

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.records import KeptRecord
    from closeloop.chassis.schedules.job import ScheduledJob


def keep_the_record(
    work: Work,
    pack: Pack,
    form: str,
    fields: Mapping[str, Any],
    job: ScheduledJob,
    *,
    signer: str,
    role: str,
    means: SignatureMeans,
) -> KeptRecord:
    """What was written stands from now on as a record."""
    record = keep_record(work, pack, form, fields, of=OF, place=job.place)
    sign_record(work, record, signer=signer, role=role, means=means)
    seal_record(work, record, pack)
    return archive_record(work, record, pack)
