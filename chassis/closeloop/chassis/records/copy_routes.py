"""Copies of a record, each printed under its own title; that it went out is on record."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.records import asking
from closeloop.chassis.records.copies import hand_out_copy, title_of_copy
from closeloop.chassis.records.printed import as_printed
from closeloop.chassis.records.routes import pack_of
from closeloop.chassis.records.sheet import printed_page
from closeloop.chassis.refusals import NotFound


def router(service: str) -> APIRouter:
    """`/api/<service>/records/{id}/copies/{n}` and the page of a copy."""
    router = APIRouter()

    @router.post(f"/api/{service}/records/{{identity}}/copies/{{number}}", name="copy_as_json")
    async def copy_as_json(
        identity: str, number: int, request: Request, read: Reading, person: CurrentPerson
    ) -> Response:
        """A copy went out."""
        found = await asking.record_of(read, person, identity)
        if found is None:
            raise NotFound()
        said = (hand_out_copy, identity, number, here.get().hears.settle)
        return await answered(
            request, *said, by=person, key=found.key, shows=lambda one: {"record": one.id, "copy": number}
        )

    @router.post(f"/{service}/records/{{identity}}/copies/{{number}}", name="hand_out_copy", include_in_schema=False)
    async def hand_out(identity: str, number: int, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
        """The button: the copy is printed and goes out."""
        found = await asking.record_of(read, person, identity)
        if found is None:
            raise NotFound()
        await do(hand_out_copy, identity, number, here.get().hears.settle, by=person, key=found.key)
        return page.go_to("copy", identity=identity, number=number, said=_("That the copy went out is on record."))

    @router.get(f"/{service}/records/{{identity}}/copies/{{number}}", name="copy", include_in_schema=False)
    async def copy(identity: str, number: int, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
        """One copy as it is printed, under its own title."""
        found = await asking.record_of(read, person, identity)
        title = title_of_copy(pack_of(found).forms[found.form], number) if found else None
        if found is None or title is None:
            raise NotFound()
        printed = as_printed(found, pack_of(found))
        back = page.url("record", identity=identity)
        return await printed_page(page, replace(printed, lead=title.model_dump(), copies=()).at(back=back))

    return router
