"""The page of parked messages: what could not be handled, why, and "try again"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.refusals import Forbidden

MOST_SHOWN = 200
OPERATOR = "operator"
COLUMNS = ("id", "key", "publisher", "position", "subject", "reason", "tries", "parked_at", "next_try_at")


async def parked() -> list[dict[str, Any]]:
    """What is parked in this service, oldest first; never the content, which may be personal."""
    rows = await here.get().store.fetch(
        f"select {', '.join(COLUMNS)} from parked order by parked_at, position limit ?", MOST_SHOWN
    )
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return [
        {**row, "parked_at": _moment(row["parked_at"]), "next_try_at": _moment(row["next_try_at"])} for row in found
    ]


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _operators_only(person: Person) -> None:
    if not person.may(OPERATOR):
        raise Forbidden(_("Only operators look after parked messages."))


def router(service: str) -> APIRouter:
    """`/<service>/parked` and its JSON."""
    router = APIRouter()

    @router.get(f"/api/{service}/parked", name="parked_messages")
    async def parked_messages(person: CurrentPerson) -> dict[str, Any]:
        """What is parked here."""
        _operators_only(person)
        return {"items": await parked()}

    @router.post(f"/api/{service}/parked/{{identity}}/try", name="try_parked_message")
    async def try_parked_message(identity: str, person: CurrentPerson) -> dict[str, Any]:
        """Try one again now."""
        _operators_only(person)
        return {"handled": await here.get().parking.try_again(identity)}

    @router.get(f"/{service}/parked", name="parked", include_in_schema=False)
    async def show_parked(person: CurrentPerson, page: CurrentPage) -> Response:
        """What is parked here, as a page."""
        _operators_only(person)
        return page.show("chassis/parked", messages=await parked())

    @router.post(f"/{service}/parked/{{identity}}/try", name="try_again", include_in_schema=False)
    async def try_again(identity: str, person: CurrentPerson, page: CurrentPage) -> Response:
        """The button "try again"."""
        _operators_only(person)
        handled = await here.get().parking.try_again(identity)
        said = _("It is handled now.") if handled else _("It failed again; the reason is in the list.")
        return page.go_to("parked", said=said)

    return router
