"""What dispatch shows and looks up; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy import String as Words

from closeloop.chassis.limits import Limit
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.rows import Moment, table_of
from closeloop.chassis.store.tables import Task
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch.deciding.model import Question
from closeloop.dispatch.model import NEVER, DeskTask, Duty, HandledCase

DUTIES = table_of(Duty)
CASES = table_of(HandledCase)
LIMITS = table_of(Limit)
TASKS = table_of(Task)
OTHERS = table_of(DeskTask)
QUESTIONS = table_of(Question)
OVER = (DutyState.RETURNED, DutyState.HANDED_UP, DutyState.WITHDRAWN)
OPEN = tuple(state for state in DutyState if state not in OVER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which duties somebody asks for."""

    case: str | None = None
    desk: str | None = None
    status: str | None = None
    due_before: datetime | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much lies on a person's desk."""

    all: int
    overdue: int
    soon: int


async def duties(
    read: Read, person: Person, desks: frozenset[str], wanted: Wanted, cursor: str | None, limit: int | None
) -> Paged[Duty]:
    """The duties that this person may see, by their limits."""
    statement = scoped(select(DUTIES), DUTIES, person).where(_is_theirs_to_see(person, desks))
    if wanted.case:
        statement = statement.where(or_(DUTIES.c.case_id == wanted.case, DUTIES.c.case_number == wanted.case))
    if wanted.desk:
        statement = statement.where(DUTIES.c.desk == wanted.desk)
    if wanted.place:
        statement = statement.where(DUTIES.c.place == wanted.place)
    if wanted.status == "open":
        statement = statement.where(DUTIES.c.state.in_(OPEN))
    elif wanted.status:
        statement = statement.where(DUTIES.c.state == wanted.status)
    if wanted.due_before:
        statement = statement.where(DUTIES.c.due_at < wanted.due_before)
    return await read.page(Duty, statement, by=[DUTIES.c.sort_at, DUTIES.c.id], cursor=cursor, limit=limit)


async def duty(read: Read, person: Person, desks: frozenset[str], case: str, number: int) -> Duty | None:
    """One duty, if this person may see it."""
    statement = scoped(select(DUTIES), DUTIES, person).where(
        DUTIES.c.case_id == case, DUTIES.c.number == number, _is_theirs_to_see(person, desks)
    )
    return await read.one(Duty, statement)


async def duties_of_case(read: Read, case: str) -> list[Duty]:
    """All duties of a case, for its facts; whoever asks is shown only their own."""
    return await read.rows(Duty, select(DUTIES).where(DUTIES.c.case_id == case).order_by(DUTIES.c.number))


async def questions(read: Read, person: Person, case: str) -> list[Question]:
    """What was asked about a case, in the order of asking."""
    statement = scoped(select(QUESTIONS), QUESTIONS, person).where(QUESTIONS.c.case_id == case)
    return await read.rows(Question, statement.order_by(QUESTIONS.c.number))


async def case_of(read: Read, case: str) -> HandledCase | None:
    """The case as dispatch knows it."""
    return await read.one(HandledCase, select(CASES).where(CASES.c.id == case))


async def cases_of(read: Read, person: Person, keys: Iterable[str]) -> dict[str, HandledCase]:
    """The cases behind the tasks of a list, as far as this person may read them."""
    statement = scoped(select(CASES), CASES, person).where(CASES.c.id.in_(sorted(set(keys))))
    return {case.id: case for case in await read.rows(HandledCase, statement)}


async def limits_of(read: Read, duty: Duty) -> list[Limit]:
    """The limits of a duty, in the order in which they started."""
    statement = select(LIMITS).where(LIMITS.c.key == duty.case_id, LIMITS.c.of == duty.of)
    return await read.rows(Limit, statement.order_by(LIMITS.c.started_at, LIMITS.c.id))


async def limits_of_case(read: Read, case: str) -> list[Limit]:
    """Every limit of a case and its duties, in the order in which they started."""
    statement = select(LIMITS).where(LIMITS.c.key == case)
    return await read.rows(Limit, statement.order_by(LIMITS.c.started_at, LIMITS.c.id))


async def on_the_desk_of(
    read: Read, person: Person, desks: frozenset[str], cursor: str | None = None, limit: int | None = None
) -> Paged[DeskTask]:
    """What this person is asked to do, by any service, by its limit; their own duties before those of the desk."""
    mine = _mine(person, desks).subquery()
    return await read.page(DeskTask, select(mine), by=[mine.c.sort_at, mine.c.id], cursor=cursor, limit=limit)


