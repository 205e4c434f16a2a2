"""Coverage as callback counts it, over the facts of stats; each number opens its cases."""

from dataclasses import dataclass

from closeloop.chassis.coverage import Coverage
from closeloop.chassis.packs import Rule
from closeloop.chassis.parameters import number_at
from closeloop.chassis.reading import Read
from closeloop.contracts.procedure.callback import Coverage as CoverageRule
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.stats.asking import Asked
from closeloop.stats.counting import Counting
from closeloop.stats.opening import of_coverage
from closeloop.stats.queries import totals_of


@dataclass(frozen=True, slots=True)
class Covered:
    """How a coverage stands in the period, with what each of its numbers opens."""

    rule: Rule[CoverageRule]
    stands: Coverage
    opens: dict[str, Counting]
    left: int
    """Cases whose customer may still be asked."""


async def coverages(read: Read, asked: Asked) -> list[Covered]:
    """Every coverage of the procedure that a case can have, counted in one statement."""
    rules = asked.pack.callback.of_cases
    opens = [_opens(asked, rule) for rule in rules]
    totals = await totals_of(read, asked, [one for each in opens for one in each.values()])
    numbers = iter(totals)
    found = []
    for rule, each in zip(rules, opens, strict=True):
        handled, excused, called_back, left = (next(numbers) for _name in each)
        share = await _share(read, asked, rule)
        counted = rule.entry.exempt_cases == "counted"
        found.append(Covered(rule, Coverage(handled, excused, called_back, share, counted), each, left))
    return found


def _opens(asked: Asked, rule: Rule[CoverageRule]) -> dict[str, Counting]:
    exempted = () if rule.entry.exempt_cases == "counted" else (Counted.CASES_EXEMPTED,)
    counts = {
        "handled": Count(of=(Counted.CASES_HANDLED,)),
        "exempted": Count(of=(Counted.CASES_EXEMPTED,)),
        "called_back": Count(of=(Counted.CASES_CALLED_BACK,)),
    }
    opens = {name: of_coverage(asked, rule.name, count) for name, count in counts.items()}
    left = of_coverage(asked, rule.name, counts["handled"], left_out=(*exempted, Counted.CASES_CALLED_BACK))
    return {**opens, "left": left}


async def _share(read: Read, asked: Asked, rule: Rule[CoverageRule]) -> float | None:
    return await number_at(read, asked.pack, rule.entry.share, asked.span.start)
