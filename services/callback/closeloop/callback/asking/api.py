"""Callbacks for machines: the same actions and queries."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from closeloop.callback.asking import actions, queries
from closeloop.callback.asking.forms import AttemptForm, CallerForm, WaiverForm
from closeloop.callback.asking.model import Attempt
from closeloop.callback.model import Callback
from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.attachments.keeping import must_be_attached
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import MOST_AT_ONCE, Reading
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.vocabulary import CallbackState

router = APIRouter(prefix="/api/callback", tags=["callback"])


@router.get("/callbacks")
async def list_callbacks(
    read: Reading,
    person: CurrentPerson,
    case: str | None = None,
    due_before: AwareDatetime | None = None,
    status: CallbackState | None = None,
    waits_for_draw: bool = False,
    caller: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> dict[str, Any]:
    """Callbacks, the most urgent first; `case` is the id or the number of a case."""
    page = await queries.callbacks(
        read,
        person,
        case=case,
        due_before=due_before,
        status=status,
        awaits=waits_for_draw,
        caller=caller,
        cursor=cursor,
        limit=limit,
    )
    return {"items": [as_shown(one) for one in page.items], "next": page.next}


@router.get("/callbacks/{identity}")
async def show_callback(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """One callback with everything that was tried."""
    found, _case, attempts = await queries.callback(read, person, identity)
    return as_shown(found) | {"attempts": [as_tried(one) for one in attempts]}


@router.post("/callbacks/{identity}/attempts", status_code=201)
async def attempt_as_json(identity: str, form: AttemptForm, request: Request, person: CurrentPerson) -> Response:
    """The customer was asked once: how, and what came of it."""
    case, number = parts_of(identity)
    return await answered(request, actions.record_attempt, number, form, by=person, key=case, status=201, shows=_both)


@router.post("/callbacks/{identity}/waiver", status_code=201)
async def waiver_as_json(
    identity: str, form: WaiverForm, request: Request, read: Reading, person: CurrentPerson
) -> Response:
    """Nobody asks this customer, for a reason of the procedure and with its evidence, which was uploaded before."""
    case, number = parts_of(identity)
    named = form.proof.attachment
    if named is not None:
        await must_be_attached(read, case, named.hash)
    return await answered(request, actions.waive, number, form, by=person, key=case, status=201, shows=as_shown)


@router.post("/callbacks/{identity}/caller", status_code=201)
async def caller_as_json(identity: str, form: CallerForm, request: Request, person: CurrentPerson) -> Response:
    """This person is to ask the customer."""
    case, number = parts_of(identity)
    somebody = here.get().people.maybe(form.caller)
    return await answered(
        request, actions.arrange_caller, number, form, somebody, by=person, key=case, status=201, shows=as_shown
    )


@router.post("/callbacks/{identity}/all-the-same", status_code=201)
async def all_the_same_as_json(identity: str, request: Request, person: CurrentPerson) -> Response:
    """Whoever was left out by the draw is asked all the same."""
    case, number = parts_of(identity)
    return await answered(request, actions.ask_all_the_same, number, by=person, key=case, status=201, shows=as_shown)


def parts_of(identity: str) -> tuple[str, int]:
    """The id of a callback is the id of its case, a dot, and its number."""
    case, dot, number = identity.rpartition(".")
    if not dot or not number.isdigit() or len(number) > 9:
        raise NotFound()
    return case, int(number)


def as_shown(callback: Callback) -> dict[str, Any]:
    """A callback on the wire."""
    return {
        "id": callback.id,
        "case": callback.case_id,
        "case_number": callback.case_number,
        "number": callback.number,
        "round": callback.round,
        "status": callback.state,
        "waits": callback.held,
        "required": callback.required,
        "coverage": callback.coverage,
        "desk": callback.desk,
        "caller": callback.caller,
        "verifies": callback.verifies,
        "arranged_by": callback.arranged_by,
        "arranged_at": callback.arranged_at,
        "waits_for_draw": callback.awaits,
        "same_problem": callback.problem,
        "place": callback.place,
        "form": callback.form,
        "reason": callback.reason,
        "planned_at": callback.planned_at,
        "due_at": callback.due_at,
        "overdue_at": callback.overdue_at,
        "next_at": callback.next_at,
        "answer_by": callback.answer_by,
        "tries": callback.tries,
        "outcome": callback.outcome,
        "ended_at": callback.ended_at,
        "waiver": {"reason": callback.waived_for, "note": callback.waiver_note, "evidence": callback.evidence}
        if callback.waived_for
        else None,
    }


def as_tried(attempt: Attempt) -> dict[str, Any]:
    """An attempt on the wire."""
    return {
        "number": attempt.number,
        "form": attempt.form,
        "outcome": attempt.outcome,
        "note": attempt.note,
        "attempted_at": attempt.attempted_at,
        "recorded_at": attempt.recorded_at,
        "caller": attempt.caller,
        "counts": attempt.counts,
        "signature": attempt.signature,
        "answer_by": attempt.answer_by,
        "facts": attempt.facts,
        "same_problem": attempt.problem,
    }


def _both(result: tuple[Callback, Attempt]) -> dict[str, Any]:
    callback, attempt = result
    return as_shown(callback) | {"attempt": as_tried(attempt)}
