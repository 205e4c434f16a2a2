"""The house as pages and programs see it: who is away, and what is to change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.comparing import compare
from closeloop.chassis.people import Organisation, People
from closeloop.chassis.people.absence import Absence
from closeloop.chassis.procedures import Procedures
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.rows import table_of
from closeloop.intake.house.model import PROCEDURE, HouseChange

CHANGES = table_of(HouseChange)


def absence_shown(absence: Absence) -> dict[str, Any]:
    """An absence on the wire."""
    return {
        "id": absence.id,
        "person": absence.person,
        "starts_at": absence.starts_at,
        "ends_at": absence.ends_at,
        "deputy": absence.deputy,
    }


def change_shown(change: HouseChange) -> dict[str, Any]:
    """A change on the wire; what it says is left to the page and to its own address."""
    names = ("id", "kind", "title", "hash", "active_from", "reason", "proposed_by", "proposed_at", "asked", "state")
    decided = ("decided_at", "decided_by", "approved", "why_not")
    return {name: getattr(change, name) for name in (*names, *decided)}


async def changes(read: Read, cursor: str | None = None) -> Paged[HouseChange]:
    """What was proposed, the latest first."""
    order = [CHANGES.c.proposed_at, CHANGES.c.id]
    return await read.page(HouseChange, sa.select(CHANGES), by=order, cursor=cursor, descending=True)


async def change_of(read: Read, identity: str) -> HouseChange | None:
    """One of them."""
    return await read.one(HouseChange, sa.select(CHANGES).where(CHANGES.c.id == identity))


def what_changes(change: HouseChange, people: People, procedures: Procedures) -> list[tuple[str, str]]:
    """What would be different: each with the sign of what came (+), went (-) or says something else (~)."""
    signs = {"added": "+", "removed": "-", "changed": "~"}
    if change.kind == PROCEDURE:
        pack = Pack.from_json(change.canonical)
        known = procedures.in_force(pack.id, change.active_from)
        found = compare(known, pack) if known is not None else []
        return [(signs[one.what], ".".join((one.section, *one.where))) for one in found]
    return differences(people.organisation, Organisation.model_validate_json(change.canonical))


def differences(old: Organisation, new: Organisation) -> list[tuple[str, str]]:
    """Places, departments and people that came, went, or are described otherwise."""
    found: list[tuple[str, str]] = []
    for before, after in (
        ({one.id: one for one in old.places}, {one.id: one for one in new.places}),
        ({one.id: one for one in old.departments}, {one.id: one for one in new.departments}),
        ({one.login: one for one in old.people}, {one.login: one for one in new.people}),
    ):
        found += [("-", name) for name in before if name not in after]
        found += [("+", name) for name in after if name not in before]
        changed = [name for name in after if name in before and after[name] != before[name]]
        found += [("~", f"{name}: {_other(before[name], after[name])}") for name in changed]
    if old.calendar != new.calendar:
        found.append(("~", "calendar"))
    return found


def _other(before: BaseModel, after: BaseModel) -> str:
    """What is said otherwise, before and after."""
    one, other = before.model_dump(mode="json"), after.model_dump(mode="json")
    return "; ".join(f"{key} {_plain(one[key])} → {_plain(other[key])}" for key in one if one[key] != other[key])


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    return "—" if value is None else str(value)
