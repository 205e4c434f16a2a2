"""The pack of the property surveys: what its written procedure says, asked of the pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from closeloop.chassis.packs import Pack, canonical, lint, load_pack

FOLDER = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FOLDER)


def test_lint_finds_nothing():
    assert [str(fault) for fault in lint(FOLDER).faults] == []


def test_the_installed_pack_is_the_one_in_the_folder(pack):
    assert load_pack("P09") == pack


def test_every_clause_of_the_procedure_is_there(pack):
    assert len(pack.clauses) == 26
    assert [next(iter(pack.clauses)), list(pack.clauses)[-1]] == ["P09-3.1-a", "P09-5"]


def test_the_pack_is_the_same_after_travelling(pack):
    assert Pack.from_json(canonical(pack)) == pack
