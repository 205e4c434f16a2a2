"""JSON: the conversation of a case."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.answering import answered
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.rows import json_text
from closeloop.intake import queries as cases
from closeloop.intake.conversation import queries, writing
from closeloop.intake.conversation.forms import FilingForm, MessageForm

router = APIRouter(prefix="/api/intake/cases/{name}/messages", tags=["intake"])


@router.get("", name="api_messages")
async def messages(name: str, read: Reading, person: CurrentPerson) -> Response:
    """What was said to the customer and by them, in the order in which it was written down."""
    found = await cases.case_of(read, person, name)
    items = [queries.as_json(one) for one in await queries.messages_of(read, found)]
    return Response(json_text({"items": items, "next": None}), media_type="application/json")


@router.post("", name="api_write_message", status_code=201)
async def write(request: Request, name: str, form: MessageForm, read: Reading, person: CurrentPerson) -> Response:
    """Something that was said is written down."""
    found = await cases.case_of(read, person, name)
    said = (writing.write_message, found.id, form)
    return await answered(request, *said, by=person, key=found.id, status=201, shows=queries.as_json)


@router.post("/{number}/unclear", name="api_mark_unclear")
async def unclear(request: Request, name: str, number: int, read: Reading, person: CurrentPerson) -> Response:
    """It has to be found out first what is meant."""
    found = await cases.case_of(read, person, name)
    said = (writing.mark_unclear, found.id, number)
    return await answered(request, *said, by=person, key=found.id, shows=queries.as_json)


@router.post("/{number}/filing", name="api_file_reply")
async def filing(
    request: Request, name: str, number: int, form: FilingForm, read: Reading, person: CurrentPerson
) -> Response:
    """A reply is filed."""
    found = await cases.case_of(read, person, name)
    said = (writing.file_reply, found.id, number, form)
    return await answered(request, *said, by=person, key=found.id, shows=queries.as_json)
