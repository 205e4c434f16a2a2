"""Figures, and the very cases that were counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.parameters import number_at
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.stats import Count, Indicator
from closeloop.stats.asking import Asked
from closeloop.stats.counting import RECEIVED, Counting, asked_for, group_by, group_of
from closeloop.stats.model import CaseFacts, SheetFacts
from closeloop.stats.periods import Span
from closeloop.stats.sums.reading import facts_for
from closeloop.stats.tables import CASES, trait

Part = Literal["numerator", "denominator", "left_out"]
"""What of a figure is opened: above the line, below it, or beside it."""


@dataclass(frozen=True)
class Figure:
    """An indicator of a procedure for one period and place, of everything or of one group."""

    pack: Pack
    rule: Rule[Indicator]
    numerator: int
    denominator: int | None
    target: Mapping[str, float] = field(default_factory=dict)
    """What it should be, as the procedure says or as whoever may has set it for the period; empty without a target."""
    left_out: int | None = None
    """What counts on neither side; none where nothing is left out."""
    group: tuple[str, str] | None = None
    """By what it is grouped, and which of its values; none for the whole."""

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
    def met(self) -> bool | None:
        """Whether the target is met; none without a target or without a figure."""
        value = self.value
        if value is None or not self.target:
            return None
        holds = {"at_least": float.__ge__, "at_most": float.__le__, "below": float.__lt__}
        return all(holds[name](float(value), bound) for name, bound in self.target.items())


def counting(pack: Pack, rule: Rule[Indicator], part: Part = "numerator") -> Counting:
    """One part of an indicator; `NotFound` below the line of a plain count, and where nothing is left out."""
    entry, source = rule.entry, (("indicator", rule.name), ("part", part))
    if part == "left_out" and entry.left_out is not None:
        return Counting(pack, Count(of=entry.left_out.of), entry.by_day, rule, source)
    if part == "left_out" or part not in entry.sides:
        raise NotFound()
    left_out = entry.left_out.of if entry.left_out else ()
    besides = pack.stats.side(rule, part)
    return Counting(pack, entry.sides[part], entry.by_day, rule, source, left_out=left_out, besides=besides)


def parts_of(rule: Rule[Indicator]) -> list[Part]:
    """What there is of an indicator."""
    beside: list[Part] = ["left_out"] if rule.entry.left_out else []
    return [*rule.entry.sides, *beside]


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
        found += await figures_of(read, asked, pack, rules)
    return found


async def figures_of(read: Read, asked: Asked, pack: Pack, rules: Sequence[Rule[Indicator]]) -> list[Figure]:
    """These indicators of a procedure."""
    wanted = [counting(pack, rule, part) for rule in rules for part in parts_of(rule)]
    totals = iter(await totals_of(read, asked, wanted))
    found = []
    for rule in rules:
        numbers: dict[Part, int] = {part: next(totals) for part in parts_of(rule)}
        found.append(figure_of(pack, rule, numbers, await target_of(read, asked, pack, rule)))
    return found


def figure_of(
    pack: Pack,
    rule: Rule[Indicator],
    numbers: Mapping[Part, int],
    target: Mapping[str, float],
    group: tuple[str, str] | None = None,
) -> Figure:
    """The figure that has these numbers."""
    below, beside = numbers.get("denominator"), numbers.get("left_out")
    return Figure(pack, rule, numbers["numerator"], below, target, beside, group)


async def target_of(read: Read, asked: Asked, pack: Pack, rule: Rule[Indicator]) -> dict[str, float]:
    """What the figure should be; what a role may set holds from its day, for periods that begin then."""
    said = rule.entry.target
    if said is None:
        return {}
    bounds = {"at_least": said.at_least, "at_most": said.at_most, "below": said.below}
    found = {name: await number_at(read, pack, bound, asked.span.start) for name, bound in bounds.items()}
    return {name: bound for name, bound in found.items() if bound is not None}


async def totals_of(read: Read, asked: Asked, wanted: Sequence[Counting]) -> list[int]:
    """The sums."""
    return [sum(found.values()) for found in await sums_of(read, asked, wanted)]


async def sums_of(
    read: Read, asked: Asked, wanted: Sequence[Counting], by: Sequence[str] = ()
) -> list[dict[tuple[str, ...], int]]:
    """The sums of each group; what belongs to the same table and day is counted in one statement, by cases of equal
    traits."""
    found: list[dict[tuple[str, ...], int]] = [{} for _ in wanted]
    together: dict[Any, list[int]] = {}
    for i, one in enumerate(wanted):
        about = bool(one.count.about)
        together.setdefault((one.facts is CASES, about, one.day, one.pack.id, one.only), []).append(i)
    for members in together.values():
        first = wanted[members[0]]
        facts = facts_for(asked, first)
        table = facts.table
        asks = sorted({name for i in members for name in wanted[i].asks})
        traits = [trait(table, name).label(f"t{n}") for n, name in enumerate(asks)]
        groups = [group_by(table, name).label(f"g{n}") for n, name in enumerate(by)]
        amounts = [wanted[i].amount_in(facts).label(f"n{i}") for i in members]
        each = asked_for(sa.select(*traits, *groups, *amounts), asked, first, facts).subquery()
        sums = [sa.cast(sa.func.sum(each.c[f"n{i}"]), sa.BigInteger).label(f"n{i}") for i in members]
        columns = [each.c[one.name] for one in (*traits, *groups)]
        for row in await read.all(sa.select(*columns, *sums).group_by(*columns)):
            known = {name: row[one.name] for name, one in zip(asks, traits, strict=True)}
            group = tuple(group_of(first.pack, name, row[f"g{n}"]) for n, name in enumerate(by))
            for i in members:
                if wanted[i].includes(known):
                    found[i][group] = found[i].get(group, 0) + (row[f"n{i}"] or 0)
    return found


async def counted_rows(
    read: Read, asked: Asked, wanted: Counting, *, cursor: str | None = None, limit: int | None = None
) -> Paged[tuple[CaseFacts | SheetFacts, int]]:
    """Exactly the cases (or sheets) that a number was counted from, each with how much it adds."""
    facts, table = wanted.facts, wanted.facts.table
    statement = asked_for(sa.select(table), asked, wanted).where(wanted.amount > 0)
    if wanted.asks:
        statement = statement.where(await _fitting(read, asked, wanted))
    by: list[sa.ColumnElement[Any]] = [facts.days[wanted.day], table.c.id]
    page: Paged[Any] = await read.page(facts.of, statement, by=by, cursor=cursor, limit=limit)
    ids = [row.id for row in page.items]
    added = await read.all(sa.select(table.c.id, wanted.amount.label("n")).where(table.c.id.in_(ids)))
    amounts = {row["id"]: int(row["n"]) for row in added}
    return Paged([(row, amounts[row.id]) for row in page.items], page.next)


async def _fitting(read: Read, asked: Asked, wanted: Counting) -> sa.ColumnElement[bool]:
    """The indicator's condition as the values of traits that fit it, of those that there are."""
    traits = [trait(wanted.facts.table, name) for name in wanted.asks]
    names = [f"t{n}" for n in range(len(traits))]
    labelled = [one.label(name) for one, name in zip(traits, names, strict=True)]
    there = await read.all(asked_for(sa.select(*labelled).distinct(), asked, wanted))
    values = [[row[name] for name in names] for row in there]
    fitting = [each for each in values if wanted.includes(dict(zip(wanted.asks, each, strict=True)))]
    return sa.or_(
        sa.false(),
        *(
            sa.and_(
                *(one.is_(None) if value is None else one == value for one, value in zip(traits, each, strict=True))
            )
            for each in fitting
        ),
    )


async def cases_per_part(read: Read, asked: Asked) -> list[tuple[Span, int]]:
    """Cases received on each day of a week or month, in each month of anything longer."""
    wanted = Counting(asked.pack, RECEIVED)
    parts = asked.span.parts()
    at = wanted.facts.days[wanted.day]
    which = sa.case(*((at < part.end, i) for i, part in enumerate(parts)), else_=len(parts)).label("part")
    each = asked_for(sa.select(which), asked, wanted).subquery()
    found = await read.all(sa.select(each.c.part, sa.func.count().label("n")).group_by(each.c.part))
    counts = {row["part"]: int(row["n"]) for row in found}
    return [(part, counts.get(i, 0)) for i, part in enumerate(parts)]
