"""What is counted, of which cases, by which day: one condition, from which a number and its list both come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from closeloop.chassis.coverage import called_back, exempted, handled
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.people import scoped
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.contracts.vocabulary import CallbackOutcome
from closeloop.stats.asking import Asked
from closeloop.stats.duties import LimitFacts
from closeloop.stats.model import CaseFacts, SheetFacts

Day = Literal["received", "handled", "closed"]
State = Literal["open", "overdue"]
Answer = Literal["satisfied", "dissatisfied", "unreachable", "declined", "exempted", "none"]
"""What came of asking the customer of a case: each case has exactly one."""

Amount = sa.ColumnElement[int]
NONE = "none"

cases, sheets, limits = table_of(CaseFacts), table_of(SheetFacts), table_of(LimitFacts)


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


EXEMPTED = exempted(cases)
ANSWER: sa.ColumnElement[str] = sa.case(
    (cases.c.opinion == CallbackOutcome.SATISFIED.value, "satisfied"),
    (cases.c.opinion == CallbackOutcome.DISSATISFIED.value, "dissatisfied"),
    (EXEMPTED, "exempted"),
    (cases.c.tried == CallbackOutcome.UNREACHABLE.value, "unreachable"),
    (cases.c.tried == CallbackOutcome.DECLINED.value, "declined"),
    else_=NONE,
)


@dataclass(frozen=True)
class Facts:
    """A table of facts: how much each of its rows adds to what is counted, and by which day it belongs to a period."""

    of: type[CaseFacts] | type[SheetFacts]
    table: sa.Table
    amounts: Mapping[Counted, Amount]
    days: Mapping[Day, sa.Column[datetime]]


CASES = Facts(
    CaseFacts,
    cases,
    {
        Counted.CASES_RECEIVED: sa.literal_column("1", sa.BigInteger()),
        Counted.CASES_HANDLED: _yes(handled(cases)),
        Counted.CASES_CLOSED: _yes(cases.c.closed_at.is_not(None)),
        Counted.CASES_REOPENED: _yes(cases.c.reopened > 0),
        Counted.CASES_EXEMPTED: _yes(EXEMPTED),
        Counted.CASES_CALLED_BACK: _yes(called_back(cases)),
        Counted.CASES_SATISFIED: _yes(cases.c.opinion == CallbackOutcome.SATISFIED.value),
        Counted.CASES_DISSATISFIED: _yes(cases.c.opinion == CallbackOutcome.DISSATISFIED.value),
        Counted.DUTIES_ISSUED: cases.c.duties_issued,
        Counted.DUTIES_RETURNED: cases.c.duties_returned,
        Counted.DUTIES_RETURNED_IN_TIME: cases.c.duties_in_time,
        Counted.LIMITS_KEPT: cases.c.limits_kept,
        Counted.LIMITS_MISSED: cases.c.limits_missed,
    },
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
    },
    {"received": sheets.c.sent_at, "handled": sheets.c.sent_at, "closed": sheets.c.sent_at},
)


@dataclass(frozen=True)
class Narrowed:
    """Which cases only: what stands in one cell of a table or in one bar of a chart."""

    state: State | None = None
    """Open or overdue at the end of the period, whenever it was received."""
    kind: str | None = None
    department: str | None = None
    outcome: str | None = None
    answer: Answer | None = None
    facet: str | None = None
    value: str | None = None

    def query(self) -> dict[str, str]:
        """The same as the query of an address."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in said.items() if value is not None}

    def conditions(self, pack: Pack) -> Iterable[sa.ColumnElement[bool]]:
        """What a case must be like; `none` is what has no department, outcome or value yet."""
        if self.kind is not None:
            yield cases.c.kind == self.kind
        if self.department is not None:
            desks = [desk for desk in _desks_of(pack) if department_of(pack, desk) == self.department]
            yield _is_one_of(cases.c.handled_by, self.department, desks or [self.department])
        if self.outcome is not None:
            yield _is_one_of(cases.c.outcome, self.outcome, [self.outcome])
        if self.answer is not None:
            yield ANSWER.in_([self.answer])
        if self.facet is not None:
            value = self.value or NONE
            yield _is_one_of(trait(cases, self.facet), value, [value])


