"""What is kept with a balance: spare parts and money are booked as the forms of a case allow, until nothing is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from closeloop.contracts.procedure.accounts import Account, Posting
from closeloop.suite.rehearsal.acting import Acting, Turn
from closeloop.suite.rehearsal.house import part
from closeloop.suite.replay.site import Answer

BOOKED_AFTER = timedelta(hours=2)
MOST = 200
"""Entries of one case."""


async def post_what_was_signed(acting: Acting, turn: Turn) -> Answer | None:
    """A voucher has its last name under it: it is posted."""
    account, _dot, number = turn.task.of.partition(":")[2].rpartition(".")
    path = f"/api/dispatch/accounts/{part(account)}/vouchers/{number}/post"
    return await acting.house.post(turn.by, path, {})


def book_later(acting: Acting, case: str) -> None:
    """Whoever keeps the accounts of a procedure looks at a case when something was done for it."""
    if acting.pack.accounts and case not in acting.to_book:
        acting.to_book.add(case)
        acting.later(acting.house.now + BOOKED_AFTER, partial(_book, case=case))


async def empty(acting: Acting, holder: str) -> None:
    """What a holder has goes where it is to go, before somebody says that the job is done."""
    for name, account in acting.pack.accounts.items():
        if holder not in account.holders:
            continue
        rows = [
            {**dict(zip(account.items, one["item"], strict=False)), account.counted_in: float(one["quantity"])}
            for one in (await acting.shown(f"/api/dispatch/accounts/{part(name)}"))["balances"]
            if one["holder"].partition(":")[0] == holder and float(one["quantity"]) > 0
        ]
        for posting, rule in _posted_by_hand(account):
            is_out = rule.from_ == holder and rule.case != "required" and account.holders[rule.to].is_ == "outside"
            if rows and is_out and (await _post(acting, None, name, posting, rule, rows, None)).done:
                break


async def _book(acting: Acting, *, case: str) -> None:
    acting.to_book.discard(case)
    signed = await _lines_of_forms(acting, case)
    for name, account in acting.pack.accounts.items():
        for posting, rule in _posted_by_hand(account):
            forms = [one for one in rule.against.values() if one.form in signed]
            if forms and (lines := signed[forms[0].form or ""].get(forms[0].rows or rule.rows)):
                await _post_once(acting, case, name, account, posting, lines)
        await _clear(acting, case, name, account)


async def _post_once(
    acting: Acting, case: str, name: str, account: Account, posting: str, lines: list[dict[str, Any]]
) -> None:
    """What a signed form allows is moved, once; what is not in store comes in first."""
    if (case, name, posting) in acting.booked:
        return
    rule = account.postings[posting]
    giver = account.holders[rule.from_]
    if giver.is_ == "inside":
        for one, other in _posted_by_hand(account):
            from_outside = account.holders[other.from_].is_ == "outside"
            if other.to == rule.from_ and from_outside and other.case != "required" and not other.against:
                await _post(acting, None, name, one, other, lines, None)
                break
    if (await _post(acting, case, name, posting, rule, lines, None)).done:
        acting.booked.add((case, name, posting))


async def _clear(acting: Acting, case: str, name: str, account: Account) -> None:
    """What somebody still has of the case goes where it belongs."""
    found = await acting.shown(f"/api/dispatch/accounts/{part(name)}", case=case, limit=MOST)
    for (holder, item), quantity in _has(found["entries"]).items():
        called, _per, person = holder.partition(":")
        if quantity <= 0 or account.holders[called].is_ != "inside" or account.holders[called].clears is None:
            continue
        row = {**dict(zip(account.items, item, strict=False)), account.counted_in: float(quantity)}
        for posting, rule in _posted_by_hand(account):
            if rule.from_ == called and (await _post(acting, case, name, posting, rule, [row], person or None)).done:
                break


async def _post(
    acting: Acting,
    case: str | None,
    name: str,
    posting: str,
    rule: Posting,
    rows: list[dict[str, Any]],
    person: str | None,
) -> Answer:
    by = acting.staff.who(rule.by or "", case, name, posting)
    form = acting.pack.forms.get(rule.form or "")
    fields: dict[str, Any] = {}
    if form is not None:
        asked = [one for one, about in form.fields.items() if about.required and about.from_ is None]
        fields = acting.hand.written(form.fields, asked, acting.house.now, case, name, posting)
    is_an_amount = not acting.pack.accounts[name].items and (form is None or form.fields[rule.rows].type != "rows")
    counted_in = acting.pack.accounts[name].counted_in
    fields[rule.rows] = sum(one[counted_in] for one in rows) if is_an_amount else rows
    body = {"fields": fields, **({"case": case} if case else {}), **({"person": person} if person else {})}
    return await acting.house.ask("POST", f"/api/dispatch/accounts/{part(name)}/postings/{part(posting)}", by, body)


async def _lines_of_forms(acting: Acting, case: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Form to its fields with rows or an amount, as they stand on the duties of the case."""
    found: defaultdict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for (of, number), duty in acting.duties.items():
        if of == case:
            shown = await acting.shown(f"/api/dispatch/cases/{part(case)}/duties/{number}")
            for field, value in shown["fields"].items():
                if isinstance(value, list) and value and isinstance(value[0], dict):
                    found[duty.form][field] = value
                elif isinstance(value, int | float | str) and field == "amount":
                    found[duty.form][field] = [{"amount": float(value)}]
    return found


def _posted_by_hand(account: Account) -> Iterator[tuple[str, Posting]]:
    return ((name, rule) for name, rule in account.postings.items() if rule.by is not None)


def _has(entries: list[Mapping[str, Any]]) -> dict[tuple[str, tuple[str, ...]], Decimal]:
    """Holder and item to how much of it the holder has by these entries."""
    has: defaultdict[tuple[str, tuple[str, ...]], Decimal] = defaultdict(Decimal)
    for entry in entries:
        item, quantity = tuple(entry["item"]), Decimal(entry["quantity"])
        has[entry["receiver"], item] += quantity
        has[entry["giver"], item] -= quantity
    return has
