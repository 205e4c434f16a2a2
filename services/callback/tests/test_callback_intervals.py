"""How often something is done may be left to a role: it sets the period, and the jobs follow from its day on."""

from __future__ import annotations

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.callback import ParameterSet

HEAD = "customer-service-head"
OWN = {"own_practice": "It is so."}
JOB = {
    "title": {"zh": "自行征询", "en": "Own survey"},
    "service": "callback",
    "every": {"parameter": "own_interval"},
    "desk": "callback",
    **OWN,
}


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure, which leaves two intervals to the head."""
    said = json.loads(pack.canonical)
    parameter = {"title": {"zh": "频次", "en": "How often"}, "unit": "period", "set_by": "customer_service_head", **OWN}
    said["procedure"]["parameters"] |= {"own_interval": parameter, "place_interval": {**parameter, "each": "place"}}
    there = {**JOB, "every": {"parameter": "place_interval"}, "each": "place"}
    said["schedule"]["jobs"] = {"own": JOB, "there": there}
    return Pack.from_json(json.dumps(said))


@pytest.fixture
def sets(api, house):
    """`await sets("own_interval", "quarter")`: the head says how often."""

    async def told(name: str, every: str | None, status: int = 201, by: str = HEAD, **said: str) -> None:
        body = {"every": every, "from": "2026-01-05", "reason": "够了", **said}
        answer = await api.post(f"/api/callback/parameters/{name}", json=body, headers=house.headers(by))
        assert answer.status_code == status, answer.text

    return told


async def periods(house, name: str) -> list[tuple[str | None, str]]:
    return [(job.place, job.period) for job in await house.jobs(name)]


async def test_nothing_is_done_while_nobody_has_said_how_often(house, sets, published):
    await house.keep_schedules()
    await house.advance(days=40)
    assert await house.jobs() == []
    await sets("own_interval", "month", **{"from": "2026-02-20"})
    await house.advance(days=50)
    assert await periods(house, "own") == [(None, "2026-03"), (None, "2026-04")]
    [told] = await published(ParameterSet)
    assert (told.value, told.place) == ("month", None)


async def test_another_interval_holds_from_its_day_on(house, sets):
    await house.keep_schedules()
    await sets("own_interval", "month")
    await house.advance(days=70)
    assert await periods(house, "own") == [(None, "2026-02"), (None, "2026-03")]
    await sets("own_interval", "quarter", **{"from": "2026-03-20"})
    await house.advance(days=120)
    assert (await periods(house, "own"))[2:] == [(None, "2026-Q2"), (None, "2026-Q3")]


async def test_each_place_sets_its_own(house, sets, published):
    await house.keep_schedules()
    await sets("place_interval", "month", 409)  # which place?
    await sets("place_interval", "month", place="garden-estate")
    await sets("place_interval", "quarter", place="river-towers")
    await house.advance(days=90)
    there = await periods(house, "there")
    assert [period for place, period in there if place == "garden-estate"] == ["2026-02", "2026-03", "2026-04"]
    assert [period for place, period in there if place == "river-towers"] == ["2026-Q2"]


@pytest.mark.parametrize("every, status, by", [("fortnight", 422, HEAD), (None, 409, HEAD), ("month", 409, "desk-1")])
async def test_only_a_period_that_there_is_and_only_by_whom_it_is_left_to(sets, published, every, status, by):
    await sets("own_interval", every, status, by)
    assert await published(ParameterSet) == []


@pytest.mark.parametrize("language, words", [("en", "every quarter"), ("zh", "每季度")])
async def test_an_interval_is_set_on_its_page(api, house, published, language, words):
    head = {"Accept": "text/html", **house.headers(HEAD, language)}
    page = await api.get("/callback/parameters", headers=head)
    assert page.status_code == 200 and words in page.text and 'name="place"' in page.text
    said = {"every": "quarter", "from": "2026-01-05", "reason": "试行"}
    answer = await api.post("/callback/parameters/own_interval", data=said, headers=head)
    assert answer.status_code == 303, answer.text
    assert [event.value for event in await published(ParameterSet)] == ["quarter"]
