"""Parameters on a page: what each is, who sets it, and everything that was ever set."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from closeloop.callback.parameters import actions
from closeloop.callback.parameters.actions import ParameterForm
from closeloop.callback.parameters.queries import pack_with, settings
from closeloop.callback.planning.callers import name_of
from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.parameters import key_of
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading

router = APIRouter(include_in_schema=False)

PERIODS = {
    "week": _("every week"),
    "month": _("every month"),
    "quarter": _("every quarter"),
    "half_year": _("every half year"),
    "year": _("every year"),
}


@router.get("/callback/parameters", name="parameters")
async def parameters(read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """The numbers that a procedure leaves to a role."""
    running = here.get()
    now = running.now()
    found = await settings(read, running.procedures.current(now), now)
    today = now.astimezone(HOME_ZONE).date().isoformat()
    places = [(one.id, one.name.model_dump()) for one in running.people.organisation.places if person.at(one.id)]
    return page.show(
        "parameters",
        settings=found,
        today=today,
        now=now,
        name_of=name_of,
        periods=PERIODS,
        places=places,
    )


@router.post("/callback/parameters/{name}", name="set_parameter")
async def set_parameter(
    name: str, form: Annotated[ParameterForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """From a day on the procedure works by this number."""
    running = here.get()
    pack = pack_with(running.procedures.current(running.now()), name)
    key = key_of(pack.id, name, form.place if pack.head.parameters[name].each else None)
    await do(actions.set_parameter, name, form, pack, by=person, key=key)
    return page.go_to("parameters", said=_("The number is set."))
