"""Absences: noted by whoever is away, by the role above them, or by the operator."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from closeloop.chassis.acting import acts, here
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import People, Person
from closeloop.chassis.people.absence import Absence
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.people import AbsenceNoted
from closeloop.intake.house.forms import AbsenceForm
from closeloop.intake.rights import OPERATOR


@acts
def note_absence(work: Work, form: AbsenceForm, people: People, packs: list[Pack]) -> Absence:
    """From the first day to the end of the last somebody is away; what is theirs is their deputy's meanwhile."""
    assert work.by is not None
    who = people.person(form.person or work.by.id)
    _must_be_theirs_to_say(work.by, who, packs)
    starts_at, ends_at = _moment(form), datetime.combine(form.last_day, time(), HOME_ZONE) + timedelta(days=1)
    if ends_at <= max(starts_at, work.now):
        raise Refused(_("The last day lies before the first, or is over. Say until when they are away."))
    deputy = form.deputy or who.deputy
    _must_fit(people, who, deputy, starts_at, ends_at)
    return _tell(work, Absence(work.new_id(), who.id, starts_at.astimezone(UTC), ends_at.astimezone(UTC), deputy))


@acts
def end_absence(work: Work, identity: str, people: People, packs: list[Pack]) -> Absence:
    """They are back earlier than was said, or do not go at all."""
    known = people.presence.absence(identity)
    if known is None or work.by is None:
        raise NotFound()
    _must_be_theirs_to_say(work.by, people.person(known.person), packs)
    if known.ends_at <= work.now:
        raise Refused(_("This absence is over already."))
    return _tell(work, Absence(known.id, known.person, known.starts_at, work.now, known.deputy))


def may_say_for(by: Person, who: Person, packs: list[Pack]) -> bool:
    """Whether somebody may say that a person is away: they themselves, the operator, or the role above theirs."""
    if by.id == who.id or by.may(OPERATOR):
        return True
    above = {pack.superior_of(desk) for pack in packs for desk in who.desks}
    return any(by.may(role) for role in above if role is not None)


def _must_be_theirs_to_say(by: Person, who: Person, packs: list[Pack]) -> None:
    if not may_say_for(by, who, packs):
        raise Forbidden(
            _("That {name} is away is said by {name}, by the role above, or by the operator.", name=who.name)
        )


def _must_fit(people: People, who: Person, deputy: str | None, starts_at: datetime, ends_at: datetime) -> None:
    away = people.presence.between(starts_at, ends_at)
    if any(one.person == who.id for one in away):
        raise Refused(_("{name} is away in that time already. End that absence first.", name=who.name))
    left = next((people.maybe(one.person) for one in away if one.deputy == who.id), None)
    if left is not None:
        words = {"name": who.name, "other": left.name}
        raise Refused(_("{name} stands in for {other} in that time. Find another deputy for {other} first.", **words))
    if deputy is None:
        return
    stands_in = people.maybe(deputy)
    if stands_in is None or stands_in.id == who.id:
        raise Refused(_("There is nobody else with the login {login} who could stand in.", login=deputy))
    if any(one.person == deputy for one in away):
        raise Refused(_("{name} is away in that time, too. Name somebody who is here.", name=stands_in.name))


def _tell(work: Work, absence: Absence) -> Absence:
    told = work.publish(
        AbsenceNoted(
            absence_id=absence.id,
            person=absence.person,
            starts_at=absence.starts_at,
            ends_at=absence.ends_at,
            deputy=absence.deputy,
        )
    )
    return here.get().changing.keep_absence(told, work)


def _moment(form: AbsenceForm) -> datetime:
    return datetime.combine(form.first_day, time(), HOME_ZONE)
