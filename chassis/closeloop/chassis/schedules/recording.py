"""The record of a job: its form, filled and signed by whoever does it, and sealed at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import SignatureMeans

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
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
) -> str:
    """What was written stands from now on as a record; answers its id."""
    from closeloop.chassis.records import keep_record, seal_record, sign_record

    record = keep_record(work, pack, form, fields, of="job")
    sign_record(work, record, signer=signer, role=role, means=means)
    return seal_record(work, record, pack).id
