"""Parameters that the text of a procedure leaves to a role: set from a day on, with a reason, and kept for ever.

Whoever is named by `set_by` sets them in callback, which tells the others; a service that needs them adds
`ParameterValue` to its rows, and those that hear of it keep it by `keep_parameter`.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.given import value_of
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import keeps, table_of
from closeloop.chassis.work import Work
from closeloop.contracts.callback import ParameterSet
from closeloop.contracts.procedure.number import Number


@keeps("parameter_values", key="key", indexes=[("procedure", "name", "valid_from")])
class ParameterValue:
    """What a parameter is from a day on; of values from the same day the one that was set last counts."""

    id: str
    key: str
    procedure: str
    name: str
    value: str
    valid_from: datetime
    reason: str
    set_by: str
    set_at: datetime
    place: str | None = None


def key_of(procedure: str, name: str, place: str | None = None) -> str:
    """The key of everything about a parameter, of one place where each has its own."""
    return f"parameter:{procedure}.{name}" if place is None else f"parameter:{procedure}.{name}.{place}"


def keep_parameter(told: ParameterSet, work: Work) -> ParameterValue:
    """Keep what was set; hearing it twice changes nothing."""
    known = work.maybe(ParameterValue, id=told.id)
    if known is not None:
        return known
    at = told.occurred_at or work.now
    return work.add(
        ParameterValue(
            told.id,
            told.key,
            told.procedure,
            told.name,
            told.value,
            told.valid_from,
            told.reason,
            told.by,
            at,
            told.place,
        )
    )


async def history_of(read: Read, procedure: str, name: str) -> list[ParameterValue]:
    """Everything that was ever set, the newest day first."""
    table = table_of(ParameterValue)
    order = (table.c.valid_from.desc(), table.c.set_at.desc(), table.c.id.desc())
    found = sa.select(table).where(table.c.procedure == procedure, table.c.name == name).order_by(*order)
    return await read.rows(ParameterValue, found)


async def number_at(read: Read, pack: Pack, number: Number | None, at: datetime) -> float | None:
    """A number of a rule at a moment: what a role may set counts as it was set by then."""
    if number is not None and number.parameter is not None:
        return await parameter_at(read, pack, number.parameter, at)
    return value_of(number)


async def parameter_at(read: Read, pack: Pack, name: str, at: datetime) -> float | None:
    """A number of the procedure at a moment: as it was set by then, else as the pack says; none if nobody said."""
    for value in await history_of(read, pack.id, name):
        if value.valid_from <= at:
            return float(value.value)
    return pack.parameter(name)
