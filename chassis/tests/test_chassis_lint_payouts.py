"""Payouts of a pack: what lint says of a ceiling that nobody has, that does not rise, or that has no number."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint, load_pack

INVENTED = Path(__file__).parent / "packs" / "P00"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(INVENTED, tmp_path / "P00"))


def change(folder: Path, old: str, new: str, file: str = "dispatch.yaml") -> str:
    """What lint says of the pack once this stands there instead."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return "\n".join(lint(folder).lines())


def test_a_ceiling_may_be_a_parameter():
    payout = load_pack(INVENTED).dispatch.said.payouts["compensation"]
    assert [float(one.amount) for one in payout.ceilings.values()] == [100, 300]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amount: 100,", "amount: 300,", "manager is not higher than workshop"),
        ("amount: 100,", "amount: 0,", "Write how much workshop may give"),
        ("amount: 100,", "amount: {parameter: answer_within},", "answer_within is no amount of CNY"),
        ("amount: 100,", "amount: {parameter: most_give},", "most_given"),
        ("during: decide,", "during: answer,", "manager never has the duty answer"),
        ("during: decide,", "during: decides,", "There is no duty 'decides': did you mean 'decide'?"),
        ("by: manager, during: decide,", "by: workshop, during: answer,", "is the ceiling of workshop already"),
        ("by: manager,", "by: managers,", "There is no desk 'managers'"),
        ("most_given},", "most_given}, above: cannot_handle,", "Nobody is above manager"),
        ("field: given", "field: gives", "There is no field 'gives': did you mean 'given'?"),
        ("field: given", "field: result", "let this field be of the type money"),
        ("    form: sheet\n    field: given\n", "    form: sheet\n", "name the form and its field"),
        ("      return: {own_practice: So", "      return: {fields: [given], own_practice: So", "take it off"),
    ],
)
def test_lint_says_what_is_wrong_with_a_payout(folder, old, new, said):
    assert said in change(folder, old, new)


def test_only_a_ceiling_of_money_is_an_authority_limit(folder):
    change(folder, "P00-2:", "P00-2x:", "clauses.yaml")
    text = (folder / "clauses.yaml").read_text(encoding="utf-8").replace("P00-2x:", "P00-2:")
    limit = '  P00-4:\n    source: "4"\n    text: {zh: 一百元, en: At most 100.}\n    kind: authority-limit\n'
    (folder / "clauses.yaml").write_text(text.replace("not_yet:", f"{limit}    check: automatic\nnot_yet:"), "utf-8")
    assert "No entry fulfils P00-4" in "\n".join(lint(folder).lines())
    said = change(folder, "own_practice: Small things at once.", "clauses: [P00-4]")
    assert "nothing found" in said, said
