"""What lint says about sign-offs that could never be given."""

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs.lint import lint

P00 = Path(__file__).parent.parent / "packs" / "P00"
HEAD = "    own_practice: Somebody has to answer.\n"
FOUND = [
    ("by: mananger", "There is no desk 'mananger': did you mean 'manager'?"),
    ("by: [manager, customer], fields: [reslt]", "There is no field 'reslt': did you mean 'result'?"),
    ("by: manager, before: finish", "There is no step or sign-off 'finish'"),
    ("by: manager, decides: true, back_to: finish", "There is no step 'finish'"),
    ("by: manager, not_by: [somebody]", "There is no step 'somebody'"),
    ("by: manager, after: finished", "it has no moment 'finished'; add the step finish"),
    ("by: manager, back_to: accept", "only a no sends back: add decides: true, or leave back_to out"),
    ("decides: true", "the customer signs or refuses, and does not decide: leave decides out"),
]


@pytest.mark.parametrize(("written", "sentence"), FOUND)
def test_a_sign_off_that_nobody_could_give_is_found(written, sentence, tmp_path):
    faults = lint(_with(tmp_path, written)).faults
    assert any(sentence in str(fault) for fault in faults), [str(fault) for fault in faults]


@pytest.mark.parametrize("written", ["by: manager, after: accepted, before: returned", "by: desk, after: accept"])
def test_a_sign_off_that_can_be_given_is_fine(written, tmp_path):
    assert lint(_with(tmp_path, written)).faults == ()


def _with(tmp_path: Path, written: str) -> Path:
    folder = tmp_path / "P00"
    shutil.copytree(P00, folder)
    file = folder / "dispatch.yaml"
    after = "" if "after" in written else ", after: accept"
    entry = f"    signatures:\n      approval: {{{written}{after}, own_practice: Test.}}\n"
    file.write_text(file.read_text(encoding="utf-8").replace(HEAD, entry + HEAD, 1), encoding="utf-8")
    return folder
