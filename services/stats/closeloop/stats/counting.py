"""What is counted, of which cases, by which day: one condition, from which a number and its list both come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from closeloop.chassis.conditions import Condition
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.people import scoped
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.stats.asking import Asked
from closeloop.stats.periods import survey_of
from closeloop.stats.tables import (
    CASES,
    NONE,
    SHEETS,
    Amount,
    Answer,
    Day,
    Facts,
    answer_of,
    cases,
    limits,
    named,
    trait,
)

State = Literal["open", "overdue"]


@dataclass(frozen=True)
class Narrowed:
    """Which cases only: what stands in one cell of a table or in one bar of a chart."""

    state: State | None = None
    """Open or overdue at the end of the period, whenever it was received."""
    kind: str | None = None
    department: str | None = None
    outcome: str | None = None
    answer: Answer | None = None
    groups: tuple[tuple[str, str], ...] = ()
    """By what is grouped, and which of its values."""

    def query(self) -> dict[str, str | list[str]]:
        """The same as the query of an address."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "groups"}
        groups = {"group": [f"{by}:{value}" for by, value in self.groups]} if self.groups else {}
        return {name: value for name, value in said.items() if value is not None} | groups

    def conditions(self, pack: Pack, table: sa.FromClause) -> Iterable[sa.ColumnElement[bool]]:
        """What a case or sheet must be like; `none` is what has no department, outcome or value yet."""
        for by, value in self.groups:
            yield _is_one_of(group_by(table, by), value, _told_as(pack, by, value))
        if "opinion" not in table.c:
            return
        if self.kind is not None:
            yield table.c.kind == self.kind
        if self.department is not None:
            yield _is_one_of(table.c.handled_by, self.department, _told_as(pack, "department", self.department))
        if self.outcome is not None:
            yield _is_one_of(table.c.outcome, self.outcome, [self.outcome])
        if self.answer is not None:
            yield answer_of(table).in_([self.answer])


ANYTHING = Condition()


@dataclass(frozen=True)
class Counting:
    """One number to be counted: what, of which cases, by which day, by whose rules."""

    pack: Pack
    count: Count
    day: Day = "received"
    rule: Rule[Any] | None = None
    """Whose condition says which cases count."""
    source: tuple[tuple[str, str], ...] = ()
    """Where the rule stands, as the query of an address: indicator and part, or coverage."""
    only: Narrowed = Narrowed()
    left_out: tuple[Counted, ...] = ()
    """What adds nothing."""
    besides: Condition = ANYTHING
    """What is asked of cases besides the rule's condition."""

    @property
    def facts(self) -> Facts:
        """Where it is counted; what one count adds up stands in one table."""
        return SHEETS if self.count.of[0] in SHEETS.amounts else CASES

    @property
    def amount(self) -> Amount:
        """How much one row adds."""
        return self.amount_in(self.facts)

    def amount_in(self, facts: Facts) -> Amount:
        """How much one row of these facts adds; a case or sheet that is left out adds nothing."""
        amounts = [self._added(one, facts) for one in self.count.of]
        added = sum(amounts[1:], start=amounts[0])
        rows = [facts.amounts[one] for one in self.left_out if one.thing in ("cases", "sheets")]
        return sa.case((sum(rows[1:], start=rows[0]) > 0, 0), else_=added) if rows else added

    @property
    def asks(self) -> tuple[str, ...]:
        """The traits by which it is decided whether a case counts."""
        by_the_rule = self.rule.when.facts_needed if self.rule else ()
        return tuple(sorted({*by_the_rule, *self.besides.facts_needed}))

    def includes(self, traits: Mapping[str, Any]) -> bool:
        """Whether cases of these traits count; what is not known does not."""
        return bool((self.rule is None or self.rule.applies(traits)) and self.besides.decide(traits))

    def narrowed(self, **only: Any) -> "Counting":
        """The same number of fewer cases."""
        return replace(self, only=replace(self.only, **only))

    def _added(self, counted: Counted, facts: Facts) -> Amount:
        """How much a row adds of one thing; of duties and limits perhaps only those of certain names."""
        return named(counted, self.count.about) if self.count.about else facts.amounts[counted]


RECEIVED = Count(of=(Counted.CASES_RECEIVED,))


def asked_for(statement: sa.Select[Any], asked: Asked, wanted: Counting, facts: Facts | None = None) -> sa.Select[Any]:
    """What belongs to the procedure, the period and the place, and may be seen by whoever asks."""
    facts = facts or wanted.facts
    table = facts.table
    statement = statement.where(table.c.procedure == wanted.pack.id)
    survey = survey_of(asked.span)
    if facts.is_summed:
        pass  # of nothing else than the period
    elif survey is not None:
        statement = statement.where(table.c.survey_id == survey if wanted.facts is SHEETS else sa.false())
    elif wanted.facts is CASES and wanted.only.state:
        statement = statement.where(*standing(wanted.only.state, asked.until))
    else:
        at = wanted.facts.days[wanted.day]
        statement = statement.where(at >= asked.span.start, at < asked.span.end)
    statement = statement.where(*wanted.only.conditions(wanted.pack, table))
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


def group_by(table: sa.FromClause, by: str) -> sa.ColumnElement[Any]:
    """By what a case or sheet is grouped: what it says itself, else one of its traits."""
    if by == "department":
        return table.c.handled_by if "handled_by" in table.c else sa.null()
    return table.c[by] if by in ("survey", "area") and by in table.c else trait(table, by)


def group_of(pack: Pack, by: str, told: str | None) -> str:
    """The group to which something belongs that was told."""
    return department_of(pack, told) if by == "department" else told or NONE


def _told_as(pack: Pack, by: str, value: str) -> list[str]:
    """As what a group is told: a department by each of its desks."""
    desks = [*pack.head.departments, *pack.head.roles] if by == "department" else []
    return [desk for desk in desks if department_of(pack, desk) == value] or [value]


def _is_one_of(column: sa.ColumnElement[Any], asked: str, values: list[str]) -> sa.ColumnElement[bool]:
    return column.is_(None) if asked == NONE else column.in_(values)
