"""A rule that hangs on what nobody has to say would wait for good, so lint wants it said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint

LEVELS = Path(__file__).parent / "packs" / "levels"
GUARDED = "when: {about: {is: house, known: true}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LEVELS, tmp_path / "levels"))


def faults(folder: Path, when: str, column: str = "") -> list[str]:
    """What lint says where the duty asks so, and the column about is written so."""
    dispatch, intake = folder / "dispatch.yaml", folder / "intake.yaml"
    text = dispatch.read_text(encoding="utf-8")
    assert GUARDED in text
    dispatch.write_text(text.replace(GUARDED, when), encoding="utf-8")
    register = intake.read_text(encoding="utf-8")
    intake.write_text(
        register.replace("        type: choice\n", f"        type: choice\n{column}", 1), encoding="utf-8"
    )
    return [fault.sentence for fault in lint(folder).faults]


def test_a_duty_that_asks_for_a_column_which_may_stay_empty_is_refused(folder):
    [said] = faults(folder, "when: {any: [{about: {is: house}}, {press: {is: true, known: true}}]}")
    assert "While about is empty" in said and "look_at_it" in said and "book" in said


@pytest.mark.parametrize(
    "when, column",
    [
        (GUARDED, ""),
        ("when: {about: {is: house}}", "        required: true\n"),
        ("when: {about: {is: house}}", "        required_when: {channel: {is: visit}}\n"),
        ("when: {severity: {is: minor}}", ""),
    ],
)
def test_what_is_required_or_guarded_or_rated_may_be_asked_for(folder, when, column):
    assert faults(folder, when, column) == []
