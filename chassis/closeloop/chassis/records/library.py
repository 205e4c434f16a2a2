"""The library: sealed records of forms that everybody who works by the procedure may look up by their words."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import String, and_, cast, func, or_, select
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.people.desks import desks_by_right
from closeloop.chassis.people.person import EVERYBODYS
from closeloop.chassis.reading import MOST_AT_ONCE, Paged, Read, Reading
from closeloop.chassis.records.asking import RECORDS, record_as_json
from closeloop.chassis.records.printed import printed_form
from closeloop.chassis.records.routes import pack_of
from closeloop.chassis.store.tables import KeptRecord

_ESCAPE = "\\"
Shelf = tuple[str, str]
"""A procedure, and a form of it whose sealed records are a library."""


def shelves(person: Person, packs: list[Pack]) -> list[Shelf]:
    """What this person may look up: the libraries of the procedures by which they work."""
    mine = desks_by_right(person)
    return [
        (pack.id, name)
        for pack in packs
        for name, form in pack.forms.items()
        if form.library and not mine.isdisjoint({*pack.head.departments, *pack.head.roles})
    ]


async def found_in(
    read: Read,
    person: Person,
    on: list[Shelf],
    words: str = "",
    *,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[KeptRecord]:
    """Sealed records that hold all of these words, the newest first; what was corrected is not shown."""
    if not on:
        return Paged([])
    shelf = or_(*(and_(RECORDS.c.procedure == procedure, RECORDS.c.form == form) for procedure, form in on))
    later = RECORDS.alias()
    statement = select(RECORDS).where(shelf, RECORDS.c.sealed_at.is_not(None))
    statement = statement.where(~select(later.c.id).where(later.c.corrects == RECORDS.c.id).exists())
    heard = sorted(EVERYBODYS | person.audiences)
    statement = statement.where(or_(RECORDS.c.audience.is_(None), RECORDS.c.audience.in_(["", *heard])))
    for word in words.replace("\x00", "").split():
        part = f"%{_plain(word.lower())}%"
        statement = statement.where(func.lower(cast(RECORDS.c.fields, String)).like(part, escape=_ESCAPE))
    by = [RECORDS.c.made_at, RECORDS.c.id]
    return await read.page(KeptRecord, statement, by=by, cursor=cursor, limit=limit, descending=True)


def router(service: str) -> APIRouter:
    """`/api/<service>/library` and its page."""
    router = APIRouter()

    @router.get(f"/api/{service}/library", name="library_as_json")
    async def library_as_json(
        read: Reading,
        person: CurrentPerson,
        form: Annotated[str, Query(max_length=60)] = "",
        q: Annotated[str, Query(max_length=100)] = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """What is known by now, by the words that stand in it."""
        on = [one for one in shelves(person, _in_force()) if form in ("", one[1])]
        page = await found_in(read, person, on, q, cursor=cursor, limit=limit)
        return {"items": [record_as_json(one, pack_of(one), service) for one in page.items], "next": page.next}

    @router.get(f"/{service}/library", name="library", include_in_schema=False)
    async def library(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        q: Annotated[str, Query(max_length=100)] = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """What was found out before, looked up by its words."""
        on = shelves(person, _in_force())
        found = await found_in(read, person, on, q, cursor=cursor)
        return page.show(
            "chassis/library",
            q=q,
            has_shelves=bool(on),
            found=[(one, pack_of(one).forms[one.form].title, _cells(one)) for one in found.items],
            next=page.here(cursor=found.next) if found.next else "",
        )

    return router


def _cells(record: KeptRecord) -> list[tuple[Any, Any]]:
    """What stands on a record, field by field."""
    sheet = printed_form(pack_of(record), record.form, record.fields)
    return [(cell.title, cell.value) for block in sheet.blocks for row in block.rows for cell in row]


def _in_force() -> list[Pack]:
    running = here.get()
    return list(running.procedures.current(running.now()))


def _plain(word: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        word = word.replace(special, _ESCAPE + special)
    return word
