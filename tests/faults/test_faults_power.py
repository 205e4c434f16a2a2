"""The power fails while people work: what was answered is there, and everything holds together, on each database."""

import asyncio
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest

from closeloop.chassis.embedded.broker import SYNC_INTERVAL, EmbeddedBroker
from closeloop.chassis.embedded.postgres import URL_SETTING, TestPostgres
from tests.faults import power
from tests.faults.disk import Disk, by_lot
from tests.faults.process_trees import end_at_once

CUTS_ON_SQLITE, CUTS_ON_POSTGRES = 3, 1  # five processes take their time to start again
SEED = int(os.environ.get("CLOSELOOP_SEED", "0")) or secrets.randbelow(10**6)
TAKES_DOWN = """
import sqlite3, sys, os, signal
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("pragma journal_mode=WAL")
file.execute("pragma synchronous=" + sys.argv[2])
file.execute("create table if not exists cases (n integer)")
for n in range(100):
    file.execute("insert into cases values (?)", (n,))
print("answered", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
WRITES = """
import os, signal, sys
from pathlib import Path
from closeloop.chassis.attachments.keys import SealingKeys
from closeloop.chassis.people.keys import write_once, write_over
here = Path(sys.argv[1])
keys = SealingKeys(here / "keys")
name, _sealed = keys.seal(b"photo", "customer-1")
gone, _sealed = keys.seal(b"another", "customer-2")
keys.destroy_all("customer-2")
write_once(here / "signing.pem", b"key", mode=0o600)
write_over(here / "organisation.yaml", b"first")
write_over(here / "organisation.yaml", b"second")
(here / "draft").write_bytes(b"nobody synced this")
(here / "moved").write_bytes(b"nor this")
(here / "moved").replace(here / "moved away")
print(name, gone, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

pytestmark = [pytest.mark.faults, pytest.mark.compiler]


@pytest.mark.parametrize(("waits", "kept"), [("FULL", 100), ("OFF", 0)])
def test_the_disk_forgets_what_was_not_synced_and_nothing_else(tmp_path: Path, waits: str, kept: int):
    """Else the tests below would prove nothing."""
    file = tmp_path / "data" / "cases.db"
    file.parent.mkdir()
    disk = Disk(file.parent)
    try:
        words = [sys.executable, "-I", "-c", TAKES_DOWN, str(file), waits]
        said = subprocess.run(words, env=os.environ | disk.environment, capture_output=True, text=True, check=False)
        assert said.stdout == "answered\n", said.stderr
        disk.forget()
        with closing(sqlite3.connect(file)) as found:
            tables = found.execute("select count(*) from sqlite_master where name = 'cases'").fetchone()[0]
            cases = found.execute("select count(*) from cases").fetchone()[0] if tables else 0
            assert cases == kept
            assert found.execute("pragma integrity_check").fetchone() == ("ok",)
    finally:
        disk.close()


@pytest.mark.postgres
@pytest.mark.skipif(URL_SETTING in os.environ, reason="a PostgreSQL that was given is not killed")
@pytest.mark.parametrize(("waits", "is_kept"), [("on", True), ("off", False)])
def test_postgresql_keeps_what_it_answered_unless_it_did_not_wait_for_the_disk(waits: str, is_kept: bool):
    home = Path(tempfile.mkdtemp(prefix="closeloop-postgres-"))
    disk = Disk(home)
    settings = {"synchronous_commit": waits, "wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}
    postgres = TestPostgres(fsync=True, home=home, settings=settings, environment=disk.environment)

    async def take_down(url: str) -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("create table cases (n integer)")
        await connection.execute("insert into cases values (1)")
        end_at_once([postgres.pid])
        connection.terminate()

    async def found(url: str) -> list[Any]:
        connection = await asyncpg.connect(url)
        tables = await connection.fetch("select tablename from pg_tables where tablename = 'cases'")
        rows = await connection.fetch("select n from cases") if tables else []
        await connection.close()
        return rows

    try:
        url = postgres.start().create_database()
        asyncio.run(take_down(url))
        postgres.kill()
        disk.forget()
        postgres.start()
        assert bool(asyncio.run(found(url))) == is_kept
    finally:
        postgres.stop()
        disk.close()


def test_a_disk_keeps_or_loses_whole_sectors():
    was, now = b"a" * 2_048, b"b" * 4_096
    seen = {by_lot(was, now, Random(seed)) for seed in range(50)}
    assert {len(content) for content in seen} == {2_048, 4_096}
    sectors = {content[at : at + 512] for content in seen for at in range(0, len(content), 512)}
    assert sectors == {b"a" * 512, b"b" * 512, bytes(512)}


def test_keys_and_the_organisation_outlive_a_power_cut_and_erased_keys_do_not(tmp_path: Path):
    disk = Disk(tmp_path, names=True)
    try:
        words = [sys.executable, "-I", "-c", WRITES, str(tmp_path)]
        said = subprocess.run(words, env=os.environ | disk.environment, capture_output=True, text=True, check=False)
        name, gone = said.stdout.split() or pytest.fail(said.stderr)
        disk.forget()
        keys = {file.name for file in (tmp_path / "keys").rglob("*") if file.is_file()}
        assert name in keys and gone not in keys
        assert (tmp_path / "signing.pem").read_bytes() == b"key"
        assert (tmp_path / "organisation.yaml").read_bytes() == b"second"
        assert {file.name for file in tmp_path.iterdir()} == {"keys", "signing.pem", "organisation.yaml"}
    finally:
        disk.close()


async def test_nothing_is_lost_or_doubled_when_the_power_fails_on_sqlite(tmp_path: Path):
    result = await power.on_sqlite(tmp_path, seed=SEED, kills=CUTS_ON_SQLITE)
    assert not result.findings, str(result)
    assert len(result.killed) == CUTS_ON_SQLITE and result.registered


@pytest.mark.postgres
@pytest.mark.skipif(URL_SETTING in os.environ, reason="a PostgreSQL that was given is not killed")
async def test_nothing_is_lost_or_doubled_when_the_power_fails_on_postgresql(tmp_path: Path):
    result = await power.on_postgres(tmp_path, seed=SEED, kills=CUTS_ON_POSTGRES)
    assert not result.findings, str(result)
    assert len(result.killed) == CUTS_ON_POSTGRES and result.registered


def test_the_broker_syncs_as_often_as_it_was_said(tmp_path: Path):
    """No library can be preloaded into it: what it may lose follows from what it was told."""
    broker = EmbeddedBroker(tmp_path)
    broker.folder.mkdir(exist_ok=True)
    assert f'sync_interval: "{SYNC_INTERVAL}"' in broker._write_settings().read_text()
    assert SYNC_INTERVAL == "10s"
