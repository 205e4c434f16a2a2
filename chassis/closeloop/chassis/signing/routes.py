"""Sign-offs of a service: as JSON, as the list of what lies before me, and as the page on which one is given."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.reading import MOST_AT_ONCE, Read, Reading
from closeloop.chassis.records.inputs import from_page
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.signing import lists, showing
from closeloop.chassis.signing.giving import SignOffForm
from closeloop.chassis.signing.hooks import SigningHook
from closeloop.chassis.signing.lists import State
from closeloop.chassis.signing.taking import give_sign_off, lay_before
from closeloop.chassis.store.sign_offs import Signing

Word = Annotated[str | None, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=500)]


def my_desks(person: Person) -> frozenset[str]:
    """The desks of this person by every procedure in force here."""
    running = here.get()
    return desks_of(person, running.people, [pack for _since, pack in running.procedures])


def hook_of(of: str) -> SigningHook:
    """What the service says about this kind of thing."""
    return here.get().hears.sign_offs[of.partition(":")[0]]


def pack_of(one: Signing) -> Pack:
    """The version of the procedure that asks for it."""
    return here.get().procedures.pack(one.procedure, one.procedure_version)


async def _visible(read: Read, person: Person, identity: str) -> Signing:
    found = await lists.sign_off_of(read, person, identity)
    if found is None:
        raise NotFound()
    return found


def router(service: str) -> APIRouter:
    """`/api/<service>/sign-offs` and `/<service>/sign-offs`."""
    router = APIRouter()

    @router.get(f"/api/{service}/sign-offs", name="sign_offs_as_json")
    async def sign_offs_as_json(
        read: Reading,
        person: CurrentPerson,
        mine: bool = False,
        state: State | None = None,
        of: Word = None,
        key: Word = None,
        cursor: Cursor = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """Signatures and approvals: those that were given, and those that wait, of everybody or before me."""
        desks = my_desks(person) if mine else None
        found = await lists.list_of(read, person, desks=desks, state=state, of=of, key=key, cursor=cursor, limit=limit)
        return {"items": [lists.as_json(one, service) for one in found.items], "next": found.next}

    @router.get(f"/api/{service}/sign-offs/{{identity}}", name="sign_off_as_json")
    async def sign_off_as_json(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
        """One sign-off with what lies before the signer, and the hash that they put their name to."""
        found = await _visible(read, person, identity)
        one, matter = await do(lay_before, hook_of(found.of), identity, by=person, key=found.key)
        return {**lists.as_json(one, service), **showing.content_as_json(one, matter)}

    @router.post(f"/api/{service}/sign-offs/{{identity}}", name="give_sign_off_as_json")
    async def give_as_json(
        identity: str, said: SignOffForm, request: Request, read: Reading, person: CurrentPerson
    ) -> Response:
        """Somebody signs, or says yes or no."""
        one = await _visible(read, person, identity)
        said = said.model_copy(update={"role": one.role})
        return await answered(
            *(request, give_sign_off, hook_of(one.of), one.of, one.name, said, my_desks(person)),
            by=person,
            key=one.key,
            shows=lambda given: lists.as_json(given, service),
        )

    @router.get(f"/{service}/sign-offs", name="sign_offs", include_in_schema=False)
    async def sign_offs(read: Reading, person: CurrentPerson, page: CurrentPage, cursor: Cursor = None) -> Response:
        """What waits for my name."""
        found = await lists.list_of(read, person, desks=my_desks(person), state="waiting", cursor=cursor)
        return page.show(
            "chassis/sign_offs",
            sign_offs=[showing.row(one, pack_of(one)) for one in found.items],
            next=page.here(cursor=found.next) if found.next else "",
            first=page.here(cursor=None) if cursor else "",
        )

    @router.get(f"/{service}/sign-offs/{{identity}}", name="sign_off", include_in_schema=False)
    async def sign_off(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
        """What lies before the signer, and where they sign."""
        found = await _visible(read, person, identity)
        one, matter = await do(lay_before, hook_of(found.of), identity, by=person, key=found.key)
        return page.show("chassis/sign_off", **showing.sheet(one, matter, person, my_desks(person)))

    @router.post(f"/{service}/sign-offs/{{identity}}", name="give_sign_off", include_in_schema=False)
    async def give(
        identity: str, request: Request, read: Reading, person: CurrentPerson, page: CurrentPage
    ) -> Response:
        """The button: signed, approved or refused."""
        one = await _visible(read, person, identity)
        entered = await request.form()
        said: dict[str, Any] = {name: value for name, value in entered.items() if value and "." not in name}
        _one, matter = await do(lay_before, hook_of(one.of), identity, by=person, key=one.key)
        fields = from_page(matter.pack.forms[matter.form], entered) if matter.form else {}
        try:
            wanted = SignOffForm.model_validate({**said, "role": one.role, "fields": fields})
        except ValidationError as wrong:
            found = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
            raise RequestValidationError(found, body=entered) from None
        await do(give_sign_off, hook_of(one.of), one.of, one.name, wanted, my_desks(person), by=person, key=one.key)
        return page.go_to("sign_offs", said=_("It is signed.") if wanted.approves is not False else _("It goes back."))

    return router
