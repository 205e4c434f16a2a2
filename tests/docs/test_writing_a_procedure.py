"""The pack of docs/writing-a-procedure.md is whole: lint finds nothing, and its story plays out in a house of its own.

It is a procedure that the repository does not know, in a temporary folder; one case goes through all five services.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from closeloop.chassis.packs import Pack, lint, load_pack
from closeloop.contracts.procedure import Scenario
from closeloop.suite.stories import play
from tests.clauses.house import Grounds, House

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing-a-procedure.md"
FILE = re.compile(r"^```yaml\n# ([a-z_./]+\.yaml)(?::[^\n]*)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the page shows, each where its first line says."""
    home = tmp_path_factory.mktemp("seventh") / "town_library"
    for name, content in FILE.findall(PAGE.read_text(encoding="utf-8")):
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    (home / "organisation.example.yaml").rename(home.parent / "organisation.example.yaml")
    return home


@pytest.fixture(scope="module")
def pack(folder: Path) -> Pack:
    return load_pack(folder)


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    shared = Grounds(tmp_path_factory.mktemp("grounds"))
    yield shared
    shared.close()


def test_lint_finds_nothing_in_the_pack_of_the_page(folder):
    report = lint(folder)
    assert [str(fault) for fault in report.faults] == []
    assert report.pack is not None and report.pack.not_yet == ()


def test_a_pack_that_nobody_knew_takes_a_case_through_all_five_services(folder, pack, grounds):
    [story] = (part for part in pack.parts.values() if isinstance(part, Scenario))
    house = House(grounds, folder, folder.parent / "organisation.example.yaml", story.starts_at)
    try:
        stage = play(story, pack, house)
        house.advance(timedelta(days=2))
        told = {
            service: [one["what"].rsplit(".", 1)[0] for one in stage.sees(f"{at}/{stage.case_id}")["items"]]
            for service in ("intake", "dispatch", "callback")
            for at in (f"/api/{service}/explanations",)
        }
        assert "case.closed" in told["intake"]
        assert told["dispatch"].count("duty.issued") == told["callback"].count("callback.planned") == 2
        [survey] = stage.every("/api/survey/surveys")
        [sheet] = stage.every(f"/api/survey/surveys/{survey['id']}/sheets")
        assert sheet["case"] == stage.case_id
        figures = stage.sees("/api/stats/indicators", procedure=pack.id, period="2026-01")
        assert {one["indicator"]: one["value"] for one in figures}["complaints"] == 1
    finally:
        house.close()
