"""Tellings, crews, parts and duties of one's own: what lint says of them where nobody could carry them out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint

INVENTED = Path(__file__).parent / "packs" / "P00"
TOLD = "title: {zh: 告知, en: Say so}, own_practice: To try it."


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(INVENTED, tmp_path / "P00"))


def with_answer(folder: Path, more: str, *, to: str = "workshop") -> str:
    """What lint says of the pack once its duty answer says this besides."""
    path = folder / "dispatch.yaml"
    text = path.read_text(encoding="utf-8")
    plain = "    to: workshop\n    form: sheet\n"
    assert plain in text
    path.write_text(text.replace(plain, f"    to: {to}\n    form: sheet\n{more}", 1), encoding="utf-8")
    return "\n".join(lint(folder).lines())


@pytest.mark.parametrize(
    ("telling", "said"),
    [
        (f"say: {{to: nobody, {TOLD}}}", "There is no desk 'nobody'"),
        (f"say: {{before: [retrun], {TOLD}}}", "There is no step 'retrun': did you mean 'return'?"),
        (f"accept: {{{TOLD}}}", "accept is a step of the duty answer already"),
        (f"say: {{takes_over: true, {TOLD}}}", "Nobody can take over by say: name a desk"),
        (f"say: {{field: resutl, {TOLD}}}", "There is no field 'resutl': did you mean 'result'?"),
        (f"say: {{field: given, {TOLD}}}", "let it be of the type long_text"),
        (f"say: {{when: {{severty: {{is: major}}}}, {TOLD}}}", "severity"),
    ],
)
def test_somebody_is_told_something_by_somebody(folder, telling, said):
    assert said in with_answer(folder, f"    tells:\n      {telling}\n")


def test_a_telling_is_a_moment_of_its_duty(folder):
    path = folder / "dispatch.yaml"
    text = path.read_text(encoding="utf-8").replace("stops: decide.returned", "stops: answer.say")
    path.write_text(text, encoding="utf-8")
    good = with_answer(folder, f"    tells:\n      say: {{to: manager, takes_over: true, before: [return], {TOLD}}}\n")
    assert "nothing found" in good


def test_several_are_sent_with_the_step_that_sends(folder):
    path = folder / "dispatch.yaml"
    crew = "accept: {crew: {own_practice: Two go.}, own_practice: So that it is known.}"
    text = path.read_text(encoding="utf-8").replace("accept: {own_practice: So that it is known.}", crew, 1)
    path.write_text(text, encoding="utf-8")
    assert "let the crew stand in the step assign" in "\n".join(lint(folder).lines())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("    part_of: decided\n", "There is no duty 'decided': did you mean 'decide'?"),
        ("    part_of: answer\n", "There is no duty 'answer'"),
        ("    each: {people: [managers]}\n", "There is no role 'managers': did you mean 'manager'?"),
    ],
)
def test_parts_and_duties_of_ones_own_name_what_is_there(folder, more, said):
    assert said in with_answer(folder, more)


def test_a_part_is_written_in_fields_of_its_own(folder):
    path = folder / "dispatch.yaml"
    text = path.read_text(encoding="utf-8")
    asked = "steps: {assign: {fields: [result], to_role: manager,"
    path.write_text(text.replace("steps: {assign: {to_role: manager,", asked), encoding="utf-8")
    more = "    part_of: decide\n"
    mine = path.read_text(encoding="utf-8")
    step = "accept: {fields: [result], own_practice: So that it is known.}"
    path.write_text(mine.replace("accept: {own_practice: So that it is known.}", step, 1), encoding="utf-8")
    assert "result is asked by decide itself" in with_answer(folder, more)
