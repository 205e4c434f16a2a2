"""Pages of conversations: what was said stands on a page of its own beside the case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.intake import queries as cases
from closeloop.intake.api import as_invalid, pack_of
from closeloop.intake.conversation import queries, writing
from closeloop.intake.conversation.forms import FilingForm, MessageForm
from closeloop.intake.conversation.model import WORDS
from closeloop.intake.conversation.posting import MAIL
from closeloop.intake.loop import is_closed
from closeloop.intake.rights import may_register, works_by
from closeloop.intake.showing import words

router = APIRouter(prefix="/intake/cases/{number}/messages", include_in_schema=False)


@router.get("", name="messages")
async def messages(number: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """The conversation of a case, and what may be written next."""
    found = await cases.case_of(read, person, number)
    pack, shown = pack_of(found), await queries.messages_of(read, found)
    said = pack.intake.conversation
    return page.show(
        "messages",
        case=found,
        title=words(said.title) if said else _("Conversation"),
        messages=[queries.as_shown(one, pack) for one in shown],
        channels=[(name, words(channel.title)) for name, channel in pack.intake.channels.items()],
        kinds=[(f"{direction} {says}", title) for (direction, says), title in WORDS.items()],
        about=[(one.number, one.number) for one in shown if one.waits_for_an_answer or one.has_to_be_made_clear],
        files=bool(said and said.filing),
        clarifies=bool(said and said.clarifying),
        mails=bool(found.email) and MAIL in here.get().connectors.channels,
        may_write=may_register(person, pack) or works_by(person, pack),
        is_closed=is_closed(found),
    )


@router.post("", name="write_message")
async def write(request: Request, number: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """Something that was said is written down."""
    found, entered = await cases.case_of(read, person, number), await request.form()
    direction, _blank, says = str(entered.get("kind", "")).partition(" ")
    written: dict[str, Any] = {name: str(value) for name, value in entered.items() if name != "kind" and value}
    if "at" in written:
        written["at"] = _with_zone(written["at"])
    try:
        form = MessageForm.model_validate({"direction": direction, "says": says, **written})
    except ValidationError as wrong:
        raise as_invalid(wrong, entered) from None
    await do(writing.write_message, found.id, form, by=person, key=found.id)
    return page.go_to("messages", number=found.number, said=_("It stands in the conversation."))


@router.post("/{message}/unclear", name="mark_unclear")
async def unclear(number: str, message: int, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """It has to be found out first what is meant."""
    found = await cases.case_of(read, person, number)
    await do(writing.mark_unclear, found.id, message, by=person, key=found.id)
    return page.go_to("messages", number=found.number, said=_("Marked as unclear: find out first what is meant."))


@router.post("/{message}/filing", name="file_reply")
async def filing(
    number: str,
    message: int,
    form: Annotated[FilingForm, Form()],
    page: CurrentPage,
    person: CurrentPerson,
    read: Reading,
) -> Response:
    """A reply is filed."""
    found = await cases.case_of(read, person, number)
    await do(writing.file_reply, found.id, message, form, by=person, key=found.id)
    return page.go_to("messages", number=found.number, said=_("The reply is filed."))


def _with_zone(written: str) -> str:
    """What a browser says of a moment has no zone: it is meant in the organisation's own."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return (moment if moment.tzinfo else moment.replace(tzinfo=HOME_ZONE)).isoformat()
