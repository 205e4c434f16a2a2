"""Attachments of a service: what belongs to a case or job, uploaded, shown and erased; as pages and as JSON."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from closeloop.chassis.acting import here
from closeloop.chassis.attachments.attached import Attached
from closeloop.chassis.attachments.belonging import belonging
from closeloop.chassis.attachments.keeping import attached_as, attached_to
from closeloop.chassis.attachments.taking_in import RIGHT, erase, erase_all, take_in
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.people.rights import OPERATOR, rights_of
from closeloop.chassis.reading import MOST_AT_ONCE, Read, Reading
from closeloop.chassis.refusals import Forbidden, Misread

Key = Annotated[str, Query(min_length=1, max_length=200)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
AS_IT_IS = {
    "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
    "content-disposition": "inline",
}


class EraseForm(BaseModel):
    """Why something is not kept any more."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    reason: str = Field(min_length=2, max_length=500, title="Reason")
    """Why it is erased, such as that the person asked for it."""


class EraseAllForm(EraseForm):
    """Everything of a customer."""

    customer: str = Field(min_length=1, max_length=100)
    """Id of the customer in the list of intake."""


def may_erase(person: Person) -> bool:
    """Whether the button is there for this person."""
    packs = [pack for _since, pack in here.get().procedures]
    return person.may(OPERATOR) or RIGHT in rights_of(person, packs)


def router(service: str) -> APIRouter:
    """`/api/<service>/attachments` and `/<service>/attachments`."""
    router = APIRouter()

    @router.get(f"/api/{service}/attachments", name="attachments_as_json")
    async def attachments_as_json(
        read: Reading,
        person: CurrentPerson,
        about: Key,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """What was attached to a case or job."""
        await belonging(read, person, about)
        found = await attached_to(read, person, about, cursor=cursor, limit=limit)
        return {"items": [one.as_json(service) for one in found.items], "next": found.next}

    @router.post(f"/api/{service}/attachments", name="attach_as_json", status_code=201)
    async def attach_as_json(
        read: Reading,
        person: CurrentPerson,
        file: UploadFile,
        about: Key,
        of: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """Attach a photo or scan; forms name it by its hash."""
        taken = await _taken(read, person, file, about, of)
        return JSONResponse(_plain(taken.as_json(service)), 201)

    @router.post(f"/api/{service}/attachments/erase", name="erase_all_as_json")
    async def erase_all_as_json(said: EraseAllForm, person: CurrentPerson) -> dict[str, Any]:
        """Everything that is kept sealed for a customer is erased, as the customer may ask."""
        if not may_erase(person):
            raise Forbidden()
        return {"items": [one.as_json(service) for one in await erase_all(said.customer, said.reason, person)]}

    @router.post(f"/api/{service}/attachments/{{hash}}/erase", name="erase_as_json")
    async def erase_as_json(hash: Hash, said: EraseForm, read: Reading, person: CurrentPerson) -> dict[str, Any]:
        """Nobody reads it any more; that it was there stays on record."""
        found = await attached_as(read, person, hash)
        return (await erase(found.id, said.reason, person)).as_json(service)

    @router.get(f"/{service}/attachments", name="attachments", include_in_schema=False)
    async def attachments(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        about: Key,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """Photos and scans of a case or job, and where more are added."""
        belongs = await belonging(read, person, about)
        found = await attached_to(read, person, about, cursor=cursor)
        return page.show(
            "chassis/attachments",
            attached=found.items,
            belongs=belongs,
            may_erase=may_erase(person),
            next=page.here(cursor=found.next) if found.next else "",
        )

    @router.post(f"/{service}/attachments", name="attach", include_in_schema=False)
    async def attach(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        about: Key,
        file: UploadFile | None = None,
    ) -> Response:
        """The button: add it."""
        if file is None or not file.size:
            raise Misread(_("Choose a file first."))
        await _taken(read, person, file, about, "")
        return page.go_to("attachments", query={"about": about}, said=_("It is sealed and kept."))

    @router.get(f"/{service}/attachments/{{hash}}", name="attachment", include_in_schema=False)
    async def attachment(hash: Hash, read: Reading, person: CurrentPerson) -> Response:
        """The photo or scan itself; nothing in it is run."""
        found = await attached_as(read, person, hash)
        content = await here.get().attachments.read(found)
        return Response(content, media_type=found.type, headers=AS_IT_IS)

    @router.post(f"/{service}/attachments/{{hash}}/erase", name="erase_attachment", include_in_schema=False)
    async def erase_one(
        hash: Hash, form: Annotated[EraseForm, Form()], read: Reading, person: CurrentPerson, page: CurrentPage
    ) -> Response:
        """The button: erase it."""
        found = await attached_as(read, person, hash)
        await erase(found.id, form.reason, person)
        return page.go_to("attachments", query={"about": found.about}, said=_("It is erased; the reason is on record."))

    return router


async def _taken(read: Read, person: Person, file: UploadFile, about: str, of: str) -> Attached:
    belongs = await belonging(read, person, about)
    return await take_in(await file.read(), file.filename or "", belongs, of, person)


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}
