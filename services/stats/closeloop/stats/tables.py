"""The tables of facts: how much each row adds to what is counted, and by which day it belongs to a period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from closeloop.chassis.coverage import called_back, exempted, handled
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.stats import Counted
from closeloop.contracts.vocabulary import CallbackOutcome
from closeloop.stats.duties import DutyFacts, LimitFacts
from closeloop.stats.model import CaseFacts, SheetFacts

Day = Literal["received", "handled", "closed"]
Answer = Literal["satisfied", "dissatisfied", "unreachable", "declined", "exempted", "none"]
"""What came of asking the customer of a case: each case has exactly one."""

Amount = sa.ColumnElement[int]
NONE = "none"

cases, sheets = table_of(CaseFacts), table_of(SheetFacts)
duties, limits = table_of(DutyFacts), table_of(LimitFacts)


class trait_of(FunctionElement[str]):
    """`trait_of(traits, name)`: one of the traits of a case, as text."""

    inherit_cache = True
    type = sa.Text()


@compiles(trait_of, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    traits, name = (compiler.process(one, **how) for one in element.clauses)
    return f"json_extract({traits}, '$.' || {name})"


@compiles(trait_of, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    traits, name = (compiler.process(one, **how) for one in element.clauses)
    return f"(({traits})::json ->> {name})"


def trait(table: sa.FromClause, name: str) -> sa.ColumnElement[Any]:
    """What a condition asks of a case, as a column or out of its traits; names are those of a pack."""
    if name in ("kind", "place") and name in table.c:
        return table.c[name]
    assert name.isidentifier(), name
    return trait_of(table.c.traits, sa.literal_column(f"'{name}'"))


def beside(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The same value, where the database shall not look for it by the index of this column but by a better one."""
    return column.concat("")


def _yes(condition: sa.ColumnElement[bool]) -> Amount:
    return sa.case((condition, 1), else_=0)


def answer_of(case: sa.FromClause) -> sa.ColumnElement[str]:
    """What came of asking the customer of a case."""
    return sa.case(
        (case.c.opinion == CallbackOutcome.SATISFIED.value, "satisfied"),
        (case.c.opinion == CallbackOutcome.DISSATISFIED.value, "dissatisfied"),
        (exempted(case), "exempted"),
        (case.c.tried == CallbackOutcome.UNREACHABLE.value, "unreachable"),
        (case.c.tried == CallbackOutcome.DECLINED.value, "declined"),
        else_=NONE,
    )


ANSWER = answer_of(cases)


def amounts_of(case: sa.FromClause) -> dict[Counted, Amount]:
    """How much a case adds to everything that is counted of cases."""
    return {
        Counted.CASES_RECEIVED: sa.literal_column("1", sa.BigInteger()),
        Counted.CASES_HANDLED: _yes(handled(case)),
        Counted.CASES_CLOSED: _yes(case.c.closed_at.is_not(None)),
        Counted.CASES_REOPENED: _yes(case.c.reopened > 0),
        Counted.CASES_EXEMPTED: _yes(exempted(case)),
        Counted.CASES_CALLED_BACK: _yes(called_back(case)),
        Counted.CASES_SATISFIED: _yes(case.c.opinion == CallbackOutcome.SATISFIED.value),
        Counted.CASES_DISSATISFIED: _yes(case.c.opinion == CallbackOutcome.DISSATISFIED.value),
        Counted.DUTIES_ISSUED: case.c.duties_issued,
        Counted.DUTIES_RETURNED: case.c.duties_returned,
        Counted.DUTIES_RETURNED_IN_TIME: case.c.duties_in_time,
        Counted.LIMITS_KEPT: case.c.limits_kept,
        Counted.LIMITS_MISSED: case.c.limits_missed,
    }


@dataclass(frozen=True)
class Facts:
    """A table of facts: how much each of its rows adds to what is counted, and by which day it belongs to a period."""

    of: type[CaseFacts] | type[SheetFacts]
    table: sa.FromClause
    amounts: Mapping[Counted, Amount]
    days: Mapping[Day, sa.Column[datetime]]
    is_summed: bool = False
    """Whether a row stands for several cases of the period that is asked for, and for no case of another one."""


CASES = Facts(
    CaseFacts,
    cases,
    amounts_of(cases),
    {"received": cases.c.received_at, "handled": cases.c.handled_at, "closed": cases.c.closed_at},
)
SHEETS = Facts(
    SheetFacts,
    sheets,
    {
        Counted.SHEETS_SENT: sa.literal_column("1", sa.BigInteger()),
        Counted.SHEETS_RETURNED: _yes(sheets.c.returned_at.is_not(None)),
        Counted.ITEMS_QUALIFIED: sheets.c.qualified,
        Counted.ITEMS_DISSATISFIED: sheets.c.dissatisfied,
        Counted.ITEMS_UNANSWERED: sheets.c.unanswered,
    },
    {"received": sheets.c.sent_at, "handled": sheets.c.sent_at, "closed": sheets.c.sent_at},
)


def named(counted: Counted, names: Iterable[str]) -> Amount:
    """The duties or limits of a case that have one of these names."""
    stopped, back = limits.c.stopped_at.is_not(None), duties.c.returned_at.is_not(None)
    rows: dict[Counted, tuple[sa.Table, sa.Column[str], sa.ColumnElement[bool]]] = {
        Counted.LIMITS_KEPT: (limits, limits.c.name, sa.and_(stopped, ~limits.c.missed)),
        Counted.LIMITS_MISSED: (limits, limits.c.name, limits.c.missed),
        Counted.DUTIES_ISSUED: (duties, duties.c.rule, sa.true()),
        Counted.DUTIES_RETURNED: (duties, duties.c.rule, back),
        Counted.DUTIES_RETURNED_IN_TIME: (duties, duties.c.rule, duties.c.returned_in_time),
    }
    table, name, that = rows[counted]
    which = (table.c.case_id == cases.c.id, name.in_(sorted(names)), that)
    return sa.select(sa.func.count()).where(*which).correlate(cases).scalar_subquery()
