"""Answer sheets to be checked, for machines."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from closeloop.callback.asking.forms import AttemptForm
from closeloop.callback.sheets import actions, queries
from closeloop.callback.sheets.model import AskedSheet, SheetDraw, SheetState
from closeloop.chassis.answering import answered
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import MOST_AT_ONCE, Reading

router = APIRouter(prefix="/api/callback", tags=["callback"])


@router.get("/sheets")
async def list_sheets(
    read: Reading,
    person: CurrentPerson,
    survey: str | None = None,
    status: SheetState | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> dict[str, Any]:
    """Answer sheets whose answers may be checked; `status=planned` are those that were drawn and wait."""
    page = await queries.sheets(read, person, survey=survey, status=status, cursor=cursor, limit=limit)
    return {"items": [as_shown(one) for one in page.items], "next": page.next}


@router.get("/sheets/{identity}")
async def show_sheet(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """One sheet, with the draw by which it is checked."""
    found = await queries.sheet(read, person, identity)
    drawn = [one for one in await queries.draws(read, found.survey_id) if one.coverage == found.coverage]
    return as_shown(found) | {"draw": as_drawn(drawn[0]) if drawn else None}


@router.post("/sheets/{identity}/attempts", status_code=201)
async def check_as_json(identity: str, form: AttemptForm, request: Request, person: CurrentPerson) -> Response:
    """Whoever answered was asked: how, and what came of it."""
    return await answered(request, actions.check_answers, form, by=person, key=identity, status=201, shows=as_shown)


def as_shown(sheet: AskedSheet) -> dict[str, Any]:
    """A sheet on the wire: never who answered, nor what."""
    return {
        "id": sheet.id,
        "survey_id": sheet.survey_id,
        "survey": sheet.survey,
        "number": sheet.number,
        "place": sheet.place,
        "coverage": sheet.coverage,
        "desk": sheet.desk,
        "status": sheet.state,
        "reachable": sheet.reachable,
        "due_at": sheet.due_at,
        "tries": sheet.tries,
        "next_at": sheet.next_at,
        "outcome": sheet.outcome,
        "asked_at": sheet.asked_at,
        "caller": sheet.caller,
        "facts": sheet.facts,
    }


def as_drawn(draw: SheetDraw) -> dict[str, Any]:
    """A draw on the wire: whoever has the sheets can draw again."""
    return {
        "seed": draw.seed,
        "share": draw.share,
        "population": len(draw.population),
        "drawn": draw.drawn,
        "open": draw.open,
        "due_at": draw.due_at,
        "ended_at": draw.ended_at,
    }
