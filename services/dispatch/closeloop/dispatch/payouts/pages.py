"""The page of what was given for a case, and the form by which more is given."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.dispatch.api import Number
from closeloop.dispatch.pages import dressed
from closeloop.dispatch.payouts.actions import pay, take_payment_back
from closeloop.dispatch.payouts.api import DROP, GIVE_APPROVED, OF_A_CASE, REQUESTS, TAKE_BACK, pack_of_case
from closeloop.dispatch.payouts.approving import ask_for_more, drop_request, give_approved
from closeloop.dispatch.payouts.forms import GiveApprovedForm, PayForm, TakeBackForm
from closeloop.dispatch.payouts.model import Payment, PaymentRequest, in_money, was_taken_back
from closeloop.dispatch.payouts.queries import approved_of, books_of, requests_of, seen_case
from closeloop.dispatch.payouts.showing import AMOUNTS
from closeloop.dispatch.sheets.showing import WhoAsks

router = APIRouter(prefix="/dispatch", include_in_schema=False)


@router.get(OF_A_CASE, name="payments")
async def payments(case: str, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """What was given for a case, by whom and why, and how much is left under each ceiling."""
    known = await seen_case(read, who.person, who.desks, case)
    pack = pack_of_case(known)
    requests = await requests_of(read, who.person, case)
    return page.show(
        "payments",
        case=known,
        books=[one for one in await books_of(read, who.person, who.desks, pack, known) if one.room or one.payments],
        title_of=lambda desk: pack.title_of(desk).model_dump(),
        may_take_back=lambda payment, book: (
            payment.takes_back is None
            and not was_taken_back(payment, book.payments)
            and (payment.made_by == who.person.id or bool({payment.desk, pack.superior_of(payment.desk)} & who.desks))
        ),
        requests=requests,
        sign_offs=await approved_of(read, case, [one for one in requests if one.is_open]),
        may_give=lambda request: request.desk in who.desks or request.asked_by == who.person.id,
        name_of=_name_of,
        **AMOUNTS,
        **dressed(),
    )


@router.post(OF_A_CASE, name="pay")
async def give(case: str, form: Annotated[PayForm, Form()], page: CurrentPage, who: WhoAsks) -> Response:
    """Something is given to the customer; then the duty for which it is given."""
    made = await do(pay, form, who.desks, by=who.person, key=case)
    words = _("{amount} given. It is on the form.", amount=_money(made))
    return page.go_to("duty", case=case, number=made.duty, said=words)


@router.post(TAKE_BACK, name="take_payment_back")
async def take_back(
    case: str, number: Number, form: Annotated[TakeBackForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """A payment was a mistake."""
    await do(take_payment_back, number, form, who.desks, by=who.person, key=case)
    return page.go_to("payments", case=case, said=_("Payment {number} was taken back.", number=number))


@router.post(REQUESTS, name="ask_for_more")
async def ask(case: str, form: Annotated[PayForm, Form()], page: CurrentPage, who: WhoAsks) -> Response:
    """More than the ceiling is needed."""
    asked = await do(ask_for_more, form, who.desks, by=who.person, key=case)
    return page.go_to("payments", case=case, said=_("Asked for {amount}.", amount=_money(asked)))


@router.post(GIVE_APPROVED, name="give_approved")
async def give_what_was_approved(case: str, number: Number, page: CurrentPage, who: WhoAsks) -> Response:
    """What was approved is given."""
    made = await do(give_approved, number, GiveApprovedForm(), who.desks, by=who.person, key=case)
    words = _("{amount} given. It is on the form.", amount=_money(made))
    return page.go_to("duty", case=case, number=made.duty, said=words)


@router.post(DROP, name="drop_request")
async def drop(
    case: str, number: Number, form: Annotated[TakeBackForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """More is no longer needed."""
    await do(drop_request, number, form, who.desks, by=who.person, key=case)
    return page.go_to("payments", case=case, said=_("The request was dropped."))


def _money(one: Payment | PaymentRequest) -> dict[str, str]:
    return in_money(one.amount, one.currency)


def _name_of(login: str) -> str:
    person = here.get().people.maybe(login)
    return person.name if person else login
