"""Same problems for machines."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.callback.asking.api import as_shown as callback_shown
from closeloop.callback.same_problem import actions, queries
from closeloop.callback.same_problem.actions import AnswerForm, Member, ProblemForm
from closeloop.callback.same_problem.model import SameProblem
from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.running import Running

router = APIRouter(prefix="/api/callback", tags=["callback"])


@router.get("/same-problems")
async def list_problems(read: Reading, person: CurrentPerson, cursor: str | None = None) -> dict[str, Any]:
    """Problems of several customers, the newest first."""
    page = await queries.same_problems(read, person, cursor=cursor)
    return {"items": [as_shown(one) for one in page.items], "next": page.next}


@router.get("/same-problems/{identity}")
async def show_problem(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """One problem with the callbacks of its members."""
    found, members = await queries.same_problem(read, person, identity)
    return as_shown(found) | {"callbacks": [callback_shown(one) for one in members]}


@router.post("/same-problems", status_code=201)
async def problem_as_json(form: ProblemForm, request: Request, read: Reading, person: CurrentPerson) -> Response:
    """These callbacks are about the same problem."""
    running = here.get()
    members = await queries.members(read, person, form.callbacks)
    return await answered(
        request,
        actions.put_together,
        form,
        pack_of(members, running),
        members,
        by=person,
        key=a_new_key(running),
        new=True,
        status=201,
        shows=as_shown,
    )


@router.post("/same-problems/{identity}/answer", status_code=201)
async def answer_as_json(identity: str, form: AnswerForm, request: Request, person: CurrentPerson) -> Response:
    """All of them are answered once: in one form of callback, or by a public letter."""
    return await answered(request, actions.answer_once, form, by=person, key=identity, status=201, shows=as_shown)


def a_new_key(running: Running) -> str:
    """The key of a problem, which is its id as well."""
    return f"problem-{running.new_id()}"


def pack_of(members: list[Member], running: Running) -> Pack:
    """The procedure of the first case; the others must be of the same one."""
    header = members[0][1].known
    return running.procedures.pack(header.procedure, header.procedure_version)


def as_shown(problem: SameProblem) -> dict[str, Any]:
    """A problem on the wire."""
    return {
        "id": problem.id,
        "problem": problem.problem,
        "members": problem.members,
        "opened_by": problem.opened_by,
        "opened_at": problem.opened_at,
        "answered_at": problem.answered_at,
        "answered_by": problem.answered_by,
        "outcome": problem.outcome,
        "answer": problem.answer,
        "record": problem.record,
        "letter": problem.letter,
    }
