"""How a number opens: what was counted as the query of an address, and what an address asks to be counted."""

from typing import Annotated

from fastapi import Depends, Query

from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.stats import queries
from closeloop.stats.asking import Asked, Question
from closeloop.stats.counting import RECEIVED, Answer, Counting, Day, Narrowed, State

Named = Annotated[str | None, Query(max_length=100)]


def query_of(wanted: Counting, asked: Asked, **more: str) -> dict[str, str | list[str]]:
    """The query of the list that holds exactly what was counted."""
    said: dict[str, str | list[str]] = {**asked.query(procedure=wanted.pack.id, **more), **dict(wanted.source)}
    if "indicator" not in said:
        said |= {"counted": [one.value for one in wanted.count.of], "less": [one.value for one in wanted.count.less]}
        said["day"] = wanted.day
    return {**said, **wanted.only.query()}


def of_coverage(asked: Asked, name: str, count: Count, day: Day | None = None) -> Counting:
    """What is counted of the cases of a coverage of callback.yaml, by the day of handling unless another is said."""
    for pack in asked.packs:
        for rule in pack.callback.coverage:
            if rule.name == name:
                return Counting(pack, count, day or "handled", rule, (("coverage", name),))
    raise NotFound()


def of_pareto(asked: Asked, name: str, count: Count = RECEIVED, day: Day | None = None) -> Counting:
    """What is counted of the cases of a Pareto chart."""
    for pack in asked.packs:
        for rule in pack.stats.paretos:
            if rule.name == name:
                return Counting(pack, count, day or rule.entry.by_day, rule, (("pareto", name),))
    raise NotFound()


def what_is_opened(
    asked: Question,
    indicator: Named = None,
    part: queries.Part = "numerator",
    coverage: Named = None,
    pareto: Named = None,
    counted: Annotated[list[Counted], Query(max_length=10)] = [Counted.CASES_RECEIVED],  # noqa: B006 - never changed
    less: Annotated[list[Counted], Query(max_length=10)] = [],  # noqa: B006 - never changed
    day: Day | None = None,
    state: State | None = None,
    kind: Named = None,
    department: Named = None,
    outcome: Named = None,
    answer: Answer | None = None,
    facet: Named = None,
    value: Named = None,
) -> Counting:
    """What an address asks to be counted."""
    count = Count(of=tuple(counted), less=tuple(less))
    if indicator:
        wanted = queries.counting(*queries.indicator(asked, indicator), part)
    elif coverage:
        wanted = of_coverage(asked, coverage, count, day)
    elif pareto:
        wanted = of_pareto(asked, pareto, count, day)
    else:
        wanted = Counting(asked.pack, count, day or "received")
    known = facet if facet in wanted.pack.intake.said.facets else None
    only = Narrowed(state, kind, department, outcome, answer, known, value if known else None)
    return wanted if only == Narrowed() else wanted.narrowed(**only.query())


Opened = Annotated[Counting, Depends(what_is_opened)]
