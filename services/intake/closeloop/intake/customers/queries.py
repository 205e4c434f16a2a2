"""Customers as they are looked up; who may open a profile is asked by whoever shows it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, and_, cast, func, or_, select

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.customers.model import Customer, ProfileEntry
from closeloop.intake.customers.rights import may_look
from closeloop.intake.model import Case
from closeloop.intake.queries import CASES

CUSTOMERS = table_of(Customer)
ENTRIES = table_of(ProfileEntry)
MOST_CASES = 200
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
    statement = select(CUSTOMERS).where(or_(*of_lists), CUSTOMERS.c.struck_off_at.is_(None))
    for word in q.replace("\x00", "").split():
        part = f"%{_plain(word.lower())}%"
        columns = [CUSTOMERS.c[name] for name in ("name", "phone", "email", "address")]
        statement = statement.where(
            or_(*(func.lower(cast(column, String)).like(part, escape=_ESCAPE) for column in columns))
        )
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
    statement = select(ENTRIES).where(ENTRIES.c.customer_id == customer.id)
    return await read.rows(ProfileEntry, statement.order_by(ENTRIES.c.begun_at, ENTRIES.c.id))


async def cases_of(read: Read, person: Person, customer: Customer) -> list[Case]:
    """The cases that they brought, as far as this person may see them, the newest first."""
    statement = scoped(select(CASES), CASES, person)
    entries = select(ENTRIES.c.case_id).where(ENTRIES.c.customer_id == customer.id)
    statement = statement.where(CASES.c.id.in_(entries)).order_by(CASES.c.registered_at.desc(), CASES.c.id)
    return await read.rows(Case, statement.limit(MOST_CASES))


async def times_here(read: Read, found: Sequence[Customer]) -> dict[str, int]:
    """How many cases each of them has brought."""
    which = ENTRIES.c.customer_id.in_([one.id for one in found])
    statement = select(ENTRIES.c.customer_id, func.count().label("n")).where(which).group_by(ENTRIES.c.customer_id)
    return {row["customer_id"]: row["n"] for row in await read.all(statement)}


def _is_on(customer: Customer, pack: Pack, in_list: str) -> bool:
    return (customer.procedure, customer.list_name) == (pack.id, in_list)


def _plain(word: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        word = word.replace(special, _ESCAPE + special)
    return word
