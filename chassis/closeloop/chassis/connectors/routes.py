"""Letters of a service: the list, one letter, and what is decided about it; as pages and as JSON."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.connectors.deciding import STUCK, LetGoForm, let_go, send_again
from closeloop.chassis.connectors.letter import UNDER, Letter, LetterState
from closeloop.chassis.connectors.words import STATES, TONES
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.people.rights import OPERATOR
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.reading import MOST_AT_ONCE, Paged, Read, Reading
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of

LETTERS = table_of(Letter)


def my_desks(person: Person) -> frozenset[str]:
    """The desks of this person by every procedure in force here."""
    running = here.get()
    return desks_of(person, running.people, [pack for _since, pack in running.procedures])


def _visible(person: Person) -> sa.Select[Any]:
    """Letters of one's own places and desks; an operator sees all of them."""
    statement = scoped(sa.select(LETTERS), LETTERS, person)
    return statement if person.may(OPERATOR) else statement.where(LETTERS.c.desk.in_(sorted(my_desks(person))))


async def letters(
    read: Read, person: Person, *, state: LetterState | None, about: str | None, cursor: str | None, limit: int | None
) -> Paged[Letter]:
    """Letters that the person may see, the newest first."""
    statement = _visible(person)
    if state:
        statement = statement.where(LETTERS.c.state == state.value)
    if about:
        statement = statement.where(LETTERS.c.about == about)
    by = [LETTERS.c.written_at, LETTERS.c.id]
    return await read.page(Letter, statement, by=by, cursor=cursor, limit=limit, descending=True)


async def letter_of(read: Read, person: Person, identity: str) -> Letter:
    """One letter, if this person may see it."""
    found = await read.one(Letter, _visible(person).where(LETTERS.c.id == identity))
    if found is None:
        raise NotFound()
    return found


def whom(letter: Letter) -> Any:
    """To whom a letter goes, in words: a desk by its title, anybody else by their address."""
    for _since, pack in here.get().procedures:
        if letter.goes_to in pack.head.departments or letter.goes_to in pack.head.roles:
            return pack.title_of(letter.goes_to).model_dump()
    return letter.goes_to


def as_json(letter: Letter) -> dict[str, Any]:
    """A letter on the wire."""
    names = ("id", "about", "of", "kind", "connector", "goes_to", "subject", "text", "language", "state", "written_at")
    more = ("tries", "next_try_at", "carried_at", "reference", "reason", "decided_by", "desk", "place")
    return {name: getattr(letter, name) for name in (*names, *more)}


def router(service: str) -> APIRouter:
    """`/api/<service>/letters`, `/<service>/letters` and one of them."""
    router = APIRouter()
    one = f"{UNDER}{{identity}}"

    @router.get(f"/api/{service}/letters", name="letters_as_json")
    async def letters_as_json(
        read: Reading,
        person: CurrentPerson,
        state: LetterState | None = None,
        about: Annotated[str | None, Query(max_length=200)] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """Letters by state and by what they are about."""
        page = await letters(read, person, state=state, about=about, cursor=cursor, limit=limit)
        return {"items": [as_json(letter) for letter in page.items], "next": page.next}

    @router.get(f"/api/{service}/letters/{one}", name="letter_as_json")
    async def letter_as_json(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
        """One letter."""
        return as_json(await letter_of(read, person, UNDER + identity))

    @router.post(f"/api/{service}/letters/{one}/send", name="send_letter_as_json")
    async def send_letter_as_json(identity: str, request: Request, person: CurrentPerson) -> Response:
        """Send a letter again that failed or is unclear."""
        return await answered(request, send_again, my_desks(person), by=person, key=UNDER + identity, shows=as_json)

    @router.post(f"/api/{service}/letters/{one}/let-go", name="let_letter_go_as_json")
    async def let_letter_go_as_json(
        identity: str, said: LetGoForm, request: Request, person: CurrentPerson
    ) -> Response:
        """Say why a letter is not sent."""
        return await answered(request, let_go, said, my_desks(person), by=person, key=UNDER + identity, shows=as_json)

    @router.get(f"/{service}/letters", name="letters", include_in_schema=False)
    async def letters_page(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        state: LetterState | None = None,
        about: Annotated[str | None, Query(max_length=200)] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """What was told outside, and what did not arrive."""
        found = await letters(read, person, state=state, about=about, cursor=cursor, limit=None)
        return page.show(
            "chassis/letters",
            letters=[(letter, whom(letter)) for letter in found.items],
            state=state,
            states=STATES,
            tones=TONES,
            next=page.here(cursor=found.next) if found.next else "",
        )

    @router.get(f"/{service}/letters/{one}", name="letter", include_in_schema=False)
    async def letter_page(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
        """One letter, and what may be decided about it."""
        letter = await letter_of(read, person, UNDER + identity)
        return page.show(
            "chassis/letter",
            letter=letter,
            whom=whom(letter),
            identity=identity,
            states=STATES,
            tones=TONES,
            may_send=letter.state in STUCK,
            may_let_go=letter.state in (*STUCK, LetterState.WAITING),
        )

    @router.post(f"/{service}/letters/{one}/send", name="send_letter", include_in_schema=False)
    async def send_letter(identity: str, person: CurrentPerson, page: CurrentPage) -> Response:
        """The button: send it again."""
        await do(send_again, my_desks(person), by=person, key=UNDER + identity)
        return page.go_to("letter", identity=identity, said=_("The letter goes out once more."))

    @router.post(f"/{service}/letters/{one}/let-go", name="let_letter_go", include_in_schema=False)
    async def let_letter_go(
        identity: str, form: Annotated[LetGoForm, Form()], person: CurrentPerson, page: CurrentPage
    ) -> Response:
        """The letter is not sent."""
        await do(let_go, form, my_desks(person), by=person, key=UNDER + identity)
        return page.go_to("letters", said=_("The letter is not sent; the reason stands with it."))

    return router
