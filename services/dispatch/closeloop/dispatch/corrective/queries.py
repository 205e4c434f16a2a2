"""Which corrective actions there are, and what belongs to one, as far as a person may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.rows import table_of
from closeloop.dispatch.model import Duty, HandledCase

ACTIONS = table_of(HandledCase)
DUTIES = table_of(Duty)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which actions somebody asks for."""

    action: str | None = None
    state: str | None = None
    case: str | None = None
    number: str | None = None


async def actions(
    read: Read,
    person: Person,
    desks: frozenset[str],
    packs: Iterable[Pack],
    wanted: Wanted,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[HandledCase]:
    """The corrective actions that this person may see, in the order in which they were opened."""
    found = scoped(select(ACTIONS), ACTIONS, person).where(
        ACTIONS.c.action.is_not(None), _is_theirs(person, desks, packs)
    )
    if wanted.action:
        found = found.where(ACTIONS.c.action == wanted.action)
    if wanted.state:
        found = found.where(ACTIONS.c.action_state == wanted.state)
    if wanted.number:
        found = found.where(or_(ACTIONS.c.number == wanted.number, ACTIONS.c.id == wanted.number))
    if wanted.case:
        of = await read.rows(
            HandledCase, select(ACTIONS).where(or_(ACTIONS.c.id == wanted.case, ACTIONS.c.number == wanted.case))
        )
        ids = [str(one["id"]) for case in of for one in case.actions.values()]
        found = found.where(ACTIONS.c.id.in_(ids))
    return await read.page(HandledCase, found, by=[ACTIONS.c.id], cursor=cursor, limit=limit)


async def action(
    read: Read, person: Person, desks: frozenset[str], packs: Iterable[Pack], id: str
) -> HandledCase | None:
    """One corrective action, if this person may see it."""
    found = scoped(select(ACTIONS), ACTIONS, person).where(
        ACTIONS.c.id == id, ACTIONS.c.action.is_not(None), _is_theirs(person, desks, packs)
    )
    return await read.one(HandledCase, found)


def _is_theirs(person: Person, desks: frozenset[str], packs: Iterable[Pack]) -> ColumnElement[bool]:
    """Whoever looks after it, opens it or decides about it, and whoever has one of its duties."""
    if person.departments is None:
        return ACTIONS.c.id.is_not(None)
    mine = sorted(
        {
            rule.name
            for pack in packs
            for rule, opening in pack.dispatch.openings
            if desks & {rule.entry.desk, opening.entry.by, opening.entry.decided_by}
        }
    )
    duty = select(DUTIES.c.id).where(
        DUTIES.c.case_id == ACTIONS.c.id, or_(DUTIES.c.desk.in_(sorted(desks)), DUTIES.c.worker == person.id)
    )
    return or_(ACTIONS.c.action.in_(mine), duty.exists())
