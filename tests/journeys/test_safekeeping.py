"""A backup of a house at work, restored elsewhere; and whatever was changed behind its back is found."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import the_loop as loop
from tests.journeys.child import COMMAND, Closeloop, settings_only
from tests.journeys.site import Site

WORKERS_SAY = "厨房水管漏水"
SCAN = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def said(*words: Any) -> subprocess.CompletedProcess[str]:
    """What a command says, and how it ends."""
    command = [str(COMMAND), *map(str, words)]
    return subprocess.run(command, env=settings_only(), capture_output=True, text=True, check=False, timeout=120)


def up(folder: Path, data: Path) -> Closeloop:
    """A house on this data folder."""
    return Closeloop("up", "--port", 0, "--data", data, "--log", "warning", folder=folder)


class Backed:
    """A house that was backed up while cases came in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.backup = folder, folder / "data", folder / "backup"
        self.before: list[dict[str, Any]] = []
        self.scan = ""
        """Where the scan of the first case is shown."""


@pytest.fixture(scope="module")
def backed(tmp_path_factory: pytest.TempPathFactory) -> Backed:
    """Two cases handled, sealed records in the file, and more cases coming in while the backup is made."""
    backed = Backed(tmp_path_factory.mktemp("safekeeping"))
    with up(backed.folder, backed.data) as house, Site(backed.data, house.address) as site:
        case = loop.register_repair(site)
        loop.carry_out_work_order(site, case)
        loop.call_back(site, case, "satisfied", "水不漏了")
        loop.wait_for_status(site, case, "closed")
        backed.before.append(case)
        backed.scan = attach(site, case)
        made = threading.Event()
        flood = threading.Thread(target=_register_until, args=(backed.data, house.address, made))
        flood.start()
        try:
            answer = said("backup", backed.backup, "--data", backed.data)
        finally:
            made.set()
            flood.join()
        assert answer.returncode == 0, answer.stderr
    return backed


def _register_until(data: Path, address: str, made: threading.Event) -> None:
    with Site(data, address) as site:
        while not made.is_set():
            loop.register_repair(site, WORKERS_SAY)


def attach(site: Site, case: dict[str, Any]) -> str:
    """The desk attaches a scan to a case; answers where it is shown."""
    address, headers = site.address_of("/api/intake/attachments"), site.as_("desk-1").headers
    sent = site.web.post(address, params={"about": case["id"]}, files={"file": ("a.pdf", SCAN)}, headers=headers)
    assert sent.status_code == 201, sent.text
    return str(sent.json()["url"])


def test_a_scan_comes_back_sealed_and_is_read_by_whoever_has_the_keys(backed: Backed, tmp_path: Path):
    data = tmp_path / "elsewhere"
    assert said("restore", backed.backup, "--data", data).returncode == 0
    assert SCAN not in b"".join(file.read_bytes() for file in backed.backup.rglob("*") if file.is_file())
    for keys, status in ((False, 404), (True, 200)):
        if keys:
            shutil.copytree(backed.data / "keys" / "attachments", data / "keys" / "attachments")
        with up(tmp_path, data) as house, Site(data, house.address) as site:
            shown = site.web.get(site.address_of(backed.scan), headers=site.as_("desk-1").headers)
            assert shown.status_code == status
    assert shown.content == SCAN
    [sealed] = [file for file in (data / "attachments").rglob("*") if file.is_file()]
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"\0")
    found = said("verify", "--data", data)
    assert found.returncode == 1 and "is not what was sealed" in found.stdout


def test_what_was_answered_before_the_backup_is_there_after_it_was_restored_and_work_goes_on(
    backed: Backed, tmp_path: Path
):
    data = tmp_path / "elsewhere"
    answer = said("restore", backed.backup, "--data", data)
    assert answer.returncode == 0, answer.stderr
    assert said("verify", "--data", data).returncode == 0
    with up(tmp_path, data) as house, Site(data, house.address) as site:
        for case in backed.before:
            assert loop.case_of(site, case)["status"] == "closed"
        fresh = loop.register_repair(site, "厕所漏水")
        assert loop.duty_of(site, fresh)["rule"] == "work_order"
        counted = site.as_("customer-service-head").get("/api/intake/cases", limit=200)["items"]
        numbers = [int(case["number"].split("-")[-2]) for case in counted]
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), "numbers go on without gap or twin"


