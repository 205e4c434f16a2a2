"""A person as every service knows them: roles, department, places, and whose matters they may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from closeloop.contracts.personal import Audience

EVERYBODYS = frozenset({Audience.INTERNAL.value, Audience.CUSTOMER.value})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here. Without places (None) they work everywhere; without departments they see all of them."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    department: str | None = None
    places: frozenset[str] | None = None
    audiences: frozenset[str] = frozenset()
    departments: frozenset[str] | None = None
    deputy: str | None = None
    """Login of whoever stands in for them, where they cannot act themselves."""
    stands_in_for: tuple[Person, ...] = ()
    """Those who are away and whose deputy this person is: what they may do and see is theirs meanwhile."""
    own: frozenset[str] = frozenset()
    """While they stand in for somebody: the desks that are theirs all the same."""

    @property
    def login(self) -> str:
        return self.id

    def may(self, role: str) -> bool:
        """Whether this person acts in this role."""
        return role in self.roles

    def at(self, place: str | None) -> bool:
        """Whether this person works at this place; what belongs to no place is everybody's."""
        return self.places is None or not place or place in self.places

    def sees(self, department: str | None) -> bool:
        """Whether this person may look into the matters of this department."""
        return self.departments is None or not department or department in self.departments

    def hears(self, audience: str | None) -> bool:
        """Whether this person may read it: restricted matters are for those who are named."""
        return not audience or audience in EVERYBODYS or audience in self.audiences

    @property
    def desks(self) -> frozenset[str]:
        """The desks of their roles and department, and of those for whom they stand in."""
        departments = (self.department, *(other.department for other in self.stands_in_for))
        return self.roles | frozenset(department for department in departments if department)

    @property
    def logins(self) -> tuple[str, ...]:
        """Their own login, and of those for whom they stand in: whose personal tasks are theirs."""
        return (self.id, *(other.id for other in self.stands_in_for))

    def acts_as(self, login: str | None) -> bool:
        """Whether it is this person, or somebody for whom they stand in."""
        return login is not None and login in self.logins

    def acts_for(self, desk: str) -> Person | None:
        """For whom they act on a desk: nobody where it is theirs anyway."""
        if not self.stands_in_for or desk in self.own or desk == self.id:
            return None
        return next((other for other in self.stands_in_for if desk in other.desks or desk == other.id), None)

    def standing_in_for(self, others: Sequence[Person]) -> Person:
        """The same person with the roles, places and views of those who are away; their own stay."""
        everybody = (self, *others)
        return replace(
            self,
            roles=frozenset().union(*(one.roles for one in everybody)),
            places=_all_of([one.places for one in everybody]),
            audiences=frozenset().union(*(one.audiences for one in everybody)),
            departments=_all_of([one.departments for one in everybody]),
            stands_in_for=tuple(others),
            own=self.desks,
        )


def _all_of(limits: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    """What several are limited to together; nothing if one of them is not limited."""
    named = [limit for limit in limits if limit is not None]
    return frozenset().union(*named) if len(named) == len(limits) else None
