"""Who may do what at the desk, by the roles of the procedure."""

from __future__ import annotations

from functools import lru_cache

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.contracts.procedure.intake import Facet

OPERATOR = "operator"
"""The role of whoever runs this deployment; it belongs to no procedure."""


@lru_cache(maxsize=1000)
def roles_that(pack: Pack, right: str) -> frozenset[str]:
    """The roles that have a right."""
    return frozenset(name for name, role in pack.head.roles.items() if right in role.may)


def has(person: Person, pack: Pack, right: str) -> bool:
    """Whether one of this person's roles has the right."""
    return not person.roles.isdisjoint(roles_that(pack, right))


def may_use(person: Person, pack: Pack, desk: str) -> bool:
    """Whether the person sits at this desk: a role of theirs, or their department."""
    return desk in person.roles or (person.department == desk and desk in pack.head.departments)


def may_register(person: Person, pack: Pack) -> bool:
    """Whether this person takes cases down; everybody does where the procedure names no role for it."""
    roles = roles_that(pack, "register")
    return not roles or not person.roles.isdisjoint(roles)


def may_rate(person: Person, pack: Pack, facet: Facet) -> bool:
    """Whether this person rates cases by this facet."""
    return has(person, pack, "assess") or may_use(person, pack, facet.rated_by)


def may_close(person: Person, pack: Pack) -> bool:
    """Whether this person closes cases and opens them again."""
    return has(person, pack, "close")


def may_backdate(person: Person, pack: Pack) -> bool:
    """Whether this person may enter what was received long ago."""
    return has(person, pack, "backdate")


def may_activate(person: Person) -> bool:
    """Whether this person puts procedures in force."""
    return person.may(OPERATOR)
