"""Two versions of a pack beside each other: what came, went and changed, whom it concerns, from when."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from closeloop.chassis.packs import load_pack
from closeloop.chassis.packs.comparing import compare
from closeloop.chassis.packs.diff_command import diff, lines_of

INVENTED = Path(__file__).parent / "packs" / "P00"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(INVENTED, tmp_path / "P00"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def changes(folder: Path):
    return compare(load_pack(INVENTED), load_pack(folder))


def test_packs_that_say_the_same_do_not_differ_whatever_their_comments_and_stories(folder):
    change(folder, "dispatch.yaml", "duties:", "# who does what\nduties:")
    assert changes(folder) == []


def test_a_changed_limit_concerns_the_desks_of_the_duties_that_run_under_it(folder):
    change(folder, "dispatch.yaml", "warn_before: [4 working hours]", "warn_before: [2 working hours]")
    [one] = changes(folder)
    assert (one.section, one.where, one.what) == ("dispatch", ("limits", "answer"), "changed")
    assert [(said.key, said.before, said.after) for said in one.said] == [
        ("warn_before", ["4 working hours"], ["2 working hours"])
    ]
    assert set(one.desks) == {"workshop", "manager"}
    assert not one.counts_by_period


def test_a_parameter_concerns_whoever_works_by_what_it_gives(folder):
    change(folder, "procedure.yaml", "value: 2 working days", "value: 1 working day")
    [one] = changes(folder)
    assert one.where == ("parameters", "answer_within")
    assert set(one.desks) >= {"workshop", "manager"}


def test_a_new_entry_and_one_that_is_gone_are_told_with_their_titles(folder):
    before = (folder / "dispatch.yaml").read_text(encoding="utf-8")
    (folder / "dispatch.yaml").write_text(before.replace("  decide:", "  settle:", 1), encoding="utf-8")
    found = {(one.what, ".".join(one.where)): one for one in changes(folder)}
    assert set(found) >= {("added", "duties.settle"), ("removed", "duties.decide")}
    title = found["added", "duties.settle"].title
    assert title is not None and title.zh == "决定"


def test_figures_count_by_period(folder):
    change(folder, "stats.yaml", "To know.", "To know more.")
    [one] = changes(folder)
    assert one.counts_by_period


def test_the_words_of_a_clause_are_a_change_too(folder):
    change(folder, "clauses.yaml", "The workshop answers within two days.", "The workshop answers within three days.")
    [one] = changes(folder)
    assert one.where == ("clauses", "P00-2")


@pytest.mark.parametrize(
    "language, wanted",
    [
        (
            "en",
            ["From 1 Dec 2026 on", "changed  limits.answer  Answer  [", "length: {parameter: answer_within} → 1 day"],
        ),
        ("zh", ["自2026年12月1日起", "修改  limits.answer  答复  [", "length: {parameter: answer_within} → 1 day"]),
    ],
)
def test_what_is_printed_is_said_in_the_language_of_the_terminal(folder, language, wanted):
    change(folder, "dispatch.yaml", "length: {parameter: answer_within}", "length: 1 day")
    lines = lines_of(load_pack(INVENTED), load_pack(folder), changes(folder), date(2026, 12, 1), language)
    said = "\n".join(lines)
    assert all(one in said for one in wanted), said


def test_the_command_tells_by_its_exit_code_whether_packs_differ(folder, tmp_path):
    app = typer.Typer()
    app.command()(diff)
    run = CliRunner().invoke
    assert run(app, [str(INVENTED), str(folder)]).exit_code == 0
    change(folder, "stats.yaml", "To know.", "To know more.")
    changed = run(app, [str(INVENTED), str(folder), "--from", "2026-12-01"])
    assert (changed.exit_code, "stats.yaml" in changed.output) == (1, True)
    assert run(app, [str(INVENTED), str(tmp_path / "nowhere")]).exit_code == 2
