"""Sealed records that go out in copies, and those that make up a library."""

import json
from pathlib import Path

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

HERE = Path(__file__).parent
RECORDS = "/api/chassis/records"
SETTLED: list[str] = []
hears = Hears()


@hears.settles
def note(work: Work) -> None:
    SETTLED.append(work.key)


@acts
def write_record(work: Work, result: str, is_complete: bool = True) -> str:
    record = keep_record(work, work.pack("P00"), "sheet", {"result": result}, of="duty:1")
    return seal_record(work, record, work.pack("P00")).id if is_complete else record.id


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
    titles = [{"zh": "仓库联", "en": "Store"}, {"zh": "交件人联", "en": "Deliverer"}]
    written["forms/sheet"] |= {"copies": {"titles": titles, "clauses": ["P00-2"]}, "library": True}
    return Pack.from_json(json.dumps(written, ensure_ascii=False))


@pytest.fixture
def written(house):
    async def write(result: str = "Done", key: str = "case-1", **more: bool) -> str:
        found: str = await house.do(write_record, result, *more.values(), by="worker-1", key=key, new=True)
        return found

    return write


@pytest.fixture
def ends(published):
    """How the occasions of the copies stand, by their number."""

    async def found() -> list[tuple[str, str]]:
        told = [one for event in await published() for one in event.occasions if ":copy:" in one.of]
        last = {one.id: one for one in told}
        return [(one.of.rpartition(":")[2], str(one.end)) for one in last.values()]

    return found


async def test_every_copy_of_a_sealed_record_has_to_go_out(written, api, house, ends):
    record, by = await written(), house.headers("worker-1")
    assert await ends() == [("1", "opened"), ("2", "opened")]
    assert (await api.post(f"{RECORDS}/{record}/copies/2", json={}, headers=by)).status_code == 200
    assert await ends() == [("1", "opened"), ("2", "kept")]
    assert SETTLED == ["case-1"]
    assert (await api.post(f"{RECORDS}/{record}/copies/3", json={}, headers=by)).status_code == 409


async def test_a_copy_that_is_printed_again_is_kept_once(written, api, house, ends):
    record, by = await written(), house.headers("worker-1")
    for _again in range(2):
        assert (await api.post(f"{RECORDS}/{record}/copies/1", json={}, headers=by)).status_code == 200
    assert await ends() == [("1", "kept"), ("2", "opened")]


async def test_a_record_that_is_not_sealed_has_no_copies_yet(written, api, house, ends):
    record = await written(is_complete=False)
    answer = await api.post(f"{RECORDS}/{record}/copies/1", json={}, headers=house.headers("worker-1"))
    assert (answer.status_code, await ends()) == (409, [])


async def test_copies_of_what_was_corrected_need_not_go_out(written, house, ends):
    record = await written()
    await house.do(correct, record, "Done twice", by="worker-1", key="case-1")
    assert [end for _copy, end in await ends()] == ["withdrawn", "withdrawn", "opened", "opened"]


async def test_each_copy_is_printed_under_its_own_title(written, api, house):
    record, by = await written(), house.headers("worker-1", "zh")
    page = await api.get(f"/chassis/records/{record}", headers=by)
    assert "分发：仓库联" in page.text
    gone = await api.post(f"/chassis/records/{record}/copies/2", headers=by)
    assert gone.status_code == 303
    copy = await api.get(f"/chassis/records/{record}/copies/2", headers=by)
    assert "交件人联" in copy.text
    assert "仓库联" not in copy.text
    assert (await api.get(f"/chassis/records/{record}/copies/3", headers=by)).status_code == 404


async def test_what_is_sealed_is_found_by_its_words(written, api, house):
    await written("Zero drift: calibrate the sensor")
    second = await written("Display dark: replace the module", key="case-2")
    await written("Sensor: not sealed", key="case-3", is_complete=False)
    by = house.headers("worker-1")
    for words, found in (("sensor ZERO", 1), ("dark", 1), ("nothing", 0), ("%", 0), ("", 2)):
        items = (await api.get("/api/chassis/library", params={"q": words}, headers=by)).json()["items"]
        assert len(items) == found, words
    await house.do(correct, second, "Display dark: replace the cable", by="worker-1", key="case-2")
    items = (await api.get("/api/chassis/library", params={"q": "dark"}, headers=by)).json()["items"]
    assert [one["fields"]["result"] for one in items] == ["Display dark: replace the cable"]
    assert "replace the cable" in (await api.get("/chassis/library", params={"q": "dark"}, headers=by)).text


async def test_other_forms_are_no_library(written, api, house):
    await written()
    items = (await api.get("/api/chassis/library?form=record", headers=house.headers("worker-1"))).json()["items"]
    assert items == []
