"""The steps that a procedure makes up, for programs and for pages: taken, refused, read by whoever was told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.dispatch.api import ONE_DUTY, Number
from closeloop.dispatch.sheets.attaching import files_must_be_here, with_files
from closeloop.dispatch.sheets.showing import WhoAsks, duty_as_json
from closeloop.dispatch.steps import own as own_steps
from closeloop.dispatch.steps.forms import RefuseForm, StepForm

api = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
pages = APIRouter(prefix="/dispatch", include_in_schema=False)
routers = (api, pages)
ONE_STEP = f"{ONE_DUTY}/steps/{{step}}"
StepName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


def _offer(name: str, path: str, action: Callable[..., Any], about: str, form: type[BaseModel]) -> None:
    """The same action as JSON and behind a button of the page."""

    async def told(
        case: str, number: Number, step: StepName, request: Request, read: Reading, who: WhoAsks, form: Any
    ) -> Response:
        await files_must_be_here(form, read, who, case, number)
        return await answered(
            request, action, number, step, form, who.desks, by=who.person, key=case, shows=duty_as_json
        )

    async def sent(
        case: str, number: Number, step: StepName, page: CurrentPage, read: Reading, who: WhoAsks, form: Any
    ) -> Response:
        form = await with_files(form, read, who, case, number)
        await do(action, number, step, form, who.desks, by=who.person, key=case)
        return page.go_to("duty", case=case, number=number, said=_("Saved."))

    told.__doc__ = sent.__doc__ = about
    told.__annotations__["form"], sent.__annotations__["form"] = form, Annotated[form, Form()]
    if form is StepForm:
        told.__defaults__ = (StepForm(),)
    api.add_api_route(path, told, methods=["POST"], name=f"{name}_as_json")
    pages.add_api_route(path, sent, methods=["POST"], name=name)


_offer("take_step", ONE_STEP, own_steps.take_step, "A step of the procedure's own is taken.", StepForm)
_offer("refuse_step", f"{ONE_STEP}/refuse", own_steps.refuse_step, "Whoever would take it says no.", RefuseForm)
_offer("read_step", f"{ONE_STEP}/read", own_steps.read_step, "Whoever was told has read it.", StepForm)
