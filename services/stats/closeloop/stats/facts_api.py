"""The raw facts: cases with their days and marks, duties, limits, callbacks and occasions, to be counted by others."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.connectors.exporting import as_cell, exported
from closeloop.chassis.connectors.hooks import Book, Sheet
from closeloop.chassis.i18n import Sentence, _, language_of
from closeloop.chassis.reading import MOST_AT_ONCE, Paged, Read, Reading
from closeloop.chassis.rows import kept, table_of
from closeloop.stats import occasions
from closeloop.stats.asking import Asked, Limit, Question
from closeloop.stats.counting import RECEIVED, Counting, asked_for
from closeloop.stats.duties import DutyFacts, LimitFacts
from closeloop.stats.model import CallbackFacts, CaseFacts, OccasionFact
from closeloop.stats.tables import CASES, Day

router = APIRouter(prefix="/api/stats/facts", tags=["stats"])
Cursor = Annotated[str | None, Query(max_length=500)]
Kind = Annotated[str | None, Query(max_length=100)]
FileKind = Annotated[str, Path(pattern=r"^[a-z0-9]+$", max_length=20)]
NEXT = "x-next-cursor"
MOST_IN_A_FILE = 100_000
Row = TypeVar("Row")


@router.get("/cases")
async def list_facts(
    asked: Question, read: Reading, kind: Kind = None, day: Day = "received", cursor: Cursor = None, limit: Limit = None
) -> dict[str, Any]:
    """The cases that belong to the period by one of their days, with everything that figures are made of."""
    page = await _cases(read, asked, kind, day, cursor, limit)
    ids = [case.id for case in page.items]
    duties, limits, callbacks, judged = [
        await _under(read, cls, key, ids)
        for cls, key in (
            (DutyFacts, "case_id"),
            (LimitFacts, "case_id"),
            (CallbackFacts, "case_id"),
            (OccasionFact, "key"),
        )
    ]
    items = [
        {
            **_case(case),
            "duties": [
                {**_row(duty), "limits": [_row(one) for one in limits[case.id] if one.duty_id == duty.id]}
                for duty in duties[case.id]
            ],
            "callbacks": [_row(one) for one in callbacks[case.id]],
            "occasions": [_occasion(one) for one in judged[case.id]],
        }
        for case in page.items
    ]
    return {"items": items, "next": page.next}


@router.get("/cases.csv")
async def facts_as_csv(
    asked: Question, read: Reading, kind: Kind = None, day: Day = "received", cursor: Cursor = None, limit: Limit = None
) -> Response:
    """The same cases as CSV, without what hangs on them; the next cursor is in the header x-next-cursor."""
    page = await _cases(read, asked, kind, day, cursor, limit)
    return _csv([_case(case) for case in page.items], page.next)


@router.get("/cases.{kind_of_file}")
async def facts_as_file(
    kind_of_file: FileKind,
    asked: Question,
    read: Reading,
    request: Request,
    kind: Kind = None,
    day: Day = "received",
) -> Response:
    """The same cases, all of them, as a file of an installed export such as xlsx."""
    items = await _all(lambda cursor: _cases(read, asked, kind, day, cursor, MOST_AT_ONCE))
    return await _file(kind_of_file, _("Cases"), [_case(case) for case in items], request)


@router.get("/occasions")
async def list_occasion_facts(
    asked: Question, read: Reading, cursor: Cursor = None, limit: Limit = None
) -> dict[str, Any]:
    """Every occasion of the period, those of jobs, figures and places too; withdrawn ones say so."""
    page = await occasions.every_occasion(read, asked, cursor=cursor, limit=limit)
    return {"items": [_occasion(one) for one in page.items], "next": page.next}


@router.get("/occasions.csv")
async def occasions_as_csv(asked: Question, read: Reading, cursor: Cursor = None, limit: Limit = None) -> Response:
    """The same as CSV; the next cursor is in the header x-next-cursor."""
    page = await occasions.every_occasion(read, asked, cursor=cursor, limit=limit)
    return _csv([_occasion(one) for one in page.items], page.next)


@router.get("/occasions.{kind_of_file}")
async def occasions_as_file(kind_of_file: FileKind, asked: Question, read: Reading, request: Request) -> Response:
    """Every occasion of the period as a file of an installed export."""
    items = await _all(lambda cursor: occasions.every_occasion(read, asked, cursor=cursor, limit=MOST_AT_ONCE))
    return await _file(kind_of_file, _("Occasions"), [_occasion(one) for one in items], request)


async def _all(page: Callable[[str | None], Awaitable[Paged[Row]]]) -> list[Row]:
    """One page after the other, as many rows as a file holds."""
    found: list[Row] = []
    cursor: str | None = None
    while len(found) < MOST_IN_A_FILE:
        read = await page(cursor)
        found += read.items
        if (cursor := read.next) is None:
            break
    return found[:MOST_IN_A_FILE]


async def _file(kind: str, title: Sentence, items: list[dict[str, Any]], request: Request) -> Response:
    language = language_of(request)
    said, headings = title.in_(language), list(items[0]) if items else []
    rows = [[_cell(value, language) for value in item.values()] for item in items]
    return await exported(kind, Book(said, sheets=[Sheet(said, headings, rows)]))


async def _cases(
    read: Read, asked: Asked, kind: str | None, day: Day, cursor: str | None, limit: int | None
) -> Paged[CaseFacts]:
    wanted = Counting(asked.pack, RECEIVED, day)
    wanted = wanted.narrowed(kind=kind) if kind else wanted
    by: list[sa.ColumnElement[Any]] = [CASES.days[day], CASES.table.c.id]
    return await read.page(
        CaseFacts, asked_for(sa.select(CASES.table), asked, wanted), by=by, cursor=cursor, limit=limit
    )


async def _under(read: Read, cls: type[Any], key: str, ids: list[str]) -> dict[str, list[Any]]:
    table = table_of(cls)
    found = await read.rows(cls, sa.select(table).where(table.c[key].in_(ids)).order_by(table.c[key], table.c.id))
    under: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        under[getattr(row, key)].append(row)
    return under


def _case(case: CaseFacts) -> dict[str, Any]:
    said = _row(case, without=("header_sequence", "traits"))
    traits = json.loads(case.traits)
    header = ("kind", "basic_kind", "channel", "place")
    facets = {name: value for name, value in traits.items() if name not in header}
    return {**said, **{name: traits[name] for name in header}, "facets": facets}


def _occasion(one: OccasionFact) -> dict[str, Any]:
    said = _row(one, without=("ended_as", "counted_at"))
    return {**said, "end": occasions.name_of(one.ended_as), "counted_at": one.counted_at}


def _row(row: Any, without: Iterable[str] = ()) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kept(type(row)).names if name not in without}


def _csv(items: list[dict[str, Any]], following: str | None) -> Response:
    file = io.StringIO()
    if items:
        writer = csv.writer(file)
        writer.writerow(items[0])
        writer.writerows([_plain(value) for value in item.values()] for item in items)
    return Response(
        file.getvalue(), media_type="text/csv; charset=utf-8", headers={NEXT: following} if following else None
    )


def _cell(value: Any, language: str) -> Any:
    return _plain(value) if isinstance(value, dict) else as_cell(value, language)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else value
