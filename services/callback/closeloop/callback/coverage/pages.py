"""Coverage on a page: a table, a bar beside it, and what is still missing."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from closeloop.callback.coverage import queries
from closeloop.callback.coverage.api import span_of
from closeloop.chassis.acting import here
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/callback/coverage", name="coverage")
async def coverage(
    read: Reading, person: CurrentPerson, page: CurrentPage, period: str = "", place: str = ""
) -> Response:
    """Handled, exempted, called back, rate, target, and how many callbacks are still missing."""
    running = here.get()
    now = running.now()
    found = await queries.coverage(
        read, person, running.procedures.current(now), now, span=span_of(period, place or None), place=place or None
    )
    return page.show("coverage", covered=found, period=period, place=place, places=_places(), now=now)


@router.get("/callback/coverage/{name}/missing", name="missing")
async def missing(
    name: str,
    read: Reading,
    person: CurrentPerson,
    page: CurrentPage,
    period: str,
    place: str = "",
    cursor: str = "",
) -> Response:
    """The cases of a coverage whose customers were neither asked nor exempted."""
    running = here.get()
    now = running.now()
    span = span_of(period, place or None)
    found = await queries.coverage(read, person, running.procedures.current(now), now, span=span, place=place or None)
    covered = next((one for one in found if one.rule.name == name), None)
    if covered is None:
        raise NotFound()
    cases = await queries.cases_of(read, person, covered, place or None, cursor)
    return page.show("missing", covered=covered, cases=cases.items, next=cases.next, cursor=cursor)


def _places() -> list[tuple[str, dict[str, str]]]:
    return [(place.id, place.name.model_dump()) for place in here.get().people.organisation.places]