@dataclass(frozen=True)
class Counting:
    """One number to be counted: what, of which cases, by which day, by whose rules."""

    pack: Pack
    count: Count
    day: Day = "received"
    rule: Rule[Any] | None = None
    """Whose condition says which cases count."""
    source: tuple[tuple[str, str], ...] = ()
    """Where the rule stands, as the query of an address: indicator and part, coverage, or pareto."""
    only: Narrowed = Narrowed()

    @property
    def facts(self) -> Facts:
        """Where it is counted; what one count adds up stands in one table."""
        return SHEETS if self.count.of[0] in SHEETS.amounts else CASES

    @property
    def amount(self) -> Amount:
        """How much one row adds; what is taken away never makes it less than nothing."""
        of, less = self._added(self.count.of), self._added(self.count.less)
        return sa.case((of > less, of - less), else_=0) if self.count.less else of

    @property
    def asks(self) -> tuple[str, ...]:
        """The traits by which it is decided whether a case counts."""
        return tuple(sorted(self.rule.when.facts_needed)) if self.rule else ()

    def includes(self, traits: Mapping[str, Any]) -> bool:
        """Whether cases of these traits count; what is not known does not."""
        return self.rule is None or bool(self.rule.applies(traits))

    def narrowed(self, **only: Any) -> "Counting":
        """The same number of fewer cases."""
        return replace(self, only=replace(self.only, **only))

    def _added(self, counted: Iterable[Counted]) -> Amount:
        amounts = [self.facts.amounts[one] for one in counted]
        return sum(amounts[1:], start=amounts[0]) if amounts else sa.literal_column("0", sa.BigInteger())


RECEIVED = Count(of=(Counted.CASES_RECEIVED,))


def asked_for(statement: sa.Select[Any], asked: Asked, wanted: Counting) -> sa.Select[Any]:
    """What belongs to the procedure, the period and the place, and may be seen by whoever asks."""
    table = wanted.facts.table
    statement = statement.where(table.c.procedure == wanted.pack.id)
    if wanted.facts is CASES and wanted.only.state:
        statement = statement.where(*standing(wanted.only.state, asked.until))
    else:
        at = wanted.facts.days[wanted.day]
        statement = statement.where(at >= asked.span.start, at < asked.span.end)
    if wanted.facts is CASES:
        statement = statement.where(*wanted.only.conditions(wanted.pack))
    return visible(statement, table, asked, wanted.pack)


def standing(state: State, at: datetime) -> list[sa.ColumnElement[bool]]:
    """Open at a moment: received before it and not closed by then. Overdue: open, with a limit that had passed."""
    is_open = [cases.c.received_at < at, sa.or_(cases.c.closed_at.is_(None), cases.c.closed_at >= at)]
    if state == "open":
        return is_open
    passed = sa.select(limits.c.case_id).where(
        limits.c.due_at < at, sa.or_(limits.c.stopped_at.is_(None), limits.c.stopped_at >= at)
    )
    return [*is_open, cases.c.id.in_(passed)]


def visible(statement: sa.Select[Any], table: sa.FromClause, asked: Asked, pack: Pack) -> sa.Select[Any]:
    """Limited to the place that is asked about, and to what the person may see."""
    if asked.place:
        statement = statement.where(table.c.place == asked.place)
    if "desk" in table.c:
        statement = statement.where(on_visible_desks(table.c.desk, asked, pack))
    return scoped(statement, table, asked.person)


def on_visible_desks(desk: sa.ColumnElement[Any], asked: Asked, pack: Pack) -> sa.ColumnElement[bool]:
    """Whoever sees only some departments sees what lies on their desks and their roles', and what lies on none yet."""
    person = asked.person
    if person.departments is None:
        return sa.true()
    roles = {name for name, role in pack.head.roles.items() if role.department in person.departments}
    return sa.or_(desk.is_(None), desk.in_(sorted(roles | person.departments | person.roles)))


def department_of(pack: Pack, desk: str | None) -> str:
    """The department to which a desk belongs; a role above all departments stands for itself."""
    if desk is None:
        return NONE
    role = pack.head.roles.get(desk)
    return (role.department if role else None) or desk


def _desks_of(pack: Pack) -> list[str]:
    return [*pack.head.departments, *pack.head.roles]


def _is_one_of(column: sa.ColumnElement[Any], asked: str, values: list[str]) -> sa.ColumnElement[bool]:
    return column.is_(None) if asked == NONE else column.in_(values)
