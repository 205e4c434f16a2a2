"""Database and broker go away and come back, the disk is slow, the clock jumps: nobody has to do anything about it."""

import os
import secrets
from pathlib import Path
from random import Random

import pytest

from closeloop.chassis.embedded.postgres import URL_SETTING
from tests.faults import trial
from tests.faults.away import leaving
from tests.faults.power import TogetherOnADisk
from tests.faults.wrong_clock import JUMPS, jumps

SEED = int(os.environ.get("CLOSELOOP_SEED", "0")) or secrets.randbelow(10**6)
AWAY_SECONDS = 2.0
SLOW_MILLISECONDS = 2
ANSWERS = 60

pytestmark = pytest.mark.faults


@pytest.mark.postgres
@pytest.mark.skipif(URL_SETTING in os.environ, reason="a PostgreSQL that was given is not stopped")
async def test_services_wait_for_a_database_and_a_broker_that_went_away_and_go_on_by_themselves(tmp_path: Path):
    result, deployment = await leaving(tmp_path, seed=SEED, seconds=AWAY_SECONDS, times=4)
    assert not deployment.unsaid
    assert not result.findings, str(result)
    assert len(result.killed) == 4 and result.registered


@pytest.mark.compiler
async def test_a_disk_that_takes_two_milliseconds_to_sync_only_takes_longer(tmp_path: Path):
    slow = TogetherOnADisk(tmp_path, Random(SEED), sync_milliseconds=SLOW_MILLISECONDS)
    result = await trial.run(slow, SEED, kills=0, answers_at_the_end=ANSWERS)
    assert not result.findings, str(result)
    assert result.registered


@pytest.mark.compiler
async def test_a_clock_that_jumps_an_hour_each_way_loses_and_doubles_nothing(tmp_path: Path):
    result = await jumps(tmp_path, seed=SEED, times=2 * len(JUMPS))
    assert not result.findings, str(result)
    assert len(result.killed) == 2 * len(JUMPS) and result.registered
