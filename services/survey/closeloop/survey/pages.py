"""The pages of whoever asks: all surveys with their state, one survey with its results, one sheet."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.contracts.vocabulary import SurveyState, label
from closeloop.survey import actions, queries
from closeloop.survey.actions import CloseForm, FollowUpForm
from closeloop.survey.asking import said_on_page
from closeloop.survey.distribution.areas import least_rate
from closeloop.survey.model import Survey, is_on_the_desk
from closeloop.survey.planning.actions import titles_of

router = APIRouter(include_in_schema=False)
TONES = {
    SurveyState.PLANNED: "waiting",
    SurveyState.APPROVED: "info",
    SurveyState.OPEN: "good",
    SurveyState.COUNTING: "waiting",
}
REASON = "reason."


@router.get("/survey", name="surveys")
async def surveys(
    read: Reading, person: CurrentPerson, page: CurrentPage, status: str = "", cursor: str = ""
) -> Response:
    """All surveys that this person may see, with their state and how many sheets came back."""
    wanted = SurveyState(status) if status in set(SurveyState) else None
    found = await queries.surveys(read, person, status=wanted, cursor=cursor or None)
    states = [(str(state), label(state).model_dump()) for state in SurveyState]
    return page.show(
        "surveys",
        surveys=found.items,
        next=found.next,
        cursor=cursor,
        wanted=status,
        states=states,
        state_of=_state,
    )


@router.get("/survey/surveys/{identity}", name="survey")
async def survey(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage, cursor: str = "") -> Response:
    """One survey: its plan, what can be done next, the sheets, and the results."""
    found = await queries.survey(read, person, identity)
    sheets = await queries.sheets(read, person, found, cursor=cursor or None)
    running = here.get()
    pack = running.procedures.pack(found.procedure, found.procedure_version)
    mine = is_on_the_desk(person, found.desk, pack) or person.id in (found.author, found.changed_by)
    own = person.id in (found.author, found.changed_by)
    staff = mine if not found.staff else person.id in found.staff
    asked = any(person.may(role) for role in found.awaited) and not own
    areas = await queries.areas(read, found)
    return page.show(
        "survey",
        survey=found,
        state=_state(found),
        desk=pack.title_of(found.desk).model_dump(),
        approvers=titles_of(found.approvers, pack) if found.approvers else None,
        awaited=titles_of(found.awaited, pack) if found.awaited else None,
        may_approve=found.is_unopened and asked,
        may_open=found.is_unopened and mine and not found.needs_approval,
        may_close=found.takes_forms and mine,
        may_move=found.takes_forms and staff and (bool(found.areas) or found.goes_out is None),
        areas=areas,
        area_names=[(area.name, named(area.name)) for area in areas],
        named=named,
        least=least_rate(found, pack),
        movements=await queries.movements(read, found),
        sheets=sheets.items,
        next=sheets.next,
        cursor=cursor,
        results=queries.counts_of(found, await queries.answers(read, found)),
    )


@router.get("/survey/surveys/{identity}/sheets/{sheet}", name="answers")
async def answers(identity: str, sheet: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """What one customer answered, and what was done about it."""
    found = await queries.survey(read, person, identity)
    one = await queries.one_sheet(read, person, found, sheet)
    pack = here.get().procedures.pack(found.procedure, found.procedure_version)
    mine = is_on_the_desk(person, found.desk, pack) or person.id in (found.author, found.changed_by)
    return page.show(
        "answers", survey=found, sheet=one, said=queries.said_in(found, one), may_follow=mine and one.waits
    )


@router.post("/survey/surveys/{identity}/sheets/{sheet}/follow-up", name="follow_up")
async def follow_up(
    identity: str, sheet: str, form: Annotated[FollowUpForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """Somebody looked into what displeased the customer."""
    await do(actions.follow_up, identity, sheet, form, by=person)
    return page.go_to("survey", identity=identity, said=_("What you did is on record."))


@router.post("/survey/surveys/{identity}/open", name="open_survey")
async def open_survey(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """Sheets go out from here on."""
    found = await queries.survey(read, person, identity)
    cases = await queries.closed_since(read, found)
    await do(actions.open_survey, found.id, found.procedure, cases, by=person)
    return page.go_to("survey", identity=identity, said=_("The survey is open."))


@router.post("/survey/surveys/{identity}/close", name="close_survey")
async def close_survey(
    identity: str, request: Request, read: Reading, person: CurrentPerson, page: CurrentPage
) -> Response:
    """No more answers are taken; beside each area that stayed too low stands why."""
    found = await queries.survey(read, person, identity)
    said = said_on_page(await request.form(), REASON)
    form = CloseForm(reasons={area: why for area, why in said.items() if isinstance(why, str) and why.strip()})
    await do(actions.close_survey, found.id, found.procedure, form, by=person)
    return page.go_to("survey", identity=identity, said=_("The survey is closed; its figures stand."))


def named(area: str) -> Any:
    """An area as people call it: a place by its name, others as the plan names them."""
    place = here.get().people.organisation.place(area)
    return place.name.model_dump() if place else area


def _state(survey: Survey) -> tuple[dict[str, str], str]:
    return label(survey.state).model_dump(), TONES.get(survey.state, "neutral")
