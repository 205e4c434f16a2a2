"""Dispatch as JSON: the same actions and lists for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.answering import answered
from closeloop.chassis.reading import MOST_AT_ONCE, Reading
from closeloop.chassis.refusals import NotFound
from closeloop.dispatch import queries
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.queries import Wanted
from closeloop.dispatch.sheets.attaching import files_must_be_here
from closeloop.dispatch.sheets.showing import WhoAsks, duty_as_json, limit_as_json, pack_of, page_as_json, task_as_json
from closeloop.dispatch.steps.doings import DOINGS, Doing

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
Cursor = Annotated[str | None, Query(max_length=500)]
AtOnce = Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)]
Status = Annotated[
    str | None,
    Query(pattern="^(open|issued|accepted|assigned|arrived|finished|signed|returned|handed_up|withdrawn)$"),
]
Number = Annotated[int, Path(ge=1, le=100_000)]
ONE_DUTY = "/cases/{case}/duties/{number}"


@router.get("/tasks", name="tasks_as_json")
async def tasks(read: Reading, who: WhoAsks, cursor: Cursor = None, limit: AtOnce = None) -> dict[str, Any]:
    """The common desk: what this person is asked to do, by any service."""
    page = await queries.on_the_desk_of(read, who.person, who.desks, cursor, limit)
    return page_as_json(page, [task_as_json(task, who.now) for task in page.items])


@router.get("/duties", name="duties_as_json")
async def duties(
    read: Reading,
    who: WhoAsks,
    case: str | None = None,
    desk: str | None = None,
    status: Status = None,
    due_before: AwareDatetime | None = None,
    place: str | None = None,
    cursor: Cursor = None,
    limit: AtOnce = None,
) -> dict[str, Any]:
    """Duties by case (id or number), desk, status and limit."""
    wanted = Wanted(case, desk, status, due_before, place)
    page = await queries.duties(read, who.person, who.desks, wanted, cursor, limit)
    return page_as_json(page, [duty_as_json(duty) for duty in page.items])


@router.get(ONE_DUTY, name="duty_as_json")
async def duty(case: str, number: Number, read: Reading, who: WhoAsks) -> dict[str, Any]:
    """One duty with its limits, and the steps that are left."""
    found = await queries.duty(read, who.person, who.desks, case, number)
    if found is None:
        raise NotFound()
    pack = pack_of(found)
    limits = [limit_as_json(limit, pack) for limit in await queries.limits_of(read, found)]
    known = await queries.case_of(read, case)
    facts = known_facts(pack, known, await queries.duties_of_case(read, case)) if known else {}
    left = [step.name for step in found.steps_left(pack.dispatch.steps[found.rule], facts)]
    return {**duty_as_json(found), "limits": limits, "steps_left": left}


def _offer(word: str, doing: Doing) -> None:
    async def take(case: str, number: Number, request: Request, read: Reading, who: WhoAsks, form: Any) -> Response:
        await files_must_be_here(form, read, who, case, number)
        said = doing.said(form)
        return await answered(
            request, doing.action, number, *said, who.desks, by=who.person, key=case, shows=duty_as_json
        )

    take.__doc__, take.__annotations__["form"] = doing.about, doing.form
    if not doing.needs_a_word:
        take.__defaults__ = (doing.form(),)
    router.add_api_route(f"{ONE_DUTY}/{word}", take, methods=["POST"], name=f"{word}_duty_as_json")


for _word, _doing in DOINGS.items():
    _offer(_word, _doing)
