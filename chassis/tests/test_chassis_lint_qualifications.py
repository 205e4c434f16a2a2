"""Qualifications of a pack: what lint says of one that nobody is asked for, or that does not know its days."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint

INVENTED = Path(__file__).parent / "packs" / "P00"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("assign: {to_role: manager, own", "assign: {own", "so nobody is ever asked for managers"),
        ("least: 3 weeks", "least: 3 hours", "count the training in days"),
        ("least: 3 weeks", "least: 3 weeks, started: began_on", "There is no field 'began_on'"),
        ("day: ended_on", "day: passed", "let it be of the type day"),
        ("by: front, passed", "by: manager, passed", "would assess themselves"),
        ("by: front, passed", "by: nobody, passed", "There is no desk 'nobody'"),
        (
            "    training: {form: record, least: 3 weeks, own_practice: Nobody decides in the first days.}\n",
            "",
            "add training",
        ),
    ],
)
def test_lint_says_what_is_wrong_with_a_qualification(tmp_path, old, new, said):
    folder = Path(shutil.copytree(INVENTED, tmp_path / "P00"))
    assert lint(folder).faults == ()
    path = folder / "dispatch.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert said in "\n".join(lint(folder).lines())
