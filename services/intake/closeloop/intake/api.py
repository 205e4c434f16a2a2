"""JSON: the register for machines. Registering is a plain route: it is asked more often than all others together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import HOME_ZONE, Sentence, _
from closeloop.chassis.packs import Pack, installed_packs, lint
from closeloop.chassis.people import CurrentPerson, Person, person_of
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import Forbidden
from closeloop.chassis.rows import json_text
from closeloop.contracts.intake import ProcedureActivated
from closeloop.contracts.vocabulary import CaseStatus
from closeloop.intake import actions, queries, views
from closeloop.intake.attempts import AgainstClause, Incomplete, NotTheDesk
from closeloop.intake.checking import check_assessment, registration
from closeloop.intake.forms import ActivationForm, AssessmentForm, CaseForm, ReasonForm, Registration
from closeloop.intake.house import changes
from closeloop.intake.house.views import change_shown
from closeloop.intake.misfits import Misfits
from closeloop.intake.model import Case
from closeloop.intake.queries import Wanted
from closeloop.intake.rights import may_activate
from closeloop.intake.timeline import timeline

router = APIRouter(prefix="/api/intake", tags=["intake"])


class Registered(BaseModel):
    """A case that is in the register."""

    id: str
    number: str
    status: CaseStatus
    round: int
    facets: dict[str, str]


# -- registering ------------------------------------------------------------------------------------------------


async def register_case(request: Request) -> Response:
    """A case is taken down: it gets its number once it is on disk."""
    person = person_of(request)
    form = read_json(CaseForm, await request.body())
    brought = await brought_in(form, person)
    return await answered(
        request,
        actions.register_case,
        brought,
        by=person,
        key=here.get().new_id(),
        new=True,
        status=201,
        shows=views.registered,
    )


routes = [Route("/api/intake/cases", register_case, methods=["POST"])]


@router.post("/cases", name="api_register_case", status_code=201)
async def registering(
    request: Request, form: CaseForm, person: CurrentPerson, idempotency_key: Annotated[str | None, Header()] = None
) -> Registered:
    """A case is taken down: number, place in the register, and its assessment if the facts suffice."""
    raise AssertionError("the plain route answers")


async def brought_in(form: CaseForm, person: Person, entered: Any = None) -> Registration:
    """The form, if it fits; what was tried against a clause is counted before it is refused."""
    try:
        return as_brought(form, person, entered)
    except (Incomplete, NotTheDesk, AgainstClause) as refused:
        if refused.attempt.clauses:
            await do(actions.note_refused_attempt, refused.attempt, by=person, key=here.get().new_id(), new=True)
        raise


def as_brought(form: CaseForm, person: Person, entered: Any = None) -> Registration:
    """The form, checked against the procedure in force and the places of the organisation."""
    running = here.get()
    now = running.now()
    pack = running.procedures.in_force(form.procedure, now)
    known = [] if pack else [one.id for one in running.procedures.current(now)]
    return registration(form, pack, known, person, running.people.organisation, now, running.branch, entered)


def read_json(model: type[CaseForm], body: bytes) -> CaseForm:
    """A form out of the body; what does not fit is said as the framework says it."""
    try:
        return model.model_validate_json(body)
    except ValidationError as wrong:
        raise as_invalid(wrong) from None


def as_invalid(wrong: ValidationError, entered: Any = None) -> RequestValidationError:
    """What the model found, as the framework says it."""
    found = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
    return RequestValidationError(found, body=entered)


# -- the register -----------------------------------------------------------------------------------------------


async def wanted(
    status: str = "",
    kind: str = "",
    place: str = "",
    channel: str = "",
    procedure: str = "",
    q: Annotated[str, Query(max_length=100, description="Part of a number, name, telephone number or text")] = "",
    registered_from: Annotated[str, Query(description="Day, or moment with its zone")] = "",
    registered_to: Annotated[str, Query(description="Last day, or moment with its zone")] = "",
) -> Wanted:
    """Which cases are asked for."""
    misfits = Misfits()
    if status and status not in {one.value for one in CaseStatus}:
        offered = ", ".join(CaseStatus)
        misfits.say("status", _("Please choose one of: {offered}.", offered=offered))
    since, until = _when("registered_from", registered_from, misfits), _when("registered_to", registered_to, misfits)
    misfits.raise_any()
    return Wanted(status, kind, place, channel, procedure, q.replace("\x00", ""), since, until)


AsWanted = Annotated[Wanted, Depends(wanted)]
_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)


def _when(name: str, written: str, misfits: Misfits) -> date | datetime | None:
    if not written:
        return None
    try:
        if len(written) == len("2026-01-05"):
            return date.fromisoformat(written)
        moment = _MOMENT.validate_python(written.replace(" ", "+"))
        return moment if moment.tzinfo else moment.replace(tzinfo=HOME_ZONE)
    except ValueError:
        misfits.say(name, _("Please give a date, like 2026-01-05."))
        return None


@router.get("/cases", name="api_register")
async def cases(
    read: Reading,
    person: CurrentPerson,
    wanted: AsWanted,
    cursor: str | None = None,
    limit: Annotated[int | None, Query(ge=1, le=200)] = None,
) -> Response:
    """The register, the newest case first."""
    page = await queries.register(read, person, wanted, cursor, limit)
    return _json({"items": [views.in_a_list(case) for case in page.items], "next": page.next})


@router.get("/cases/{name}", name="api_case")
async def case(name: str, read: Reading, person: CurrentPerson) -> Response:
    """A case by id or number: status, assessment, round, marks, timeline."""
    found = await queries.case_of(read, person, name)
    pack = pack_of(found)
    marks, ratings = await queries.marks_of(read, found), await queries.assessments_of(read, found)
    happened = await timeline(read, found, marks, pack)
    version = await queries.version_of(read, found)
    return _json(views.whole_case(found, pack, marks, ratings, happened), {"ETag": f'"{version}"'})


@router.post("/cases/{name}/assessment", name="api_assess")
async def assess(request: Request, name: str, form: AssessmentForm, read: Reading, person: CurrentPerson) -> Response:
    """A person rates a case, or rates it again with a reason."""
    found = await queries.case_of(read, person, name)
    check_assessment(form, pack_of(found), found.facets, found.assessed_at is not None)
    return await answered(request, actions.assess_case, form, by=person, key=found.id, shows=views.registered)


@router.post("/cases/{name}/taking-over", name="api_take_over")
async def take_over(request: Request, name: str, read: Reading, person: CurrentPerson) -> Response:
    """The desk takes over what another department wrote down."""
    found = await queries.case_of(read, person, name)
    return await answered(request, actions.take_over, by=person, key=found.id, shows=views.registered)


@router.post("/cases/{name}/closing", name="api_close")
async def close(request: Request, name: str, form: ReasonForm, read: Reading, person: CurrentPerson) -> Response:
    """A person closes a case for a reason of its own."""
    found = await queries.case_of(read, person, name)
    return await answered(request, actions.close_case, found.id, form, by=person, key=found.id, shows=views.registered)


@router.post("/cases/{name}/reopening", name="api_reopen")
async def reopen(request: Request, name: str, form: ReasonForm, read: Reading, person: CurrentPerson) -> Response:
    """A person opens a closed case again."""
    found = await queries.case_of(read, person, name)
    return await answered(request, actions.reopen_case, form, by=person, key=found.id, shows=views.registered)


# -- procedures -------------------------------------------------------------------------------------------------


@router.get("/procedures", name="api_procedures")
async def procedures(read: Reading, person: CurrentPerson) -> Response:
    """The procedures that are or were in force, or will be."""
    running = here.get()
    now = running.now()
    items = []
    for row in await queries.procedures(read):
        pack = running.procedures.pack(row["procedure"], row["version"])
        items.append(views.procedure(row, running.procedures.in_force(pack.id, now) == pack, pack))
    return _json({"items": items, "next": None})


@router.post("/procedures", name="api_activate", status_code=201)
async def activate(request: Request, form: ActivationForm, person: CurrentPerson) -> Response:
    """An installed procedure pack is put in force from a day on; another version of it waits for somebody's yes."""
    if not may_activate(person):
        raise Forbidden(_("Only the operator puts a procedure in force."))
    pack = await asyncio.to_thread(installed, form.pack)
    running = here.get()
    start = datetime.combine(form.active_from, time(), HOME_ZONE).astimezone(UTC) if form.active_from else running.now()
    if running.procedures.versions(pack.id) and pack not in running.procedures:
        proposal = changes.of_procedure(pack, start, form.reason or None, person.id, running.people)
        said = (changes.propose_change, proposal)
        key = f"change:{running.new_id()}"
        return await answered(request, *said, by=person, key=key, new=True, status=202, shows=change_shown)
    return await answered(
        request, actions.activate, pack, start, running.procedures, by=person, key=pack.id, status=201, shows=_activated
    )


def installed(name: str) -> Pack:
    """An installed pack without faults; what is wrong with it is said with file and line."""
    misfits = Misfits()
    known = [known for known, _folder in installed_packs()]
    if name not in known:
        sentence = _("There is no installed procedure {name}. Known are: {known}.", name=name, known=", ".join(known))
        misfits.say("pack", sentence)
        misfits.raise_any()
    report = lint(name)
    for fault in report.faults[:20]:
        misfits.say("pack", Sentence("{said}", {"said": str(fault)}))
    misfits.raise_any()
    assert report.pack is not None
    return report.pack


def pack_of(case: Case) -> Pack:
    """The version of the procedure under which a case was registered."""
    return here.get().procedures.pack(case.procedure, case.procedure_version)


def _activated(event: ProcedureActivated) -> dict[str, Any]:
    return {"procedure": event.pack, "version": event.version, "hash": event.hash, "active_from": event.active_from}


def _json(content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(json_text(content), headers=dict(headers or {}), media_type="application/json")