async def counts_of(read: Read, person: Person, desks: frozenset[str], now: datetime, soon: datetime) -> Counts:
    """How many tasks there are, how many are overdue, and how many will be soon."""
    mine = _mine(person, desks).subquery()
    overdue = func.count().filter(mine.c.sort_at < now)
    before_long = func.count().filter(and_(mine.c.sort_at >= now, mine.c.sort_at < soon))
    counted: Any = select(func.count().label("all"), overdue.label("overdue"), before_long.label("soon"))
    [row] = await read.all(counted.select_from(mine))
    return Counts(row["all"], row["overdue"], row["soon"])


def workers_for(people: Iterable[Person], role: str | None, duty: Duty) -> list[Person]:
    """The persons to whom a duty may be given."""
    return [person for person in people if (role is None or person.may(role)) and person.at(duty.place)]


def desks_in(packs: Iterable[Pack]) -> dict[str, dict[str, str]]:
    """Every desk of the procedures in force with its title."""
    return {
        desk: pack.title_of(desk).model_dump() for pack in packs for desk in (*pack.head.departments, *pack.head.roles)
    }


def _is_theirs_to_see(person: Person, desks: frozenset[str]) -> ColumnElement[bool]:
    if person.departments is None:
        return DUTIES.c.id.is_not(None)
    return or_(
        DUTIES.c.worker.in_(person.logins),
        DUTIES.c.desk.in_(sorted(desks)),
        DUTIES.c.tracked_by.in_(sorted(desks)),
        DUTIES.c.of_department.in_(sorted(person.departments)),
    )


def _mine(person: Person, desks: frozenset[str]) -> Any:
    """The tasks of dispatch itself and what the other services told, in one form."""
    own = (
        scoped(_tasks_of_dispatch(), TASKS, person)
        .where(TASKS.c.closed_at.is_(None), _is_for(TASKS, person, desks))
        .where(_department_fits(person))
    )
    others = scoped(_tasks_of_others(), OTHERS, person).where(_is_for(OTHERS, person, desks))
    return union_all(own, others)


def _tasks_of_dispatch() -> Select[Any]:
    same = (TASKS.c.id, TASKS.c.key, literal("dispatch").label("service"), TASKS.c.kind, TASKS.c.of)
    who = (TASKS.c.desk, TASKS.c.person, TASKS.c.place, TASKS.c.audience, TASKS.c.title_zh, TASKS.c.title_en)
    sort_at = func.coalesce(TASKS.c.due_at, literal(NEVER, Moment())).label("sort_at")
    when = (TASKS.c.url, TASKS.c.opened_at, TASKS.c.due_at, sort_at, CASES.c.number.label("case_number"))
    return select(*same, *who, *when).select_from(
        TASKS.outerjoin(CASES, CASES.c.id == TASKS.c.key).outerjoin(DUTIES, _is_about())
    )


def _tasks_of_others() -> Select[Any]:
    columns = [column for column in OTHERS.c if column.name != "case_number"]
    number = func.coalesce(OTHERS.c.case_number, CASES.c.number).label("case_number")
    return select(*columns, number).select_from(OTHERS.outerjoin(CASES, CASES.c.id == OTHERS.c.key))


def _is_about() -> ColumnElement[bool]:
    of = literal("duty:") + DUTIES.c.number.cast(Words)
    return and_(DUTIES.c.case_id == TASKS.c.key, or_(TASKS.c.of == of, TASKS.c.of.startswith(of + ":")))


def _is_for(table: Any, person: Person, desks: frozenset[str]) -> ColumnElement[bool]:
    return or_(table.c.person.in_(person.logins), and_(table.c.person.is_(None), table.c.desk.in_(sorted(desks))))


def _department_fits(person: Person) -> ColumnElement[bool]:
    """A role of several departments sees the tasks of its own."""
    if person.departments is None:
        return TASKS.c.id.is_not(None)
    mine = sorted(person.departments)
    in_mine = or_(DUTIES.c.of_department.is_(None), DUTIES.c.of_department.in_(mine))
    return or_(in_mine, TASKS.c.person.in_(person.logins), TASKS.c.kind != "overdue")
