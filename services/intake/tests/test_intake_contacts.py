"""Contact points: what was published last for each place, and which place has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack

TALKS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "talks"
HEAD = "customer-service-head"


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(TALKS)


@pytest.fixture
def publish(house):
    """`await publish("garden-estate", telephone="…")`: the head publishes it there and signs."""

    async def published(place: str, **fields: Any) -> None:
        [job] = [job for job in await house.jobs("publish") if job.place == place]
        await house.do_job(job.id, by=HEAD, fields=fields)

    return published


async def test_what_was_published_stands_by_place_and_what_is_missing_is_said(api, house, publish):
    await house.keep_schedules()
    await house.advance(minutes=1)
    await publish("garden-estate", telephone="62780000", day_and_night=True, where="大门")
    items = (await api.get("/api/intake/contacts", headers=house.headers(HEAD))).json()["items"]
    assert [(one["place"], one["fields"], one["published_at"] is not None) for one in items] == [
        ("garden-estate", {"telephone": "62780000", "day_and_night": True}, True),
        ("river-towers", {}, False),
    ]
    page = (await api.get("/intake/contacts", headers=house.headers(HEAD, "zh"))).text
    assert "62780000" in page
    assert "尚未公布" in page


async def test_customers_read_it_without_signing_in(api, house, publish):
    await house.keep_schedules()
    await house.advance(minutes=1)
    await publish("river-towers", telephone="62780001", where="电梯厅")
    page = await api.get("/public/intake/contacts", headers={"Authorization": ""})
    assert page.status_code == 200
    assert "62780001" in page.text
    assert "电梯厅" not in page.text, "where it hangs is nobody's business"
    assert "Garden Estate" not in page.text


async def test_somebody_of_one_place_sees_that_of_their_place(api, house):
    await house.keep_schedules()
    items = (await api.get("/api/intake/contacts", headers=house.headers("desk-2"))).json()["items"]
    assert [one["place"] for one in items] == ["river-towers"]
