"""Kept records as they are looked up: within the places, departments and audiences of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.records.content import is_as_sealed
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import KeptRecord

RECORDS = table_of(KeptRecord)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which records of the archive are sought: by number, by when they went there, or those whose time is over."""

    number: str | None = None
    archived_from: date | None = None
    archived_to: date | None = None
    over_at: datetime | None = None


def first_moment(on: date) -> datetime:
    """The first moment of a day at home."""
    return datetime.combine(on, time.min, HOME_ZONE)


def day_of(written: str) -> date | None:
    """A day as a page sends it; none if nothing readable stands there."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


async def records(
    read: Read,
    person: Person,
    *,
    form: str | None = None,
    key: str | None = None,
    wanted: Sought | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[KeptRecord]:
    """The records of a form, of a case or job, or all, in the order in which they were made."""
    wanted = wanted or Sought()
    statement = scoped(select(RECORDS), RECORDS, person)
    if form:
        statement = statement.where(RECORDS.c.form == form)
    if key:
        statement = statement.where(RECORDS.c.key == key)
    if wanted.number:
        statement = statement.where(RECORDS.c.number == wanted.number)
    if wanted.archived_from:
        statement = statement.where(RECORDS.c.archived_at >= first_moment(wanted.archived_from))
    if wanted.archived_to:
        statement = statement.where(RECORDS.c.archived_at < first_moment(wanted.archived_to + timedelta(days=1)))
    if wanted.over_at:
        over = RECORDS.c.archived_at.is_not(None) & (RECORDS.c.keep_until <= wanted.over_at)
        statement = statement.where(over, RECORDS.c.disposed_at.is_(None))
    return await read.page(KeptRecord, statement, by=[RECORDS.c.made_at, RECORDS.c.id], cursor=cursor, limit=limit)


async def record_of(read: Read, person: Person, identity: str) -> KeptRecord | None:
    """One record, if this person may see it."""
    return await read.one(KeptRecord, scoped(select(RECORDS), RECORDS, person).where(RECORDS.c.id == identity))


async def last_of(read: Read, key: str, of: str, form: str | None = None) -> KeptRecord | None:
    """The record that stands for a thing; who may see the thing is asked by whoever asks for it."""
    statement = select(RECORDS).where(RECORDS.c.key == key, RECORDS.c.of == of)
    if form:
        statement = statement.where(RECORDS.c.form == form)
    return await read.one(KeptRecord, statement.order_by(RECORDS.c.made_at.desc(), RECORDS.c.id.desc()))


async def corrected_by(read: Read, record: KeptRecord) -> str | None:
    """The record that corrects this one."""
    correction = select(RECORDS.c.id).where(RECORDS.c.key == record.key, RECORDS.c.corrects == record.id)
    found: str | None = await read.value(correction.limit(1))
    return found


def record_as_json(record: KeptRecord, pack: Pack, service: str) -> dict[str, Any]:
    """A record as a program reads it."""
    form = pack.forms[record.form]
    return {
        "id": record.id,
        "key": record.key,
        "of": record.of,
        "form": record.form,
        "title": form.title.model_dump(),
        "form_number": form.number,
        "form_version": record.form_version,
        "procedure": record.procedure,
        "procedure_version": record.procedure_version,
        "number": record.number,
        "place": record.place,
        "fields": record.fields,
        "signatures": record.signatures,
        "made_at": record.made_at,
        "made_by": record.made_by,
        "sealed_at": record.sealed_at,
        "hash": record.hash,
        "is_as_sealed": is_as_sealed(record),
        "corrects": record.corrects,
        "archived_at": record.archived_at,
        "keep_until": record.keep_until,
        "disposed_at": record.disposed_at,
        "disposed_by": record.disposed_by,
        "url": f"/{service}/records/{record.id}",
        "pdf": f"/{service}/records/{record.id}.pdf",
    }
