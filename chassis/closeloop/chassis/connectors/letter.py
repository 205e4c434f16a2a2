"""A letter: what is to be told outside the house, as a row that is sent after it is on disk."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from closeloop.chassis.rows import keeps

UNDER = "letter:"


class LetterState(StrEnum):
    """Where a letter is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCLEAR = "unclear"
    LET_GO = "let_go"


@keeps("letters", key="id", under=UNDER, indexes=[("state", "next_try_at"), ("about", "written_at")])
class Letter:
    """One letter; by its id a provider recognises a second attempt."""

    id: str
    about: str
    of: str
    kind: str
    connector: str
    goes_to: str
    subject: str
    text: str
    language: str
    state: LetterState
    written_at: datetime
    next_try_at: datetime
    url: str = ""
    desk: str | None = None
    place: str | None = None
    audience: str | None = None
    tries: int = 0
    carried_at: datetime | None = None
    reference: str | None = None
    reason: dict[str, str] | None = None
    decided_by: str | None = None
