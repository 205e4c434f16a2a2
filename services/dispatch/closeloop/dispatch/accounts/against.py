"""What a posting is held against: what the same case has of it already, signed by whoever must have signed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import compiled
from closeloop.chassis.refusals import Refused
from closeloop.chassis.signing import Signing
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.accounts import Account, Against, Posting
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.dispatch.accounts.model import NOTHING, Item, of_case
from closeloop.dispatch.accounts.plan import Plan, read_lines
from closeloop.dispatch.issuing.facts import known_facts, orders_of
from closeloop.dispatch.model import Duty, HandledCase


def held_against(work: Work, pack: Pack, plan: Plan, account: Account, rule: Posting) -> None:
    """Refuses more than is there, item by item, everything that was posted before included."""
    if plan.case is None or not rule.against:
        return
    case = work.one(HandledCase)
    facts = known_facts(pack, case, work.all(Duty))
    for name, entry in rule.against.items():
        if entry.unless is not None and compiled(entry.unless, orders_of(pack)).decide(facts):
            continue
        there = _there(work, plan, account, rule, entry)
        for item, quantity in plan.lines:
            posted = _posted(work, plan.account, plan.posting, item)
            if posted + quantity > there.get(item, NOTHING):
                raise Refused(
                    _(
                        "{item}: {quantity} cannot be posted. “{against}” covers {there}, {posted} were posted.",
                        item=in_words(item, account),
                        quantity=plain(quantity),
                        there=plain(there.get(item, NOTHING)),
                        posted=plain(posted),
                        against=_name_of(pack, account, entry, name),
                    ),
                    clause=tuple(dict.fromkeys((*entry.clauses, *rule.clauses))),
                )


def plain(quantity: Decimal) -> str:
    """A number without zeros behind it."""
    return f"{quantity:f}".rstrip("0").rstrip(".") if "." in f"{quantity:f}" else f"{quantity:f}"


def in_words(item: Item, account: Account) -> dict[str, str]:
    """What people call an item; money is called by its account."""
    return {"zh": " ".join(item), "en": " ".join(item)} if item else account.title.model_dump()


def _posted(work: Work, account: str, posting: str, item: Item) -> Decimal:
    return sum((one.quantity for one in of_case(work, account, "posting", posting) if tuple(one.item) == item), NOTHING)


def _there(work: Work, plan: Plan, account: Account, rule: Posting, entry: Against) -> dict[Item, Decimal]:
    there: dict[Item, Decimal] = {}
    for posting in entry.postings:
        for one in of_case(work, plan.account, "posting", posting):
            there[tuple(one.item)] = there.get(tuple(one.item), NOTHING) + one.quantity
    if entry.form is not None:
        counted = rule.model_copy(update={"rows": entry.rows or rule.rows})
        for duty in work.all(Duty, form=entry.form):
            if duty.withdrawn_at is None and _signed(work, duty).issuperset(entry.signed_by):
                if duty.record.get(counted.rows) in (None, "", []):
                    continue
                for item, quantity in read_lines(account, counted, duty.record):
                    there[item] = there.get(item, NOTHING) + quantity
    return there


def _signed(work: Work, duty: Duty) -> set[str]:
    """Whoever put their name to the form of a duty as it stands."""
    signed = {one.role for one in work.all(Signing, of=duty.of) if one.stands and one.decision is not False}
    signature: Any = duty.signature
    if signature and signature.get("means") != "refused":
        signed.add(str(signature.get("role") or CUSTOMER))
    return signed


def _name_of(pack: Pack, account: Account, entry: Against, name: str) -> dict[str, str]:
    if entry.form is not None and entry.form in pack.forms:
        return pack.forms[entry.form].title.model_dump()
    first = account.postings.get(next(iter(entry.postings), ""))
    return first.title.model_dump() if first else {"zh": name, "en": name}
