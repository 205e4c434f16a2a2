"""What stands on a sheet or in a list, as a file of the kind that was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from closeloop.chassis.connectors.finding import installed
from closeloop.chassis.connectors.hooks import Book, Sheet
from closeloop.chassis.i18n import HOME_ZONE, _, in_words
from closeloop.chassis.records.pdf import facts_of, head_of, remarks_of
from closeloop.chassis.records.printed import Printed, Table
from closeloop.chassis.refusals import NotFound

AS = "as"
"""What a page is asked with for a file of what it shows: `?as=xlsx`."""


def exports() -> list[str]:
    """The kinds of files that can be had here."""
    return list(installed().exports)


async def exported(kind: str, book: Book) -> Response:
    """The book as a file of this kind; written apart, for a long list takes a moment."""
    export = installed().exports.get(kind)
    if export is None:
        raise NotFound(_("There is no export {kind} here: install a connector for it.", kind=kind))
    content = await asyncio.to_thread(export.write, book)
    name = quote(f"{book.title}.{export.suffix}")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "private, no-store"}
    return Response(content, headers=headers, media_type=export.media_type)


def book_of(printed: Printed, language: str) -> Book:
    """A printed form as a book: what stands in its blocks as facts, each of its tables as a sheet."""

    def said(value: Any) -> Any:
        return as_cell(value, language)

    facts = [(said(cell.title), said(cell.value)) for block in printed.blocks for row in block.rows for cell in row]
    facts += [(said(title), said(value)) for one in printed.signatures for title, value in facts_of(one)]
    lines = [*head_of(printed), printed.number, printed.lead, *remarks_of(printed)]
    title = printed.title["zh" if language == "zh" else "en"]
    return Book(
        title=f"{title} {printed.about}" if printed.about else title,
        lines=[str(said(line)) for line in lines if line],
        facts=facts,
        sheets=[_sheet(table, title, language) for table in printed.tables],
    )


def as_cell(value: Any, language: str) -> Any:
    """A value as a cell holds it: numbers, days and moments stay what they are, the rest is said in words."""
    if isinstance(value, datetime):
        return value.astimezone(HOME_ZONE).replace(tzinfo=None)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | date):
        value = in_words(value, language)
    return "" if value is None else value


def _sheet(table: Table, title: str, language: str) -> Sheet:
    rows: Sequence[Sequence[Any]] = [[as_cell(value, language) for value in row] for row in table.rows]
    headings = [str(as_cell(heading, language)) for heading in table.headings]
    return Sheet(str(as_cell(table.title, language) or title), headings, rows)
