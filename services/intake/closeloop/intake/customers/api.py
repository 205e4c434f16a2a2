"""JSON: customers and their profiles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.rows import json_text
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.customers import actions, merging, queries, views
from closeloop.intake.customers.forms import (
    Kept,
    MergeForm,
    NewCustomerForm,
    ProfileForm,
    StrikingOffForm,
    checked,
    fitting_fields,
)
from closeloop.intake.customers.model import Customer, filled, key_of
from closeloop.intake.customers.queries import List
from closeloop.intake.customers.rights import may_keep, may_open, may_take_apart, must
from closeloop.intake.misfits import Misfits

router = APIRouter(prefix="/api/intake/customers", tags=["intake"])


def my_lists(person: Person) -> list[List]:
    """The lists of the procedures in force that this person may look at."""
    running = here.get()
    return queries.lists_of(running.procedures.current(running.now()), person)


async def found(read: Read, person: Person, identity: str) -> tuple[Customer, Pack, Customers]:
    """A customer with the list that they are on."""
    lists = my_lists(person)
    customer = await queries.customer_of(read, lists, identity)
    return customer, *queries.list_of(customer, lists)


def to_be_kept(form: NewCustomerForm, person: Person, entered: Any = None) -> Kept:
    """Somebody to be put on a list by whoever keeps it."""
    running = here.get()
    pack = running.procedures.in_force(form.procedure, running.now())
    said = pack.intake.said.customers.get(form.in_list) if pack else None
    if pack is None or said is None:
        misfits, known = Misfits(), [name for _pack, name, _said in my_lists(person)]
        template = _("There is no list of customers {name} here. Known are: {known}.").template
        misfits.say("in_list", Sentence(template, {"name": form.in_list[:60], "known": ", ".join(known) or "-"}))
        misfits.raise_any(entered)
        raise AssertionError
    must(may_keep(person, pack, said), pack, said, keeps=True)
    return checked(form, pack, said, entered)


async def fields_of(read: Read, customer: Customer, pack: Pack, said: Customers) -> dict[str, Any]:
    """What stands in a profile by now."""
    return filled(said, pack, customer.profile, await queries.entries_of(read, customer))


@router.get("", name="api_customers")
async def customers(
    read: Reading,
    person: CurrentPerson,
    q: Annotated[str, Query(max_length=100, description="Part of a name, telephone number or address")] = "",
    in_list: Annotated[str, Query(max_length=60)] = "",
    cursor: str | None = None,
    limit: Annotated[int | None, Query(ge=1, le=200)] = None,
) -> Response:
    """Who is on the lists, by name."""
    lists = [one for one in my_lists(person) if in_list in ("", one[1])]
    page = await queries.customers(read, lists, q, cursor, limit)
    times = await queries.times_here(read, page.items)
    return _json({"items": [views.in_a_list(one, times) for one in page.items], "next": page.next})


@router.post("", name="api_keep_customer", status_code=201)
async def keep(request: Request, form: NewCustomerForm, person: CurrentPerson) -> Response:
    """Somebody is put on a list."""
    kept, key = to_be_kept(form, person), key_of(here.get().new_id())
    action = actions.put_on_the_list
    return await answered(request, action, kept, by=person, key=key, new=True, status=201, shows=views.kept)


@router.get("/{identity}", name="api_customer")
async def customer(identity: str, read: Reading, person: CurrentPerson) -> Response:
    """A customer with the cases that they brought."""
    one, pack, said = await found(read, person, identity)
    merged, alike = await queries.merged_into(read, one), await queries.alike(read, one)
    cases, opens = await queries.cases_of(read, person, one), may_open(person, pack, said)
    return _json(views.with_cases(one, cases, opens, merged, alike))


@router.get("/{identity}/profile", name="api_profile")
async def profile(identity: str, read: Reading, person: CurrentPerson) -> Response:
    """A profile, for whoever may open it."""
    one, pack, said = await found(read, person, identity)
    must(may_open(person, pack, said), pack, said)
    return _json(views.profile(one, said.profile, await fields_of(read, one, pack, said)))


@router.put("/{identity}/profile", name="api_write_profile")
async def write(request: Request, identity: str, form: ProfileForm, read: Reading, person: CurrentPerson) -> Response:
    """What people know of a customer is written in the profile."""
    one, pack, said = await found(read, person, identity)
    must(may_open(person, pack, said), pack, said)
    misfits = Misfits()
    fields = fitting_fields(form.fields, pack, said, misfits)
    misfits.raise_any()
    return await answered(request, actions.write_in_the_profile, fields, by=person, key=one.key, shows=views.kept)


@router.post("/{identity}/striking-off", name="api_strike_off")
async def strike_off(
    request: Request, identity: str, form: StrikingOffForm, read: Reading, person: CurrentPerson
) -> Response:
    """A customer is taken off the list, with the reason."""
    one, pack, said = await found(read, person, identity)
    must(may_keep(person, pack, said), pack, said, keeps=True)
    return await answered(request, actions.strike_off, form, by=person, key=one.key, shows=views.kept)


@router.post("/{identity}/merging", name="api_merge", status_code=201)
async def merge(request: Request, identity: str, form: MergeForm, read: Reading, person: CurrentPerson) -> Response:
    """Somebody says that this customer is the same as another; whoever the procedure names decides."""
    one, pack, said = await found(read, person, identity)
    must(may_open(person, pack, said), pack, said)
    other, _pack, _said = await found(read, person, form.into)
    asked = (merging.ask_to_merge, other, form)
    return await answered(request, *asked, by=person, key=one.key, status=201, shows=views.merge)


@router.post("/{identity}/taking-apart", name="api_take_apart")
async def take_apart(
    request: Request, identity: str, form: StrikingOffForm, read: Reading, person: CurrentPerson
) -> Response:
    """Two customers were taken as one by mistake."""
    one, pack, said = await found(read, person, identity)
    must(may_take_apart(person, pack, said), pack, said)
    return await answered(request, merging.take_apart, form, by=person, key=one.key, shows=views.merge)


def _json(content: Any) -> Response:
    return Response(json_text(content), media_type="application/json")
