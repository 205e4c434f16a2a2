"""The file: what stands once on a first sheet, each table on a sheet of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from closeloop.chassis.connectors.hooks import Book, Sheet
from closeloop.chassis.i18n import Sentence

LONGEST_NAME = 31
LONGEST_TEXT = 32_767
NARROWEST, WIDEST = 8, 60
_UNFIT = re.compile(r"[\[\]:*?/\\]|^'|'$")


class Xlsx:
    """Writes sheets and lists as Excel files."""

    suffix = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def lacks(self) -> Sentence | None:
        """Nothing has to be set."""
        return None

    def write(self, book: Book) -> bytes:
        """The whole file in memory; no text is ever taken for a formula, a link or a number."""
        import xlsxwriter  # the first file needs it, not the start

        file = BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
            writing = _Writing(workbook)
            if book.lines or book.facts or not book.sheets:
                writing.front(book)
            for sheet in book.sheets:
                writing.table(sheet)
        return file.getvalue()


class _Writing:
    """A workbook that grows; no two of its sheets have one name."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.names: set[str] = set()
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.heading = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})

    def front(self, book: Book) -> None:
        """Title, what stands below it, and the facts, one on a line."""
        sheet = self._sheet(book.title)
        sheet.write_string(0, 0, book.title[:LONGEST_TEXT], self.title)
        at = 1
        for at, line in enumerate(book.lines, 1):
            sheet.write_string(at, 0, line[:LONGEST_TEXT])
        for row, (label, value) in enumerate(book.facts, at + 2):
            sheet.write_string(row, 0, str(label)[:LONGEST_TEXT], self.heading)
            self._cell(sheet, row, 1, value)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, WIDEST)

    def table(self, table: Sheet) -> None:
        """Headings that stay in sight and can be filtered by, and the rows below them."""
        sheet = self._sheet(table.name)
        for column, heading in enumerate(table.headings):
            sheet.write_string(0, column, heading[:LONGEST_TEXT], self.heading)
            sheet.set_column(column, column, _width(heading, [row[column] for row in table.rows[:200]]))
        for number, row in enumerate(table.rows, 1):
            for column, value in enumerate(row):
                self._cell(sheet, number, column, value)
        sheet.freeze_panes(1, 0)
        if table.headings and table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.headings) - 1)

    def _cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if value in (None, ""):
            return
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.text)
        elif isinstance(value, int | float | Decimal) and len(str(value)) <= 15:
            sheet.write_number(row, column, float(value), self.text)
        else:
            sheet.write_string(row, column, str(value)[:LONGEST_TEXT], self.text)

    def _sheet(self, wanted: str) -> Any:
        plain = _UNFIT.sub(" ", wanted).strip()[:LONGEST_NAME] or "1"
        name, number = plain, 1
        while name.lower() in self.names:
            number += 1
            name = f"{plain[: LONGEST_NAME - 1 - len(str(number))]} {number}"
        self.names.add(name.lower())
        return self.workbook.add_worksheet(name)


def _width(heading: str, values: Sequence[Any]) -> int:
    """As wide as the longest of the first rows; a Chinese letter takes two places."""
    longest = max((_places(str(value)) for value in (heading, *values)), default=0)
    return min(max(longest + 2, NARROWEST), WIDEST)


def _places(text: str) -> int:
    return max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in line) for line in (text.split("\n") or [""]))
