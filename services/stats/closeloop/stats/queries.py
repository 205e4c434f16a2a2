"""Figures, and the very cases that were counted: both from one and the same condition, so that they cannot differ."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.people import scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.stats import Count, Counted, Indicator
from closeloop.contracts.vocabulary import CallbackOutcome
from closeloop.stats.asking import Asked
from closeloop.stats.model import CaseFacts, DutyFacts, SheetFacts
from closeloop.stats.periods import Span

Part = Literal["numerator", "denominator"]
Day = Literal["received", "handled", "closed"]
Amount = sa.ColumnElement[int]

cases, duties, sheets = table_of(CaseFacts), table_of(DutyFacts), table_of(SheetFacts)


def _yes(condition: sa.ColumnElement[bool]) -> Amount:
    return sa.case((condition, 1), else_=0)


def _of_duties(amount: sa.ColumnElement[Any]) -> Amount:
    total = sa.cast(sa.func.coalesce(sa.func.sum(amount), 0), sa.BigInteger)
    return sa.select(total).where(duties.c.case_id == cases.c.id).correlate(cases).scalar_subquery()


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
        Counted.CASES_RECEIVED: sa.literal(1),
        Counted.CASES_HANDLED: _yes(cases.c.handled_at.is_not(None)),
        Counted.CASES_CLOSED: _yes(cases.c.closed_at.is_not(None)),
        Counted.CASES_REOPENED: _yes(cases.c.reopened > 0),
        Counted.CASES_EXEMPTED: _yes(sa.and_(cases.c.waived_at.is_not(None), cases.c.callbacks_made == 0)),
        Counted.CASES_CALLED_BACK: _yes(cases.c.callbacks_made > 0),
        Counted.CASES_SATISFIED: _yes(cases.c.opinion == CallbackOutcome.SATISFIED.value),
        Counted.CASES_DISSATISFIED: _yes(cases.c.opinion == CallbackOutcome.DISSATISFIED.value),
        Counted.DUTIES_ISSUED: _of_duties(sa.literal(1)),
        Counted.DUTIES_RETURNED: _of_duties(_yes(duties.c.returned_at.is_not(None))),
        Counted.DUTIES_RETURNED_IN_TIME: _of_duties(_yes(duties.c.returned_in_time)),
        Counted.LIMITS_MISSED: _of_duties(duties.c.limits_missed),
    },
    {"received": cases.c.received_at, "handled": cases.c.handled_at, "closed": cases.c.closed_at},
)
SHEETS = Facts(
    SheetFacts,
    sheets,
    {
        Counted.SHEETS_SENT: sa.literal(1),
        Counted.SHEETS_RETURNED: _yes(sheets.c.returned_at.is_not(None)),
        Counted.ITEMS_QUALIFIED: sheets.c.qualified,
        Counted.ITEMS_DISSATISFIED: sheets.c.dissatisfied,
    },
    {"received": sheets.c.sent_at, "handled": sheets.c.sent_at, "closed": sheets.c.sent_at},
)


@dataclass(frozen=True)
class Counting:
    """One number to be counted: what, of which cases, by which day, by whose rules."""

    pack: Pack
    count: Count
    day: Day = "received"
    rule: Rule[Indicator] | None = None

    @property
    def facts(self) -> Facts:
        """Where it is counted; what one count adds up stands in one table."""
        return SHEETS if self.count.of[0] in SHEETS.amounts else CASES

    @property
    def amount(self) -> Amount:
        """How much one row adds; what is taken away never makes it less than nothing."""
        of, less = self._added(self.count.of), self._added(self.count.less)
        return sa.case((of > less, of - less), else_=0) if self.count.less else of

    def includes(self, traits: str) -> bool:
        """Whether cases of these traits count; what is not known does not."""
        return self.rule is None or bool(self.rule.applies(json.loads(traits)))

    def _added(self, counted: Iterable[Counted]) -> Amount:
        amounts = [self.facts.amounts[one] for one in counted]
        return sum(amounts[1:], start=amounts[0]) if amounts else sa.literal(0)


@dataclass(frozen=True)
class Figure:
    """An indicator of a procedure for one period and place."""

    pack: Pack
    rule: Rule[Indicator]
    numerator: int
    denominator: int | None

    @property
    def value(self) -> float | None:
        """The figure itself; none where there is nothing to divide by."""
        if self.denominator is None:
            return self.numerator
        if self.denominator == 0:
            return None
        share = self.numerator / self.denominator
        return share if self.rule.entry.unit != "percent" else 100 * self.numerator / self.denominator

    @property
    def target(self) -> dict[str, float]:
        """What it should be; empty where nobody has set a target."""
        said = self.rule.entry.target
        if said is None:
            return {}
        least = self.pack.stats.at_least(self.rule)
        bounds = {"at_least": least, "at_most": said.at_most, "below": said.below}
        return {name: float(bound) for name, bound in bounds.items() if bound is not None}

    @property
    def met(self) -> bool | None:
        """Whether the target is met; none without a target or without a figure."""
        value = self.value
        if value is None or not self.target:
            return None
        holds = {"at_least": float.__ge__, "at_most": float.__le__, "below": float.__lt__}
        return all(holds[name](float(value), bound) for name, bound in self.target.items())


def counting(pack: Pack, rule: Rule[Indicator], part: Part = "numerator") -> Counting:
    """One part of an indicator; `NotFound` below the line of a plain count."""
    count = rule.entry.numerator if part == "numerator" else rule.entry.denominator
    if count is None:
        raise NotFound()
    return Counting(pack, count, rule.entry.by_day, rule)


def indicator(asked: Asked, name: str) -> tuple[Pack, Rule[Indicator]]:
    """The indicator of this name; `NotFound` if no procedure in force has it."""
    for pack in asked.packs:
        for rule in pack.stats.indicators:
            if rule.name == name:
                return pack, rule
    raise NotFound()


async def figures(read: Read, asked: Asked) -> list[Figure]:
    """Every indicator that the procedures show for this kind of period."""
    found: list[Figure] = []
    for pack in asked.packs:
        rules = [rule for rule in pack.stats.indicators if asked.span.kind in rule.entry.per]
        wanted = [counting(pack, rule) for rule in rules]
        below = [counting(pack, rule, "denominator") for rule in rules if rule.entry.denominator is not None]
        totals = await totals_of(read, asked, [*wanted, *below])
        under = iter(totals[len(rules) :])
        for rule, above in zip(rules, totals, strict=False):
            found.append(Figure(pack, rule, above, next(under) if rule.entry.denominator is not None else None))
    return found


async def totals_of(read: Read, asked: Asked, wanted: Sequence[Counting]) -> list[int]:
    """The sums; what belongs to the same table and day is counted in one statement, by cases of equal traits."""
    totals = [0] * len(wanted)
    groups: dict[tuple[str, Day, str], list[int]] = {}
    for i, one in enumerate(wanted):
        groups.setdefault((one.facts.table.name, one.day, one.pack.id), []).append(i)
    for members in groups.values():
        first = wanted[members[0]]
        amounts = [wanted[i].amount.label(f"n{i}") for i in members]
        each = _asked_for(sa.select(first.facts.table.c.traits, *amounts), asked, first).subquery()
        sums = [sa.cast(sa.func.sum(each.c[f"n{i}"]), sa.BigInteger).label(f"n{i}") for i in members]
        for row in await read.all(sa.select(each.c.traits, *sums).group_by(each.c.traits)):
            for i in members:
                if wanted[i].includes(row["traits"]):
                    totals[i] += row[f"n{i}"]
    return totals


async def counted_rows(
    read: Read, asked: Asked, wanted: Counting, *, cursor: str | None = None, limit: int | None = None
) -> Paged[tuple[CaseFacts | SheetFacts, int]]:
    """Exactly the cases (or sheets) that a number was counted from, each with how much it adds."""
    facts, table = wanted.facts, wanted.facts.table
    statement = _asked_for(sa.select(table), asked, wanted).where(wanted.amount > 0)
    if wanted.rule is not None and wanted.rule.when.facts_needed:
        traits = await read.all(_asked_for(sa.select(table.c.traits).distinct(), asked, wanted))
        statement = statement.where(table.c.traits.in_([t["traits"] for t in traits if wanted.includes(t["traits"])]))
    by: list[sa.ColumnElement[Any]] = [facts.days[wanted.day], table.c.id]
    page: Paged[Any] = await read.page(facts.of, statement, by=by, cursor=cursor, limit=limit)
    ids = [row.id for row in page.items]
    added = await read.all(sa.select(table.c.id, wanted.amount.label("n")).where(table.c.id.in_(ids)))
    amounts = {row["id"]: int(row["n"]) for row in added}
    return Paged([(row, amounts[row.id]) for row in page.items], page.next)


async def cases_per_part(read: Read, asked: Asked) -> list[tuple[Span, int]]:
    """Cases received on each day of a week or month, in each month of anything longer."""
    wanted = Counting(asked.pack, Count(of=(Counted.CASES_RECEIVED,)))
    parts = asked.span.parts()
    at = wanted.facts.days[wanted.day]
    which = sa.case(*((at < part.end, i) for i, part in enumerate(parts)), else_=len(parts)).label("part")
    each = _asked_for(sa.select(which), asked, wanted).subquery()
    found = await read.all(sa.select(each.c.part, sa.func.count().label("n")).group_by(each.c.part))
    counts = {row["part"]: int(row["n"]) for row in found}
    return [(part, counts.get(i, 0)) for i, part in enumerate(parts)]


def _asked_for(statement: sa.Select[Any], asked: Asked, wanted: Counting) -> sa.Select[Any]:
    """What belongs to the procedure, the period and the place, and may be seen by whoever asks."""
    table, at = wanted.facts.table, wanted.facts.days[wanted.day]
    statement = statement.where(table.c.procedure == wanted.pack.id, at >= asked.span.start, at < asked.span.end)
    if asked.place:
        statement = statement.where(table.c.place == asked.place)
    if "desk" in table.c:
        statement = statement.where(on_visible_desks(table.c.desk, asked, wanted.pack))
    return scoped(statement, table, asked.person)


def on_visible_desks(desk: sa.ColumnElement[Any], asked: Asked, pack: Pack) -> sa.ColumnElement[bool]:
    """Whoever sees only some departments sees what lies on their desks and their roles', and what lies on none yet."""
    person = asked.person
    if person.departments is None:
        return sa.true()
    roles = {name for name, role in pack.head.roles.items() if role.department in person.departments}
    return sa.or_(desk.is_(None), desk.in_(sorted(roles | person.departments | person.roles)))
