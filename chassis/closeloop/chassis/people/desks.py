"""Who answers for which desk: by role, by department, and for desks below that have nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from closeloop.chassis.people.person import Person
from closeloop.chassis.people.roster import People

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack


def desks_of(person: Person, people: Iterable[Person], packs: Iterable[Pack]) -> frozenset[str]:
    """The desks that are this person's now; a desk without a person goes up to whoever is above, not away."""
    own = desks_by_right(person)
    staffed = {desk for somebody in at_work(people) for desk in desks_by_right(somebody)}
    vacant: set[str] = set()
    for pack in packs:
        for desk in (*pack.head.departments, *pack.head.roles):
            if desk not in staffed and who_is_above(desk, pack, staffed) in own:
                vacant.add(desk)
    return frozenset(own | vacant)


def desks_by_right(person: Person) -> frozenset[str]:
    """The desks of a person's roles and department, and of those for whom they stand in."""
    return person.desks


def at_work(people: Iterable[Person]) -> Iterable[Person]:
    """Those of them who are here now."""
    return people.at_work() if isinstance(people, People) else people


@dataclass(frozen=True, slots=True)
class Taker:
    """Who does what somebody may not do themselves: a desk, or one person as a deputy."""

    desk: str
    person: str | None = None


def who_else(desk: str, barred: Collection[str], pack: Pack, people: Iterable[Person], place: str | None) -> Taker:
    """Who does what these people may not do themselves: the same desk, where somebody else sits on it.

    Otherwise a deputy of theirs, else the nearest desk above with somebody; the same desk where there is nobody.
    """
    here = list(at_work(people))
    free = [one for one in here if one.id not in barred and one.at(place)]
    if any(desk in desks_by_right(one) for one in free):
        return Taker(desk)
    named = {one.deputy for one in here if desk in desks_by_right(one)}
    if (deputy := next((one for one in free if one.id in named), None)) is not None:
        return Taker(desk, deputy.id)
    seen, above = {desk}, pack.superior_of(desk)
    while above is not None and above not in seen:
        if any(above in desks_by_right(one) for one in free):
            return Taker(above)
        seen.add(above)
        above = pack.superior_of(above)
    return Taker(desk)


def who_is_above(desk: str, pack: Pack, staffed: set[str]) -> str:
    """The nearest desk above with a person; the desk of the procedure where there is none."""
    seen = {desk}
    above = pack.superior_of(desk)
    while above is not None and above not in staffed and above not in seen:
        seen.add(above)
        above = pack.superior_of(above)
    return above if above is not None and above in staffed else pack.head.desk
