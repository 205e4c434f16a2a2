"""Pages of the house: who is away, and changes that wait for a yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.people.absence import Absence, key_of
from closeloop.chassis.people.organisation import as_yaml
from closeloop.chassis.reading import Reading
from closeloop.intake.house import absences, changes, views
from closeloop.intake.house.api import may_propose, must_see, packs_now, proposed, the_change, whose
from closeloop.intake.house.forms import AbsenceForm, DecisionForm, OrganisationForm

router = APIRouter(prefix="/intake", include_in_schema=False)
STATES = {
    "proposed": (_("Waits for a yes"), "waiting"),
    "approved": (_("Approved"), "good"),
    "refused": (_("Refused"), "bad"),
}
KINDS = {"procedure": _("Procedure"), "organisation": _("Organisation")}


@router.get("/absences", name="absences")
async def absences_page(page: CurrentPage, person: CurrentPerson) -> Response:
    """Who is away, now or later, and who stands in."""
    running = here.get()
    now, people, packs = running.now(), running.people, packs_now()
    found = people.presence.between(now, datetime.max.replace(tzinfo=UTC))
    sayable = [one for one in people if absences.may_say_for(person, one, packs)]
    return page.show(
        "absences",
        absences=[_row(one, now, any(one.person == who.id for who in sayable)) for one in found],
        people=[(one.id, one.name) for one in sayable],
        deputies=[(one.id, one.name) for one in people],
        today=now.astimezone(HOME_ZONE).date().isoformat(),
        may_propose=may_propose(person),
    )


@router.post("/absences", name="note_absence")
async def note_absence(form: Annotated[AbsenceForm, Form()], person: CurrentPerson, page: CurrentPage) -> Response:
    """Somebody is away from a day on."""
    key = key_of(form.person or person.id)
    await do(absences.note_absence, form, here.get().people, packs_now(), by=person, key=key)
    return page.go_to("absences", said=_("It is noted."))


@router.post("/absences/{identity}/end", name="end_absence")
async def end_absence(identity: str, person: CurrentPerson, page: CurrentPage) -> Response:
    """They are back."""
    key = key_of(whose(identity))
    await do(absences.end_absence, identity, here.get().people, packs_now(), by=person, key=key)
    return page.go_to("absences", said=_("It is noted that they are back."))


@router.get("/changes", name="house_changes")
async def changes_page(page: CurrentPage, read: Reading, person: CurrentPerson, cursor: str | None = None) -> Response:
    """What was proposed to change, and another organisation to propose."""
    must_see(person)
    found = await views.changes(read, cursor)
    return page.show(
        "house_changes",
        changes=[_change(one) for one in found.items],
        organisation=as_yaml(here.get().people.organisation),
        next=page.here(cursor=found.next) if found.next else "",
        first=page.here(cursor=None) if cursor else "",
    )


@router.post("/changes", name="propose_organisation")
async def propose(form: Annotated[OrganisationForm, Form()], person: CurrentPerson, page: CurrentPage) -> Response:
    """Somebody proposes another organisation."""
    key = f"change:{here.get().new_id()}"
    change = await do(changes.propose_change, proposed(form, person), by=person, key=key, new=True)
    waits = change.approved is None
    return page.go_to("house_change", identity=change.id, said=_("It waits for a yes.") if waits else _("It counts."))


@router.get("/changes/{identity}", name="house_change")
async def change_page(identity: str, page: CurrentPage, read: Reading, person: CurrentPerson) -> Response:
    """One change: what would be different, and the yes or no."""
    change, running = await the_change(read, person, identity), here.get()
    return page.show(
        "house_change",
        change=_change(change),
        differences=views.what_changes(change, running.people, running.procedures),
        may_decide=change.approved is None and bool(set(change.asked) & set(person.logins)),
        asked=[_name(login) for login in change.asked],
    )


@router.post("/changes/{identity}/decision", name="decide_change")
async def decide(
    identity: str, form: Annotated[DecisionForm, Form()], read: Reading, person: CurrentPerson, page: CurrentPage
) -> Response:
    """The button: yes or no."""
    change = await the_change(read, person, identity)
    await do(changes.decide_change, changes.about_of(change), form, by=person, key=change.id)
    return page.go_to("house_change", identity=identity, said=_("It is on record."))


def _row(one: Absence, now: datetime, may_end: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": _name(one.person),
        "first_day": one.starts_at.astimezone(HOME_ZONE).date(),
        "last_day": (one.ends_at.astimezone(HOME_ZONE) - timedelta(microseconds=1)).date(),
        "deputy": _name(one.deputy) if one.deputy else "",
        "is_now": one.holds(now),
        "may_end": may_end,
    }


def _change(change: Any) -> dict[str, Any]:
    state, tone = STATES[change.state]
    return {
        **views.change_shown(change),
        "kind": KINDS[change.kind],
        "state": state,
        "tone": tone,
        "is_open": change.approved is None,
        "proposer": _name(change.proposed_by),
        "decider": _name(change.decided_by) if change.decided_by else "",
    }


def _name(login: str) -> str:
    known = here.get().people.maybe(login)
    return known.name if known is not None else login
