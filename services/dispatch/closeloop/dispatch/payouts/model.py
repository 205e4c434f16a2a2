"""A payment, and how much a desk may still give. Nothing is edited: a mistake is taken back by a payment of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from closeloop.chassis.people import Person
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import keeps

NOTHING = Decimal(0)


@keeps("payments", key="case_id", indexes=[("case_number",)])
class Payment:
    """Something that was given for a case; a negative one takes back the payment that it names."""

    id: str
    case_id: str
    case_number: str
    number: int
    payout: str
    amount: Decimal
    currency: str
    means: str | None
    reason: str
    round: int
    duty: int
    desk: str
    ceiling: str
    made_by: str
    made_at: datetime
    place: str | None
    audience: str
    procedure: str
    procedure_version: str
    takes_back: int | None = None
    approved: int | None = None

    @property
    def of(self) -> str:
        """What its occasions hang on."""
        return f"payment:{self.number}"

    def shown_to(self, by: Person | None) -> None:
        """Nobody learns of a payment of another place or audience."""
        if by is None or not by.at(self.place) or not by.hears(self.audience):
            raise NotFound()


@keeps("payment_requests", key="case_id")
class PaymentRequest:
    """More than the ceiling is asked for: it may be given once somebody approved exactly this."""

    id: str
    case_id: str
    number: int
    payout: str
    amount: Decimal
    currency: str
    means: str | None
    reason: str
    duty: int
    desk: str
    ceiling: str
    asked_by: str
    asked_at: datetime
    place: str | None
    audience: str
    procedure: str
    procedure_version: str
    payment: int | None = None
    ended_at: datetime | None = None

    @property
    def of(self) -> str:
        """What its sign-off, tasks and occasions hang on."""
        return f"request:{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it may still be approved and given."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Room:
    """What was given already, as far as it is held against a ceiling, and the ceiling."""

    paid: Decimal
    ceiling: Decimal
    inclusive: bool = True

    @property
    def left(self) -> Decimal:
        """How much may still be given."""
        return max(self.ceiling - self.paid, NOTHING)

    def has(self, amount: Decimal) -> bool:
        """Whether so much more stays within the ceiling."""
        total = self.paid + amount
        return total <= self.ceiling if self.inclusive else total < self.ceiling


def sum_of(payments: Iterable[Payment], payout: str) -> Decimal:
    """What was given for the case in all, over all desks, rounds and means."""
    return sum((payment.amount for payment in payments if payment.payout == payout), NOTHING)


def was_taken_back(payment: Payment, payments: Iterable[Payment]) -> bool:
    """Whether a later payment takes this one back."""
    return any(other.takes_back == payment.number for other in payments)


def in_money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount as people read it."""
    plain = f"{amount:,.2f}".removesuffix(".00")
    return {"zh": f"{plain}元" if currency == "CNY" else f"{plain} {currency}", "en": f"{plain} {currency}"}
