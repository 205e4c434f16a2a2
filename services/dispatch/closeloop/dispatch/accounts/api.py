"""Accounts as JSON: the same postings and lists for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.packs import Pack
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.refusals import Refused
from closeloop.dispatch import queries as of_cases
from closeloop.dispatch.accounts.forms import AgainForm, PostForm
from closeloop.dispatch.accounts.plan import Plan, account_key, planned
from closeloop.dispatch.accounts.posting import post, post_signed, refuse_posting, take_voucher_back
from closeloop.dispatch.accounts.queries import account_of, again, balances, entries_of, may_see, waiting_of
from closeloop.dispatch.accounts.showing import account_as_json, balance_as_json, entry_as_json, voucher_as_json
from closeloop.dispatch.api import AtOnce, Cursor, Number
from closeloop.dispatch.sheets.showing import AtWork, WhoAsks

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
ONE = "/accounts/{account}"
POSTING = f"{ONE}/postings/{{posting}}"
VOUCHER = f"{ONE}/vouchers/{{number}}"


@router.get("/accounts", name="accounts_as_json")
async def accounts(who: WhoAsks) -> dict[str, Any]:
    """The accounts with which this person has to do."""
    found = [(name, one) for pack in who.packs for name, one in pack.accounts.items()]
    return {"items": [account_as_json(name, one) for name, one in found if may_see(one, who.person, who.desks)]}


@router.get(ONE, name="account_as_json")
async def account(
    account: str,
    read: Reading,
    who: WhoAsks,
    holder: str | None = None,
    case: str | None = None,
    as_of: AwareDatetime | None = None,
    cursor: Cursor = None,
    limit: AtOnce = None,
) -> dict[str, Any]:
    """Who has what, now or at a moment, what was moved, and which vouchers wait."""
    pack, said = account_of(who.packs, account, who.person, who.desks)
    page = await entries_of(read, who.person, pack, account, holder=holder, case=case, cursor=cursor, limit=limit)
    has = await balances(read, who.person, pack, account, as_of)
    return {
        **account_as_json(account, said),
        "balances": [balance_as_json(*one) for one in has if holder in (None, one[0], one[0].partition(":")[0])],
        "waiting": [voucher_as_json(one) for one in await waiting_of(read, who.person, pack, account)],
        "entries": [entry_as_json(entry) for entry in page.items],
        "next": page.next,
    }


@router.post(POSTING, name="post_as_json", status_code=201)
async def enter(account: str, posting: str, form: PostForm, request: Request, read: Reading, who: WhoAsks) -> Response:
    """Something is moved."""
    plan = await plan_of(read, who, account, posting, form)
    return await answered(request, post, plan, who.desks, by=who.person, status=201, shows=voucher_as_json)


@router.post(f"{VOUCHER}/post", name="post_signed_as_json")
async def enter_signed(
    account: str, number: Number, form: AgainForm, request: Request, read: Reading, who: WhoAsks
) -> Response:
    """A voucher that was signed is posted."""
    pack, _said = account_of(who.packs, account, who.person, who.desks)
    plan = await again(read, who.person, pack, account, number, takes_back=False)
    return await answered(request, post_signed, plan, number, who.desks, by=who.person, shows=voucher_as_json)


@router.post(f"{VOUCHER}/take-back", name="take_voucher_back_as_json", status_code=201)
async def take_back(
    account: str, number: Number, form: AgainForm, request: Request, read: Reading, who: WhoAsks
) -> Response:
    """A voucher was a mistake."""
    pack, _said = account_of(who.packs, account, who.person, who.desks)
    plan = await again(read, who.person, pack, account, number, takes_back=True)
    said = (plan, number, who.desks)
    return await answered(request, take_voucher_back, *said, by=who.person, status=201, shows=voucher_as_json)


async def plan_of(read: Read, who: AtWork, account: str, posting: str, form: PostForm) -> Plan:
    """What this person wants to move, read by the version of the procedure that counts for the case."""
    pack, _said = account_of(who.packs, account, who.person, who.desks)
    if form.case is not None:
        pack = await _pack_of_case(read, form.case) or pack
    person = form.person or who.person.id
    try:
        return planned(pack, account, posting, form.fields, case=form.case, person=person, place=form.place)
    except Refused as refusal:
        key = form.case or account_key(pack.id, account)
        await do(refuse_posting, refusal, by=who.person, key=key)
        raise


async def _pack_of_case(read: Read, case: str) -> Pack | None:
    known = await of_cases.case_of(read, case)
    return here.get().procedures.pack(known.told.procedure, known.told.procedure_version) if known else None
