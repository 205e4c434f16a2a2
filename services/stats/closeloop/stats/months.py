"""The table of a closed month: cases by kind, department and outcome, limits kept and missed, what customers said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.i18n import _
from closeloop.chassis.reading import Read
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.contracts.vocabulary import Outcome, label
from closeloop.stats.asking import Asked
from closeloop.stats.counting import RECEIVED, Counting, asked_for, department_of
from closeloop.stats.sums.reading import facts_for
from closeloop.stats.tables import NONE, Day, answer_of

COUNTS: tuple[Counted, ...] = (
    Counted.CASES_RECEIVED,
    Counted.CASES_HANDLED,
    Counted.CASES_CLOSED,
    Counted.LIMITS_KEPT,
    Counted.LIMITS_MISSED,
)
OUTCOMES = (*(one.value for one in Outcome), NONE)
ANSWERS = ("satisfied", "dissatisfied", "unreachable", "declined", "exempted", NONE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its words, and how its numbers narrow what is counted."""

    name: str
    title: Any
    count: Count = RECEIVED
    only: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a kind of case in a department; the last line is the sum."""

    kind: Any
    department: Any
    numbers: list[tuple[int, Counting]]
    is_sum: bool = False


def columns(words: dict[Counted, Any], answers: dict[str, Any]) -> list[Column]:
    """What is counted in each line."""
    counted = [Column(one.value, words[one], Count(of=(one,))) for one in COUNTS]
    outcomes = [Column(f"outcome:{one}", _outcome(one), only={"outcome": one}) for one in OUTCOMES]
    said = [Column(f"answer:{one}", answers[one], only={"answer": one}) for one in ANSWERS]
    return [*counted, *outcomes, *said]


async def table(read: Read, asked: Asked, wanted: Sequence[Column], day: Day = "received") -> list[Line]:
    """The lines; of each number the cases can be listed."""
    pack, base = asked.pack, Counting(asked.pack, RECEIVED, day)
    sums: dict[tuple[str, str], dict[str, int]] = {}
    kinds = list(pack.intake.said.kinds)
    for row in await read.all(_grouped(asked, base)):
        line = sums.setdefault((row["kind"], department_of(pack, row["handled_by"])), {})
        for name, n in _numbers(row):
            line[name] = line.get(name, 0) + n
    order = sorted(sums, key=lambda one: (kinds.index(one[0]) if one[0] in kinds else len(kinds), one))
    lines = [
        Line(
            pack.intake.said.kinds[kind].title.model_dump() if kind in kinds else kind,
            _("No department yet") if department == NONE else pack.title_of(department).model_dump(),
            _cells(wanted, base, sums[kind, department], kind=kind, department=department),
        )
        for kind, department in order
    ]
    total: dict[str, int] = {}
    for one in sums.values():
        for name, n in one.items():
            total[name] = total.get(name, 0) + n
    return [*lines, Line(_("Together"), "", _cells(wanted, base, total), is_sum=True)] if lines else []


def _grouped(asked: Asked, base: Counting) -> sa.Select[Any]:
    facts = facts_for(asked, base)
    table = facts.table
    amounts = [facts.amounts[one].label(one.value) for one in COUNTS]
    by_what = (table.c.kind, table.c.handled_by, table.c.outcome, answer_of(table).label("answer"))
    each = asked_for(sa.select(*by_what, *amounts), asked, base, facts).subquery()
    by = [each.c.kind, each.c.handled_by, each.c.outcome, each.c.answer]
    sums = [sa.cast(sa.func.sum(each.c[one.value]), sa.BigInteger).label(one.value) for one in COUNTS]
    return sa.select(*by, *sums).group_by(*by)


def _numbers(row: Any) -> Iterable[tuple[str, int]]:
    for one in COUNTS:
        yield one.value, int(row[one.value])
    received = int(row[Counted.CASES_RECEIVED.value])
    yield f"outcome:{row['outcome'] or NONE}", received
    yield f"answer:{row['answer']}", received


def _cells(wanted: Sequence[Column], base: Counting, sums: dict[str, int], **only: str) -> list[tuple[int, Counting]]:
    return [
        (sums.get(one.name, 0), Counting(base.pack, one.count, base.day).narrowed(**only, **one.only)) for one in wanted
    ]


def _outcome(name: str) -> Any:
    return _("No result yet") if name == NONE else label(Outcome(name)).model_dump()
