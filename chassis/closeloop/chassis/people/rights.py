"""What the procedures let somebody do beyond their own desks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from closeloop.chassis.people.person import Person

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack

OPERATOR = "operator"
"""The role of whoever looks after the house itself."""


def rights_of(person: Person, packs: Iterable[Pack]) -> frozenset[str]:
    """The rights of this person's roles by these procedures."""
    roles = ((role, pack.head.roles) for pack in packs for role in person.roles)
    return frozenset(right for role, known in roles if role in known for right in known[role].may)
