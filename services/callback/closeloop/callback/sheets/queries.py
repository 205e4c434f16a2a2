"""What callback shows of answer sheets; it changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from closeloop.callback.sheets.model import AskedSheet, SheetDraw, SheetState
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.records import KeptRecord
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of

SHEETS = table_of(AskedSheet).c


async def sheets(
    read: Read,
    person: Person,
    *,
    survey: str | None = None,
    status: SheetState | None = SheetState.PLANNED,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[AskedSheet]:
    """Sheets that this person may see, the most urgent first."""
    query = _seen_by(person)
    if survey:
        query = query.where(SHEETS.survey_id == survey)
    if status:
        query = query.where(SHEETS.state == status)
    return await read.page(AskedSheet, query, by=(SHEETS.returned_at, SHEETS.id), cursor=cursor, limit=limit)


async def sheet(read: Read, person: Person, identity: str) -> AskedSheet:
    """One sheet; nothing for whom it is none of their business."""
    found = await read.one(AskedSheet, _seen_by(person).where(SHEETS.id == identity))
    if found is None:
        raise NotFound()
    return found


async def draws(read: Read, survey: str) -> list[SheetDraw]:
    """What was drawn of a survey, by coverage."""
    table = table_of(SheetDraw)
    return await read.rows(SheetDraw, select(table).where(table.c.survey_id == survey).order_by(table.c.id))


async def records_of(read: Read, sheet: AskedSheet) -> list[KeptRecord]:
    """The records of the callback about it."""
    table = table_of(KeptRecord)
    return await read.rows(KeptRecord, select(table).where(table.c.key == sheet.id).order_by(table.c.made_at))


def _seen_by(person: Person) -> Select[Any]:
    table = table_of(AskedSheet)
    return scoped(select(table), table, person)
