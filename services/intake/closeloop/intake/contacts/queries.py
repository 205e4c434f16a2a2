"""What was published, by place: what the form of the last sealed record publishes, and where one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Organisation
from closeloop.chassis.reading import Read
from closeloop.chassis.records.asking import RECORDS
from closeloop.chassis.records.words import EMPTY, in_field
from closeloop.chassis.store.tables import KeptRecord


@dataclass(frozen=True, slots=True)
class Contacts:
    """What one form publishes for one place; for all of them where `place` is none."""

    pack: Pack
    form: str
    place: str | None
    record: KeptRecord | None
    """The sealed record that stands; none where nobody has published anything yet."""

    @property
    def since(self) -> datetime | None:
        """From when on it is so."""
        return self.record.sealed_at if self.record else None

    @property
    def said(self) -> list[tuple[dict[str, str], Any]]:
        """Titles and words, in the order of the form."""
        fields, record = self.pack.forms[self.form].fields, self.record
        shown = [
            name for name in self.pack.forms[self.form].publishes if record and record.fields.get(name) not in EMPTY
        ]
        return [
            (fields[name].title.model_dump(), in_field(self.pack, fields[name], record.fields[name]))
            for name in shown
            if record is not None
        ]


async def contacts(read: Read, packs: Sequence[Pack], organisation: Organisation) -> list[Contacts]:
    """Every contact point that a procedure in force wants published, whether it is or not."""
    wanted = [
        (pack, form, place) for pack, form in _published_by(packs) for place in _places_of(pack, form, organisation)
    ]
    if not wanted:
        return []
    forms = sorted({form for _pack, form, _place in wanted})
    statement = select(RECORDS).where(RECORDS.c.form.in_(forms), RECORDS.c.sealed_at.is_not(None))
    standing: dict[tuple[str, str, str | None], KeptRecord] = {}
    for record in await read.rows(KeptRecord, statement.order_by(RECORDS.c.sealed_at, RECORDS.c.id)):
        standing[record.procedure, record.form, record.place] = record
    return [Contacts(pack, form, place, standing.get((pack.id, form, place))) for pack, form, place in wanted]


def _published_by(packs: Sequence[Pack]) -> Iterator[tuple[Pack, str]]:
    """The forms of intake's jobs that publish something."""
    for pack in packs:
        for job in pack.jobs.values():
            if job.service == "intake" and job.form is not None and pack.forms[job.form].publishes:
                yield pack, job.form


def _places_of(pack: Pack, form: str, organisation: Organisation) -> list[str | None]:
    """Where each place has its own, every place of the procedure."""
    if not any(job.form == form and job.each == "place" for job in pack.jobs.values()):
        return [None]
    kinds = pack.head.places
    return [place.id for place in organisation.places if not kinds or place.kind in kinds]
