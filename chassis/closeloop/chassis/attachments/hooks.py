"""What a service says about that to which people attach something: whether it is there for them, and whose it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read


@dataclass(frozen=True, slots=True)
class Belongs:
    """A case or job to which something may be attached."""

    key: str
    title: str
    """Its number or name."""
    url: str
    """Its page."""
    sealed_for: str
    """Whose key seals it: that of the customer, of the case where nobody is named, of the house for its own jobs."""
    place: str | None = None
    department: str | None = None
    audience: str | None = None


Belonging = Callable[[Read, Person, str], Awaitable[Belongs | None]]
"""`await looks(read, person, key)`: the thing, if this person may see it."""
HOUSE = "house"
OF_A_CUSTOMER = "customer:"
"""Before the id of the customer for whom something is sealed."""


def sealed_for(customer: str | None, case: str) -> str:
    """Whose key seals what is attached to a case: that of its customer, of an anonymous one that of the case."""
    return f"{OF_A_CUSTOMER}{customer}" if customer else f"case:{case}"
