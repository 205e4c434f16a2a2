"""A posting as it is about to be made: read from what people wrote, with the keys that it works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.contracts.procedure.accounts import Account, Posting
from closeloop.dispatch.accounts.model import Item, holder_of, quantity_of, whose

Lines = tuple[tuple[Item, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be moved, by which posting, for which case."""

    procedure: str
    version: str
    account: str
    posting: str
    giver: str
    receiver: str
    lines: Lines
    keys: tuple[str, ...]
    """The case, or the account where there is none; then the voucher, and what each inside holder has of each item."""
    voucher_key: str
    """The key of its voucher: the case, or the account as long as it is signed, else one of its own."""
    case: str | None = None
    place: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def stock_keys(self, holder: str) -> list[str]:
        """The keys under which a holder has the items, in their order."""
        return [stock_key(self.procedure, self.account, holder, item) for item, _quantity in self.lines]


def planned(
    pack: Pack,
    account: str,
    posting: str,
    fields: Mapping[str, Any],
    *,
    case: str | None = None,
    person: str | None = None,
    place: str | None = None,
    lines: Lines | None = None,
    voucher: str | None = None,
    takes_back: bool = False,
) -> Plan:
    """Read what people wrote; refused where an item or a holder is not named."""
    said = pack.accounts.get(account)
    rule = said.postings.get(posting) if said else None
    if said is None or rule is None:
        raise NotFound()
    clause = rule.clauses[0] if rule.clauses else None
    if (rule.case == "required") > (case is not None) or (rule.case == "none" and case is not None):
        sentence = _("“{title}” belongs to a case: name it.") if case is None else _("“{title}” belongs to no case.")
        raise Refused(_(sentence.template, title=rule.title.model_dump()), clause=clause)
    giver, receiver = (_whose(said, name, person, place, clause) for name in (rule.from_, rule.to))
    found = lines if lines is not None else read_lines(said, rule, fields)
    if takes_back:
        giver, receiver = receiver, giver
    main = case or account_key(pack.id, account)
    own = voucher or (f"voucher:{pack.id}.{account}.{uuid4().hex}" if case is None and not rule.signatures else main)
    inside = [holder for holder in (giver, receiver) if said.holders[holder_of(holder)].is_ == "inside"]
    stocks = [stock_key(pack.id, account, holder, item) for holder in inside for item, _quantity in found]
    keys = tuple(dict.fromkeys((main, own, *stocks)))
    return Plan(pack.id, pack.version, account, posting, giver, receiver, found, keys, own, case, place, dict(fields))


def read_lines(account: Account, rule: Posting, fields: Mapping[str, Any]) -> Lines:
    """The rows or the amount that a voucher or form says, each item once."""
    clause = rule.clauses[0] if rule.clauses else None
    said = fields.get(rule.rows)
    if said in (None, "", []):
        raise Refused(_("Say what is moved: fill in “{field}”.", field=rule.rows), clause=clause)
    rows = said if isinstance(said, list) else [{account.counted_in: said}]
    found: dict[Item, Decimal] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            raise Refused(_("“{field}” has rows with columns.", field=rule.rows), clause=clause)
        for column in account.items:
            if str(row.get(column) or "").strip() == "":
                raise Refused(_("Fill in “{field}” in every row.", field=column), clause=clause)
        item = tuple(str(row[column]).strip() for column in account.items)
        found[item] = found.get(item, Decimal(0)) + quantity_of(row.get(account.counted_in), clause)
    return tuple(found.items())


def account_key(procedure: str, account: str) -> str:
    """The key of what is posted without a case."""
    return f"account:{procedure}.{account}"


def stock_key(procedure: str, account: str, holder: str, item: Item) -> str:
    """The key of what a holder has of an item; no name of a thing stands in it."""
    named = sha256("\x1f".join(item).encode()).hexdigest()[:20] if item else "money"
    return f"stock:{procedure}.{account}.{holder}.{named}"


def _whose(account: Account, name: str, person: str | None, place: str | None, clause: str | None) -> str:
    holder = account.holders[name]
    of = {"person": person, "place": place, None: None}[holder.per]
    if holder.per is not None and not of:
        title = holder.title.model_dump()
        sentence = (
            _("“{title}”: say which person.", title=title)
            if holder.per == "person"
            else _("“{title}”: say which place.", title=title)
        )
        raise Refused(sentence, clause=clause)
    return whose(name, of)
