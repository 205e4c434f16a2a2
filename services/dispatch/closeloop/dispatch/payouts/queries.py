"""What was given for a case, and how much this person may still give; it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.sign_offs import Signing
from closeloop.contracts.procedure.payouts import Payout
from closeloop.dispatch import queries
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.payouts.model import Payment, PaymentRequest, Room, sum_of
from closeloop.dispatch.payouts.rules import CeilingOf, may_give

PAYMENTS = table_of(Payment)
REQUESTS = table_of(PaymentRequest)
SIGNINGS = table_of(Signing)
DUTIES = table_of(Duty)


@dataclass(frozen=True, slots=True)
class Book:
    """One payout of a case: what was given, and under which ceiling this person may give more now."""

    name: str
    payout: Payout
    payments: list[Payment]
    paid: Decimal
    ceiling: CeilingOf | None
    duty: Duty | None

    @property
    def room(self) -> Room | None:
        """How much this person may still give; none if they may give nothing."""
        return self.ceiling.room(self.payments) if self.ceiling else None


async def payments_of(read: Read, person: Person, case: str) -> list[Payment]:
    """The payments of a case, in their order."""
    statement = scoped(select(PAYMENTS), PAYMENTS, person).where(PAYMENTS.c.case_id == case)
    return await read.rows(Payment, statement.order_by(PAYMENTS.c.number))


async def requests_of(read: Read, person: Person, case: str) -> list[PaymentRequest]:
    """What was asked for above a ceiling, in its order."""
    statement = scoped(select(REQUESTS), REQUESTS, person).where(REQUESTS.c.case_id == case)
    return await read.rows(PaymentRequest, statement.order_by(REQUESTS.c.number))


async def approved_of(read: Read, case: str, requests: list[PaymentRequest]) -> dict[int, Signing]:
    """Request to the sign-off that counts for it: the one that stands, or the one that is waited for."""
    statement = select(SIGNINGS).where(SIGNINGS.c.key == case, SIGNINGS.c.of.in_([one.of for one in requests]))
    found = await read.rows(Signing, statement.order_by(SIGNINGS.c.asked_at, SIGNINGS.c.id))
    return {request.number: one for request in requests for one in found if one.of == request.of}


async def books_of(
    read: Read, person: Person, desks: frozenset[str], pack: Pack, case: HandledCase, *, duty: Duty | None = None
) -> list[Book]:
    """Every payout of the procedure for a case, as this person sees it; of one duty or all."""
    said = pack.dispatch.said.payouts
    if not said:
        return []
    payments = await payments_of(read, person, case.id)
    duties = [duty] if duty else await read.rows(Duty, select(DUTIES).where(DUTIES.c.case_id == case.id))
    books = []
    for name, payout in said.items():
        of_it = [payment for payment in payments if payment.payout == name]
        found = may_give(pack, name, duties, person.id, desks)
        ceiling, mine = found[0] if found else (None, None)
        books.append(Book(name, payout, of_it, sum_of(of_it, name), ceiling, mine))
    return books


async def seen_case(read: Read, person: Person, desks: frozenset[str], case: str) -> HandledCase:
    """The case, for whoever may see a duty of it."""
    known = await queries.case_of(read, case)
    seen = await queries.duties(read, person, desks, queries.Wanted(case=case), None, 1)
    if known is None or not seen.items:
        raise NotFound()
    return known
