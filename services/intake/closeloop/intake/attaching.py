"""To a case of the register people attach photos and scans; they are sealed for its customer."""

from __future__ import annotations

from closeloop.chassis.attachments.hooks import Belongs, sealed_for
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.intake import queries

hears = Hears()


@hears.belongs
async def belongs_to_case(read: Read, person: Person, about: str) -> Belongs:
    """The case, if this person may see it; an anonymous one has a key of its own."""
    case = await queries.case_of(read, person, about)
    whose = sealed_for(case.customer_id, case.id)
    url = f"/intake/cases/{case.number}"
    return Belongs(case.id, case.number, url, whose, case.place, case.department, case.audience.value)
