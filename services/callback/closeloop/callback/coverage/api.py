"""Coverage for machines: what was reached, and what is still missing, before the period ends."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from closeloop.callback.coverage import queries
from closeloop.callback.coverage.queries import Covered
from closeloop.chassis.acting import here
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.periods import BadPeriod, Span, read_period
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import Misread

router = APIRouter(prefix="/api/callback", tags=["callback"])


@router.get("/coverage")
async def coverage_as_json(
    read: Reading, person: CurrentPerson, period: str | None = None, place: str | None = None
) -> dict[str, Any]:
    """Every coverage in a period (2026-W03, 2026-01, 2026); without one, in the period of each that runs now."""
    running = here.get()
    now = running.now()
    found = await queries.coverage(
        read, person, running.procedures.current(now), now, span=span_of(period, place), place=place
    )
    return {"items": [as_shown(one) for one in found]}


def span_of(period: str | None, place: str | None) -> Span | None:
    """The period that is asked for; none if nobody asks for one."""
    if not period:
        return None
    try:
        return read_period(period, here.get().people.calendar(place).zone)
    except BadPeriod as bad:
        raise Misread(bad.sentence) from bad


def as_shown(one: Covered) -> dict[str, Any]:
    """A coverage on the wire."""
    figures = one.figures
    return {
        "procedure": one.pack.id,
        "coverage": one.rule.name,
        "title": one.rule.entry.title.model_dump(),
        "period": one.span.name,
        "per": one.rule.entry.per,
        "handled": figures.handled,
        "exempted": figures.exempted,
        "called_back": figures.called_back,
        "still_open": one.still_open,
        "denominator": figures.denominator,
        "rate": figures.rate,
        "target": figures.target,
        "needed": figures.needed,
        "shortfall": figures.shortfall,
        "met": figures.met,
        "clauses": list(one.rule.clauses),
    }
