"""The charts and tables of stats for machines: every number with the address of exactly its cases."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter

from closeloop.chassis.i18n import Sentence
from closeloop.chassis.reading import Reading
from closeloop.stats import months, words
from closeloop.stats.asking import Asked, Question
from closeloop.stats.counting import RECEIVED, Counting
from closeloop.stats.covered import Covered, coverages
from closeloop.stats.judged import JudgedFigure, judged_figures
from closeloop.stats.opening import query_of
from closeloop.stats.tables import Day
from closeloop.stats.weeks import cases_per_week

router = APIRouter(prefix="/api/stats", tags=["stats"])


@router.get("/weeks")
async def list_weeks(asked: Question, read: Reading) -> list[dict[str, Any]]:
    """Cases received in each week, and how many stood open and overdue at its end."""
    if not asked.packs:
        return []
    received = Counting(asked.pack, RECEIVED)
    opened = {"received": received} | {one: received.narrowed(state=one) for one in ("open", "overdue")}
    return [
        {
            "period": week.span.name,
            **{name: _number(getattr(week, name), asked, of, period=week.span.name) for name, of in opened.items()},
        }
        for week in await cases_per_week(read, asked)
    ]


@router.get("/coverage")
async def list_coverage(asked: Question, read: Reading) -> list[dict[str, Any]]:
    """How many customers were asked, of how many, and how many are missing."""
    return [_covered(one, asked) for one in await coverages(read, asked)] if asked.packs else []


@router.get("/months")
async def list_months(asked: Question, read: Reading, day: Day = "received") -> list[dict[str, Any]]:
    """The table of a month: cases by kind, department and outcome, limits kept and missed, what customers said."""
    if not asked.packs:
        return []
    columns = months.columns(dict(words.COUNTED), dict(words.ANSWERS))
    return [
        {
            "kind": _said(line.kind),
            "department": _said(line.department),
            "is_sum": line.is_sum,
            "numbers": {
                column.name: _number(n, asked, wanted)
                for column, (n, wanted) in zip(columns, line.numbers, strict=True)
            },
        }
        for line in await months.table(read, asked, columns, day)
    ]


@router.get("/judged-figures")
async def list_judged_figures(asked: Question, read: Reading) -> list[dict[str, Any]]:
    """The figures by which clauses were or will be judged, of every period that begins in this one."""
    return [_judged(one) for one in await judged_figures(read, [pack.id for pack in asked.packs], asked.span)]


def _covered(one: Covered, asked: Asked) -> dict[str, Any]:
    stands = one.stands
    return {
        "coverage": one.rule.name,
        "title": one.rule.entry.title.model_dump(),
        "handled": _number(stands.handled, asked, one.opens["handled"]),
        "exempted": _number(stands.exempted, asked, one.opens["exempted"]),
        "called_back": _number(stands.called_back, asked, one.opens["called_back"]),
        "not_asked": _number(one.left, asked, one.opens["left"]),
        "denominator": stands.denominator,
        "rate": None if stands.rate is None else round(stands.rate, 2),
        "target": stands.target,
        "needed": stands.needed,
        "shortfall": stands.shortfall,
        "met": stands.met,
    }


def _judged(one: JudgedFigure) -> dict[str, Any]:
    names = ("procedure", "version", "indicator", "period", "opened_at", "judge_at", "judged_at", "numerator")
    more = ("denominator", "value", "target", "restated", "restated_at")
    end = one.ended_as.value if one.ended_as else "open"
    return {
        **{name: getattr(one, name) for name in (*names, *more)},
        "end": end,
        "judged": one.judged,
        "groups": one.groups,
    }


def _number(n: int, asked: Asked, wanted: Counting, **more: str) -> dict[str, Any]:
    return {"n": n, "cases": f"/api/stats/cases?{urlencode(query_of(wanted, asked, **more), doseq=True)}"}


def _said(title: Any) -> Any:
    return title.texts if isinstance(title, Sentence) else title
