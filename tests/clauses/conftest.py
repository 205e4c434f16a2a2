"""Tests of clauses: which clauses a test shows, and the house that it goes through, one for each file.

With CLOSELOOP_MUTANTS=<folder> every test runs once for each of its clauses by the pack without that clause.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.clauses.house import Grounds, House
from tests.clauses.packs import packs, procedure_of

MUTANTS = os.environ.get("CLOSELOOP_MUTANTS", "")
ONLY = os.environ.get("CLOSELOOP_CLAUSES_OF", "")
A_MONDAY = datetime.fromisoformat("2026-01-05T09:00+08:00")


def clauses_of(item: pytest.Item | pytest.Function) -> list[str]:
    """The clauses that a test names, in its order."""
    return list(dict.fromkeys(str(number) for mark in item.iter_markers("clause") for number in mark.args))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """By a pack that lacks a clause only the tests of that clause run, each mutant in a house of its own."""
    if not MUTANTS or "procedure" not in metafunc.fixturenames:
        return
    named = [str(number) for mark in metafunc.definition.iter_markers("clause") for number in mark.args]
    wanted = [
        pytest.param(folder, id=number, marks=pytest.mark.xdist_group(f"{metafunc.module.__name__} {number}"))
        for number in dict.fromkeys(named)
        if (folder := Path(MUTANTS) / procedure_of(number) / number).exists()
    ]
    metafunc.parametrize("procedure", wanted, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that names a clause which no pack has is a mistake; the report learns which test shows what."""
    here = Path(__file__).parent
    for item in items:
        if here not in item.path.parents:
            continue
        named = clauses_of(item)
        for number in named:
            pack = packs().get(procedure_of(number))
            if pack is None or number not in pack.pack.clauses:
                raise pytest.UsageError(f"{item.nodeid}: no pack has the clause {number}.")
        item.user_properties.append(("clauses", named))
        if without := _without(item):
            item.user_properties.append(("without", without))
    if ONLY:
        of_others = [item for item in items if {procedure_of(number) for number in clauses_of(item)} - {ONLY}]
        config.hook.pytest_deselected(items=of_others)
        items[:] = [item for item in items if item not in of_others]
    if MUTANTS:
        config.hook.pytest_deselected(items=[item for item in items if not _without(item)])
        items[:] = [item for item in items if _without(item)]


def _without(item: pytest.Item) -> str | None:
    """The clause that the pack of this test lacks."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    folder = params.get("procedure") or params.get("by_pack")
    return folder.name if isinstance(folder, Path) else None


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    """What the houses share."""
    shared = Grounds(tmp_path_factory.mktemp("grounds"))
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def procedure(request: pytest.FixtureRequest) -> Path:
    """The folder of the pack that the tests of a file are about: the file says PROCEDURE = "P…"."""
    mutant: Path | None = getattr(request, "param", None)
    return mutant or packs()[request.module.PROCEDURE].folder


@pytest.fixture(scope="module")
def house(grounds: Grounds, procedure: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """The organisation of the pack on a Monday morning, all services at work."""
    organisation = packs()[request.module.PROCEDURE].organisation
    at_work = House(grounds, procedure, organisation, A_MONDAY)
    yield at_work
    at_work.close()


@pytest.fixture(autouse=True)
def ends_seen(request: pytest.FixtureRequest) -> Iterator[None]:
    """The report learns with which ends a test found the occasions of its clauses."""
    loop = request.getfixturevalue("loop") if "loop" in request.fixturenames else None
    if loop is not None:
        loop.ends_seen.clear()
    yield
    if loop is not None:
        named = clauses_of(request.node)
        seen = {number: sorted(ends) for number, ends in loop.ends_seen.items() if number in named}
        request.node.user_properties.append(("ends", seen))
