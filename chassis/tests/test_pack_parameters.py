"""Parameters of the head: whatever a pack says by their name is there when its rules are asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import Pack, lint, load_pack

INVENTED = Path(__file__).parent / "packs" / "P00"
PARAMETERS = """parameters:
  little: {title: {zh: 少, en: Little}, value: 300, unit: count, own_practice: x}
  enough: {title: {zh: 够, en: Enough}, value: 80, unit: percent, set_by: manager, own_practice: x}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(INVENTED, tmp_path / "P00"))
    change(folder, "procedure.yaml", "parameters:\n", PARAMETERS)
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_number_of_a_rule_may_be_a_parameter_of_the_head(folder: Path) -> None:
    """What is little, and what share is enough, is said once, in the head."""
    change(folder, "intake.yaml", "amount: {at_most: 100}", "amount: {at_most: {parameter: little}}")
    change(folder, "intake.yaml", "{above: 100, at_most: 1000}", "{above: {parameter: little}, at_most: 1000}")
    change(folder, "callback.yaml", "share: 100", "share: {parameter: enough}")
    pack = load_pack(folder)
    assert [str(fault) for fault in lint(folder).faults] == []
    assert pack.intake.rate({"amount": 300}).facets == {"severity": "minor"}
    assert pack.intake.rate({"amount": 301}).facets == {"severity": "serious"}
    coverage = pack.callback.coverage_for({})
    assert coverage is not None and coverage.entry.share is not None
    assert (pack.callback.share_of(coverage), coverage.entry.share.parameter) == (80, "enough")


def test_a_pack_that_is_written_down_names_its_parameters(folder: Path) -> None:
    change(folder, "callback.yaml", "share: 100", "share: {parameter: enough}")
    pack = load_pack(folder)
    assert json.loads(pack.canonical)["callback"]["coverage"]["all"]["share"] == {"parameter": "enough"}
    again = Pack.from_json(pack.canonical)
    assert again == pack and str(again.dispatch.limits["answer"].length) == "2 working days"


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("litle", "There is no parameter 'litle': did you mean 'little'?"),
        ("answer_within", "The parameter answer_within is a length, and a number is needed here"),
        ("enough", "manager may set enough at any time, and here the number is fixed: leave out its set_by."),
    ],
)
def test_a_parameter_that_is_not_the_number_needed_is_said(folder: Path, named: str, sentence: str) -> None:
    change(folder, "intake.yaml", "amount: {at_most: 100}", f"amount: {{at_most: {{parameter: {named}}}}}")
    assert any(sentence in str(fault) for fault in lint(folder).faults)


@pytest.mark.parametrize("share", ["101", "-1", "{parameter: [enough]}", "true"])
def test_what_is_no_share_is_refused(folder: Path, share: str) -> None:
    change(folder, "callback.yaml", "share: 100", f"share: {share}")
    assert lint(folder).exit_code == 2
