"""To a case that is handled people attach photos and scans: what they found, and what they made of it."""

from __future__ import annotations

from closeloop.chassis.acting import here
from closeloop.chassis.attachments.hooks import Belongs, sealed_for
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.reading import Read
from closeloop.dispatch import queries

hears = Hears()


@hears.belongs
async def belongs_to_case(read: Read, person: Person, about: str) -> Belongs | None:
    """The case, for whoever may see one of its duties; an anonymous one has a key of its own."""
    running = here.get()
    desks = desks_of(person, running.people, [pack for _since, pack in running.procedures])
    page = await queries.duties(read, person, desks, queries.Wanted(case=about), None, 1)
    known = await queries.case_of(read, page.items[0].case_id) if page.items else None
    if known is None:
        return None
    duty, whose = page.items[0], sealed_for(known.customer.get("id"), known.id)
    url = f"/dispatch/cases/{known.id}/duties/{duty.number}"
    return Belongs(known.id, duty.case_number, url, whose, known.place, None, known.audience)
