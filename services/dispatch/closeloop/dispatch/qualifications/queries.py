"""How people stand by the qualifications that their roles ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.qualifications import Qualification
from closeloop.dispatch.qualifications.model import PersonRecord, Stands, stands
from closeloop.dispatch.sheets.showing import AtWork

RECORDS = table_of(PersonRecord)


@dataclass(frozen=True, slots=True)
class Of:
    """One person by one qualification."""

    pack: Pack
    name: str
    rule: Qualification
    person: Person
    stands: Stands


async def people_of(read: Read, who: AtWork) -> list[Of]:
    """Everybody whose role asks for a qualification, for those who assess them, and each for themselves."""
    found: list[Of] = []
    for pack in who.packs:
        for name, rule in pack.dispatch.said.qualifications.items():
            of_it = RECORDS.c.procedure == pack.id, RECORDS.c.qualification == name
            records = await read.rows(PersonRecord, select(RECORDS).where(*of_it))
            for person in here.get().people:
                if person.roles & set(rule.roles) and may_see(rule, person, who):
                    mine = [one for one in records if one.person == person.id]
                    found.append(Of(pack, name, rule, person, stands(mine, rule, today(who))))
    return found


def rule_of(who: AtWork, name: str | None) -> tuple[Pack, str, Qualification]:
    """The qualification of this name; the only one if nothing is said."""
    known = [(pack, one, rule) for pack in who.packs for one, rule in pack.dispatch.said.qualifications.items()]
    found = [one for one in known if name in (None, one[1])]
    if not found or (name is None and len(found) > 1):
        raise NotFound()
    return found[0]


def may_see(rule: Qualification, person: Person, who: AtWork) -> bool:
    """Whether somebody may look how a person stands."""
    return person.id == who.person.id or rule.assessment.by in who.desks


def today(who: AtWork) -> date:
    """The day in the organisation's own zone."""
    return who.now.astimezone(here.get().people.calendar(None).zone).date()


def as_json(one: Of) -> dict[str, Any]:
    """How a person stands, as a program reads it."""
    return {
        "person": one.person.id,
        "name": one.person.name,
        "qualification": one.name,
        "standing": one.stands.standing,
        "clauses": list(one.stands.clauses),
        "days_learnt": one.stands.days_learnt,
        "days_needed": one.stands.days_needed,
        "last_assessed_on": one.stands.last_on,
    }
