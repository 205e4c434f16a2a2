"""The pages of whoever carries forms: the list of an area, and a form that is entered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.survey import queries
from closeloop.survey.asking import fields_of, said_on_page
from closeloop.survey.distribution import actions
from closeloop.survey.distribution.actions import MOST_AT_ONCE, MovementForm, SheetForm
from closeloop.survey.pages import named

router = APIRouter(include_in_schema=False)
ANSWER = "answer."


class MovementPageForm(BaseModel):
    """Forms that went out or came back, as the page says it."""

    area: str = Field(default="", max_length=80)
    what: str = Field(pattern="^(handed_out|brought_back)$")
    number: int = Field(ge=1, le=MOST_AT_ONCE)


@router.post("/survey/surveys/{identity}/movements", name="move_forms")
async def move_forms(
    identity: str, form: Annotated[MovementPageForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """Forms go out to an area, or come back from it."""
    said = MovementForm.model_validate({"area": form.area, form.what: form.number})
    await do(actions.move_forms, said, by=person, key=identity)
    return page.go_to("survey", identity=identity, said=_("It stands on the list."))


@router.get("/survey/surveys/{identity}/sheets/new", name="new_sheet")
async def new_sheet(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage, area: str = "") -> Response:
    """A form that came back, to be entered."""
    found = await queries.survey(read, person, identity)
    areas = [one for one in await queries.areas(read, found) if one.still_to_enter]
    names = [(one.name, named(one.name)) for one in areas]
    fields = [{**one, "name": ANSWER + one["name"]} for one in fields_of(found.questionnaire)]
    scaled: list[tuple[str, Any]] = [(one["name"], one["text"]) for one in fields if one["type"] == "scale"]
    return page.show("new_sheet", survey=found, areas=areas, area_names=names, area=area, fields=fields, scaled=scaled)


@router.post("/survey/surveys/{identity}/sheets", name="enter_sheet")
async def enter_sheet(identity: str, request: Request, person: CurrentPerson, page: CurrentPage) -> Response:
    """What stands on the form is entered; the next one may follow."""
    entered = await request.form()
    area = str(entered.get("area") or "")
    serious = [str(one).removeprefix(ANSWER) for one in entered.getlist("serious")]
    form = SheetForm(area=area, answers=said_on_page(entered, ANSWER), serious=tuple(serious))
    sheet = await do(actions.enter_sheet, form, by=person, key=identity)
    return page.go_to(
        "new_sheet", identity=identity, query={"area": area}, said=_("{number} is entered.", number=sheet.number)
    )
