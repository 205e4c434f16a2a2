"""What intake shows and looks up; it changes nothing, and shows nobody what is not for their eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import FromClause, Select, func, literal, select

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import Activated, Key
from closeloop.contracts.vocabulary import CaseStatus
from closeloop.intake.finding.queries import holding, may_hold, the_newest
from closeloop.intake.model import Assessment, Case, Mark, every_rating
from closeloop.intake.numbers import is_sound

CASES = table_of(Case)
MARKS = table_of(Mark)
ASSESSMENTS = table_of(Assessment)
KEYS = table_of(Key)
MOST_COUNTED = 1_000
"""Up to so many cases are counted for a figure above the list; beyond it says that there are more."""


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

    @property
    def words(self) -> list[str]:
        """Each word that a case has to say."""
        return self.q.split()


async def register(
    read: Read, person: Person, wanted: Wanted, cursor: str | None = None, limit: int | None = None
) -> Paged[Case]:
    """A page of the register, the newest case first."""
    newest = the_newest(cursor) if wanted.words else CASES
    statement = _wanted(newest, person, wanted)
    found = await _page(read, statement, newest, cursor, limit)
    if not wanted.words or found.next:
        return found
    statement = _wanted(CASES, person, wanted).where(may_hold(wanted.words, newest))
    return await _page(read, statement, CASES, cursor, limit)


async def counts(read: Read, person: Person, wanted: Wanted) -> dict[CaseStatus, int]:
    """How many of these cases stand where; `MOST_COUNTED` and one more where there are more."""
    any_status = _wanted(CASES, person, replace(wanted, status=""), select(literal(1)))
    if wanted.words:
        any_status = any_status.where(may_hold(wanted.words, the_newest(None)))
    counted = [
        select(func.count())
        .select_from(any_status.where(CASES.c.status == status.value).limit(MOST_COUNTED + 1).subquery())
        .scalar_subquery()
        .label(status.value)
        for status in CaseStatus
    ]
    [row] = await read.all(select(*counted))
    return {status: row[status.value] for status in CaseStatus}


async def _page(
    read: Read, statement: Select[Any], table: FromClause, cursor: str | None, limit: int | None
) -> Paged[Case]:
    by = (table.c.registered_at, table.c.id)
    return await read.page(Case, statement, by=by, cursor=cursor, limit=limit, descending=True)


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


def _wanted(table: FromClause, person: Person, wanted: Wanted, statement: Select[Any] | None = None) -> Select[Any]:
    """The cases of this table that are asked for, whole unless `statement` selects something else of them."""
    statement = scoped(select(table) if statement is None else statement.select_from(table), table, person)
    for name in ("status", "kind", "place", "channel", "procedure"):
        if value := getattr(wanted, name):
            statement = statement.where(table.c[name] == value)
    if wanted.registered_from:
        statement = statement.where(table.c.registered_at >= _beginning(wanted.registered_from))
    if wanted.registered_to:
        statement = statement.where(table.c.registered_at < _end(wanted.registered_to))
    return statement.where(holding(table, wanted.words)) if wanted.words else statement


def _beginning(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), HOME_ZONE)


def _end(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else _beginning(when + timedelta(days=1))
