"""The check of the callers for machines."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.callback.supervision import actions
from closeloop.callback.supervision.actions import FindingsForm
from closeloop.chassis.answering import answered
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.schedules import ScheduledJob

router = APIRouter(prefix="/api/callback", tags=["callback"])


@router.post("/jobs/{identity}/findings", status_code=201)
async def findings_as_json(identity: str, form: FindingsForm, request: Request, person: CurrentPerson) -> Response:
    """What the check of these callbacks showed; by somebody who did not make them."""
    return await answered(request, actions.write_findings, form, by=person, key=identity, status=201, shows=as_shown)


def as_shown(job: ScheduledJob) -> dict[str, Any]:
    """The check on the wire."""
    return {"id": job.id, "period": job.period, "checks": job.found.get("checks", []), "done_at": job.done_at}
