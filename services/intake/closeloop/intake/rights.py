"""Who may do what at the desk, by the roles of the procedure."""

from __future__ import annotations

from functools import lru_cache

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.contracts.procedure.facet import Facet
from closeloop.contracts.procedure.intake import Channel

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


def works_by(person: Person, pack: Pack) -> bool:
    """Whether the procedure knows this person's department or one of their roles: they may pass on what they hear."""
    return person.department in pack.head.departments or not person.roles.isdisjoint(pack.head.roles)


def channels_of(person: Person, pack: Pack) -> list[tuple[str, Channel]]:
    """The channels by which this person takes cases down; those of a handover are for all who work by the procedure."""
    passed_on = {rule.entry.channel for rule in pack.intake.handovers} if works_by(person, pack) else set()
    registers = may_register(person, pack)
    return [
        (name, channel)
        for name, channel in pack.intake.channels.items()
        if (registers or name in passed_on) and (not channel.desk or may_use(person, pack, channel.desk))
    ]


def may_write_down(person: Person, pack: Pack) -> bool:
    """Whether there is a way for this person to take a case down: as the desk, or to pass it on."""
    return bool(channels_of(person, pack))


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
