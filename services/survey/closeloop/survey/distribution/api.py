"""JSON: forms that go out, come back and are entered, area by area."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.chassis.answering import answered
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.survey import queries
from closeloop.survey.api import as_sent
from closeloop.survey.distribution import actions
from closeloop.survey.distribution.actions import MovementForm, SheetForm
from closeloop.survey.distribution.model import Area

router = APIRouter(prefix="/api/survey", tags=["survey"])


@router.get("/surveys/{identity}/areas")
async def list_areas(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """What went out to each area and came back from it."""
    found = await queries.survey(read, person, identity)
    return {"items": [as_counted(area) for area in await queries.areas(read, found)]}


@router.get("/surveys/{identity}/movements")
async def list_movements(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """What went out and came back on which day, by whom."""
    found = await queries.survey(read, person, identity)
    shown = ("area", "day", "handed_out", "brought_back", "means", "by", "recorded_at")
    moved = await queries.movements(read, found)
    return {"items": [{name: getattr(one, name) for name in shown} for one in moved]}


@router.post("/surveys/{identity}/movements", status_code=201)
async def move(identity: str, form: MovementForm, request: Request, person: CurrentPerson) -> Response:
    """Forms went to an area, or came back from it."""
    return await answered(request, actions.move_forms, form, by=person, key=identity, status=201, shows=as_counted)


@router.post("/surveys/{identity}/sheets", status_code=201)
async def enter(identity: str, form: SheetForm, request: Request, person: CurrentPerson) -> Response:
    """What stands on a form that was brought back."""
    return await answered(request, actions.enter_sheet, form, by=person, key=identity, status=201, shows=as_sent)


def as_counted(area: Area) -> dict[str, Any]:
    """An area on the wire."""
    shown = ("quantity", "distributed", "returned", "handed_out", "brought_back", "entered", "sent", "answered")
    return {"area": area.name, **{name: getattr(area, name) for name in (*shown, "rate", "reason")}}
