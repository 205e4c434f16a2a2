"""Pareto: the values of a facet by how often they occur, the most frequent first, what nobody has rated last."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Rule
from closeloop.chassis.reading import Read
from closeloop.contracts.procedure.stats import Pareto
from closeloop.stats.asking import Asked
from closeloop.stats.counting import NONE, Counting, asked_for, cases, trait
from closeloop.stats.opening import of_pareto


@dataclass(frozen=True, slots=True)
class Share:
    """One value: how many cases have it, and how many it and all before it have together, in percent."""

    rank: int
    value: str
    title: Any
    n: int
    together: float
    opens: Counting


@dataclass(frozen=True, slots=True)
class Distribution:
    """A Pareto chart as numbers."""

    rule: Rule[Pareto]
    shares: list[Share]

    @property
    def total(self) -> int:
        """All cases in it."""
        return sum(share.n for share in self.shares)


async def distributions(read: Read, asked: Asked) -> list[Distribution]:
    """Every Pareto chart of the procedure."""
    return [await distribution(read, asked, rule) for rule in asked.pack.stats.paretos]


async def distribution(read: Read, asked: Asked, rule: Rule[Pareto]) -> Distribution:
    """How the cases fall into the values of the facet."""
    wanted, facet = of_pareto(asked, rule.name), rule.entry.facet
    asks = sorted({facet, *wanted.asks})
    traits = [trait(cases, name).label(f"t{n}") for n, name in enumerate(asks)]
    each = asked_for(sa.select(*traits), asked, wanted).subquery()
    by = list(each.c)
    counts: dict[str, int] = {}
    for row in await read.all(sa.select(*by, sa.func.count().label("n")).group_by(*by)):
        known = {name: row[f"t{n}"] for n, name in enumerate(asks)}
        if wanted.includes(known):
            value = known[facet] or NONE
            counts[value] = counts.get(value, 0) + int(row["n"])
    return Distribution(rule, _shares(wanted, facet, counts))


def _shares(wanted: Counting, facet: str, counts: dict[str, int]) -> list[Share]:
    said = wanted.pack.intake.said.facets.get(facet)
    titles = {name: value.title.model_dump() for name, value in said.values.items()} if said else {}
    total, so_far, shares = sum(counts.values()), 0, []
    ranked = sorted(counts.items(), key=lambda one: (one[0] == NONE, -one[1], one[0]))
    for rank, (value, n) in enumerate(ranked, 1):
        so_far += n
        title = _("Not rated yet") if value == NONE else titles.get(value, value)
        shares.append(Share(rank, value, title, n, 100 * so_far / total, wanted.narrowed(facet=facet, value=value)))
    return shares
