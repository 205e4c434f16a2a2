"""Sheets and lists as Excel files: read back by a program that knows nothing of us."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from closeloop.chassis.connectors.finding import find_connectors
from closeloop.chassis.connectors.hooks import Book, Sheet
from closeloop.xlsx.export import Xlsx

RECEIVED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
READ_BACK = RECEIVED.replace(tzinfo=None)


def read(book: Book) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(Xlsx().write(book)))


def rows_of(book: Book, name: str) -> list[list[Any]]:
    return read(book).get_sheet_by_name(name).to_python()


def test_a_register_is_a_sheet_with_its_headings_and_typed_cells():
    rows = [["QR-022/2026-0001", RECEIVED, date(2026, 1, 6), 3, Decimal("99.50"), True, None]]
    headings = ["编号", "时间", "日期", "次数", "金额", "满意", "备注"]
    read_back = rows_of(Book("投诉登记表", sheets=[Sheet("投诉登记表", headings, rows)]), "投诉登记表")
    assert read_back[0] == headings
    assert read_back[1][:6] == ["QR-022/2026-0001", READ_BACK, date(2026, 1, 6), 3, 99.5, True]


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-1", "@SUM(A1)", "http://x.example", '=HYPERLINK("x")'])
def test_what_somebody_wrote_is_never_a_formula(text):
    book = Book("x", sheets=[Sheet("s", ["内容"], [[text]])])
    assert rows_of(book, "s")[1] == [text]
    assert b"<f>" not in Xlsx().write(book)


def test_what_stands_once_is_on_the_first_sheet():
    book = Book(
        "处理表 1",
        ["版本 1", "编号 QR-023"],
        [("内容", "漏水"), ("时间", RECEIVED)],
        [Sheet("配件", ["名称"], [["阀"]])],
    )
    assert read(book).sheet_names == ["处理表 1", "配件"]
    front = rows_of(book, "处理表 1")
    assert [row[0] for row in front[:3]] == ["处理表 1", "版本 1", "编号 QR-023"]
    assert ["内容", "漏水"] in front and ["时间", READ_BACK] in front


def test_sheets_of_one_name_and_names_that_excel_refuses_are_told_apart():
    sheets = [
        Sheet("处理[1]/a:b*c?", ["x"], [[1]]),
        Sheet("处理[1]/a:b*c?", ["x"], [[2]]),
        Sheet("长" * 40, ["x"], [[3]]),
    ]
    names = read(Book("t", sheets=sheets)).sheet_names
    assert len(set(names)) == 3 and all(len(name) <= 31 for name in names)


def test_a_book_without_anything_can_be_opened():
    assert read(Book("空")).sheet_names == ["空"]


def test_it_is_found_and_ready_without_any_setting():
    [found] = [one for one in find_connectors() if one.name == "xlsx"]
    assert found.is_ready and found.kind == "exports" and found.does == "Writes sheets and lists as Excel files."
