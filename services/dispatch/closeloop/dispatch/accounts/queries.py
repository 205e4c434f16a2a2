"""What accounts show: who has what, what was moved, and which vouchers wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.accounts import Account
from closeloop.dispatch.accounts.model import NOTHING, AccountEntry, Item, Stock, Voucher, holder_of, lines_of
from closeloop.dispatch.accounts.plan import Plan, planned

ENTRIES, STOCKS, VOUCHERS = table_of(AccountEntry), table_of(Stock), table_of(Voucher)
Balances = list[tuple[str, Item, Decimal]]


def account_of(packs: Iterable[Pack], name: str, person: Person, desks: frozenset[str]) -> tuple[Pack, Account]:
    """The account of this name, for those who post in it or look into every department."""
    for pack in packs:
        account = pack.accounts.get(name)
        if account is not None and may_see(account, person, desks):
            return pack, account
    raise NotFound()


def may_see(account: Account, person: Person, desks: frozenset[str]) -> bool:
    """Whether somebody has to do with an account."""
    return person.departments is None or any(rule.by in desks for rule in account.postings.values())


async def balances(read: Read, person: Person, pack: Pack, account: str, as_of: datetime | None = None) -> Balances:
    """What every inside holder has of each item, now or at a moment."""
    if as_of is None:
        of_it = scoped(select(STOCKS), STOCKS, person).where(STOCKS.c.procedure == pack.id, STOCKS.c.account == account)
        stocks = await read.rows(Stock, of_it.order_by(STOCKS.c.holder, STOCKS.c.key))
        return [(one.holder, tuple(one.item), one.quantity) for one in stocks if one.quantity]
    found: dict[tuple[str, Item], Decimal] = {}
    entries = _entries(person, pack, account).where(ENTRIES.c.posted_at <= as_of)
    for entry in await read.rows(AccountEntry, entries):
        for holder, sign in ((entry.giver, -1), (entry.receiver, 1)):
            if pack.accounts[account].holders[holder_of(holder)].is_ == "inside":
                key = (holder, tuple(entry.item))
                found[key] = found.get(key, NOTHING) + sign * entry.quantity
    return [(holder, item, quantity) for (holder, item), quantity in sorted(found.items()) if quantity]


async def entries_of(
    read: Read,
    person: Person,
    pack: Pack,
    account: str,
    *,
    holder: str | None = None,
    case: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[AccountEntry]:
    """What was moved, the newest first."""
    statement = _entries(person, pack, account)
    if holder:
        statement = statement.where(or_(*(_is_of(column, holder) for column in (ENTRIES.c.giver, ENTRIES.c.receiver))))
    if case:
        statement = statement.where(ENTRIES.c.case_id == case)
    order = [ENTRIES.c.posted_at, ENTRIES.c.id]
    return await read.page(AccountEntry, statement, by=order, cursor=cursor, limit=limit, descending=True)


async def waiting_of(read: Read, person: Person, pack: Pack, account: str) -> list[Voucher]:
    """The vouchers that wait for a signature, or to be posted."""
    of_it = scoped(select(VOUCHERS), VOUCHERS, person).where(
        VOUCHERS.c.procedure == pack.id,
        VOUCHERS.c.account == account,
        VOUCHERS.c.posted_at.is_(None),
        VOUCHERS.c.dropped_at.is_(None),
    )
    return await read.rows(Voucher, of_it.order_by(VOUCHERS.c.number))


async def again(read: Read, person: Person, pack: Pack, account: str, number: int, *, takes_back: bool) -> Plan:
    """The plan of a voucher that stands: to post it once it is signed, or to move everything back."""
    statement = scoped(select(VOUCHERS), VOUCHERS, person).where(
        VOUCHERS.c.procedure == pack.id, VOUCHERS.c.account == account, VOUCHERS.c.number == number
    )
    voucher = await read.one(Voucher, statement)
    if voucher is None:
        raise NotFound()
    rule = pack.accounts[account].postings[voucher.posting]
    giver, receiver = (voucher.giver, voucher.receiver)
    of = {
        pack.accounts[account].holders[name].per: holder.partition(":")[2]
        for name, holder in ((rule.from_, giver), (rule.to, receiver))
    }
    return planned(
        pack,
        account,
        voucher.posting,
        voucher.fields,
        case=voucher.case_id,
        person=of.get("person"),
        place=of.get("place") or voucher.place,
        lines=tuple(lines_of(voucher)),
        voucher=voucher.key,
        takes_back=takes_back,
    )


def _entries(person: Person, pack: Pack, account: str) -> Select[Any]:
    of_it = select(ENTRIES).where(ENTRIES.c.procedure == pack.id, ENTRIES.c.account == account)
    return scoped(of_it, ENTRIES, person)


def _is_of(column: ColumnElement[Any], holder: str) -> ColumnElement[bool]:
    return or_(column == holder, column.startswith(f"{holder}:"))
