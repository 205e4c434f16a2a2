"""How a number opens: what was counted as the query of an address, and what an address asks to be counted."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query

from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.stats import GROUPS, OF_SHEETS, Count, Counted
from closeloop.stats import queries
from closeloop.stats.asking import Asked, Question
from closeloop.stats.counting import Counting, Narrowed, State
from closeloop.stats.tables import Answer, Day

Pair = Annotated[str, Query(max_length=200)]
Named = Annotated[str | None, Query(max_length=100)]


def query_of(wanted: Counting, asked: Asked, **more: str) -> dict[str, str | list[str]]:
    """The query of the list that holds exactly what was counted."""
    said: dict[str, str | list[str]] = {**asked.query(procedure=wanted.pack.id, **more), **dict(wanted.source)}
    if "indicator" not in said:
        said |= {"counted": [one.value for one in wanted.count.of]}
        said |= {"left_out": [one.value for one in wanted.left_out]} if wanted.left_out else {}
        said["day"] = wanted.day
    return {**said, **wanted.only.query()}


def of_coverage(
    asked: Asked, name: str, count: Count, day: Day | None = None, left_out: tuple[Counted, ...] = ()
) -> Counting:
    """What is counted of the cases of a coverage of callback.yaml, by the day of handling unless another is said."""
    for pack in asked.packs:
        for rule in pack.callback.coverage:
            if rule.name == name:
                return Counting(pack, count, day or "handled", rule, (("coverage", name),), left_out=left_out)
    raise NotFound()


def what_is_opened(
    asked: Question,
    indicator: Named = None,
    part: queries.Part = "numerator",
    coverage: Named = None,
    counted: Annotated[list[Counted], Query(max_length=10)] = [Counted.CASES_RECEIVED],  # noqa: B006 - never changed
    left_out: Annotated[list[Counted], Query(max_length=10)] = [],  # noqa: B006 - never changed
    day: Day | None = None,
    state: State | None = None,
    kind: Named = None,
    department: Named = None,
    outcome: Named = None,
    answer: Answer | None = None,
    group: Annotated[list[Pair], Query(max_length=5)] = [],  # noqa: B006 - never changed
) -> Counting:
    """What an address asks to be counted."""
    count, leaving = Count(of=tuple(counted)), tuple(left_out)
    if indicator:
        wanted = queries.counting(*queries.indicator(asked, indicator), part)
    elif coverage:
        wanted = of_coverage(asked, coverage, count, day, leaving)
    else:
        wanted = Counting(asked.pack, count, day or "received", left_out=leaving)
    only = Narrowed(state, kind, department, outcome, answer, _groups(wanted, group))
    return wanted if only == Narrowed() else replace(wanted, only=only)


def _groups(wanted: Counting, said: list[str]) -> tuple[tuple[str, str], ...]:
    """The groups that are asked for, by what a figure may be grouped by; anything else narrows nothing."""
    known = {*GROUPS, *OF_SHEETS, *wanted.pack.intake.said.facets}
    pairs = (one.partition(":") for one in said)
    return tuple((by, value) for by, _colon, value in pairs if by in known)


Opened = Annotated[Counting, Depends(what_is_opened)]
