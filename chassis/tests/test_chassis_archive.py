"""The archive: sought by form, number and day; before its time nobody disposes of a record, and then its head stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack
from closeloop.chassis.piece import Piece
from closeloop.chassis.records import KeptRecord, archive_records, keep_record, last_record, seal_record
from closeloop.chassis.running import Running
from closeloop.chassis.safekeeping.verifying import verify
from closeloop.chassis.service import Service
from closeloop.chassis.work import Work
from closeloop.contracts.every import AttemptRefused
from closeloop.contracts.procedure.form import Retention

SHEET = {"register_number": "QR-022/2026-0001", "content": "电梯厅连续三天没有打扫"}


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], Hears())


@pytest.fixture
def act(running: Running, a_person: Any) -> Callable[..., Any]:
    here.set(running)

    async def act(what: Callable[[Work], Any]) -> Any:
        return (await running.submit(Piece("write", "http", ("case-1",), what, by=a_person("desk-1")))).result

    return act


@pytest.fixture
async def archived(act: Any) -> KeptRecord:
    """A sheet that was sealed and went to the archive when its case was closed."""

    def closed(work: Work) -> KeptRecord:
        pack = work.pack("P00")
        seal_record(work, keep_record(work, pack, "qr_023", SHEET, of="duty:1", number="QR-022/2026-0001"), pack)
        archive_records(work, pack)
        found = last_record(work, "duty:1")
        assert found is not None
        return found

    return await act(closed)


async def dispose(api: Any, record: KeptRecord, **headers: str) -> Any:
    return await api.post(f"/api/chassis/records/{record.id}/dispose", json={"hash": record.hash}, headers=headers)


async def test_before_its_time_is_over_nobody_disposes_of_a_record(api, house, archived, running, published, pack):
    refused = await dispose(api, archived, **house.headers("operator"))
    assert refused.status_code == 409 and "is kept until" in refused.json()["detail"]
    clauses = pack.forms["qr_023"].kept_for.clauses
    assert refused.json()["clause"] == clauses[0]
    [attempt] = await published(AttemptRefused)
    assert [(judged.clause, judged.end) for judged in attempt.occasions] == [(clauses[0], "prevented")]


async def test_when_its_time_is_over_only_its_head_and_hash_stay(api, house, archived, running):
    house.clock.advance_to(archived.keep_until)
    assert (await dispose(api, archived)).status_code == 403
    gone = await dispose(api, archived, **house.headers("operator"))
    assert gone.status_code == 200, gone.text
    said = gone.json()
    assert said["fields"] == {} and said["signatures"] == [] and said["disposed_by"] == "operator"
    assert said["hash"] == archived.hash and said["number"] == "QR-022/2026-0001" and said["is_as_sealed"]
    [found] = await verify({"chassis": running.read}, running.branch)
    assert found.findings == []
    page = await api.get(f"/chassis/records/{archived.id}")
    assert page.status_code == 200 and "电梯厅" not in page.text
    assert (await dispose(api, archived, **house.headers("operator"))).status_code == 409


async def test_a_record_that_is_not_the_one_that_is_meant_stays(api, house, archived):
    house.clock.advance_to(archived.keep_until)
    path = f"/api/chassis/records/{archived.id}/dispose"
    assert (await api.post(path, json={"hash": "0" * 64}, headers=house.headers("operator"))).status_code == 409


async def test_the_archive_is_sought_by_number_and_day_and_by_whose_time_is_over(api, house, archived):
    async def found(query: str) -> int:
        return len((await api.get(f"/api/chassis/records?{query}")).json()["items"])

    assert await found("number=QR-022/2026-0001") == 1 and await found("number=QR-022/2026-0002") == 0
    assert await found("archived_from=2026-01-05&archived_to=2026-01-05") == 1
    assert await found("archived_from=2026-01-06") == 0 and await found("archived_to=2026-01-04") == 0
    assert await found("over=true") == 0
    house.clock.advance_to(archived.keep_until)
    assert await found("over=true") == 1
    await dispose(api, archived, **house.headers("operator"))
    assert await found("over=true") == 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_page_offers_disposal_of_what_is_over_to_whoever_may(api, house, archived, language):
    house.clock.advance_to(archived.keep_until)
    headers = {**house.headers("operator"), "Accept-Language": language}
    page = await api.get("/chassis/records?over=true", headers=headers)
    assert f"/chassis/records/{archived.id}/dispose" in page.text
    assert "/dispose" not in (await api.get("/chassis/records", headers=headers)).text
    assert "/dispose" not in (await api.get("/chassis/records?over=true")).text
    gone = await api.post(f"/chassis/records/{archived.id}/dispose", data={"hash": archived.hash}, headers=headers)
    assert gone.status_code == 303


def test_a_form_that_says_nothing_else_is_kept_as_the_head_says(pack):
    parts = dict(pack.parts)
    usual = Retention.model_validate({"length": "5 years", "own_practice": "x"})
    own = Retention.model_validate({"length": "10 years", "own_practice": "y"})
    parts["procedure"] = parts["procedure"].model_copy(update={"retention": usual})
    parts["forms/qr_023"] = parts["forms/qr_023"].model_copy(update={"kept_for": own})
    parts["forms/qr_024"] = parts["forms/qr_024"].model_copy(update={"kept_for": None})
    forms = Pack(parts).forms
    assert (forms["qr_023"].kept_for, forms["qr_024"].kept_for) == (own, usual)
