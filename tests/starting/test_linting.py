"""`closeloop lint`: the exit code says whether a pack may be used, the lines say file, line and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from closeloop.chassis.packs.finding import folder_of
from tests.journeys.child import Closeloop


@pytest.fixture
def linted(tmp_path: Path) -> Callable[[str, str, str], tuple[int, str]]:
    """A copy of an installed pack in which one file says something else; exit code and what lint says."""
    shutil.copytree(folder_of("P03"), tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__"))

    def run(file: str, old: str, new: str) -> tuple[int, str]:
        text = (tmp_path / "pack" / file).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "pack" / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with Closeloop("lint", tmp_path / "pack", folder=tmp_path) as running:
            return running.ended(), running.said

    return run


def test_a_good_pack_is_good(linted):
    code, said = linted("intake.yaml", "kinds:", "kinds:")
    assert code == 0 and "nothing found" in said


@pytest.mark.parametrize(
    "file, old, new, wanted",
    [
        ("intake.yaml", "kinds:", "kindz:", 2),
        ("dispatch.yaml", "duties:", "duties: [", 2),
        ("dispatch.yaml", "form: qr_023", "form: qr_999", 1),
        ("dispatch.yaml", "to: management_representative", "to: somebody", 1),
        ("intake.yaml", "clauses: [P03-3.1]", "clauses: [P03-99]", 1),
        ("callback.yaml", "P03-4.4-d1, ", "", 1),
    ],
)
def test_a_broken_pack_is_said_with_file_and_line(linted, file: str, old: str, new: str, wanted: int):
    code, said = linted(file, old, new)
    assert code == wanted, said
    assert f"{file}:" in said or "clauses.yaml:" in said
    assert "Traceback" not in said


def test_a_pack_that_is_not_there_is_said(tmp_path: Path):
    with Closeloop("lint", tmp_path / "nothing", folder=tmp_path) as running:
        assert running.ended() == 2
        assert "nothing" in running.said and "Traceback" not in running.said
