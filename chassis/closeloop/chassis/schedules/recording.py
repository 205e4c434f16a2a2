"""The record of a job: its form, filled and signed by whoever does it, sealed at once and put into the archive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from closeloop.chassis.records import archive_record, keep_record, seal_record, sign_record
from closeloop.chassis.schedules.job import OF
from closeloop.chassis.store.sign_offs import Signing
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import SignatureMeans

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.records import KeptRecord
    from closeloop.chassis.schedules.job import ScheduledJob


def keep_the_record(work: Work, pack: Pack, form: str, job: ScheduledJob) -> KeptRecord:
    """What was written stands from now on as a record, under the names of whoever wrote and signed it."""
    record = keep_record(work, pack, form, job.standing, of=OF, place=job.place, audience=job.audience)
    writer, record.made_at = job.writer, job.written_at or work.now
    record.made_by = writer["by"]
    _sign(work, record, writer["signer"], writer["role"], writer["means"], at=job.written_at)
    for one in work.all(Signing, of=OF):
        if one.stands:
            _sign(work, record, one.signer or "", one.role, one.means, at=one.given_at, drawing=one.drawing)
    seal_record(work, record, pack)
    return archive_record(work, record, pack)


def _sign(
    work: Work,
    record: KeptRecord,
    signer: str,
    role: str,
    means: str | None,
    *,
    at: datetime | None,
    drawing: str | None = None,
) -> None:
    said = SignatureMeans(means or SignatureMeans.TYPED)
    sign_record(work, record, signer=signer, role=role, means=said, at=at, drawing=drawing)
