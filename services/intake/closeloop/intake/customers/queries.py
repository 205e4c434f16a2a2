"""Customers as they are looked up; who may open a profile is asked by whoever shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, and_, cast, func, or_, select

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.customers.merging import Merge
from closeloop.intake.customers.model import Customer, ProfileEntry
from closeloop.intake.customers.rights import may_look
from closeloop.intake.model import Case
from closeloop.intake.queries import CASES

CUSTOMERS = table_of(Customer)
ENTRIES = table_of(ProfileEntry)
MERGES = table_of(Merge)
MOST_CASES = 200
MOST_ALIKE = 10
_ESCAPE = "\\"
List = tuple[Pack, str, Customers]


def lists_of(packs: Sequence[Pack], person: Person) -> list[List]:
    """The lists of the procedures in force that this person may look at."""
    found = [(pack, name, said) for pack in packs for name, said in pack.intake.said.customers.items()]
    return [(pack, name, said) for pack, name, said in found if may_look(person, pack, said)]


async def customers(
    read: Read, lists: Sequence[List], q: str = "", cursor: str | None = None, limit: int | None = None
) -> Paged[Customer]:
    """Who is on these lists, by name."""
    if not lists:
        return Paged([])
    of_lists = [and_(CUSTOMERS.c.procedure == pack.id, CUSTOMERS.c.list_name == name) for pack, name, _said in lists]
    found = select(func.coalesce(CUSTOMERS.c.merged_into, CUSTOMERS.c.id)).where(or_(*of_lists))
    for word in q.replace("\x00", "").split():
        part = f"%{_plain(word.lower())}%"
        columns = [CUSTOMERS.c[name] for name in ("name", "phone", "email", "address")]
        found = found.where(or_(*(func.lower(cast(column, String)).like(part, escape=_ESCAPE) for column in columns)))
    stands = CUSTOMERS.c.struck_off_at.is_(None), CUSTOMERS.c.merged_into.is_(None)
    statement = select(CUSTOMERS).where(CUSTOMERS.c.id.in_(found), *stands)
    by = (CUSTOMERS.c.name, CUSTOMERS.c.id)
    return await read.page(Customer, statement, by=by, cursor=cursor, limit=limit)


async def customer_of(read: Read, lists: Sequence[List], identity: str) -> Customer:
    """One customer of a list that this person may look at."""
    customer = await read.one(Customer, select(CUSTOMERS).where(CUSTOMERS.c.id == identity))
    if customer is None or not any(_is_on(customer, pack, name) for pack, name, _said in lists):
        raise NotFound()
    return customer


def list_of(customer: Customer, lists: Sequence[List]) -> tuple[Pack, Customers]:
    """The list as the procedure in force has it."""
    return next((pack, said) for pack, name, said in lists if _is_on(customer, pack, name))


async def entries_of(read: Read, customer: Customer) -> list[ProfileEntry]:
    """What every case says in the profile, the earliest first."""
    statement = select(ENTRIES).where(ENTRIES.c.customer_id.in_(await all_of(read, customer)))
    return await read.rows(ProfileEntry, statement.order_by(ENTRIES.c.begun_at, ENTRIES.c.id))


async def cases_of(read: Read, person: Person, customer: Customer) -> list[Case]:
    """The cases that they brought, as far as this person may see them, the newest first."""
    statement = scoped(select(CASES), CASES, person)
    entries = select(ENTRIES.c.case_id).where(ENTRIES.c.customer_id.in_(await all_of(read, customer)))
    statement = statement.where(CASES.c.id.in_(entries)).order_by(CASES.c.registered_at.desc(), CASES.c.id)
    return await read.rows(Case, statement.limit(MOST_CASES))


async def all_of(read: Read, customer: Customer) -> list[str]:
    """The customer, and everybody who turned out to be the same."""
    known, fresh = [customer.id], [customer.id]
    while fresh:
        more = select(CUSTOMERS.c.id).where(CUSTOMERS.c.merged_into.in_(fresh)).order_by(CUSTOMERS.c.id)
        fresh = [row["id"] for row in await read.all(more) if row["id"] not in known]
        known += fresh
    return known


async def merged_into(read: Read, customer: Customer) -> list[Customer]:
    """Everybody who turned out to be this customer."""
    others = [identity for identity in await all_of(read, customer) if identity != customer.id]
    if not others:
        return []
    return await read.rows(Customer, select(CUSTOMERS).where(CUSTOMERS.c.id.in_(others)).order_by(CUSTOMERS.c.since))


async def alike(read: Read, customer: Customer) -> list[Customer]:
    """Others of the list who may be the same: one telephone number, mail address or name is."""
    same = [
        func.lower(CUSTOMERS.c[name]) == value.lower()
        for name in ("name", "phone", "email")
        if (value := getattr(customer, name))
    ]
    if not same or customer.merged_into is not None or customer.struck_off_at is not None:
        return []
    of_the_list = CUSTOMERS.c.procedure == customer.procedure, CUSTOMERS.c.list_name == customer.list_name
    stands = CUSTOMERS.c.struck_off_at.is_(None), CUSTOMERS.c.merged_into.is_(None), CUSTOMERS.c.id != customer.id
    statement = select(CUSTOMERS).where(or_(*same), *of_the_list, *stands)
    return await read.rows(Customer, statement.order_by(CUSTOMERS.c.since).limit(MOST_ALIKE))


async def asked_to_merge(read: Read, customer: Customer) -> Merge | None:
    """What was asked or decided about taking them as another one, and stands."""
    statement = select(MERGES).where(MERGES.c.customer_id == customer.id, MERGES.c.ended_at.is_(None))
    return await read.one(Merge, statement)


async def times_here(read: Read, found: Sequence[Customer]) -> dict[str, int]:
    """How many cases each of them has brought."""
    who = func.coalesce(CUSTOMERS.c.merged_into, CUSTOMERS.c.id)
    brought = ENTRIES.join(CUSTOMERS, CUSTOMERS.c.id == ENTRIES.c.customer_id)
    which = who.in_([one.id for one in found])
    columns: list[Any] = [who.label("who"), func.count().label("n")]
    counted = select(*columns).select_from(brought)
    return {row["who"]: row["n"] for row in await read.all(counted.where(which).group_by(who))}


def _is_on(customer: Customer, pack: Pack, in_list: str) -> bool:
    return (customer.procedure, customer.list_name) == (pack.id, in_list)


def _plain(word: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        word = word.replace(special, _ESCAPE + special)
    return word
