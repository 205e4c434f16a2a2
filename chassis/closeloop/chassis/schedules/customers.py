"""Jobs about customers: each of a list has its own, those who come later as well, and nobody who was taken off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from closeloop.chassis.acting import here
from closeloop.chassis.conditions import Condition
from closeloop.chassis.rows import keeps, table_of
from closeloop.chassis.schedules.following import keys_and_desks, tell_to_open
from closeloop.chassis.schedules.turns import Turn, due, every_of, period_at
from closeloop.contracts.procedure.schedule import CustomersOf

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.reading import Read
    from closeloop.chassis.work import Work
    from closeloop.contracts.intake import CustomerKept

WITHDRAW = "withdraw_job"


@keeps("kept_customers", key="key", under="customer:", indexes=[("procedure", "list_name")])
class KeptCustomer:
    """A customer on a list, as a service whose jobs are about customers knows them."""

    id: str
    key: str
    procedure: str
    list_name: str
    name: str
    since: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    struck_off_at: datetime | None = None

    def is_meant(self, each: CustomersOf) -> bool:
        """Whether a job is about this customer."""
        fits = Condition(each.when.written).decide(self.facts)
        return self.struck_off_at is None and self.list_name == each.customers and fits is True


def keep_customer(told: CustomerKept, work: Work) -> None:
    """Somebody is on the list, says something else, or is off it: the jobs of the running periods follow."""
    known = work.maybe(KeptCustomer)
    if known is None:
        name = told.name or told.customer_id
        known = work.add(
            KeptCustomer(told.customer_id, work.key, told.procedure, told.in_list, name, told.since, dict(told.facts))
        )
    before = known.struck_off_at
    known.name, known.facts, known.struck_off_at = told.name or known.name, dict(told.facts), told.struck_off_at
    pack = here.get().procedures.in_force(told.procedure, work.now)
    if pack is None:
        return
    for turn in _running_turns(work, pack, known):
        for key, desk in keys_and_desks(turn.key, turn.job, pack):
            if known.struck_off_at is not None and before is None:
                work.tell(f"{key}.{known.id}", WITHDRAW)
            elif turn.job.at_first and isinstance(turn.job.each, CustomersOf) and known.is_meant(turn.job.each):
                tell_to_open(work, turn, key, desk, known.id, known.name)


def _running_turns(work: Work, pack: Pack, customer: KeptCustomer) -> Iterator[Turn]:
    """What this service does for customers of the list in the running periods."""
    calendar = work.calendar(None)
    for name, job in pack.jobs.items():
        every = every_of(pack, job) if job.service == work.service else None
        if every is None or not isinstance(job.each, CustomersOf) or job.each.customers != customer.list_name:
            continue
        span = period_at(every, work.now, calendar)
        yield Turn(pack, name, job, None, span, work.now, due(job, span, work.now, calendar))


async def customers_of(read: Read, procedure: str, each: CustomersOf) -> list[KeptCustomer]:
    """Everybody on the list whom the job is about now."""
    table = table_of(KeptCustomer)
    found = await read.rows(
        KeptCustomer,
        sa.select(table)
        .where(table.c.procedure == procedure, table.c.list_name == each.customers, table.c.struck_off_at.is_(None))
        .order_by(table.c.id),
    )
    return [one for one in found if one.is_meant(each)]
