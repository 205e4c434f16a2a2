"""Lint of customers, conversations, copies and libraries: what is named is there, what is asked for can happen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint

TALKS = Path(__file__).parent / "packs" / "talks"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(TALKS, tmp_path / "P00"))


def test_the_pack_of_these_tests_is_sound():
    assert [str(fault) for fault in lint(TALKS).faults] == []


@pytest.mark.parametrize(
    "file, old, new, words",
    [
        ("intake", "customers: guest", "customers: guests", "did you mean 'guest'"),
        ("intake", "profile: profile", "profile: profiles", "There is no form"),
        ("intake", "read_by: [quality_officer]", "read_by: [nobody]", "There is no desk"),
        ("intake", "name: customer.name", "nick: customer.name", "There is no field of the profile"),
        ("intake", "name: customer.name", "name: customer.title", "There is no source"),
        ("intake", "stays: {room: room}", "stays: room", "say what goes into which column"),
        ("intake", "stays: {room: room}", "stays: {floor: room}", "There is no column"),
        ("intake", "      stays: {room: room}\n", "", "Nothing fills the rows stays"),
        ("intake", "    kept_by: customer_service_head\n", "", "Nobody is ever on this list"),
        ("intake", "channels: [telephone, letter]", "channels: [telephone, fax]", "There is no channel"),
        ("intake", "  answering: {within: 1 day, clauses: [P00-4]}\n", "", "no answer is asked for"),
        ("forms/sheet", "fields:", "library: true\nfields:", "everybody may look into a library"),
        (
            "forms/sheet",
            "fields:",
            "copies: {number: 3, titles: [{zh: 一, en: One}, {zh: 二, en: Two}], own_practice: Two}\nfields:",
            "give each copy its title",
        ),
    ],
)
def test_what_cannot_be_is_said_with_its_remedy(folder, file, old, new, words):
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(words in str(fault) for fault in lint(folder).faults), [str(fault) for fault in lint(folder).faults]
