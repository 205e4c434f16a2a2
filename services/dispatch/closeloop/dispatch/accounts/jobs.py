"""Periodic work on accounts: a holder is counted, so that book and stock agree, or emptied of what came in before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import or_, select

from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import breached
from closeloop.chassis.packs import Pack
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import Refused
from closeloop.chassis.schedules.bearings import pack_of
from closeloop.chassis.schedules.doing import judge_job, open_clauses, rule_of
from closeloop.chassis.schedules.job import OF, ScheduledJob
from closeloop.chassis.work import Work
from closeloop.dispatch.accounts.model import NOTHING, Item
from closeloop.dispatch.accounts.queries import ENTRIES, STOCKS

hears = Hears()


@hears.job_looks("count_holder")
async def what_the_book_says(read: Read, job: ScheduledJob) -> dict[str, Any]:
    """The balance of the holder in the moment in which it is counted, item by item."""
    pack = pack_of(job)
    account, holder = account_about(pack, job)
    stocks = await read.all(
        select(STOCKS.c["item"], STOCKS.c.quantity).where(
            STOCKS.c.procedure == pack.id, STOCKS.c.account == account, is_of(STOCKS.c.holder, holder, job.place)
        )
    )
    book = _listed((row["item"], row["quantity"]) for row in stocks)
    return {"items": list(pack.accounts[account].items), "book": book}


@hears.job_done("count_holder")
def compare_book_and_stock(job: ScheduledJob, work: Work) -> None:
    """What was counted is held against the book; where they do not agree, that is said, and who reads it sees where."""
    seen = job.found["seen"]
    book = {tuple(one["item"]): Decimal(one["quantity"]) for one in seen["book"]}
    counted = _counted(job.standing, seen["items"])
    different = [item for item in {**book, **counted} if book.get(item, NOTHING) != counted.get(item, NOTHING)]
    agreeing = len({**book, **counted}) - len(different)
    items = [
        {"title": " ".join(item), "value": f"{_plain(book.get(item, NOTHING))} / {_plain(there)}", "url": ""}
        for item in different
        for there in [counted.get(item, NOTHING)]
    ]
    summary = {
        "zh": f"帐物一致 {agreeing} 项，不一致 {len(different)} 项（帐存 / 实存）",
        "en": f"Book and stock agree for {agreeing} items and differ for {len(different)} (book / counted)",
    }
    job.found = {**job.found, "summary": summary, "items": items, "agreeing": agreeing, "different": len(different)}
    if different:
        judge_job(work, job, breached(open_clauses(work, rule_of(work, job).clauses), of=OF))


@hears.job_looks("empty_holder")
async def what_is_left_from_before(read: Read, job: ScheduledJob) -> dict[str, Any]:
    """What the holder had when the job began and has not let go of since, item by item."""
    pack = pack_of(job)
    account, holder = account_about(pack, job)
    of_it = select(ENTRIES).where(ENTRIES.c.procedure == pack.id, ENTRIES.c.account == account)
    left: dict[Item, Decimal] = {}
    for row in await read.all(of_it.where(is_of(ENTRIES.c.receiver, holder, job.place))):
        if row["posted_at"] < job.starts_at:
            left[tuple(row["item"])] = left.get(tuple(row["item"]), NOTHING) + row["quantity"]
    for row in await read.all(of_it.where(is_of(ENTRIES.c.giver, holder, job.place))):
        left[tuple(row["item"])] = left.get(tuple(row["item"]), NOTHING) - row["quantity"]
    return {"left": _listed((list(item), quantity) for item, quantity in left.items() if quantity > 0)}


@hears.job_done("empty_holder")
def nothing_is_left_from_before(job: ScheduledJob, work: Work) -> None:
    """It is not done while something of before still lies there."""
    if left := job.found["seen"]["left"]:
        named = ", ".join(f"{' '.join(one['item'])} × {one['quantity']}" for one in left[:5])
        sentence = _("Something from before is still there: {named}. Post where it went, then finish.", named=named)
        raise Refused(sentence, next(iter(rule_of(work, job).clauses), None))


def account_about(pack: Pack, job: ScheduledJob) -> tuple[str, str]:
    """The account whose holder the job is about, and the holder."""
    about = pack.jobs[job.name].about or ""
    return next((name, about) for name, account in pack.accounts.items() if about in account.holders)


def is_of(column: Any, holder: str, place: str | None) -> Any:
    """Whether an entry or balance is of this holder: of one place of it, or of everybody who has it."""
    if place is not None:
        return column == f"{holder}:{place}"
    return or_(column == holder, column.startswith(f"{holder}:"))


def _counted(fields: Mapping[str, Any], columns: Iterable[str]) -> dict[Item, Decimal]:
    """What somebody wrote down, item by item."""
    counted: dict[Item, Decimal] = {}
    rows = next((value for value in fields.values() if isinstance(value, list) and _are_rows(value)), [])
    for row in rows:
        item = tuple(str(row.get(column, "")) for column in columns)
        try:
            quantity = Decimal(str(row.get("quantity", 0)))
        except InvalidOperation:
            raise Refused(_("“{written}” is no number.", written=str(row.get("quantity")))) from None
        counted[item] = counted.get(item, NOTHING) + quantity
    return counted


def _are_rows(value: list[Any]) -> bool:
    return all(isinstance(row, Mapping) for row in value)


def _listed(found: Iterable[tuple[Any, Any]]) -> list[dict[str, Any]]:
    return [{"item": list(item), "quantity": _plain(Decimal(quantity))} for item, quantity in found if quantity]


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
