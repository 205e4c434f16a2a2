"""Cases that hold words: the newest are looked through as they stand, older ones are found by their terms."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, cast, func, or_, select, true

from closeloop.chassis.reading import from_here_on
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.found import holds
from closeloop.intake.finding.model import CaseWords
from closeloop.intake.finding.terms import looked_up
from closeloop.intake.model import Case
from closeloop.intake.numbers import is_sound
from closeloop.intake.phones import phone_of

CASES, WORDS = table_of(Case), table_of(CaseWords)
NEWEST = 8_000
"""So many cases are looked through before the terms are asked; what came in a moment ago may have none yet."""
SOME = 400
"""So many of those with the terms are looked at first; that fills a page, whatever else is asked of them."""
LEAST_DIGITS = 3
_ESCAPE = "\\"


def holding(table: FromClause, words: list[str]) -> ColumnElement[bool]:
    """The case says each of these words: in its number, name, telephone number, address or contents."""
    found: ColumnElement[bool] = true()
    for word in words:
        found = found & _holding(table, word)
    return found


def the_newest(cursor: str | None, most: int | None = None) -> FromClause:
    """The newest cases, from where a cursor stands, whatever they say."""
    statement = from_here_on(select(CASES), (CASES.c.registered_at, CASES.c.id), cursor, descending=True)
    return statement.limit(most or NEWEST).subquery("newest")


def with_the_terms(words: list[str], cursor: str | None = None, most: int | None = None) -> Select[Any]:
    """The ids of cases that were read and have the terms of these words, as few others do; the newest, if not all."""
    found: Select[Any] = select(WORDS.c.case_id)
    for word in words:
        if any_of := [terms for said in _ways(word) if (terms := looked_up(said))]:
            found = found.where(holds(CaseWords, any_of))
    if most is None:
        return found
    return from_here_on(found, (WORDS.c.registered_at, WORDS.c.case_id), cursor, descending=True).limit(most)


def named(word: str) -> ColumnElement[bool] | None:
    """The case of this number, or the cases of this telephone number, if the word is a whole one."""
    if is_sound(word.upper()):
        return CASES.c.number == word.upper()
    if not _digits(word):
        return None
    try:
        return CASES.c.phone == phone_of(word)
    except ValueError:
        return None


def _holding(table: FromClause, word: str) -> ColumnElement[bool]:
    part = f"%{_plain(word.lower())}%"
    columns = [
        func.lower(cast(table.c[name], String)).like(part, escape=_ESCAPE)
        for name in ("number", "name", "content", "remedy_sought", "address")
    ]
    if digits := _digits(word):
        columns.append(table.c.phone.like(f"%{digits}%"))
    return or_(*columns)


def _ways(word: str) -> list[str]:
    """As it was written, and as a telephone number."""
    return list(dict.fromkeys(filter(None, (word, _digits(word)))))


def _digits(word: str) -> str:
    digits = re.sub(r"\D", "", word)
    return digits if len(digits) >= LEAST_DIGITS else ""


def _plain(word: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        word = word.replace(special, _ESCAPE + special)
    return word
