"""Pages of customers: the list, one customer, and their profile."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.records.inputs import from_page, inputs
from closeloop.chassis.records.printed import printed_form
from closeloop.chassis.records.sheet import printed_page
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.api import as_invalid
from closeloop.intake.customers import actions, merging, queries
from closeloop.intake.customers.api import fields_of, found, my_lists, to_be_kept
from closeloop.intake.customers.forms import MergeForm, NewCustomerForm, StrikingOffForm, fitting_fields
from closeloop.intake.customers.merging import described
from closeloop.intake.customers.model import Customer, key_of
from closeloop.intake.customers.rights import may_keep, may_open, may_take_apart, must
from closeloop.intake.misfits import Misfits
from closeloop.intake.showing import as_row, words

router = APIRouter(prefix="/intake/customers", include_in_schema=False)


@router.get("", name="customers")
async def customers(
    page: CurrentPage,
    person: CurrentPerson,
    read: Reading,
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: str | None = None,
) -> Response:
    """Who is on the lists, and how to put somebody on one."""
    lists = my_lists(person)
    here_now = await queries.customers(read, lists, q, cursor)
    kept = [(pack, name, said) for pack, name, said in lists if may_keep(person, pack, said)]
    titles = {(pack.id, name): words(said.title) for pack, name, said in lists}
    return page.show(
        "customers",
        q=q,
        found=[(one, titles[one.procedure, one.list_name]) for one in here_now.items],
        times=await queries.times_here(read, here_now.items),
        title=words(lists[0][2].title) if len(lists) == 1 else _("Customers"),
        lists=[
            (pack.id, name, words(said.title), inputs(pack, pack.forms[said.profile], _by_hand(pack, said), {}))
            for pack, name, said in kept
        ],
        next=page.here(cursor=here_now.next) if here_now.next else "",
        first=page.here(cursor=None) if cursor else "",
    )


@router.post("", name="keep_customer")
async def keep(request: Request, page: CurrentPage, person: CurrentPerson) -> Response:
    """Somebody is put on a list."""
    entered = await request.form()
    contact = {name: str(entered.get(name, "")) for name in ("name", "phone", "email", "address")}
    procedure, in_list = str(entered.get("procedure", "")), str(entered.get("in_list", ""))
    pack = here.get().procedures.in_force(procedure, here.get().now())
    said = pack.intake.said.customers.get(in_list) if pack else None
    fields = from_page(pack.forms[said.profile], entered) if pack and said else {}
    try:
        form = NewCustomerForm(procedure=procedure, in_list=in_list, fields=fields, **contact)
    except ValidationError as wrong:
        raise as_invalid(wrong, entered) from None
    about, identity = to_be_kept(form, person, entered), here.get().new_id()
    await do(actions.put_on_the_list, about, by=person, key=key_of(identity), new=True)
    return page.go_to("customer", identity=identity, said=_("{name} is on the list now.", name=form.name))


@router.get("/known", name="known_customer")
async def known(
    page: CurrentPage,
    person: CurrentPerson,
    read: Reading,
    phone: Annotated[str, Query(alias="customer.phone", max_length=60)] = "",
) -> Response:
    """Whether somebody with this number was here before; asked while a case is taken down."""
    digits = "".join(one for one in phone if one.isdigit())
    lists = my_lists(person) if len(digits) >= SHORTEST_NUMBER else []
    here_now = await queries.customers(read, lists, digits, limit=3)
    return page.show("known", found=here_now.items, times=await queries.times_here(read, here_now.items))


FEW_COLUMNS = 4
"""Columns of a table that stand beside each other on a page; more of them are shown row by row."""
SHORTEST_NUMBER = 7
"""Digits of a telephone number from which on somebody is looked up by it."""


@router.get("/{identity}", name="customer")
async def customer(identity: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """One customer: how to reach them, which cases they brought, and the profile for whoever may open it."""
    one, pack, said = await found(read, person, identity)
    opens = may_open(person, pack, said)
    kinds = {name: words(kind.title) for name, kind in pack.intake.kinds.items()}
    fields = await fields_of(read, one, pack, said) if opens else {}
    return page.show(
        "customer",
        customer=one,
        in_list=words(said.title),
        cases=[as_row(case, kinds) for case in await queries.cases_of(read, person, one)],
        opens=opens,
        **await _same(read, person, one, pack, said),
        keeps=may_keep(person, pack, said) and one.struck_off_at is None,
        sheet=printed_form(pack, said.profile, fields) if opens else None,
        few=FEW_COLUMNS,
        asked=inputs(pack, pack.forms[said.profile], _by_hand(pack, said), fields) if opens else [],
    )


@router.get("/{identity}/profile", name="profile")
async def profile(identity: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """The profile as its form, to be printed."""
    one, pack, said = await found(read, person, identity)
    must(may_open(person, pack, said), pack, said)
    printed = printed_form(pack, said.profile, await fields_of(read, one, pack, said))
    back = page.url("customer", identity=identity)
    return await printed_page(page, printed.at(back=back, back_title=one.name or _("Customer")))


@router.post("/{identity}/profile", name="write_profile")
async def write(request: Request, identity: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """What people know of a customer is written in the profile; what was emptied is cleared."""
    one, pack, said = await found(read, person, identity)
    must(may_open(person, pack, said), pack, said)
    entered, misfits = await request.form(), Misfits()
    by_hand = _by_hand(pack, said)
    sent = from_page(pack.forms[said.profile], entered)
    fields = fitting_fields({name: sent.get(name) for name in by_hand}, pack, said, misfits)
    misfits.raise_any(entered)
    await do(actions.write_in_the_profile, fields, by=person, key=one.key)
    return page.go_to("customer", identity=identity, said=_("The profile is written."))


@router.post("/{identity}/striking-off", name="strike_off")
async def strike_off(
    identity: str,
    form: Annotated[StrikingOffForm, Form()],
    page: CurrentPage,
    person: CurrentPerson,
    read: Reading,
) -> Response:
    """A customer is taken off the list."""
    one, pack, said = await found(read, person, identity)
    must(may_keep(person, pack, said), pack, said, keeps=True)
    await do(actions.strike_off, form, by=person, key=one.key)
    return page.go_to("customers", said=_("{name} was taken off the list.", name=one.name))


@router.post("/{identity}/merging", name="merge")
async def merge(
    identity: str, form: Annotated[MergeForm, Form()], page: CurrentPage, person: CurrentPerson, read: Reading
) -> Response:
    """Somebody says that this customer is the same as another."""
    one, pack, said = await found(read, person, identity)
    must(may_open(person, pack, said), pack, said)
    other, _pack, _said = await found(read, person, form.into)
    await do(merging.ask_to_merge, other, form, by=person, key=one.key)
    return page.go_to("customer", identity=identity, said=_("Whoever decides is asked."))


@router.post("/{identity}/taking-apart", name="take_apart")
async def take_apart(
    identity: str, form: Annotated[StrikingOffForm, Form()], page: CurrentPage, person: CurrentPerson, read: Reading
) -> Response:
    """Two customers were taken as one by mistake."""
    one, pack, said = await found(read, person, identity)
    must(may_take_apart(person, pack, said), pack, said)
    await do(merging.take_apart, form, by=person, key=one.key)
    return page.go_to("customer", identity=identity, said=_("{name} stands by themselves again.", name=one.name))


async def _same(read: Read, person: Person, one: Customer, pack: Pack, said: Customers) -> dict[str, Any]:
    """Who turned out to be the same, who may be, and what may be done about it."""
    other = await queries.customer_of(read, my_lists(person), one.merged_into) if one.merged_into else None
    offers = said.merging is not None and may_open(person, pack, said)
    return {
        "same_as": other,
        "merged": await queries.merged_into(read, one),
        "takes_apart": may_take_apart(person, pack, said),
        "waits": await queries.asked_to_merge(read, one) if offers and other is None else None,
        "alike": [(each.id, described(each)) for each in await queries.alike(read, one)] if offers else [],
    }


def _by_hand(pack: Pack, said: Customers) -> list[str]:
    """The fields of a profile that people fill in; those that fill themselves are left to the cases."""
    return [name for name in pack.forms[said.profile].fields if name not in said.takes]
