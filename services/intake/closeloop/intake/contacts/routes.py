"""How to reach the organisation: for everybody, and for its own people with what nobody has published yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.rows import json_text
from closeloop.intake.contacts import queries
from closeloop.intake.contacts.queries import Contacts
from closeloop.intake.showing import place_name, words

router = APIRouter(tags=["intake"])


@router.get("/public/intake/contacts", name="public_contacts", include_in_schema=False)
async def public_contacts(page: CurrentPage, read: Reading) -> Response:
    """What customers read: telephone numbers, boxes and addresses, place by place."""
    found = [one for one in await _contacts(read) if one.said]
    return page.show("contacts", contacts=_shown(found), is_public=True)


@router.get("/intake/contacts", name="contacts", include_in_schema=False)
async def contacts(page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """The same for the organisation's own people, with what is still missing."""
    found = [one for one in await _contacts(read) if person.at(one.place)]
    return page.show("contacts", contacts=_shown(found), is_public=False)


@router.get("/api/intake/contacts", name="api_contacts")
async def api_contacts(person: CurrentPerson, read: Reading) -> Response:
    """Contact points by place; `published_at` is none where one is missing."""
    items = [
        {
            "procedure": one.pack.id,
            "form": one.form,
            "place": one.place,
            "published_at": one.since,
            "record": one.record.id if one.record else None,
            "fields": {name: one.record.fields.get(name) for name in one.pack.forms[one.form].publishes}
            if one.record
            else {},
        }
        for one in await _contacts(read)
        if person.at(one.place)
    ]
    return Response(json_text({"items": items, "next": None}), media_type="application/json")


async def _contacts(read: Read) -> list[Contacts]:
    running = here.get()
    packs = running.procedures.current(running.now())
    return await queries.contacts(read, packs, running.people.organisation)


def _shown(found: Iterable[Contacts]) -> list[dict[str, Any]]:
    return [
        {
            "place": place_name(one.place) or words(one.pack.title),
            "title": words(one.pack.forms[one.form].title),
            "said": one.said,
            "since": one.since,
        }
        for one in found
    ]
