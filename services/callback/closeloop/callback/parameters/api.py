"""Parameters for machines: what they are, what they were, and setting one from a day on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.callback.parameters import actions
from closeloop.callback.parameters.actions import ParameterForm
from closeloop.callback.parameters.queries import Setting, pack_with, settings
from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.parameters import ParameterValue, key_of
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading

router = APIRouter(prefix="/api/callback", tags=["callback"])


@router.get("/parameters")
async def list_parameters(read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """The numbers that a procedure leaves to a role."""
    running = here.get()
    now = running.now()
    found = await settings(read, running.procedures.current(now), now)
    return {"items": [as_shown(one) for one in found], "next": None}


@router.post("/parameters/{name}", status_code=201)
async def parameter_as_json(name: str, form: ParameterForm, request: Request, person: CurrentPerson) -> Response:
    """From a day on the procedure works by this number."""
    running = here.get()
    pack = pack_with(running.procedures.current(running.now()), name)
    key = key_of(pack.id, name, form.place if pack.head.parameters[name].each else None)
    return await answered(
        request, actions.set_parameter, name, form, pack, by=person, key=key, status=201, shows=value_shown
    )


def as_shown(one: Setting) -> dict[str, Any]:
    """A parameter on the wire."""
    return {
        "procedure": one.pack.id,
        "name": one.name,
        "title": one.parameter.title.model_dump(),
        "unit": one.parameter.unit,
        "set_by": one.parameter.set_by,
        "value": one.value,
        "clauses": list(one.parameter.clauses),
        "history": [value_shown(value) for value in one.history],
    }


def value_shown(value: ParameterValue) -> dict[str, Any]:
    """What was set on the wire."""
    return {
        "name": value.name,
        "place": value.place,
        "value": value.value,
        "from": value.valid_from,
        "reason": value.reason,
        "set_by": value.set_by,
        "set_at": value.set_at,
    }
