"""Pages of accounts: who has what, what was moved, which vouchers wait, and the form of each posting."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import or_, select
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.records.inputs import from_page, inputs
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.accounts import Account, Posting
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.vocabulary import Text
from closeloop.dispatch.accounts.against import plain
from closeloop.dispatch.accounts.api import ONE, POSTING, VOUCHER, plan_of
from closeloop.dispatch.accounts.forms import PostForm
from closeloop.dispatch.accounts.model import Voucher, holder_of
from closeloop.dispatch.accounts.posting import post, post_signed
from closeloop.dispatch.accounts.queries import account_of, again, balances, entries_of, may_see, waiting_of
from closeloop.dispatch.api import Number
from closeloop.dispatch.model import HandledCase
from closeloop.dispatch.pages import dressed
from closeloop.dispatch.queries import CASES, cases_of
from closeloop.dispatch.sheets.showing import WhoAsks

router = APIRouter(prefix="/dispatch", include_in_schema=False)
NOT_HERE = ("signature", "attachment")
Word = Annotated[str, Query(max_length=120)]
WORDS = {
    "part_name": Text(zh="名称", en="Part"),
    "specification": Text(zh="规格", en="Specification"),
    "quantity": Text(zh="数量", en="Quantity"),
    "quality": Text(zh="质量", en="Quality"),
    "amount": Text(zh="金额", en="Amount"),
}
"""What columns are called where no form of the procedure says it."""


@router.get("/accounts", name="accounts")
async def accounts(page: CurrentPage, who: WhoAsks) -> Response:
    """The accounts with which this person has to do."""
    found = [(name, one) for pack in who.packs for name, one in pack.accounts.items()]
    return page.show("accounts", accounts=[one for one in found if may_see(one[1], who.person, who.desks)], **dressed())


@router.get(ONE, name="account")
async def account(
    account: str,
    page: CurrentPage,
    read: Reading,
    who: WhoAsks,
    holder: Word = "",
    case: Word = "",
    posting: Word = "",
    cursor: str | None = None,
) -> Response:
    """Who has what, what was moved, which vouchers wait, and what this person may post."""
    pack, said = account_of(who.packs, account, who.person, who.desks)
    known = await _case(read, case)
    moved = await entries_of(
        read,
        who.person,
        pack,
        account,
        holder=holder or None,
        case=known.id if known else case or None,
        cursor=cursor,
    )
    has = await balances(read, who.person, pack, account)
    rule = said.postings.get(posting)
    mine = [(name, one) for name, one in said.postings.items() if one.by in who.desks]
    form = form_of(pack, said, rule) if rule else None
    names = [name for name, field in form.fields.items() if field.type not in NOT_HERE] if form else []
    waiting = await waiting_of(read, who.person, pack, account)
    ids = [*(one.case_id for one in moved.items), *(one.case_id for one in waiting)]
    about = await cases_of(read, who.person, [one for one in ids if one])
    return page.show(
        "account",
        name=account,
        account=said,
        has=[one for one in has if not holder or holder in (one[0], holder_of(one[0]))],
        moved=moved,
        waiting=waiting,
        cases=about,
        case=known.number if known else case,
        holder=holder,
        postings=mine,
        posting=posting,
        rule=rule if rule is not None and rule.by in who.desks else None,
        fields=inputs(pack, form, names, {}) if form else [],
        splits={said.holders[one].per for one in (rule.from_, rule.to)} if rule else set(),
        people=[(one.id, one.name) for one in here.get().people if known is None or one.at(known.place)],
        places=[(one.id, {"zh": one.name.zh, "en": one.name.en}) for one in here.get().people.organisation.places],
        in_words=lambda one: _in_words(said, one),
        plain=plain,
        name_of=_name_of,
        **dressed(),
    )


@router.post(POSTING, name="post_entry")
async def enter(
    account: str, posting: str, request: Request, page: CurrentPage, read: Reading, who: WhoAsks
) -> Response:
    """Something is moved; then the account as it stands."""
    entered = await request.form()
    pack, said = account_of(who.packs, account, who.person, who.desks)
    rule = said.postings.get(posting)
    words = {name: str(entered.get(name) or "").strip() or None for name in ("case", "person", "place")}
    known = await _case(read, words["case"] or "")
    if words["case"] and known is None:
        raise Refused(_("There is no case {number}.", number=words["case"]))
    fields = from_page(form_of(pack, said, rule), entered) if rule else {}
    case = known.id if known else None
    form = PostForm(case=case, person=words["person"], place=words["place"], fields=fields)
    plan = await plan_of(read, who, account, posting, form)
    voucher: Voucher = await do(post, plan, who.desks, by=who.person)
    done = _("Posted as voucher {number}.", number=voucher.number)
    waits = _("Voucher {number} waits for its signatures.", number=voucher.number)
    return page.go_to("account", account=account, said=waits if voucher.waits else done)


@router.post(f"{VOUCHER}/post", name="post_signed")
async def enter_signed(account: str, number: Number, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """A voucher that was signed is posted."""
    pack, _said = account_of(who.packs, account, who.person, who.desks)
    plan = await again(read, who.person, pack, account, number, takes_back=False)
    await do(post_signed, plan, number, who.desks, by=who.person)
    return page.go_to("account", account=account, said=_("Posted as voucher {number}.", number=number))


def form_of(pack: Pack, account: Account, rule: Posting) -> Form:
    """What is filled in for a posting: its voucher, or only what is moved."""
    if rule.form is not None:
        return pack.forms[rule.form]
    if account.items:
        columns = {name: _column(pack, rule.rows, name) for name in (*account.items, account.counted_in)}
        field = FormField(title=account.title, type="rows", columns=columns, required=True)
    else:
        field = FormField(title=WORDS["amount"], type="money", unit=account.currency, required=True)
    return Form(title=rule.title, version="", fields={rule.rows: field}, own_practice="What is moved.")


def _column(pack: Pack, rows: str, name: str) -> FormField:
    for form in pack.forms.values():
        if rows in form.fields and name in form.fields[rows].columns:
            return form.fields[rows].columns[name]
    return FormField(title=WORDS.get(name, Text(zh=name, en=name)))


async def _case(read: Read, said: str) -> HandledCase | None:
    if not said:
        return None
    return await read.one(HandledCase, select(CASES).where(or_(CASES.c.id == said, CASES.c.number == said)))


def _in_words(account: Account, holder: str) -> dict[str, str]:
    name, _sep, of = holder.partition(":")
    title = account.holders[name].title.model_dump()
    return {lang: f"{words} · {_name_of(of)}" if of else words for lang, words in title.items()}


def _name_of(login: str) -> str:
    person = here.get().people.maybe(login)
    return person.name if person else login
