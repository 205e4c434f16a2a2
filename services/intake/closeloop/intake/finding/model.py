"""The terms of each case, and how far the register was read for them."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.rows import keeps
from closeloop.chassis.store.found import found_by

WORDS = "words"
"""The key under which the register is read for its words."""


@found_by("terms")
@keeps("case_words", read=False)
class CaseWords:
    """The terms of what a case says, of its number and of whoever brought it; made from the case, at any time anew."""

    case_id: str
    registered_at: datetime
    terms: str


@keeps("words_read", key="key", under=WORDS)
class WordsRead:
    """Up to which place of the journal every registered case has its terms."""

    key: str
    position: int = 0
