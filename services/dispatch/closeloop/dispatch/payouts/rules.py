"""The ceilings of a procedure, as a payment is held against them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from closeloop.chassis.packs import Pack
from closeloop.contracts.procedure.payouts import Ceiling, Payout
from closeloop.dispatch.model import Duty
from closeloop.dispatch.payouts.model import NOTHING, Payment, Room, sum_of


@dataclass(frozen=True, slots=True)
class CeilingOf:
    """A ceiling under its name, with the payout that it limits."""

    name: str
    payout_name: str
    payout: Payout
    entry: Ceiling
    amount: Decimal

    @property
    def clause(self) -> str | None:
        """The clause that sets it."""
        return self.entry.clauses[0] if self.entry.clauses else None

    @property
    def clause_above(self) -> str | None:
        """The clause that forbids more: that of the approval where somebody may approve it."""
        approval = self.entry.approval
        return approval.clauses[0] if approval is not None and approval.clauses else self.clause

    def binds(self, duty: Duty) -> bool:
        """Whether it is the ceiling of whoever has this duty, as the duty lies now."""
        return duty.is_open and duty.desk == self.entry.by and self.entry.during in (None, duty.rule)

    def room(self, payments: Iterable[Payment]) -> Room:
        """How much may still be given under it."""
        paid = sum_of(payments, self.payout_name) if self.payout.counts == "case" else NOTHING
        return Room(paid, self.amount, self.payout.inclusive)


def ceilings_of(pack: Pack, payout: str) -> list[CeilingOf]:
    """The ceilings of a payout, from the lowest to the highest."""
    said = pack.dispatch.said.payouts[payout]
    return [CeilingOf(name, payout, said, entry, amount_of(entry)) for name, entry in said.ceilings.items()]


def amount_of(ceiling: Ceiling) -> Decimal:
    """How much it is; nothing as long as nobody has said what its parameter is."""
    return Decimal(repr(float(ceiling.amount))) if ceiling.amount.is_known else NOTHING


def is_theirs(duty: Duty, person: str, desks: frozenset[str]) -> bool:
    """Whether a duty is this person's: given to them, or on a desk of theirs."""
    return duty.worker == person or duty.desk in desks


def may_give(
    pack: Pack, payout: str, duties: Iterable[Duty], person: str, desks: frozenset[str]
) -> list[tuple[CeilingOf, Duty]]:
    """The ceilings under which this person may give something now, each with the duty that lets them."""
    ceilings = ceilings_of(pack, payout)
    mine = [duty for duty in duties if duty.is_open and is_theirs(duty, person, desks)]
    return [(ceiling, duty) for duty in mine for ceiling in ceilings if ceiling.binds(duty)]
