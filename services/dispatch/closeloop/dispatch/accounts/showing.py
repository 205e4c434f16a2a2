"""Accounts as programs read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from closeloop.contracts.procedure.accounts import Account
from closeloop.dispatch.accounts.against import plain
from closeloop.dispatch.accounts.model import AccountEntry, Item, Voucher


def account_as_json(name: str, account: Account) -> dict[str, Any]:
    """An account with its holders and postings."""
    return {
        "account": name,
        "title": account.title.model_dump(),
        "counts": account.counts,
        "holders": {one: holder.title.model_dump() for one, holder in account.holders.items()},
        "postings": {one: rule.title.model_dump() for one, rule in account.postings.items()},
    }


def balance_as_json(holder: str, item: Item, quantity: Decimal) -> dict[str, Any]:
    """What a holder has of an item."""
    return {"holder": holder, "item": list(item), "quantity": plain(quantity)}


def entry_as_json(entry: AccountEntry) -> dict[str, Any]:
    """One item that was moved."""
    return {
        "id": entry.id,
        "posting": entry.posting,
        "giver": entry.giver,
        "receiver": entry.receiver,
        "item": entry.item,
        "quantity": plain(entry.quantity),
        "posted_at": entry.posted_at,
        "posted_by": entry.posted_by,
        "case": entry.case_id,
        "place": entry.place,
    }


def voucher_as_json(voucher: Voucher) -> dict[str, Any]:
    """One posting with what it moves."""
    return {
        "account": voucher.account,
        "number": voucher.number,
        "posting": voucher.posting,
        "giver": voucher.giver,
        "receiver": voucher.receiver,
        "lines": voucher.lines,
        "case": voucher.case_id,
        "entered_by": voucher.entered_by,
        "entered_at": voucher.entered_at,
        "posted_at": voucher.posted_at,
        "dropped_at": voucher.dropped_at,
        "takes_back": voucher.takes_back,
        "record": voucher.record_id,
        "sign_offs": voucher.of,
    }
