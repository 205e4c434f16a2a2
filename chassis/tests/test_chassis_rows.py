"""Fields that hold rows: what is kept, what conditions may ask of them, how they look on pages and on paper."""

import re
import shutil
from pathlib import Path

import pytest
from starlette.datastructures import FormData, UploadFile

from closeloop.chassis.conditions import Condition
from closeloop.chassis.fields import as_fact, desk_misfit, fitting
from closeloop.chassis.packs import load_pack
from closeloop.chassis.packs.lint import lint
from closeloop.chassis.records.inputs import as_sent, from_page, inputs
from closeloop.chassis.records.printed import printed_form
from closeloop.chassis.records.words import in_field
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form

P00 = Path(__file__).parent / "packs" / "P00"
Sent = list[tuple[str, str | UploadFile]]
BOTH = {"zh": "备件", "en": "Part"}
PARTS = FormField.model_validate(
    {
        "title": {"zh": "更换件", "en": "Parts replaced"},
        "type": "rows",
        "columns": {
            "name": {"title": BOTH, "required": True},
            "quantity": {"title": {"zh": "数量", "en": "Quantity"}, "type": "number", "required": True},
            "original": {"title": {"zh": "原厂", "en": "Original"}, "type": "truth"},
            "taken_by": {"title": {"zh": "领用人", "en": "Taken by"}, "personal": True},
        },
    }
)
FORM = Form.model_validate(
    {"title": BOTH, "version": "1", "own_practice": "Test.", "fields": {"parts": PARTS, "note": {"title": BOTH}}}
)
WRITTEN = [{"name": "阀", "quantity": "2", "original": "true", "taken_by": "李四"}, {"name": "管", "quantity": 1}]
KEPT = [{"name": "阀", "quantity": 2, "original": True, "taken_by": "李四"}, {"name": "管", "quantity": 1}]


def test_rows_are_kept_column_by_column_as_what_each_is_for():
    assert fitting(PARTS, WRITTEN) == KEPT
    assert fitting(PARTS, []) == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("two", "Please give at most 200 rows."),
        ([{"name": "x", "quantity": 1}] * 201, "Please give at most 200 rows."),
        (["two"], "Row 1: give its columns by their names."),
        ([{"name": "x", "quantity": 1}, {"name": "y"}], "Row 2: please fill in “Quantity”."),
        ([{"name": "x", "quantity": "many"}], "Row 1, Quantity: Please give a number."),
        ([{"name": "x", "quantity": 1, "colour": "red"}], "Row 1 has no column colour."),
    ],
)
def test_what_does_not_fit_names_the_row_and_the_column(rows, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        fitting(PARTS, rows)


def test_a_desk_is_one_that_the_procedure_has():
    desk, desks = (FormField.model_validate({"title": BOTH, "type": kind}) for kind in ("desk", "desks"))
    assert fitting(desk, "front") == "front" and fitting(desks, ["front", "workshop", "front"]) == ["front", "workshop"]
    assert desk_misfit(desks, ["front", "roof"], ["front", "workshop"]) == "roof"
    assert desk_misfit(desk, "front", ["front"]) is None
    for wrong in ("Front desk", 3, ["front"]):
        with pytest.raises(ValueError, match="department or role"):
            fitting(desk, wrong)


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"parts": {"at_least": 2}}, True),
        ({"parts": {"above": 2}}, False),
        ({"parts": {"is": 2}}, True),
        ({"parts": {"in": [0, 1]}}, False),
        ({"every": {"of": "parts", "that": {"quantity": {"at_least": 1}}}}, True),
        ({"some": {"of": "parts", "that": {"quantity": {"above": 1}}}}, True),
        ({"some": {"of": "parts", "that": {"quantity": {"above": 2}}}}, False),
        ({"every": {"of": "parts", "that": {"original": {"is": True}}}}, None),
        ({"some": {"of": "parts", "that": {"taken_by": {"is": "李四"}}}}, None),
        ({"bills": {"at_least": 1}}, None),
    ],
)
def test_conditions_count_rows_and_go_over_them_but_not_over_persons(condition, answer):
    assert Condition(condition).decide({"parts": as_fact(PARTS, KEPT)}) is answer


def test_no_rows_is_a_fact_as_well():
    assert Condition({"parts": {"is": 0}}).decide({"parts": []}) is True
    assert Condition({"every": {"of": "parts", "that": {"quantity": {"above": 5}}}}).decide({"parts": []}) is True


