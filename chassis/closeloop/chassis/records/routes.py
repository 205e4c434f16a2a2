"""Records of a service: as JSON, as a sheet to be printed, and as PDF."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.people.rights import OPERATOR, rights_of
from closeloop.chassis.reading import MOST_AT_ONCE, Read, Reading
from closeloop.chassis.records import asking, given
from closeloop.chassis.records.disposing import RIGHT, DisposeForm, dispose
from closeloop.chassis.records.distributing import read_and_settle
from closeloop.chassis.records.pdf import pdf_page
from closeloop.chassis.records.printed import as_printed
from closeloop.chassis.records.sheet import printed_page
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.store.tables import KeptRecord


class ReadForm(BaseModel):
    """Somebody has read a record."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    hash: str | None = Field(None, max_length=64)
    """Hash of the record that they read; another one that stands there by now is refused."""


def my_desks(person: Person) -> frozenset[str]:
    """The desks of this person by every procedure in force here."""
    running = here.get()
    return desks_of(person, running.people, [pack for _since, pack in running.procedures])


def pack_of(record: KeptRecord) -> Pack:
    """The version of the procedure whose form it is."""
    return here.get().procedures.pack(record.procedure, record.procedure_version)


async def _visible(read: Read, person: Person, identity: str) -> KeptRecord:
    """A record of one's own departments, or one that was given to one's desks."""
    found = await asking.record_of(read, person, identity)
    found = found or await given.record_given_to(read, person, my_desks(person), identity)
    if found is None:
        raise NotFound()
    return found


async def _readers(read: Read, record: KeptRecord) -> list[dict[str, Any]]:
    """Who was given the record, in words."""
    pack, people = pack_of(record), here.get().people
    found = [one for one in await given.readers_of(read, record.id) if one.withdrawn_at is None]
    persons = [people.maybe(one.read_by) for one in found if one.read_by]
    names = {person.id: person.name for person in persons if person is not None}
    return [
        {
            "desk": one.desk,
            "title": pack.title_of(one.desk).model_dump(),
            "read_at": one.read_at,
            "read_by": names.get(one.read_by or "", one.read_by),
            "due_at": one.due_at,
            "is_late": one.missed_at is not None,
        }
        for one in found
    ]


