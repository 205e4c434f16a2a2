"""What intake shows and looks up; it changes nothing, and shows nobody what is not for their eyes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import Activated, Key
from closeloop.contracts.vocabulary import CaseStatus
from closeloop.intake.model import Assessment, Case, Mark, every_rating
from closeloop.intake.numbers import is_sound

CASES = table_of(Case)
MARKS = table_of(Mark)
ASSESSMENTS = table_of(Assessment)
KEYS = table_of(Key)
_ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases of the register are asked for; the same words as in the address of the page."""

    status: str = ""
    kind: str = ""
    place: str = ""
    channel: str = ""
    procedure: str = ""
    q: str = ""
    registered_from: date | datetime | None = None
    registered_to: date | datetime | None = None


async def register(
    read: Read, person: Person, wanted: Wanted, cursor: str | None = None, limit: int | None = None
) -> Paged[Case]:
    """A page of the register, the newest case first."""
    statement = _wanted(select(CASES), person, wanted)
    by = (CASES.c.registered_at, CASES.c.id)
    return await read.page(Case, statement, by=by, cursor=cursor, limit=limit, descending=True)


async def counts(read: Read, person: Person, wanted: Wanted) -> dict[CaseStatus, int]:
    """How many of these cases stand where."""
    statement = _wanted(select(CASES.c.status, func.count().label("n")), person, wanted, of_any_status=True)
    found = {row["status"]: row["n"] for row in await read.all(statement.group_by(CASES.c.status))}
    return {status: found.get(status.value, 0) for status in CaseStatus}


async def case_of(read: Read, person: Person, name: str) -> Case:
    """The case of this id or number, if this person may see it."""
    name = name.strip()
    by_number = "-" in name
    where = CASES.c.number == name.upper() if by_number else CASES.c.id == name
    case = await read.one(Case, scoped(select(CASES).where(where), CASES, person))
    if case is not None:
        return case
    if by_number and not is_sound(name.upper()):
        raise NotFound(
            _(
                "There is no case {number}: its last character does not fit the rest. Check how it was read out.",
                number=name[:60],
            )
        )
    raise NotFound(_("There is no case {number} here. Check the number.", number=name[:60]))


async def version_of(read: Read, case: Case) -> int:
    """The version of a case, for ETag and If-Match."""
    return int(await read.value(select(KEYS.c.version).where(KEYS.c.key == case.id)) or 0)


async def marks_of(read: Read, case: Case) -> list[Mark]:
    """What the services said about each round."""
    return await read.rows(Mark, select(MARKS).where(MARKS.c.case_id == case.id).order_by(MARKS.c.set_at, MARKS.c.id))


async def assessments_of(read: Read, case: Case) -> list[Assessment]:
    """Every rating of the case, the first one first."""
    ratings = select(ASSESSMENTS).where(ASSESSMENTS.c.case_id == case.id)
    by_people = await read.rows(Assessment, ratings.order_by(ASSESSMENTS.c.at, ASSESSMENTS.c.id))
    return every_rating(case, by_people)


async def procedures(read: Read) -> Sequence[Any]:
    """Every version of a procedure that was ever activated, the newest first."""
    activated = table_of(Activated)
    columns = (activated.c.procedure, activated.c.version, activated.c.hash, activated.c.valid_from)
    return await read.all(select(*columns).order_by(activated.c.procedure, activated.c.valid_from.desc()))


def _wanted(statement: Select[Any], person: Person, wanted: Wanted, *, of_any_status: bool = False) -> Select[Any]:
    statement = scoped(statement, CASES, person)
    for name in ("status", "kind", "place", "channel", "procedure"):
        value = getattr(wanted, name)
        if value and not (of_any_status and name == "status"):
            statement = statement.where(CASES.c[name] == value)
    if wanted.registered_from:
        statement = statement.where(CASES.c.registered_at >= _beginning(wanted.registered_from))
    if wanted.registered_to:
        statement = statement.where(CASES.c.registered_at < _end(wanted.registered_to))
    for word in wanted.q.split():
        statement = statement.where(_found_by(word))
    return statement


def _found_by(word: str) -> Any:
    """Cases whose number, name, phone or words hold this word, however short; Chinese needs no blanks."""
    part = f"%{_plain(word.lower())}%"
    columns = [
        func.lower(cast(CASES.c[name], String)).like(part, escape=_ESCAPE)
        for name in ("number", "name", "content", "remedy_sought", "address")
    ]
    digits = re.sub(r"\D", "", word)
    if len(digits) >= 3:
        columns.append(CASES.c.phone.like(f"%{digits}%"))
    return or_(*columns)


def _plain(word: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        word = word.replace(special, _ESCAPE + special)
    return word


def _beginning(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), HOME_ZONE)


def _end(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else _beginning(when + timedelta(days=1))
