"""Stats for machines: figures and clauses, and the cases and occasions that they open into."""

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query

from closeloop.chassis.i18n import Sentence
from closeloop.chassis.packs import Pack
from closeloop.chassis.reading import Reading
from closeloop.contracts.vocabulary import Text
from closeloop.stats import occasions, queries, words
from closeloop.stats.asking import Asked, End, Limit, Question
from closeloop.stats.grouping import Group, groups_of
from closeloop.stats.model import CaseFacts, OccasionFact, SheetFacts
from closeloop.stats.opening import Opened, query_of

router = APIRouter(prefix="/api/stats", tags=["stats"])
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("/indicators")
async def list_indicators(asked: Question, read: Reading) -> list[dict[str, Any]]:
    """The figures of a period, each with the address of the cases that it is made of."""
    return [_figure(figure, asked) for figure in await queries.figures(read, asked)]


@router.get("/indicators/{name}")
async def one_indicator(name: str, asked: Question, read: Reading) -> dict[str, Any]:
    """One figure, with each group by which it opens."""
    pack, rule = queries.indicator(asked, name)
    [figure] = await queries.figures_of(read, asked, pack, [rule])
    by = {one.by: one for one in await groups_of(read, asked, pack, rule)}
    return {
        **_figure(figure, asked),
        "groups": {name: [_group(g, asked) for g in one.groups] for name, one in by.items()},
    }


@router.get("/indicators/{name}/cases")
async def list_indicator_cases(
    name: str,
    asked: Question,
    read: Reading,
    part: queries.Part = "numerator",
    cursor: Cursor = None,
    limit: Limit = None,
) -> dict[str, Any]:
    """Exactly what a figure was counted from, above or below the line, with how much each case adds."""
    pack, rule = queries.indicator(asked, name)
    wanted = queries.counting(pack, rule, part)
    page = await queries.counted_rows(read, asked, wanted, cursor=cursor, limit=limit)
    return {"items": [_counted(row, n) for row, n in page.items], "next": page.next}


@router.get("/cases")
async def list_cases(
    asked: Question, wanted: Opened, read: Reading, cursor: Cursor = None, limit: Limit = None
) -> dict[str, Any]:
    """Exactly the cases of any number of stats, with how much each adds; `total` is the number itself."""
    [total] = await queries.totals_of(read, asked, [wanted])
    page = await queries.counted_rows(read, asked, wanted, cursor=cursor, limit=limit)
    return {"total": total, "items": [_counted(row, n) for row, n in page.items], "next": page.next}


@router.get("/clauses")
async def list_clauses(asked: Question, read: Reading) -> list[dict[str, Any]]:
    """Every clause with how its occasions ended; what had no occasion says so."""
    return [_clause(row, asked) for row in await occasions.clause_matrix(read, asked)]


@router.get("/clauses/{number}/occasions")
async def list_occasions(
    number: str,
    asked: Question,
    read: Reading,
    end: End | None = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> dict[str, Any]:
    """The occasions of a clause, each with the number of its case."""
    pack, _clause_of = occasions.clause(asked, number)
    page = await occasions.occasions_of(read, asked, number, end, cursor=cursor, limit=limit)
    return {"items": [_occasion(row, case, pack) for row, case in page.items], "next": page.next}


def _figure(figure: queries.Figure, asked: Asked) -> dict[str, Any]:
    rule = figure.rule
    cases = f"/api/stats/indicators/{rule.name}/cases"
    of = {"procedure": figure.pack.id}
    opens = {part: _address(cases, asked.query(**of, part=part)) for part in queries.parts_of(rule)}
    return {
        "indicator": rule.name,
        "procedure": figure.pack.id,
        "version": figure.pack.version,
        "period": asked.span.name,
        "place": asked.place,
        "title": _both(rule.entry.title),
        "value": _value(figure),
        "unit": rule.entry.unit,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "target": figure.target or None,
        "met": figure.met,
        "clauses": list(rule.clauses),
        "left_out": figure.left_out,
        "by": list(rule.entry.by),
        "shown_as": list(rule.entry.shown),
        "cases": opens["numerator"],
        "denominator_cases": opens.get("denominator"),
        "left_out_cases": opens.get("left_out"),
    }


def _group(group: Group, asked: Asked) -> dict[str, Any]:
    figure = group.figure
    opens = {
        part: f"/api/stats/cases?{urlencode(query_of(one, asked), doseq=True)}" for part, one in group.opens.items()
    }
    return {
        "value": group.value,
        "title": group.title.texts if isinstance(group.title, Sentence) else group.title,
        "figure": _value(figure),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "left_out": figure.left_out,
        "met": figure.met,
        "cases": opens["numerator"],
        "denominator_cases": opens.get("denominator"),
        "left_out_cases": opens.get("left_out"),
    }


def _value(figure: queries.Figure) -> float | None:
    value = figure.value
    return value if value is None or isinstance(value, int) else round(value, 2)


def _counted(row: CaseFacts | SheetFacts, n: int) -> dict[str, Any]:
    if isinstance(row, SheetFacts):
        told = {"id": row.id, "number": row.number, "survey": row.survey, "place": row.place}
        return {**told, "sent_at": row.sent_at, "returned_at": row.returned_at, "counts": n}
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "place": row.place,
        "received_at": row.received_at,
        "handled_at": row.handled_at,
        "closed_at": row.closed_at,
        "counts": n,
        "case": f"/api/intake/cases/{quote(row.number)}",
    }


def _clause(row: occasions.ClauseCounts, asked: Asked) -> dict[str, Any]:
    at = f"/api/stats/clauses/{quote(row.number)}/occasions"
    return {
        "clause": row.number,
        "procedure": row.pack.id,
        "source": row.clause.source,
        "text": _both(row.clause.text),
        "kind": row.clause.kind,
        "check": row.clause.check,
        **{str(name): n for name, n in row.ends.items()},
        "occasions": row.occasions,
        "without_occasion": row.occasions == 0,
        "by_construction": row.clause.by_construction,
        "not_bound": row.not_bound,
        "link": _address(at, asked.query(procedure=row.pack.id)),
    }


def _occasion(row: OccasionFact, number: str | None, pack: Pack) -> dict[str, Any]:
    return {
        "id": row.id,
        "clause": row.clause,
        "case": number,
        "of": row.of,
        "key": row.key,
        "whose": words.whose(row.key, pack),
        "opens": f"/intake/cases/{quote(number)}" if number else words.opens_at(row.key, row.period, pack),
        "end": occasions.name_of(row.ended_as),
        "opened_at": row.opened_at,
        "ended_at": row.ended_at,
        "place": row.place,
        "period": row.period,
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}"
