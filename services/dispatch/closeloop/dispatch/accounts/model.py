"""Vouchers, their entries, what each holder has, and what of it belongs to a case."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from decimal import Decimal
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import keeps
from closeloop.chassis.work import Work

NOTHING = Decimal(0)
Item = tuple[str, ...]


@keeps("vouchers", key="key", indexes=[("procedure", "account", "number"), ("case_id",)])
class Voucher:
    """One posting: what was moved, for which case, by whom; it waits for its signatures, then it is posted."""

    id: str
    key: str
    number: int
    procedure: str
    procedure_version: str
    account: str
    posting: str
    giver: str
    receiver: str
    lines: list[dict[str, Any]]
    fields: dict[str, Any]
    case_id: str | None
    place: str | None
    audience: str
    entered_by: str
    entered_at: datetime
    posted_at: datetime | None = None
    dropped_at: datetime | None = None
    takes_back: int | None = None
    record_id: str | None = None

    @property
    def of(self) -> str:
        """What its occasions, sign-offs and record hang on."""
        return f"voucher:{self.account}.{self.number}"

    @property
    def waits(self) -> bool:
        """Whether it is not posted yet."""
        return self.posted_at is None and self.dropped_at is None


@keeps("account_entries", read=False, indexes=[("procedure", "account", "posted_at"), ("case_id",)])
class AccountEntry:
    """One item that was moved from one holder to another; both sides stand in the same row."""

    id: str
    voucher: str
    procedure: str
    account: str
    posting: str
    giver: str
    receiver: str
    item: list[str]
    quantity: Decimal
    posted_at: datetime
    posted_by: str
    case_id: str | None = None
    place: str | None = None
    audience: str | None = None


@keeps("stocks", key="key", index=("procedure", "account"))
class Stock:
    """How much of one item an inside holder has; each has a key of its own, so that others can be posted meanwhile."""

    key: str
    procedure: str
    account: str
    holder: str
    item: list[str]
    quantity: Decimal = NOTHING
    place: str | None = None


@keeps("case_sums", key="case_id")
class CaseSum:
    """What a holder has of one item for a case, or how much of it was posted; `what` is holder or posting."""

    id: str
    case_id: str
    account: str
    what: str
    name: str
    item: list[str] = field(default_factory=list)
    quantity: Decimal = NOTHING


def whose(holder: str, of: str | None) -> str:
    """A holder with the person or place that it is split by."""
    return f"{holder}:{of}" if of else holder


def holder_of(said: str) -> str:
    """The holder without the person or place."""
    return said.partition(":")[0]


def lines_of(voucher: Voucher) -> list[tuple[Item, Decimal]]:
    """What is moved, item by item."""
    return [(tuple(line["item"]), Decimal(line["quantity"])) for line in voucher.lines]


def stock_of(work: Work, key: str, procedure: str, account: str, holder: str, item: Item) -> Stock:
    """What a holder has of an item; nothing yet if it never had any."""
    stock = work.maybe(Stock, key=key)
    if stock is None:
        place = holder.partition(":")[2] or None
        stock = Stock(key, procedure, account, holder, list(item), place=place)
        work.add(stock)
    return stock


def add_to_case(work: Work, case: str, account: str, what: str, name: str, item: Item, quantity: Decimal) -> CaseSum:
    """More, or less, of an item belongs to the case."""
    found = next((one for one in of_case(work, account, what, name) if tuple(one.item) == item), None)
    if found is None:
        identity = f"{case}|{account}|{what}|{name}|{'|'.join(item)}"
        found = CaseSum(identity, case, account, what, name, list(item))
        work.add(found)
    found.quantity += quantity
    return found


def of_case(work: Work, account: str, what: str, name: str | None = None) -> list[CaseSum]:
    """The sums of a case in one account."""
    return [one for one in work.all(CaseSum, account=account, what=what) if name in (None, one.name)]


def quantity_of(said: Any, clause: str | None = None) -> Decimal:
    """A number of pieces or an amount, as people write it."""
    written = said.get("amount") if isinstance(said, dict) else said
    try:
        quantity = Decimal(str(written).strip().replace(",", ""))
    except ArithmeticError:
        quantity = NOTHING
    if not quantity.is_finite() or quantity <= 0 or quantity != round(quantity, 2):
        sentence = _("“{written}” is no amount: write a number above nothing.", written=str(written or ""))
        raise Refused(sentence, clause=clause)
    return quantity
