"""The conversation of a case as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from closeloop.chassis.packs import Pack
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of
from closeloop.intake.conversation.model import HOW, WORDS, Message
from closeloop.intake.model import Case

MESSAGES = table_of(Message)


async def messages_of(read: Read, case: Case) -> list[Message]:
    """What was said, in the order in which it was written down."""
    statement = select(MESSAGES).where(MESSAGES.c.case_id == case.id)
    return await read.rows(Message, statement.order_by(MESSAGES.c.number))


def as_json(message: Message) -> dict[str, Any]:
    """A message on the wire."""
    return {
        "number": message.number,
        "direction": message.direction,
        "channel": message.channel,
        "says": message.says,
        "text": message.text,
        "at": message.at,
        "written_at": message.written_at,
        "written_by": message.written_by,
        "is_late": message.is_late,
        "answers": message.answers,
        "is_unclear": message.has_to_be_made_clear,
        "answered_at": message.answered_at,
        "filed_as": message.filed_as,
        "filed_at": message.filed_at,
    }


def as_shown(message: Message, pack: Pack) -> dict[str, Any]:
    """A message as the page of its case shows it."""
    channel = pack.intake.channels.get(message.channel)
    return {
        "number": message.number,
        "title": WORDS.get((message.direction, message.says), message.says),
        "channel": channel.title.model_dump() if channel else HOW.get(message.channel, message.channel),
        "text": message.text,
        "at": message.at,
        "by": message.written_by,
        "about": message.answers,
        "is_late": message.is_late,
        "is_unclear": message.has_to_be_made_clear,
        "waits": message.waits_for_an_answer,
        "to_file": message.has_to_be_filed,
        "filed_as": message.filed_as,
        "is_in": message.direction == "in",
    }
