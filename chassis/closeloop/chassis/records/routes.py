"""Records of a service: as JSON, as a sheet to be printed, and as PDF."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import MOST_AT_ONCE, Read, Reading
from closeloop.chassis.records import asking
from closeloop.chassis.records.pdf import pdf_page
from closeloop.chassis.records.printed import as_printed
from closeloop.chassis.records.sheet import printed_page
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.store.tables import KeptRecord


def pack_of(record: KeptRecord) -> Pack:
    """The version of the procedure whose form it is."""
    return here.get().procedures.pack(record.procedure, record.procedure_version)


async def _visible(read: Read, person: Person, identity: str) -> KeptRecord:
    found = await asking.record_of(read, person, identity)
    if found is None:
        raise NotFound()
    return found


def router(service: str) -> APIRouter:
    """`/api/<service>/records`, `/<service>/records/{id}` and its PDF."""
    router = APIRouter()

    @router.get(f"/api/{service}/records", name="records_as_json")
    async def records_as_json(
        read: Reading,
        person: CurrentPerson,
        form: Annotated[str | None, Query(max_length=60)] = None,
        key: Annotated[str | None, Query(max_length=200)] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """Records by form and key."""
        page = await asking.records(read, person, form=form, key=key, cursor=cursor, limit=limit)
        items = [asking.record_as_json(record, pack_of(record), service) for record in page.items]
        return {"items": items, "next": page.next}

    @router.get(f"/api/{service}/records/{{identity}}", name="record_as_json")
    async def record_as_json(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
        """One record."""
        found = await _visible(read, person, identity)
        corrected_by = await asking.corrected_by(read, found)
        return {**asking.record_as_json(found, pack_of(found), service), "corrected_by": corrected_by}

    @router.get(f"/{service}/records", name="records", include_in_schema=False)
    async def records_page(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        form: Annotated[str | None, Query(max_length=60)] = None,
        key: Annotated[str | None, Query(max_length=200)] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """Records of a case or of a form, each to be opened as its sheet."""
        found = await asking.records(read, person, form=form, key=key, cursor=cursor)
        rows = [(one, pack_of(one).forms[one.form]) for one in found.items]
        return page.show("chassis/records", records=rows, next=page.here(cursor=found.next) if found.next else "")

    @router.get(f"/{service}/records/{{identity}}.pdf", name="record_pdf", include_in_schema=False)
    async def record_pdf(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
        """The record as PDF."""
        found = await _visible(read, person, identity)
        printed = as_printed(found, pack_of(found), corrected_by=await asking.corrected_by(read, found))
        return await pdf_page(page, printed)

    @router.get(f"/{service}/records/{{identity}}", name="record", include_in_schema=False)
    async def record(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
        """The record as it is printed."""
        found = await _visible(read, person, identity)
        printed = as_printed(found, pack_of(found), corrected_by=await asking.corrected_by(read, found))
        return await printed_page(page, printed.at(pdf=page.url("record_pdf", identity=identity)))

    return router
