"""What callback shows and looks up; it changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from closeloop.callback.asking.model import Attempt
from closeloop.callback.model import Callback, Case
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.records import KeptRecord
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.vocabulary import CallbackState

CALLBACKS = table_of(Callback).c
OPEN: ColumnElement[bool] = and_(
    CALLBACKS.state == CallbackState.PLANNED, CALLBACKS.held.is_(False), CALLBACKS.awaits.is_(None)
)
WAITS_FOR_THE_DRAW: ColumnElement[bool] = and_(CALLBACKS.held.is_(False), CALLBACKS.awaits.is_not(None))


async def callbacks(
    read: Read,
    person: Person,
    *,
    case: str | None = None,
    due_before: datetime | None = None,
    status: CallbackState | None = None,
    desks: list[str] | None = None,
    overdue_at: datetime | None = None,
    awaits: bool = False,
    caller: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[Callback]:
    """Callbacks that this person may see, the most urgent first."""
    query = _seen_by(person)
    if case:
        query = query.where(or_(CALLBACKS.case_id == case, CALLBACKS.case_number == case))
    if due_before:
        query = query.where(CALLBACKS.due_at < due_before)
    if status:
        query = query.where(OPEN if status == CallbackState.PLANNED else CALLBACKS.state == status)
    if desks is not None:
        query = query.where(_mine(person, desks))
    if awaits:
        query = query.where(WAITS_FOR_THE_DRAW)
    if caller:
        query = query.where(CALLBACKS.caller == caller)
    if overdue_at:
        query = query.where(OPEN, CALLBACKS.due_at < overdue_at)
    return await read.page(Callback, query, by=(CALLBACKS.due_at, CALLBACKS.id), cursor=cursor, limit=limit)


async def how_many(read: Read, person: Person, *, now: datetime, desks: list[str]) -> dict[str, int]:
    """How many callbacks each list of the call page holds."""
    lists = {
        "due": OPEN,
        "overdue": and_(OPEN, CALLBACKS.due_at < now),
        "mine": and_(OPEN, _mine(person, desks)),
    }
    found = {}
    for name, condition in lists.items():
        inner = _seen_by(person).where(condition).subquery()
        found[name] = int(await read.value(select(func.count()).select_from(inner)) or 0)
    return found


async def callback(read: Read, person: Person, identity: str) -> tuple[Callback, Case, list[Attempt]]:
    """A callback with its case and everything that was tried; nothing for whom it is none of their business."""
    found = await read.one(Callback, _seen_by(person).where(CALLBACKS.id == identity))
    if found is None:
        raise NotFound()
    cases, tried = table_of(Case), table_of(Attempt)
    case = await read.one(Case, select(cases).where(cases.c.id == found.case_id))
    assert case is not None
    attempts = await read.rows(Attempt, select(tried).where(tried.c.callback_id == found.id).order_by(tried.c.number))
    return found, case, attempts


async def of_the_case(read: Read, person: Person, case: str) -> tuple[list[Callback], list[Attempt]]:
    """All callbacks of a case over its rounds, with all attempts."""
    tried = table_of(Attempt)
    own = await read.rows(Callback, _seen_by(person).where(CALLBACKS.case_id == case).order_by(CALLBACKS.number))
    attempts = await read.rows(
        Attempt, select(tried).where(tried.c.case_id == case).order_by(tried.c.recorded_at, tried.c.id)
    )
    return own, attempts


async def records_of(read: Read, callback: Callback) -> list[KeptRecord]:
    """The forms whose column was filled for this callback, the newest last."""
    table = table_of(KeptRecord)
    found = select(table).where(table.c.key == callback.case_id, table.c.of == callback.of).order_by(table.c.made_at)
    return await read.rows(KeptRecord, found)


def desks_of(person: Person, packs: list[Pack]) -> list[str]:
    """The desks that are a person's own: their roles and department, and what they answer for."""
    own = {*person.roles, *([person.department] if person.department else [])}
    for pack in packs:
        desks = {*pack.head.departments, *pack.head.roles}
        own |= {desk for desk in desks if pack.superior_of(desk) in person.roles}
    return sorted(own)


def _mine(person: Person, desks: list[str]) -> ColumnElement[bool]:
    """What was arranged for this person, and what lies on their desks and was arranged for nobody."""
    return or_(CALLBACKS.caller == person.id, and_(CALLBACKS.caller.is_(None), CALLBACKS.desk.in_(desks)))


def _seen_by(person: Person) -> Select[Any]:
    table = table_of(Callback)
    return scoped(select(table), table, person)
