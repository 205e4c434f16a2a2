"""Who answers for which desk: by role, by department, and for desks below that have nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from closeloop.chassis.people.person import Person

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack


def desks_of(person: Person, people: Iterable[Person], packs: Iterable[Pack]) -> frozenset[str]:
    """The desks that are this person's now; a desk without a person goes up to whoever is above, not away."""
    own = desks_by_right(person)
    staffed = {desk for somebody in people for desk in desks_by_right(somebody)}
    vacant: set[str] = set()
    for pack in packs:
        for desk in (*pack.head.departments, *pack.head.roles):
            if desk not in staffed and who_is_above(desk, pack, staffed) in own:
                vacant.add(desk)
    return frozenset(own | vacant)


def desks_by_right(person: Person) -> frozenset[str]:
    """The desks of a person's roles and department."""
    return person.roles | {person.department} if person.department else person.roles


def who_is_above(desk: str, pack: Pack, staffed: set[str]) -> str:
    """The nearest desk above with a person; the desk of the procedure where there is none."""
    seen = {desk}
    above = pack.superior_of(desk)
    while above is not None and above not in staffed and above not in seen:
        seen.add(above)
        above = pack.superior_of(above)
    return above if above is not None and above in staffed else pack.head.desk
