"""Payments as JSON: the same actions and lists for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.packs import Pack
from closeloop.chassis.reading import Reading
from closeloop.dispatch.api import Number
from closeloop.dispatch.model import HandledCase
from closeloop.dispatch.payouts.actions import pay, take_payment_back
from closeloop.dispatch.payouts.approving import ask_for_more, drop_request, give_approved
from closeloop.dispatch.payouts.forms import GiveApprovedForm, PayForm, TakeBackForm
from closeloop.dispatch.payouts.queries import books_of, payments_of, requests_of, seen_case
from closeloop.dispatch.payouts.showing import book_as_json, payment_as_json, request_as_json
from closeloop.dispatch.sheets.showing import WhoAsks

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
OF_A_CASE = "/cases/{case}/payments"
TAKE_BACK = f"{OF_A_CASE}/{{number}}/take-back"
REQUESTS = "/cases/{case}/payment-requests"
GIVE_APPROVED = f"{REQUESTS}/{{number}}/give"
DROP = f"{REQUESTS}/{{number}}/drop"


@router.get(OF_A_CASE, name="payments_as_json")
async def payments(case: str, read: Reading, who: WhoAsks) -> dict[str, Any]:
    """What was given for a case, and how much this person may still give."""
    known = await seen_case(read, who.person, who.desks, case)
    books = await books_of(read, who.person, who.desks, pack_of_case(known), known)
    items = await payments_of(read, who.person, case)
    return {
        "items": [payment_as_json(one) for one in items],
        "payouts": [book_as_json(book) for book in books],
        "requests": [request_as_json(one) for one in await requests_of(read, who.person, case)],
    }


@router.post(OF_A_CASE, name="pay_as_json", status_code=201)
async def give(case: str, form: PayForm, request: Request, who: WhoAsks) -> Response:
    """Something is given to the customer."""
    return await answered(request, pay, form, who.desks, by=who.person, key=case, status=201, shows=payment_as_json)


@router.post(TAKE_BACK, name="take_payment_back_as_json", status_code=201)
async def take_back(case: str, number: Number, form: TakeBackForm, request: Request, who: WhoAsks) -> Response:
    """A payment was a mistake."""
    said = (number, form, who.desks)
    return await answered(request, take_payment_back, *said, by=who.person, key=case, status=201, shows=payment_as_json)


@router.post(REQUESTS, name="ask_for_more_as_json", status_code=201)
async def ask(case: str, form: PayForm, request: Request, who: WhoAsks) -> Response:
    """More than the ceiling is needed."""
    said = (form, who.desks)
    return await answered(request, ask_for_more, *said, by=who.person, key=case, status=201, shows=request_as_json)


@router.post(GIVE_APPROVED, name="give_approved_as_json", status_code=201)
async def give_what_was_approved(
    case: str, number: Number, form: GiveApprovedForm, request: Request, who: WhoAsks
) -> Response:
    """What was approved is given."""
    said = (number, form, who.desks)
    return await answered(request, give_approved, *said, by=who.person, key=case, status=201, shows=payment_as_json)


@router.post(DROP, name="drop_request_as_json")
async def drop(case: str, number: Number, form: TakeBackForm, request: Request, who: WhoAsks) -> Response:
    """More is no longer needed."""
    said = (number, form, who.desks)
    return await answered(request, drop_request, *said, by=who.person, key=case, shows=request_as_json)


def pack_of_case(case: HandledCase) -> Pack:
    """The version of the procedure by which a case is judged."""
    return here.get().procedures.pack(case.told.procedure, case.told.procedure_version)
