"""The plan of the week for machines: who makes which callback."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.callback.planning import register
from closeloop.callback.planning.register import CallersForm
from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.schedules import ScheduledJob

router = APIRouter(prefix="/api/callback", tags=["callback"])


@router.post("/jobs/{identity}/callers", status_code=201)
async def callers_as_json(identity: str, form: CallersForm, request: Request, person: CurrentPerson) -> Response:
    """The head says who asks whom: `callers` by callback, `everyone` for all that have nobody yet."""
    return await answered(
        request,
        register.arrange_callers,
        form,
        persons_of(form),
        here.get().people,
        by=person,
        key=identity,
        status=201,
        shows=as_shown,
    )


def persons_of(form: CallersForm) -> dict[str, Person | None]:
    """Whoever was named, as the house knows them."""
    people = here.get().people
    return {login: people.maybe(login) for login in {*form.callers.values(), form.everyone or ""} if login}


def as_shown(job: ScheduledJob) -> dict[str, Any]:
    """The plan on the wire."""
    return {"id": job.id, "period": job.period, "callbacks": job.found.get("callbacks", []), "done_at": job.done_at}