def router(service: str) -> APIRouter:
    """`/api/<service>/records`, `/<service>/records/{id}` and its PDF."""
    router = APIRouter()

    @router.get(f"/api/{service}/records", name="records_as_json")
    async def records_as_json(
        read: Reading,
        person: CurrentPerson,
        form: Annotated[str | None, Query(max_length=60)] = None,
        key: Annotated[str | None, Query(max_length=200)] = None,
        number: Annotated[str | None, Query(max_length=100)] = None,
        archived_from: date | None = None,
        archived_to: date | None = None,
        over: bool = False,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """Records by form, key and number, by when they went to the archive, and those whose time is over."""
        wanted = asking.Sought(number, archived_from, archived_to, here.get().now() if over else None)
        page = await asking.records(read, person, form=form, key=key, wanted=wanted, cursor=cursor, limit=limit)
        items = [asking.record_as_json(record, pack_of(record), service) for record in page.items]
        return {"items": items, "next": page.next}

    @router.get(f"/api/{service}/records/{{identity}}", name="record_as_json")
    async def record_as_json(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
        """One record."""
        found = await _visible(read, person, identity)
        corrected_by = await asking.corrected_by(read, found)
        readers = [given.reader_as_json(one, service) for one in await given.readers_of(read, found.id)]
        said = asking.record_as_json(found, pack_of(found), service)
        return {**said, "corrected_by": corrected_by, "readers": readers}

    @router.post(f"/api/{service}/records/{{identity}}/dispose", name="dispose_of_record_as_json")
    async def dispose_of_record_as_json(
        identity: str, said: DisposeForm, read: Reading, person: CurrentPerson
    ) -> dict[str, Any]:
        """Dispose of a record whose time is over; its head and hash stay."""
        found = await _visible(read, person, identity)
        disposed = await dispose(found, said, person)
        return asking.record_as_json(disposed, pack_of(disposed), service)

    @router.post(f"/{service}/records/{{identity}}/dispose", name="dispose_of_record", include_in_schema=False)
    async def dispose_of_record(
        identity: str, said: Annotated[DisposeForm, Form()], read: Reading, person: CurrentPerson, page: CurrentPage
    ) -> Response:
        """The button: its time is over."""
        await dispose(await _visible(read, person, identity), said, person)
        return page.go_to("records", query={"over": "true"}, said=_("It is disposed of; its head and hash stay."))

    @router.post(f"/api/{service}/records/{{identity}}/read", name="record_read_as_json")
    async def record_read_as_json(
        identity: str, said: ReadForm, request: Request, read: Reading, person: CurrentPerson
    ) -> Response:
        """Somebody of a desk that was given the record confirms to have read it."""
        found = await _visible(read, person, identity)
        return await answered(
            *(request, read_and_settle, identity, said.hash, my_desks(person), here.get().hears.settle),
            by=person,
            key=found.key,
            shows=lambda readers: [given.reader_as_json(one, service) for one in readers],
        )

    @router.get(f"/api/{service}/to-read", name="to_read_as_json")
    async def to_read_as_json(
        read: Reading,
        person: CurrentPerson,
        mine: bool = True,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """Sealed records that my desks, or all, still have to read."""
        desks = my_desks(person) if mine else None
        page = await given.to_read(read, person, desks, cursor=cursor, limit=limit)
        return {"items": [given.reader_as_json(one, service) for one in page.items], "next": page.next}

    @router.get(f"/{service}/to-read", name="to_read", include_in_schema=False)
    async def to_read(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """What my desks were given to read."""
        found = await given.to_read(read, person, my_desks(person), cursor=cursor)
        packs = here.get().procedures
        rows = [(one, packs.pack(one.procedure, one.procedure_version).title_of(one.desk)) for one in found.items]
        return page.show("chassis/to_read", given=rows, next=page.here(cursor=found.next) if found.next else "")

    @router.post(f"/{service}/records/{{identity}}/read", name="read_record", include_in_schema=False)
    async def read_record(
        identity: str, said: Annotated[ReadForm, Form()], read: Reading, person: CurrentPerson, page: CurrentPage
    ) -> Response:
        """The button: I have read it."""
        found = await _visible(read, person, identity)
        settle = here.get().hears.settle
        await do(read_and_settle, identity, said.hash, my_desks(person), settle, by=person, key=found.key)
        return page.go_to("to_read", said=_("You have read it: that is on record."))

    @router.get(f"/{service}/records", name="records", include_in_schema=False)
    async def records_page(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        form: Annotated[str | None, Query(max_length=60)] = None,
        key: Annotated[str | None, Query(max_length=200)] = None,
        number: Annotated[str, Query(max_length=100)] = "",
        archived_from: str = "",
        archived_to: str = "",
        over: Annotated[str, Query(max_length=5)] = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """Records of a case or of a form, and what lies in the archive; each to be opened as its sheet."""
        now, is_over = here.get().now(), over == "true"
        wanted = asking.Sought(
            number.strip() or None, asking.day_of(archived_from), asking.day_of(archived_to), now if is_over else None
        )
        found = await asking.records(read, person, form=form or None, key=key, wanted=wanted, cursor=cursor)
        packs = [pack for _since, pack in here.get().procedures]
        return page.show(
            "chassis/records",
            records=[(one, pack_of(one).forms[one.form]) for one in found.items],
            forms={name: said.title.model_dump() for pack in packs for name, said in pack.forms.items()},
            wanted={
                "form": form,
                "number": number,
                "from": archived_from,
                "to": archived_to,
                "over": is_over,
                "key": key,
            },
            may_dispose=is_over and (person.may(OPERATOR) or RIGHT in rights_of(person, packs)),
            next=page.here(cursor=found.next) if found.next else "",
        )

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
        readers, desks = await _readers(read, found), my_desks(person)
        return await printed_page(
            page,
            printed.at(pdf=page.url("record_pdf", identity=identity)),
            readers=readers,
            read_at=page.url("read_record", identity=identity),
            may_confirm=any(one["read_at"] is None and one["desk"] in desks for one in readers),
        )

    return router
