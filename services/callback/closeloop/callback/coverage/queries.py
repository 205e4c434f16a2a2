"""How the coverages stand, while their period still runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from closeloop.callback.model import Callback, Case
from closeloop.callback.planning.plan import draw_of
from closeloop.chassis.acting import here
from closeloop.chassis.coverage import Coverage, called_back, exempted, handled
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.parameters import number_at
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.periods import Span, period_of
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.rows import table_of
from closeloop.contracts.procedure.callback import Coverage as CoverageRule
from closeloop.contracts.vocabulary import CallbackState

CASES, CALLBACKS = table_of(Case), table_of(Callback)


@dataclass(frozen=True)
class Covered:
    """A coverage of a procedure in one period."""

    pack: Pack
    rule: Rule[CoverageRule]
    span: Span
    figures: Coverage
    still_open: int
    """Callbacks that are planned and not made yet."""

    @property
    def runs(self) -> bool:
        """Whether what is missing can still be made up for."""
        return self.still_open > 0


async def coverage(
    read: Read, person: Person, packs: list[Pack], now: datetime, *, span: Span | None = None, place: str | None = None
) -> list[Covered]:
    """Every coverage: in the period that is asked for, else in its present one, and in the one that is drawn from."""
    found = []
    for pack in packs:
        for rule in pack.callback.of_cases:
            for one in [span] if span else _now_and_before(pack, rule, now, place):
                found.append(await _covered(read, person, pack, rule, one, place))
    return found


async def cases_of(read: Read, person: Person, covered: Covered, place: str | None, cursor: str | None) -> Paged[Case]:
    """The cases that are still missing: handled, neither asked nor exempted."""
    missing = _of(covered.pack, covered.rule, covered.span, place).where(~called_back(CASES), ~exempted(CASES))
    return await read.page(
        Case, scoped(missing, CASES, person), by=(CASES.c.handled_at, CASES.c.id), cursor=cursor or None
    )


def _now_and_before(pack: Pack, rule: Rule[CoverageRule], now: datetime, place: str | None) -> list[Span]:
    """The present period; also the one before where its cases are drawn, and asked about, only after it is over."""
    zone = here.get().people.calendar(place).zone
    present = period_of(rule.entry.per, now.astimezone(zone).date(), zone)
    draw = draw_of(rule, pack)
    return [present.previous, present] if draw is not None and draw.every == rule.entry.per else [present]


async def _covered(
    read: Read, person: Person, pack: Pack, rule: Rule[CoverageRule], span: Span, place: str | None
) -> Covered:
    cases = scoped(_of(pack, rule, span, place), CASES, person).subquery()
    [row] = await read.all(
        sa.select(
            sa.func.count().label("handled"),
            sa.func.coalesce(sa.func.sum(sa.case((exempted(cases), 1), else_=0)), 0).label("exempted"),
            sa.func.coalesce(sa.func.sum(sa.case((called_back(cases), 1), else_=0)), 0).label("called_back"),
        ).select_from(cases)
    )
    planned = (
        sa.select(sa.func.count())
        .join_from(CALLBACKS, cases, cases.c.id == CALLBACKS.c.case_id)
        .where(CALLBACKS.c.state == CallbackState.PLANNED, CALLBACKS.c.held.is_(False), cases.c.callbacks_made == 0)
    )
    figures = Coverage(
        int(row["handled"]),
        int(row["exempted"]),
        int(row["called_back"]),
        await _target(read, pack, rule, span),
        counts_exempted=rule.entry.exempt_cases == "counted",
    )
    return Covered(pack, rule, span, figures, int(await read.value(planned) or 0))


def _of(pack: Pack, rule: Rule[CoverageRule], span: Span, place: str | None) -> sa.Select[tuple[object, ...]]:
    found = sa.select(CASES).where(
        CASES.c.procedure == pack.id,
        CASES.c.coverage == rule.name,
        handled(CASES),
        CASES.c.handled_at >= span.start,
        CASES.c.handled_at < span.end,
    )
    return found.where(CASES.c.place == place) if place else found


async def _target(read: Read, pack: Pack, rule: Rule[CoverageRule], span: Span) -> float | None:
    """The share in force at the start of the period."""
    return await number_at(read, pack, rule.entry.share, span.start)
