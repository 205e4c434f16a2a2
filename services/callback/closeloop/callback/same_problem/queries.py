"""Problems of several customers, and the callbacks that may be put together."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from closeloop.callback.model import Callback, Case
from closeloop.callback.same_problem.model import SameProblem
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of

PROBLEMS, CALLBACKS, CASES = table_of(SameProblem), table_of(Callback), table_of(Case)


async def same_problems(read: Read, person: Person, *, cursor: str | None = None) -> Paged[SameProblem]:
    """The problems that this person may see, the newest first."""
    found = scoped(sa.select(PROBLEMS), PROBLEMS, person)
    by = (PROBLEMS.c.opened_at, PROBLEMS.c.id)
    return await read.page(SameProblem, found, by=by, cursor=cursor, descending=True)


async def same_problem(read: Read, person: Person, identity: str) -> tuple[SameProblem, list[Callback]]:
    """One problem with the callbacks of its members."""
    found = await read.one(SameProblem, scoped(sa.select(PROBLEMS), PROBLEMS, person).where(PROBLEMS.c.id == identity))
    if found is None:
        raise NotFound()
    ids = [one["callback"] for one in found.members]
    members = sa.select(CALLBACKS).where(CALLBACKS.c.id.in_(ids)).order_by(CALLBACKS.c.case_number)
    return found, await read.rows(Callback, members)


async def members(read: Read, person: Person, ids: Sequence[str]) -> list[tuple[Callback, Case]]:
    """These callbacks with their cases, in the order in which they were named; all of them, or it is not found."""
    wanted = list(dict.fromkeys(ids))
    found = scoped(sa.select(CALLBACKS), CALLBACKS, person).where(CALLBACKS.c.id.in_(wanted))
    callbacks = {one.id: one for one in await read.rows(Callback, found)}
    if callbacks.keys() != set(wanted):
        raise NotFound()
    keys = {one.case_id for one in callbacks.values()}
    cases = {one.id: one for one in await read.rows(Case, sa.select(CASES).where(CASES.c.id.in_(keys)))}
    return [(callbacks[one], cases[callbacks[one].case_id]) for one in wanted]