def test_a_page_asks_for_rows_and_sends_those_that_were_begun():
    pack = load_pack(P00)
    [asked] = inputs(pack, FORM, ["parts"], {"parts": KEPT})
    assert len(asked["rows"]) == 5 and asked["rows"][0][0]["value"] == "阀" and asked["rows"][2][0]["value"] == ""
    assert asked["rows"][1][1]["name"] == "fields.parts.1.quantity"
    sent: Sent = [
        ("fields.parts.rows", "rows"),
        ("fields.parts.0.name", "阀"),
        ("fields.parts.0.quantity", "2"),
    ]
    more: Sent = [
        ("fields.parts.1.name", " "),
        ("fields.parts.10.name", "管"),
        ("fields.parts.10.quantity", "1"),
    ]
    assert from_page(FORM, FormData(sent + more)) == {
        "parts": [{"name": "阀", "quantity": "2"}, {"name": "管", "quantity": "1"}]
    }
    assert from_page(FORM, FormData([("fields.parts.rows", "rows")])) == {"parts": []}
    assert from_page(FORM, FormData([])) == {}


def test_rows_that_were_gathered_by_their_number_are_a_list_again():
    gathered = {"rows": "rows", "10": {"name": "管"}, "0": {"name": "阀", "quantity": ""}, "2": {"name": ""}}
    assert as_sent(PARTS, gathered) == [{"name": "阀"}, {"name": "管"}]
    assert as_sent(PARTS, {"rows": "rows"}) == [] and as_sent(PARTS, KEPT) == KEPT


def test_on_paper_rows_are_a_table_and_on_pages_one_line_each():
    pack = load_pack(P00)
    folder_form = pack.forms["sheet"].model_copy(update={"fields": FORM.fields})
    pack.forms["sheet"] = folder_form  # type: ignore[index]
    printed = printed_form(pack, "sheet", {"parts": KEPT, "note": "x"})
    [table] = printed.tables
    assert [heading["en"] for heading in table.headings] == ["Part", "Quantity", "Original", "Taken by"]
    assert [row[0] for row in table.rows] == ["阀", "管"]
    assert [cell.value for block in printed.blocks for row in block.rows for cell in row] == ["x"]
    assert in_field(pack, PARTS, KEPT)["en"] == "1. 阀, 2, Yes, 李四\n2. 管, 1"
    assert str(in_field(pack, PARTS, [])) == ""


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("{some: {of: piecs, that: {quantity: {above: 1}}}}", "There is no list 'piecs': did you mean 'pieces'?"),
        ("{some: {of: pieces, that: {quantty: {above: 1}}}}", "Nobody tells the fact 'quantty'"),
        ("{some: {of: pieces, that: {taken_by: {is: x}}}}", "Nobody tells the fact 'taken_by'"),
        ("{pieces: {at_least: two}}", "pieces is a number, and 'two' is none"),
        ("{pieces: {at_least: 1}}", None),
        ("{every: {of: pieces, that: {quantity: {at_least: 1}}}}", None),
    ],
)
def test_lint_knows_rows_and_their_columns(when, sentence, tmp_path):
    folder = tmp_path / "P00"
    shutil.copytree(P00, folder)
    form = folder / "forms" / "sheet.yaml"
    columns = "{name: {title: {zh: 名, en: Name}}, quantity: {title: {zh: 数, en: Number}, type: number}, "
    columns += "taken_by: {title: {zh: 人, en: By}, personal: true}}"
    row = f"  pieces: {{title: {{zh: 件, en: Pieces}}, type: rows, columns: {columns}}}\n"
    form.write_text(form.read_text(encoding="utf-8") + row, encoding="utf-8")
    sign = f"    signatures: {{approval: {{by: manager, after: accept, when: {when}, own_practice: Test.}}}}\n"
    duties = folder / "dispatch.yaml"
    old = "    own_practice: Somebody has to answer.\n"
    duties.write_text(duties.read_text(encoding="utf-8").replace(old, sign + old, 1), encoding="utf-8")
    found = [str(fault) for fault in lint(folder).faults]
    assert found == [] if sentence is None else any(sentence in fault for fault in found), found


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "rows"},
        {"type": "text", "columns": {"a": {"title": BOTH}}},
        {"type": "rows", "columns": {"a": {"title": BOTH, "type": "rows", "columns": {"b": {"title": BOTH}}}}},
    ],
)
def test_rows_have_columns_and_stand_in_no_rows(wrong):
    with pytest.raises(ValueError, match="rows"):
        FormField.model_validate({"title": BOTH, **wrong})
