"""The short kill test: at least eight random kill -9 under load on each database, and nothing is lost or doubled."""

import os
import secrets
from pathlib import Path

import pytest

from closeloop.chassis.embedded.postgres import URL_SETTING
from tests.faults import trial

KILLS = 8
SEED = int(os.environ.get("CLOSELOOP_SEED", "0")) or secrets.randbelow(10**6)

pytestmark = pytest.mark.faults


async def test_nothing_is_lost_or_doubled_when_the_process_that_holds_the_files_is_killed(tmp_path: Path):
    result = await trial.on_sqlite(tmp_path, seed=SEED, kills=KILLS)
    assert not result.findings, str(result)
    assert len(result.killed) == KILLS and result.registered


@pytest.mark.postgres
@pytest.mark.skipif(URL_SETTING in os.environ, reason="a PostgreSQL that was given is not killed")
async def test_nothing_is_lost_or_doubled_when_services_broker_and_database_are_killed(tmp_path: Path):
    result = await trial.on_postgres(tmp_path, seed=SEED, kills=KILLS)
    assert not result.findings, str(result)
    assert len(result.killed) == KILLS and result.registered
