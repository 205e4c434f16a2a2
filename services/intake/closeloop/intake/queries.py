"""What intake shows and looks up; it changes nothing, and shows nobody what is not for their eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import FromClause, Select, func, literal, select, union_all

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import AT_ONCE, MOST_AT_ONCE, Paged, Read, cut
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import Activated, Key
from closeloop.contracts.vocabulary import CaseStatus
from closeloop.intake.finding.queries import SOME, holding, named, the_newest, with_the_terms
from closeloop.intake.model import Assessment, Case, Mark, every_rating
from closeloop.intake.numbers import is_sound

CASES = table_of(Case)
MARKS = table_of(Mark)
ASSESSMENTS = table_of(Assessment)
KEYS = table_of(Key)
MOST_COUNTED = 1_000
"""Up to so many cases are counted for a figure above the list; beyond it says that there are more."""
UNREAD = 500
"""So many of the newest may not be found by their terms yet."""


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


@dataclass(frozen=True, slots=True)
class Counted:
    """So many cases, or at least so many."""

    n: int
    or_more: bool = False


async def register(
    read: Read, person: Person, wanted: Wanted, cursor: str | None = None, limit: int | None = None
) -> Paged[Case]:
    """A page of the register, the newest case first."""
    if not wanted.words:
        return await _page(read, _wanted(CASES, person, wanted), CASES, cursor, limit)
    if len(wanted.words) == 1 and (by_name := named(wanted.words[0])) is not None:
        page = await _page(read, _wanted(CASES, person, wanted).where(by_name), CASES, cursor, limit)
        if page.items:
            return page
    newest = the_newest(cursor)
    page = await _page(read, _wanted(newest, person, wanted), newest, cursor, limit)
    for most in (SOME, None):
        if page.next:
            break
        older = _wanted(CASES, person, wanted).where(CASES.c.id.in_(with_the_terms(wanted.words, cursor, most)))
        page = _together(page, await _page(read, older, CASES, cursor, limit), limit)
    return page


def _together(one: Paged[Case], other: Paged[Case], limit: int | None) -> Paged[Case]:
    """What was found in two ways, each case once."""
    cases = {case.id: case for case in (*one.items, *other.items)}
    rows = sorted(cases.values(), key=lambda case: (case.registered_at, case.id), reverse=True)
    page = cut(rows, _ORDER, min(limit or AT_ONCE, MOST_AT_ONCE))
    return Paged(page.items, page.next or other.next)


async def counts(read: Read, person: Person, wanted: Wanted) -> dict[CaseStatus, Counted]:
    """How many of these cases stand where; beyond `MOST_COUNTED` at least how many."""
    of_any_status = replace(wanted, status="")
    return await (_counts_of_words if wanted.words else _counts)(read, person, of_any_status)


async def _counts(read: Read, person: Person, wanted: Wanted) -> dict[CaseStatus, Counted]:
    some = _wanted(CASES, person, wanted, select(literal(1)))
    each = [
        select(func.count())
        .select_from(some.where(CASES.c.status == status.value).limit(MOST_COUNTED + 1).subquery())
        .scalar_subquery()
        .label(status.value)
        for status in CaseStatus
    ]
    [row] = await read.all(select(*each))
    return {s: Counted(min(row[s.value], MOST_COUNTED), row[s.value] > MOST_COUNTED) for s in CaseStatus}


async def _counts_of_words(read: Read, person: Person, wanted: Wanted) -> dict[CaseStatus, Counted]:
    """Few cases are counted as they are found; of many, some that have the words are enough to say: at least."""
    page = await register(read, person, wanted)
    if page.next is None:
        standing = [case.status for case in page.items]
        return {status: Counted(standing.count(status)) for status in CaseStatus}
    read_ones = with_the_terms(wanted.words).limit(MOST_COUNTED).subquery("read_ones")
    some = union_all(select(read_ones.c.case_id), select(the_newest(None, UNREAD).c.id))
    statement = _wanted(CASES, person, wanted, select(CASES.c.status, func.count().label("n")))
    found = await read.all(statement.where(CASES.c.id.in_(some)).group_by(CASES.c.status))
    counted = {row["status"]: row["n"] for row in found}
    return {status: Counted(counted.get(status.value, 0), or_more=True) for status in CaseStatus}


_ORDER = (CASES.c.registered_at, CASES.c.id)


async def _page(
    read: Read, statement: Select[Any], table: FromClause, cursor: str | None, limit: int | None
) -> Paged[Case]:
    by = tuple(table.c[column.name] for column in _ORDER)
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
