"""Every story of every pack plays out as it is written: its people, through all five services, on real databases.

It names the clauses that it tells of. It is a test of those whose ends it looks at: by a pack without one of them it
must come out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from closeloop.chassis.packs import load_pack
from closeloop.contracts.procedure import Scenario
from closeloop.suite.stories import Differs, play
from tests.clauses.conftest import MUTANTS
from tests.clauses.house import Grounds, House
from tests.clauses.packs import clause, packs

NOT_YET: frozenset[str] = frozenset()
"""Stories that tell of what the engine does not do yet; one that plays out has to be taken off this list."""


def stories() -> Iterator[tuple[str, str, Scenario]]:
    """Every story by the id of its procedure and its own name."""
    for procedure, tested in packs().items():
        for section, part in tested.pack.parts.items():
            if isinstance(part, Scenario):
                yield procedure, section.split("/")[1], part


def looked_at(story: Scenario) -> list[str]:
    """The clauses whose ends a story looks at."""
    return list(dict.fromkeys(number for move in story.story for number in move.then.ends))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each story once; by packs without a clause, once for each clause that it looks at."""
    if "story" not in metafunc.fixturenames:
        return
    told = []
    for procedure, name, story in stories():
        full = f"{procedure}-{name}"
        if not MUTANTS:
            marks = [pytest.mark.xfail(raises=Differs, strict=True)] if full in NOT_YET else [clause(*looked_at(story))]
            told.append(pytest.param(procedure, story, None, id=full, marks=marks))
        elif full not in NOT_YET:
            for number in looked_at(story):
                if (without := Path(MUTANTS) / procedure / number).exists():
                    marks = [clause(number), pytest.mark.xdist_group(f"{full} {number}")]
                    told.append(pytest.param(procedure, story, without, id=f"{full}-{number}", marks=marks))
    metafunc.parametrize("procedure_of_it, story, by_pack", told)


def tell(grounds: Grounds, procedure: str, story: Scenario, by_pack: Path | None = None) -> None:
    """The story, in a house of its own that opens when it begins."""
    folder = by_pack or packs()[procedure].folder
    house = House(grounds, folder, packs()[procedure].organisation, story.starts_at)
    try:
        play(story, load_pack(folder), house)
    finally:
        house.close()


def test_a_story_plays_out_as_it_is_written(
    grounds: Grounds, procedure_of_it: str, story: Scenario, by_pack: Path | None
) -> None:
    tell(grounds, procedure_of_it, story, by_pack)


def test_every_pack_tells_stories() -> None:
    assert {procedure for procedure, _name, _story in stories()} == set(packs())


def test_a_story_that_comes_out_otherwise_says_at_which_move(grounds: Grounds) -> None:
    story = next(story for procedure, _name, story in stories() if procedure == "P03" and "repair" in story.title.en)
    written = story.model_dump(mode="json", by_alias=True)
    written["story"] = written["story"][:1]
    written["story"][0]["then"]["status"] = "closed"
    with pytest.raises(Differs, match=r"move 1 of 1 \(desk register\): the status of the case is handling, not closed"):
        tell(grounds, "P03", Scenario.model_validate(written))
