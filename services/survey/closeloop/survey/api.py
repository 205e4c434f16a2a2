"""JSON: the same actions and queries for machines."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.procedures import PackMissing
from closeloop.chassis.reading import MOST_AT_ONCE, Reading
from closeloop.chassis.refusals import Refused
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey import actions, queries
from closeloop.survey.actions import CloseForm, FollowUpForm
from closeloop.survey.model import Survey
from closeloop.survey.planning import actions as planning
from closeloop.survey.planning.forms import ApprovalForm, ChangeForm, NoForm, PlanForm
from closeloop.survey.sheets import Sheet

router = APIRouter(prefix="/api/survey", tags=["survey"])
SHOWN = (
    *("id", "name", "procedure", "procedure_version", "title", "purpose", "population", "quantity"),
    *("areas", "staff", "starts_on", "ends_on", "goes_out", "conditions", "counted_in", "place"),
    *("author", "changed_by", "approvers", "awaited", "desk", "plan_hash"),
    *("approvals", "sent_back", "opened_at", "closed_at"),
    *("sent", "came_back", "returned", "return_rate", "rate"),
)
Limit = Annotated[int, Query(ge=1, le=MOST_AT_ONCE)]


@router.get("/surveys")
async def list_surveys(
    read: Reading,
    person: CurrentPerson,
    status: SurveyState | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Surveys, the newest first."""
    page = await queries.surveys(read, person, status=status, cursor=cursor, limit=limit)
    return {"items": [as_shown(one) for one in page.items], "next": page.next}


@router.post("/surveys", status_code=201)
async def plan(form: PlanForm, request: Request, person: CurrentPerson) -> Response:
    """A plan of a survey; its hash is what will be approved."""
    known_here(form)
    key = here.get().new_id()
    return await answered(request, planning.plan_survey, form, by=person, key=key, new=True, status=201, shows=as_shown)


@router.get("/surveys/{identity}")
async def show_survey(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """One survey with its questions and what was answered so far."""
    found = await queries.survey(read, person, identity)
    given = await queries.answers(read, found)
    return as_shown(found) | {"questionnaire": found.questionnaire, "results": queries.counts_of(found, given)}


@router.post("/surveys/{identity}/plan")
async def change(identity: str, form: ChangeForm, request: Request, person: CurrentPerson) -> Response:
    """A change of the plan; it voids an approval."""
    return await answered(request, planning.change_plan, form, by=person, key=identity, shows=as_shown)


@router.post("/surveys/{identity}/approve")
async def approve(identity: str, form: ApprovalForm, request: Request, person: CurrentPerson) -> Response:
    """The approval, which names the hash of the plan that was read."""
    return await answered(
        request, planning.approve_survey, form, desks_here(person), by=person, key=identity, shows=as_shown
    )


@router.post("/surveys/{identity}/send-back")
async def send_back(identity: str, form: NoForm, request: Request, person: CurrentPerson) -> Response:
    """A no to the plan, with its reason."""
    return await answered(
        request, planning.send_plan_back, form, desks_here(person), by=person, key=identity, shows=as_shown
    )


@router.post("/surveys/{identity}/open")
async def open_(identity: str, request: Request, read: Reading, person: CurrentPerson) -> Response:
    """Sheets go out from here on."""
    found = await queries.survey(read, person, identity)
    cases = await queries.closed_since(read, found)
    return await answered(request, actions.open_survey, found.id, found.procedure, cases, by=person, shows=as_shown)


@router.post("/surveys/{identity}/close")
async def close(
    identity: str, request: Request, read: Reading, person: CurrentPerson, form: CloseForm | None = None
) -> Response:
    """No more answers are taken; an area that stayed below the rate may need a reason."""
    found = await queries.survey(read, person, identity)
    said = form or CloseForm()
    return await answered(request, actions.close_survey, found.id, found.procedure, said, by=person, shows=as_shown)


@router.get("/surveys/{identity}/sheets")
async def list_sheets(
    identity: str,
    read: Reading,
    person: CurrentPerson,
    returned: bool | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """The sheets of a survey, each with the address at which its customer answers."""
    found = await queries.survey(read, person, identity)
    page = await queries.sheets(read, person, found, returned=returned, cursor=cursor, limit=limit)
    return {"items": [as_sent(one) for one in page.items], "next": page.next}


@router.post("/surveys/{identity}/sheets/{sheet}/follow-up")
async def follow(identity: str, sheet: str, form: FollowUpForm, request: Request, person: CurrentPerson) -> Response:
    """What was done about an answer that shows somebody was displeased."""
    return await answered(request, actions.follow_up, identity, sheet, form, by=person, shows=as_sent)


def desks_here(person: Person) -> frozenset[str]:
    """The desks on which somebody works, those without a person below them included."""
    running = here.get()
    return frozenset(desks_of(person, running.people, running.procedures.current(running.now())))


def known_here(form: PlanForm) -> None:
    """A plan belongs to a procedure that is in force here, and names places and people that are here."""
    running = here.get()
    try:
        pack = running.procedures.pack(form.procedure)
    except PackMissing:
        raise Refused(_("The procedure {procedure} is not in force here.", procedure=form.procedure)) from None
    rule = pack.survey.said.surveys.get(form.survey or "")
    organisation = running.people.organisation
    if rule is not None and rule.distribution is not None and rule.distribution.areas == "place":
        places = [place.id for place in organisation.places]
        if strange := [one.area for one in form.areas if one.area not in places]:
            known = ", ".join(places)
            raise Refused(_("There is no place {place} here. Known are: {known}.", place=strange[0], known=known))
    logins = {person.login for person in organisation.people}
    if strange := [login for login in form.staff if login not in logins]:
        raise Refused(_("Nobody here has the login {login}; correct the staff.", login=strange[0]))


def as_shown(survey: Survey) -> dict[str, Any]:
    """A survey on the wire."""
    return {name: getattr(survey, name) for name in SHOWN} | {"status": survey.state}


def as_sent(sheet: Sheet) -> dict[str, Any]:
    """A sheet on the wire: whose case it is about, never what was answered."""
    return {
        "id": sheet.id,
        "case": sheet.case_id,
        "case_number": sheet.header["number"] if sheet.header else None,
        "number": sheet.number,
        "area": sheet.area,
        "means": sheet.means,
        "address": sheet.address,
        "sent_at": sheet.sent_at,
        "expires_at": sheet.expires_at,
        "returned_at": sheet.returned_at,
        "waits": sheet.waits,
        "followed_by": sheet.followed_by,
        "followed_at": sheet.followed_at,
    }