def test_a_backup_is_whole_as_it_was_made_and_a_flipped_byte_is_found(backed: Backed, tmp_path: Path):
    assert said("verify", backed.backup).returncode == 0
    damaged = tmp_path / "damaged"
    shutil.copytree(backed.backup, damaged)
    content = bytearray((damaged / "stats.db").read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / "stats.db").write_bytes(content)
    found = said("verify", damaged)
    assert (found.returncode, "stats.db" in found.stdout) == (1, True)
    refused = said("restore", damaged, "--data", tmp_path / "new")
    assert (refused.returncode, "stats.db" in refused.stderr) == (2, True)
    assert not (tmp_path / "new" / "intake.db").exists()


def test_a_backup_is_not_restored_over_data_nor_made_twice(backed: Backed):
    refused = said("restore", backed.backup, "--data", backed.data)
    assert (refused.returncode, "holds data already" in refused.stderr) == (2, True)
    again = said("backup", backed.backup, "--data", backed.data)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    assert said("restore", backed.folder, "--data", backed.folder / "x").returncode == 2


REWRITES_ALL = """
    update journal set body = replace(body, 'telephone', 'Telephone') where seq = (select min(seq) from journal
    where body like '%telephone%')
"""
CHANGES = {
    "an entry": ("intake", [REWRITES_ALL], "was changed after it was written down"),
    "an entry that is gone": ("dispatch", ["delete from journal where seq = 2"], "is gone"),
    "places taken out": (
        "dispatch",
        ["delete from journal where seq = 2", "delete from chain where seq = 2"],
        "lacks the places",
    ),
    "the end cut off": (
        "intake",
        [
            "delete from journal where seq > (select max(seq) - 3 from journal)",
            "delete from chain where seq > (select max(seq) from journal)",
        ],
        "ends before place",
    ),
    "an entry put in": (
        "callback",
        [
            "insert into journal (key, sequence, subject, recorded_at, body) "
            "select key, 9999, subject, recorded_at, body from journal limit 1"
        ],
        "have no place in its chain",
    ),
    "a sealed record": (
        "dispatch",
        ["update records set fields = json_set(fields, '$.changed', 1) where hash is not null"],
        "was changed after it was sealed",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_changed_behind_the_back_of_the_house_is_found(backed: Backed, tmp_path: Path, what: str):
    service, statements, finding = CHANGES[what]
    data = tmp_path / "data"
    assert said("restore", backed.backup, "--data", data).returncode == 0
    with closing(sqlite3.connect(data / f"{service}.db")) as file:
        for statement in statements:
            assert file.execute(statement).rowcount > 0
        file.commit()
    found = said("verify", "--data", data)
    assert (found.returncode, finding in found.stdout) == (1, True), found.stdout + found.stderr


def test_a_sealed_record_that_was_changed_together_with_its_hash_is_not_the_one_that_was_told_of(
    backed: Backed, tmp_path: Path
):
    import asyncio

    import sqlalchemy as sa

    from closeloop.chassis.reading import Read, reading_engine
    from closeloop.chassis.records import hash_of
    from closeloop.chassis.rows import json_text, table_of
    from closeloop.chassis.store.tables import KeptRecord

    data = tmp_path / "data"
    assert said("restore", backed.backup, "--data", data).returncode == 0

    async def one() -> KeptRecord:
        records = table_of(KeptRecord)
        read = Read(reading_engine(f"sqlite+aiosqlite:///{data / 'dispatch.db'}", 1))
        found = await read.rows(KeptRecord, sa.select(records).where(records.c.hash.is_not(None)).limit(1))
        await read.engine.dispose()
        return found[0]

    record = asyncio.run(one())
    record.fields = {**record.fields, "changed": "1"}
    with closing(sqlite3.connect(data / "dispatch.db")) as file:
        changed = (json_text(record.fields), hash_of(record), record.id)
        assert file.execute("update records set fields = ?, hash = ? where id = ?", changed).rowcount == 1
        file.commit()
    found = said("verify", "--data", data)
    assert (found.returncode, "changed together with its hash" in found.stdout) == (1, True), found.stdout


def test_a_journal_that_was_rewritten_with_all_its_hashes_is_not_the_one_that_others_heard(
    backed: Backed, tmp_path: Path
):
    from closeloop.chassis.chain import chained

    data = tmp_path / "data"
    assert said("restore", backed.backup, "--data", data).returncode == 0
    with closing(sqlite3.connect(data / "intake.db")) as file:
        file.execute(REWRITES_ALL)
        before = ""
        for position, body in file.execute(
            "select c.position, j.body from chain c join journal j on j.seq = c.seq order by c.position"
        ).fetchall():
            before = chained(before, body)
            file.execute("update chain set hash = ? where position = ?", (before, position))
        file.commit()
    found = said("verify", "--data", data)
    assert (found.returncode, "it was rewritten" in found.stdout) == (1, True), found.stdout + found.stderr
