"""Jobs of a pack: each has its moment, and only stats counts or hears of what others did."""

from pathlib import Path

import pytest

from closeloop.chassis.packs import lint

HEAD = "  other:\n    title: {zh: 其他, en: Other}\n    desk: front\n    own_practice: x\n"


@pytest.mark.parametrize(
    "said, sentence",
    [
        ("service: survey\n    every: month\n    figures: [called_back]", "Only stats counts"),
        ("service: survey\n    after: alarm_raised\n    within: 1 day", "Only stats counts"),
        ("service: stats\n    every: month\n    figures: [caled_back]", "There is no indicator 'caled_back'"),
        ("service: stats\n    every: month\n    inputs: [chek]", "There is no job 'chek': did you mean 'check'?"),
        ("service: stats", "say how often (every: month), or what it follows"),
        ("service: stats\n    every: month\n    after: survey_closed\n    within: 1 day", "say how often"),
        (
            "service: stats\n    after: survey_closed\n    within: 1 day\n    figures: [called_back]",
            "figures are those of a period",
        ),
        ("service: stats\n    after: alarm_raised", "say how soon after that it is to be done"),
        ("service: stats\n    after: alarm_raised\n    within: 1 day\n    on: monday", "leave out on"),
    ],
)
def test_lint_says_what_is_wrong_with_a_job(folder: Path, said: str, sentence: str) -> None:
    file = folder / "schedule.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}{HEAD}    {said}\n", encoding="utf-8")
    assert any(sentence in str(fault) for fault in lint(folder).faults) or sentence in "".join(lint(folder).lines())
