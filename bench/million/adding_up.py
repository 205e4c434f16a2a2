"""The sums of stats, made anew from its facts: nobody heard of the copies one by one."""

from __future__ import annotations

from bench.million.filling import Connection
from closeloop.chassis.i18n import HOME_ZONE
from closeloop.stats.model import DAYS
from closeloop.stats.sums.model import AT_ALL, SAME, WHETHER


async def add_up(stats: Connection) -> None:
    """Closed cases by month, occasions by day."""
    zone = f"'{HOME_ZONE.key}'"
    month = f"date_trunc('month', at at time zone {zone})"
    same = ", ".join(SAME)
    whether = ", ".join(
        f"case when {name} is not null then {month} at time zone {zone} end as {name}" for name in WHETHER
    )
    at_all = ", ".join(f"least({name}, 1) as {name}" for name in AT_ALL)
    by_days = " union all ".join(
        f"select '{day}' as by_day, {day}_at as at, {same}, {', '.join((*WHETHER, *AT_ALL))} from case_facts "
        f"where closed_at is not null and {day}_at is not null"
        for day in DAYS
    )
    each = f"select by_day, {month}::date as month, {same}, {whether}, {at_all} from ({by_days}) one"
    columns = ", ".join(("by_day", "month", *SAME, *WHETHER, *AT_ALL))
    await stats.execute("truncate case_sums, clause_sums")
    await stats.execute(
        f"insert into case_sums (id, {columns}, n) select md5(({columns})::text), {columns}, count(*) "
        f"from ({each}) e group by {columns}"
    )
    await stats.execute(
        "insert into clause_sums (procedure, day, place, clause, ended_as, n) "
        f"select procedure, (counted_at at time zone {zone})::date, coalesce(place, ''), clause, ended_as, count(*) "
        "from occasion_facts group by 1, 2, 3, 4, 5"
    )
    await stats.execute("analyze")
