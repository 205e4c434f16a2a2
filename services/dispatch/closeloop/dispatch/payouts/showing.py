"""Payments as programs and people read them."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.reading import Read
from closeloop.contracts.procedure.payouts import Payout
from closeloop.dispatch.accounts.queries import may_see
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.payouts.model import Payment, PaymentRequest, in_money
from closeloop.dispatch.payouts.queries import Book, books_of
from closeloop.dispatch.sheets.showing import AtWork


def payment_as_json(payment: Payment) -> dict[str, Any]:
    """A payment as a program reads it."""
    return {
        "id": payment.id,
        "case": payment.case_id,
        "case_number": payment.case_number,
        "number": payment.number,
        "payout": payment.payout,
        "amount": f"{payment.amount:.2f}",
        "currency": payment.currency,
        "means": payment.means,
        "reason": payment.reason,
        "round": payment.round,
        "duty": payment.duty,
        "desk": payment.desk,
        "ceiling": payment.ceiling,
        "made_by": payment.made_by,
        "made_at": payment.made_at,
        "takes_back": payment.takes_back,
        "approved": payment.approved,
    }


def request_as_json(request: PaymentRequest) -> dict[str, Any]:
    """What is asked for above a ceiling, as a program reads it."""
    return {
        "id": request.id,
        "case": request.case_id,
        "number": request.number,
        "payout": request.payout,
        "amount": f"{request.amount:.2f}",
        "currency": request.currency,
        "means": request.means,
        "reason": request.reason,
        "duty": request.duty,
        "desk": request.desk,
        "asked_by": request.asked_by,
        "asked_at": request.asked_at,
        "ended_at": request.ended_at,
        "payment": request.payment,
        "sign_off": f"{request.of}:approval",
    }


def book_as_json(book: Book) -> dict[str, Any]:
    """One payout of a case as a program reads it."""
    room = book.room
    return {
        "payout": book.name,
        "title": book.payout.title.model_dump(),
        "currency": book.payout.currency,
        "paid": f"{book.paid:.2f}",
        "ceiling": f"{room.ceiling:.2f}" if room else None,
        "left": f"{room.left:.2f}" if room else None,
        "duty": book.duty.number if book.duty else None,
    }


async def box_of(read: Read, who: AtWork, pack: Pack, case: HandledCase, duty: Duty) -> dict[str, Any]:
    """What the page of a duty shows of the payouts of its case; nothing where there is nothing to give or to see."""
    books = await books_of(read, who.person, who.desks, pack, case, duty=duty)
    seen = [(name, one) for name, one in pack.accounts.items() if may_see(one, who.person, who.desks)]
    accounts = [(name, one.title.model_dump()) for name, one in seen]
    asked = any(rule.assessment.by in who.desks for rule in pack.dispatch.said.qualifications.values())
    shown = [book for book in books if book.room or book.payments]
    return {"books": shown, "accounts": accounts, "assesses": asked, **AMOUNTS}


def means_of(payout: Payout) -> list[tuple[str, dict[str, str]]]:
    """In what a payout may be given, for a choice."""
    return [(name, title.model_dump()) for name, title in payout.means.items()]


AMOUNTS: dict[str, Any] = {"money": in_money, "means_of": means_of}
"""How pages say amounts."""
