"""stats.yaml as the services read it."""

from __future__ import annotations

from collections.abc import Mapping

from closeloop.chassis.conditions import Condition, Domains
from closeloop.chassis.packs.given import value_of
from closeloop.chassis.packs.rules import Facts, Rule, compiled, ruled
from closeloop.contracts.procedure.callback import Coverage
from closeloop.contracts.procedure.stats import Alarm, Count, Counted, Counting, Indicator, LeftOut, Side, Stats, Target


class StatsRules:
    """What is counted; the rate of a coverage is counted as callback.yaml says, in one place for both."""

    def __init__(
        self,
        said: Stats,
        orders: Domains,
        coverage: Mapping[str, Coverage] | None = None,
    ) -> None:
        self.said = said
        counted = {name: _rate_of(one, coverage or {}) for name, one in said.indicators.items()}
        self.indicators: tuple[Rule[Indicator], ...] = ruled(counted, orders)
        self.alarms: tuple[Rule[Alarm], ...] = ruled(said.alarms, orders)
        self._sides: Mapping[tuple[str, Side], Condition] = {
            (name, side): compiled(count.when, orders)
            for name, one in counted.items()
            for side, count in one.sides.items()
        }

    def indicator(self, name: str) -> Rule[Indicator] | None:
        """The indicator of that name, if there is one."""
        return next((one for one in self.indicators if one.name == name), None)

    def side(self, indicator: Rule[Indicator], side: Side) -> Condition:
        """What is asked of cases on one side of the line, besides what the indicator asks of both."""
        return self._sides[indicator.name, side]

    def counts(self, indicator: Rule[Indicator], facts: Facts) -> bool:
        """Whether a case counts on one side of the line at least; what is not known does not."""
        sides = (self.side(indicator, side) for side in indicator.entry.sides)
        return bool(indicator.applies(facts)) and any(one.decide(facts) for one in sides)

    def alarms_of(self, indicator: str, per: str) -> tuple[Rule[Alarm], ...]:
        """The alarms that watch an indicator period by period."""
        return tuple(one for one in self.alarms if (one.entry.of, one.entry.per) == (indicator, per))

    def judged_per(self, indicator: Rule[Indicator]) -> tuple[Counting, ...]:
        """The kinds of period whose figures are judged: for clauses, and for alarms."""
        entry = indicator.entry
        has_clauses = entry.clauses or (entry.left_out and entry.left_out.clauses)
        watched = (one.entry.per for one in self.alarms if one.entry.of == indicator.name)
        return tuple(dict.fromkeys([*([entry.judged] if has_clauses else []), *watched]))

    def at_least(self, indicator: Rule[Indicator]) -> float | None:
        """What the figure should be at least; none if there is no such target."""
        target = indicator.entry.target
        return None if target is None else value_of(target.at_least)


def _rate_of(said: Indicator, coverage: Mapping[str, Coverage]) -> Indicator:
    """The rate of a coverage as an indicator like any other: called back, of those handled, the exempted left out."""
    about = coverage.get(said.coverage or "")
    if about is None:
        return said
    exempted = LeftOut(of=(Counted.CASES_EXEMPTED,), own_practice="The coverage does not count them.")
    return said.model_copy(
        update={
            "numerator": Count(of=(Counted.CASES_CALLED_BACK,)),
            "denominator": Count(of=(Counted.CASES_HANDLED,)),
            "left_out": None if about.exempt_cases == "counted" else exempted,
            "when": about.when,
            "by_day": "handled",
            "target": Target(at_least=about.share),
        }
    )
