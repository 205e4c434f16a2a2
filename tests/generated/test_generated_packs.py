"""A generated procedure plays its cases to their end, or is refused by lint, which says where and what to do."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, event, given, settings

from closeloop.chassis.migrating import migrate
from closeloop.chassis.packs import Pack, lint
from closeloop.suite.rehearsal.bringing import made_up
from closeloop.suite.rehearsal.house import house_for
from closeloop.suite.rehearsal.rehearsing import rehearsed
from closeloop.suite.rehearsal.staff import organisation_for
from closeloop.suite.rehearsal.told import Found, lines
from closeloop.suite.replay.chance import Chance
from closeloop.suite.suite import IN_ORDER
from tests.generated.generating import Contents, procedures, written

EXAMPLES = int(os.environ.get("CLOSELOOP_EXAMPLES", "60"))
CASES = 3
OPENED_AT = datetime.fromisoformat("2026-03-02T00:00+08:00")
ONE_WEEK, THREE_MONTHS = timedelta(days=7), timedelta(days=92)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Databases without rows, made once."""
    folder = tmp_path_factory.mktemp("empty")
    for service in IN_ORDER:
        with ThreadPoolExecutor(1) as apart:
            apart.submit(_migrated, f"sqlite+aiosqlite:///{folder / service}.db", service).result()
    return folder


def _migrated(url: str, service: str) -> None:
    asyncio.run(migrate(url, service))


async def played(pack: Pack, empty: Path) -> Found:
    """Three cases of its first week, three months on."""
    organisation, chance = organisation_for(pack, 2), Chance("1")
    async with house_for(pack, organisation, OPENED_AT, empty) as house:
        cases = made_up(chance, house.people.calendar(), OPENED_AT, OPENED_AT + ONE_WEEK, CASES)
        return await rehearsed(house, pack, organisation, cases, chance, OPENED_AT + THREE_MONTHS)


def told(found: Found, contents: Contents) -> str:
    """What kept a case open, and by which rules."""
    return "\n".join([*lines(found), str(contents["intake"]), str(contents["dispatch"])])


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(contents=procedures())
def test_a_generated_pack_plays_its_cases_to_their_end_or_is_refused_by_lint(empty: Path, contents: Contents) -> None:
    with TemporaryDirectory() as folder:
        report = lint(written(contents, Path(folder)))
    if report.pack is None or report.faults:
        event("refused by lint")
        assert all(fault.file and fault.line for fault in report.faults), report.lines()
        return
    event("played")
    found = asyncio.run(played(report.pack, empty))
    assert len(found.cases) == CASES, told(found, contents)
    assert not found.open, told(found, contents)
    assert not found.play.stuck and not found.play.tally.not_simulated, told(found, contents)
