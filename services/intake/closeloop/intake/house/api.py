"""The house for programs: absences, and changes with their yes or no."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import yaml
from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import HOME_ZONE, Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import CurrentPerson, Organisation, Person
from closeloop.chassis.people.absence import key_of
from closeloop.chassis.people.organisation import OrganisationUnreadable, read_organisation
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.refusals import Forbidden, NotFound
from closeloop.intake.house import absences, changes, views
from closeloop.intake.house.changes import ACTIVATE, Proposal
from closeloop.intake.house.forms import AbsenceForm, DecisionForm, OrganisationForm
from closeloop.intake.house.model import HouseChange
from closeloop.intake.misfits import Misfits
from closeloop.intake.rights import OPERATOR, has

router = APIRouter(prefix="/api/intake", tags=["intake"])


@router.get("/absences")
async def list_absences(person: CurrentPerson) -> dict[str, Any]:
    """Who is away, now or later, and who stands in."""
    running = here.get()
    now = running.now()
    found = running.people.presence.between(now, datetime.max.replace(tzinfo=UTC))
    return {"items": [views.absence_shown(one) for one in found], "next": None}


@router.post("/absences", status_code=201)
async def note_absence_as_json(form: AbsenceForm, request: Request, person: CurrentPerson) -> Response:
    """Somebody is away from a day on."""
    people, packs = here.get().people, packs_now()
    key = key_of(form.person or person.id)
    said = (absences.note_absence, form, people, packs)
    return await answered(request, *said, by=person, key=key, status=201, shows=views.absence_shown)


@router.post("/absences/{identity}/end")
async def end_absence_as_json(identity: str, request: Request, person: CurrentPerson) -> Response:
    """They are back."""
    people, packs = here.get().people, packs_now()
    said = (absences.end_absence, identity, people, packs)
    return await answered(request, *said, by=person, key=key_of(whose(identity)), shows=views.absence_shown)


@router.get("/changes")
async def list_changes(read: Reading, person: CurrentPerson, cursor: str | None = None) -> dict[str, Any]:
    """What was proposed to change, the latest first."""
    must_see(person)
    found = await views.changes(read, cursor)
    return {"items": [views.change_shown(one) for one in found.items], "next": found.next}


@router.get("/changes/{identity}")
async def change_as_json(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
    """One change, and what would be different."""
    change, running = await the_change(read, person, identity), here.get()
    found = views.what_changes(change, running.people, running.procedures)
    return {**views.change_shown(change), "differences": [{"sign": sign, "name": name} for sign, name in found]}


@router.post("/changes/{identity}/decision")
async def decide_as_json(
    identity: str, form: DecisionForm, request: Request, read: Reading, person: CurrentPerson
) -> Response:
    """Somebody says yes or no."""
    change = await the_change(read, person, identity)
    about = changes.about_of(change)
    said = (changes.decide_change, about, form)
    return await answered(request, *said, by=person, key=change.id, shows=views.change_shown)


@router.post("/organisation", status_code=201)
async def propose_organisation_as_json(form: OrganisationForm, request: Request, person: CurrentPerson) -> Response:
    """Somebody proposes another organisation."""
    proposal = proposed(form, person)
    return await answered(
        *(request, changes.propose_change, proposal),
        by=person,
        key=f"change:{here.get().new_id()}",
        new=True,
        status=201,
        shows=views.change_shown,
    )


def proposed(form: OrganisationForm, person: Person, entered: Any = None) -> Proposal:
    """The organisation out of the form, if it hangs together; what is wrong is said with its line."""
    if not may_propose(person):
        raise Forbidden(_("Only the operator, and who puts procedures in force, proposes another organisation."))
    misfits = Misfits()
    try:
        organisation: Organisation = read_organisation(form.organisation, "organisation.yaml")
    except (OrganisationUnreadable, yaml.YAMLError) as wrong:
        misfits.say("organisation", Sentence("{said}", {"said": str(wrong)}))
        misfits.raise_any(entered)
        raise
    running = here.get()
    since = first_moment(form.active_from)
    return changes.of_organisation(organisation, since, form.reason, person.id, running.people, packs_now())


def first_moment(day: date | None) -> datetime:
    """The beginning of a day at home; now where none is named."""
    return datetime.combine(day, time(), HOME_ZONE).astimezone(UTC) if day else here.get().now()


def packs_now() -> list[Pack]:
    """The procedures in force."""
    return here.get().procedures.current(here.get().now())


def may_propose(person: Person) -> bool:
    """Whether this person proposes changes of the house."""
    return person.may(OPERATOR) or any(has(person, pack, ACTIVATE) for pack in packs_now())


def must_see(person: Person) -> None:
    """Changes name people: they are for those who propose and approve them."""
    if not may_propose(person):
        raise Forbidden(_("Changes of the house are for the operator, and for who puts procedures in force."))


async def the_change(read: Read, person: Person, identity: str) -> HouseChange:
    """The change, if there is such a one for this person."""
    change = await views.change_of(read, identity)
    if change is None or not set(change.asked) & set(person.logins):
        must_see(person)
    if change is None:
        raise NotFound()
    return change


def whose(identity: str) -> str:
    """Whose absence it is."""
    known = here.get().people.presence.absence(identity)
    if known is None:
        raise NotFound()
    return known.person
