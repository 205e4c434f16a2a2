"""Which desk is meant, and whether somebody is on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.addressees import desks_meant
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.procedure.entry import To

if TYPE_CHECKING:
    from closeloop.chassis.people import Person


def desk_meant(to: To, header: CaseHeader, facts: Mapping[str, Any], pack: Pack) -> str | None:
    """The desk to which something of a case goes; none while the fact that names it is not known."""
    named = {**pack.facts_of(header, facts), **pack.intake.desks(header.facets)}
    return next(iter(desks_meant(to, named, pack.head) or ()), None)


def department_of(desk: str, pack: Pack) -> str | None:
    """The department to which a desk belongs."""
    role = pack.head.roles.get(desk)
    return role.department if role else desk


def is_on_the_desk(person: Person, desk: str, pack: Pack) -> bool:
    """Whether a desk is a person's own, or one that they answer for."""
    return person.may(desk) or person.department == desk or person.may(pack.superior_of(desk) or desk)
