"""A person as every service knows them: roles, department, places, and whose matters they may read."""

from dataclasses import dataclass

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
