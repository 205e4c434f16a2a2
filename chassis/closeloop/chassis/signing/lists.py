"""Sign-offs as they are looked up: what lies before me, and what was given."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa

from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.sign_offs import Signing

SIGN_OFFS = table_of(Signing)
State = Literal["waiting", "given", "void"]


async def list_of(
    read: Read,
    person: Person,
    *,
    desks: frozenset[str] | None = None,
    state: State | None = None,
    of: str | None = None,
    key: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[Signing]:
    """Sign-offs that the person may see, in the order in which they were asked for; those of some desks, or all."""
    table = SIGN_OFFS.c
    statement = scoped(sa.select(SIGN_OFFS), SIGN_OFFS, person)
    if desks is not None:
        of_the_customer = table.desk.in_(desks) & (table.role == "customer")
        asked = sa.or_(table.role.in_(desks), table.taker.in_(desks), table.deputy.in_(person.logins))
        statement = statement.where(sa.or_(asked, of_the_customer))
    if state == "waiting":
        statement = statement.where(table.given_at.is_(None), table.ended_at.is_(None))
    elif state is not None:
        statement = statement.where(table.given_at.is_not(None))
        voided = table.voided_at.is_not(None)
        statement = statement.where(voided if state == "void" else ~voided)
    for column, value in ((table.of, of), (table.key, key)):
        if value is not None:
            statement = statement.where(column == value)
    return await read.page(Signing, statement, by=[table.asked_at, table.id], cursor=cursor, limit=limit)


async def sign_off_of(read: Read, person: Person, identity: str) -> Signing | None:
    """One sign-off, if there is such a one for this person."""
    return await read.one(Signing, scoped(sa.select(SIGN_OFFS), SIGN_OFFS, person).where(SIGN_OFFS.c.id == identity))


def as_json(one: Signing, service: str) -> dict[str, Any]:
    """A sign-off on the wire."""
    names = ("id", "key", "of", "name", "role", "title", "decides", "desk", "place", "url", "asked_at", "due_at")
    given = ("given_at", "given_by", "signer", "means", "witness", "opinion", "reason", "hash", "voided_at")
    asked = ("taker", "deputy", "in_stead_of")
    said = {name: getattr(one, name) for name in (*names, *given, *asked)}
    return {**said, "approves": one.decision, "clauses": one.clauses, "page": f"/{service}/sign-offs/{one.id}"}
