"""Accounts of a pack: what lint says of holders, rows and holds that do not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint, load_pack

INVENTED = Path(__file__).parent / "packs" / "P00"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(INVENTED, tmp_path / "P00"))


def test_a_pack_says_its_accounts():
    parts = load_pack(INVENTED).accounts["parts"]
    assert parts.counted_in == "quantity" and list(parts.postings) == ["receive", "issue", "hand_back"]


def test_a_pack_without_accounts_has_none(folder):
    (folder / "accounts.yaml").unlink()
    assert load_pack(folder).accounts == {}
    assert lint(folder).faults == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from: supplier, to: store", "from: suppliers, to: store", "There is no holder 'suppliers'"),
        ("to: drawn", "to: store", "two holders"),
        ("is: outside", "is: outside, clears: {within: 2 days, own_practice: x}", "has no balance"),
        ("from: drawn, to: store", "from: supplier, to: store", "nothing is posted from it"),
        ("before: return", "before: finish", "There is no step 'finish'"),
        ("duty: answer", "duty: answers", "There is no duty 'answers'"),
        ("clears: {duty: answer, before: return,", "clears: {duty: answer,", "name the duty and its step"),
        ("clears: {duty: answer, before: return,", "clears: {", "say when it is empty"),
        ("items: [part]", "items: [part, colour]", "have no column colour"),
        ("rows: parts, own_practice: Parts come in", "rows: result, own_practice: Parts come in", "says no items"),
        ("case: required", "case: either", "write case: required"),
        ("signed_by: [manager]", "signed_by: [managers]", "There is no desk 'managers'"),
        ("{form: sheet, signed_by", "{form: sheet, posting: issue, signed_by", "either the postings or the form"),
        ("by: front, form: sheet", "form: sheet", "say who posts"),
        ("by: front, form: sheet", "by: nobody, form: sheet", "There is no desk 'nobody'"),
        ("from: drawn, to: store, by: front", "from: drawn, to: store, at: answer.returned", "may not have it"),
    ],
)
def test_lint_says_what_is_wrong_with_an_account(folder, old, new, said):
    path = folder / "accounts.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert said in "\n".join(lint(folder).lines())
