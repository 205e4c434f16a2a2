"""Dispatch as JSON: the same actions and lists for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.reading import MOST_AT_ONCE, Reading
from closeloop.chassis.refusals import NotFound
from closeloop.dispatch import actions, putting_right, queries
from closeloop.dispatch.forms import AssignForm, ExtendForm, RejectForm, ResultForm, ReturnForm, SignForm, StepForm
from closeloop.dispatch.queries import Wanted
from closeloop.dispatch.showing import WhoAsks, duty_as_json, limit_as_json, pack_of, page_as_json, task_as_json

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
Cursor = Annotated[str | None, Query(max_length=500)]
AtOnce = Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)]
Status = Annotated[
    str | None,
    Query(pattern="^(open|issued|accepted|assigned|arrived|finished|signed|returned|withdrawn)$"),
]
Number = Annotated[int, Path(ge=1, le=100_000)]
ONE_DUTY = "/cases/{case}/duties/{number}"
NOTHING_SAID = StepForm()
RETURNED_PLAINLY = ReturnForm()


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
    rule = pack.dispatch.duty(found.rule).entry
    limits = [limit_as_json(limit, pack) for limit in await queries.limits_of(read, found)]
    return {**duty_as_json(found), "limits": limits, "steps_left": found.steps_left(rule)}


@router.post(f"{ONE_DUTY}/accept")
async def accept(case: str, number: Number, request: Request, who: WhoAsks, form: StepForm = NOTHING_SAID) -> Response:
    """The desk takes the duty on."""
    return await _answered(request, who, case, actions.accept_duty, number, form)


@router.post(f"{ONE_DUTY}/assign")
async def assign(case: str, number: Number, form: AssignForm, request: Request, who: WhoAsks) -> Response:
    """The duty is given to a person."""
    worker = here.get().people.maybe(form.to)
    return await _answered(request, who, case, actions.assign_duty, number, form, worker)


@router.post(f"{ONE_DUTY}/arrive")
async def arrive(case: str, number: Number, request: Request, who: WhoAsks, form: StepForm = NOTHING_SAID) -> Response:
    """The person is on site."""
    return await _answered(request, who, case, actions.arrive_at_duty, number, form)


@router.post(f"{ONE_DUTY}/finish")
async def finish(case: str, number: Number, form: ResultForm, request: Request, who: WhoAsks) -> Response:
    """The work is done."""
    return await _answered(request, who, case, actions.finish_duty, number, form)


@router.post(f"{ONE_DUTY}/sign")
async def sign(case: str, number: Number, form: SignForm, request: Request, who: WhoAsks) -> Response:
    """The customer signs."""
    return await _answered(request, who, case, actions.sign_duty, number, form)


@router.post(f"{ONE_DUTY}/return")
async def hand_back(
    case: str, number: Number, request: Request, who: WhoAsks, form: ReturnForm = RETURNED_PLAINLY
) -> Response:
    """The completed original goes back to the desk."""
    return await _answered(request, who, case, actions.return_duty, number, form)


@router.post(f"{ONE_DUTY}/reject")
async def reject(case: str, number: Number, form: RejectForm, request: Request, who: WhoAsks) -> Response:
    """The work goes back."""
    return await _answered(request, who, case, putting_right.reject_duty, number, form)


@router.post(f"{ONE_DUTY}/extend")
async def extend(case: str, number: Number, form: ExtendForm, request: Request, who: WhoAsks) -> Response:
    """A limit is put off."""
    return await _answered(request, who, case, putting_right.extend_limit_of_duty, number, form)


async def _answered(request: Request, who: WhoAsks, case: str, action: Any, *said: Any) -> Response:
    """The action, done by this person with their desks; the duty as it stands then."""
    return await answered(request, action, *said, who.desks, by=who.person, key=case, shows=duty_as_json)
