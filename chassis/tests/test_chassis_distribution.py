"""Sealed records that are given to desks, which confirm to have read them."""

import json
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.acting import acts
from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack, load_pack
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.records import correct_record, keep_record, seal_record
from closeloop.chassis.service import Service
from closeloop.chassis.store.tables import KeptRecord
from closeloop.chassis.work import Work
from closeloop.contracts.every import TaskClosed, TaskOpened

HERE = Path(__file__).parent
SETTLED: list[str] = []

hears = Hears()


@hears.settles
def note(work: Work) -> None:
    SETTLED.append(work.key)


@acts
def write_record(work: Work, result: str) -> str:
    record = keep_record(work, work.pack("P00"), "sheet", {"result": result}, of="duty:1", department="workshop")
    return seal_record(work, record, work.pack("P00")).id


@acts
def correct(work: Work, identity: str, result: str) -> str:
    record = work.one(KeptRecord, id=identity)
    return correct_record(work, record, work.pack("P00"), {"result": result}).id


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], hears)


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(load_organisation(HERE / "signing" / "organisation.yaml"), keys_in(tmp_path / "keys"))


@pytest.fixture
def pack() -> Pack:
    SETTLED.clear()
    written = json.loads(load_pack(HERE / "packs" / "P00").canonical)
    given = {"to": ["manager", "front"], "within": "2 days", "clauses": ["P00-2"]}
    written["forms/sheet"]["distribution"] = given
    return Pack.from_json(json.dumps(written, ensure_ascii=False))


@pytest.fixture
def written(house):
    async def write(result: str = "Done", key: str = "case-1") -> str:
        found: str = await house.do(write_record, result, by="worker-1", key=key, new=True)
        return found

    return write


@pytest.fixture
def confirm(api, house):
    async def confirmed(login: str, record: str, status: int = 200, **said: Any) -> Any:
        url = f"/api/chassis/records/{record}/read"
        answer = await api.post(url, json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        return answer.json()

    return confirmed


@pytest.fixture
def ends(published):
    async def found() -> list[tuple[str, str]]:
        told = [one for event in await published() for one in event.occasions if one.clause == "P00-2"]
        last = {one.id: one for one in told}
        return [(one.of.rpartition(":")[2], str(one.end)) for one in last.values()]

    return found


async def test_each_desk_confirms_for_itself_and_until_then_the_matter_stays_open(written, confirm, ends, published):
    record = await written()
    assert [task.desk for task in await published(TaskOpened)] == ["manager", "front"]
    assert await ends() == [("manager", "opened"), ("front", "opened")]
    [read] = await confirm("manager-1", record)
    assert read["desk"] == "manager" and read["read_by"] == "manager-1"
    assert await ends() == [("manager", "kept"), ("front", "opened")]
    assert SETTLED == ["case-1"]
    await confirm("desk-1", record)
    assert [end for _, end in await ends()] == ["kept", "kept"]
    assert len(await published(TaskClosed)) == 2
    await confirm("desk-1", record, 409)


async def test_who_was_given_nothing_confirms_nothing(written, confirm):
    refused = await confirm("worker-1", await written(), 403)
    assert refused["clause"] == "P00-2"


async def test_what_is_confirmed_is_what_stands_there(written, confirm, api):
    record = await written()
    await confirm("desk-1", record, 409, hash="0" * 64)
    found = (await api.get(f"/api/chassis/records/{record}")).json()
    assert [one["desk"] for one in found["readers"]] == ["manager", "front"]
    await confirm("desk-1", record, hash=found["hash"])


async def test_a_corrected_record_is_read_anew_and_the_old_one_no_more(written, confirm, house, ends):
    record = await written()
    await confirm("manager-1", record)
    newer = await house.do(correct, record, "Done better", by="worker-1", key="case-1")
    await confirm("desk-1", record, 409)
    await confirm("desk-1", newer)
    await confirm("manager-1", newer)
    assert await ends() == [("manager", "kept"), ("front", "withdrawn"), ("manager", "kept"), ("front", "kept")]


async def test_what_is_not_read_in_time_is_breached_once_and_still_to_be_read(written, confirm, house, ends, api):
    record = await written()
    await confirm("desk-1", record)
    await house.advance(days=3)
    assert await ends() == [("manager", "breached"), ("front", "kept")]
    waiting = (await api.get("/api/chassis/to-read", headers=house.headers("manager-1"))).json()["items"]
    assert [one["record"] for one in waiting] == [record]
    await confirm("manager-1", record)
    assert await ends() == [("manager", "breached"), ("front", "kept")]


async def test_several_records_of_a_matter_are_one_task_for_a_desk(written, house, published, api):
    await written()
    await house.do(write_record, "More", by="worker-1", key="case-1")
    opened = [task for task in await published(TaskOpened) if task.desk == "manager"]
    closed = {task.task_id for task in await published(TaskClosed)}
    [left] = [task for task in opened if task.task_id not in closed]
    assert left.title.en == "To be read: Sheet and 1 more" and left.url == "/chassis/to-read"


async def test_the_page_has_one_button_and_says_who_has_read(written, api, house):
    record = await written()
    manager = {**house.headers("manager-1"), "Accept": "text/html"}
    listed = await api.get("/chassis/to-read", headers=manager)
    assert f"/chassis/records/{record}" in listed.text
    page = await api.get(f"/chassis/records/{record}", headers=manager)
    assert "I have read it" in page.text and "not read yet" in page.text
    hash_ = page.text.split('name="hash" value="')[1].split('"')[0]
    done = await api.post(f"/chassis/records/{record}/read", data={"hash": hash_}, headers=manager)
    assert done.status_code == 303
    again = await api.get(f"/chassis/records/{record}", headers=manager)
    assert "I have read it" not in again.text and "read by 经理一" in again.text
