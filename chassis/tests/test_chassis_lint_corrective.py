"""Corrective actions: what lint says of them where nothing brings them about or nobody works on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint, load_pack

INVENTED = Path(__file__).parent / "packs" / "P00"
WHY = "own_practice: To try it."
DUTY = f"""
  analyse:
    title: {{zh: 原因分析, en: Analysis}}
    kind: measure
    of: [lasting]
    to: workshop
    form: sheet
    steps: {{return: {{{WHY}}}}}
    {WHY}
"""
ACTION = f"""
corrective_actions:
  lasting:
    title: {{zh: 长久对策, en: Lasting measure}}
    prefix: JZ
    desk: manager
    form: sheet
    opens:
      major: {{title: {{zh: 重大, en: Major}}, when: {{severity: {{is: major}}}}, {WHY}}}
      found: {{title: {{zh: 发现, en: Found}}, by: manager, {WHY}}}
    {WHY}
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(INVENTED, tmp_path / "P00"))


def said_of(folder: Path, duty: str = DUTY, action: str = ACTION) -> str:
    """What lint says of the pack with this duty and this action."""
    path = folder / "dispatch.yaml"
    text = path.read_text(encoding="utf-8").replace("\nlimits:\n", f"{duty}\nlimits:\n", 1)
    path.write_text(f"{text.rstrip()}\n{action}", encoding="utf-8")
    return "\n".join(lint(folder).lines())


def test_an_action_with_openings_and_duties_is_in_order(folder):
    assert "nothing found" in said_of(folder)
    pack = load_pack(folder)
    assert "analyse" not in [rule.name for rule in pack.dispatch.duties]
    assert [rule.name for rule in pack.for_action("lasting").dispatch.duties] == ["analyse"]
    assert [opening.name for _action, opening in pack.dispatch.opened_by_cases] == ["major"]
    assert pack.for_action("lasting").dispatch.limits_of_the_case() == ()


def test_a_figure_that_counts_what_is_done_for_an_action_would_always_be_nothing(folder):
    stats = folder / "stats.yaml"
    counted = "{of: [duties_returned], about: [analyse]}"
    figure = f"indicators:\n  done: {{title: {{zh: 完成, en: Done}}, numerator: {counted}, unit: count, {WHY}}}\n"
    stats.write_text(stats.read_text(encoding="utf-8").replace("indicators:\n", figure, 1), encoding="utf-8")
    assert "analyse is a duty of a corrective action, and figures count duties of cases" in said_of(folder)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("of: [lasting]", "of: [lastign]", "There is no corrective action 'lastign': did you mean 'lasting'?"),
        ("of: [lasting]", "when: {severity: {is: major}}\n    after: [decide]", "Nobody does anything for lasting"),
        ("of: [lasting]", "of: [lasting]\n    after: [answer]", "are not duties of the same matter"),
        ("of: [lasting]", "of: [lasting]\n    marks: {handled: returned}", "so analyse has no marks"),
        ("by: manager", "by: nobody", "There is no desk 'nobody'"),
        ("by: manager", "alarm: nothing", "There is no alarm 'nothing'"),
        ("by: manager", "by: manager, decided_by: manager", "whoever opens it has decided already"),
        ("by: manager", "by: manager, alarm: nothing", "say exactly one"),
        ("by: manager", "by: manager, after: [answer]", "only cases have duties and rounds"),
        ("when: {severity: {is: major}}", "when: {severty: {is: major}}", "Nobody tells the fact 'severty'"),
        ("when: {severity: {is: major}}", "when: {severity: {is: major}}, after: [analyse]", "no duty of a case"),
        (
            "prefix: JZ",
            "prefix: JZ\n    effect: {indicator: nothing, own_practice: x}",
            "There is no indicator 'nothing'",
        ),
    ],
)
def test_what_could_never_happen_is_said(folder, before, after, said):
    both = [text.replace(before, after) for text in (DUTY, ACTION)]
    assert said in said_of(folder, *both)


def test_two_actions_do_not_share_numbers_or_openings(folder):
    second = ACTION.replace("\ncorrective_actions:\n", "").replace("  lasting:", "  other:", 1)
    found = said_of(folder, DUTY.replace("of: [lasting]", "of: [lasting, other]"), ACTION + second)
    assert "The numbers of other begin as those of lasting do" in found
    assert "Another corrective action has an opening major too" in found
