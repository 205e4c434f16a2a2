"""To a case whose customer is asked people attach what shows it: a reply letter, a signed form."""

from __future__ import annotations

from sqlalchemy import select

from closeloop.callback.model import Case
from closeloop.chassis.attachments.hooks import Belongs, sealed_for
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of

CASES = table_of(Case)
hears = Hears()


@hears.belongs
async def belongs_to_case(read: Read, person: Person, about: str) -> Belongs | None:
    """The case, if this person may see it."""
    case = await read.one(Case, scoped(select(CASES), CASES, person).where(CASES.c.id == about))
    return belonging_of(case) if case else None


def belonging_of(case: Case) -> Belongs:
    """The case; what is attached is sealed for its customer, of an anonymous one by a key of its own."""
    whose = sealed_for(case.customer.get("id"), case.id)
    url = f"/callback?show=all&q={case.number}"
    return Belongs(case.id, case.number, url, whose, case.place, case.department, case.audience)
