"""The application around a service: health, limits of what it takes, and who may look at what is parked."""

import pytest

from closeloop.chassis.hearing import Hears
from closeloop.chassis.service import Service

A_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], Hears())


async def test_a_service_that_can_work_is_ready_and_says_what_it_does(api):
    assert (await api.get("/livez")).json() == {"service": "chassis", "alive": True}
    assert (await api.get("/readyz")).status_code == 200
    assert "closeloop_waiting" in (await api.get("/metrics")).text


async def test_a_service_whose_database_is_away_says_so(api, running):
    running.committer.away = "no answer"
    answer = await api.get("/readyz")
    assert answer.status_code == 503 and answer.json()["because"] == {"database": "no answer"}


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_turned_away(api, running, announced):
    large = b"x" * (running.settings.request_bytes + 1)

    async def in_parts():
        yield large[:1000]
        yield large[1000:]

    answer = await api.post("/login", content=large if announced else in_parts(), headers=A_FORM)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "This is too large. Send less at once."


async def test_only_operators_look_after_parked_messages(api, house):
    assert (await api.get("/api/chassis/parked")).status_code == 403
    as_operator = await api.get("/api/chassis/parked", headers=house.headers("operator"))
    assert as_operator.json() == {"items": []}
    page = await api.get("/chassis/parked", headers={**house.headers("operator", "zh"), "Accept": "text/html"})
    assert "没有搁置的消息" in page.text


async def test_what_is_not_there_is_said_in_the_callers_language(api, house):
    answer = await api.get("/api/chassis/nothing", headers=house.headers("desk-1", "zh"))
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "未找到"


@pytest.mark.parametrize("path", ["/login?next=%00", "/api/chassis/explanations/a%00b"])
async def test_a_character_that_no_database_keeps_is_turned_away_at_the_door(api, path):
    answer = await api.get(path)
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"


async def test_so_is_one_inside_a_form(api):
    assert (await api.post("/login", content="login=%00&password=x", headers=A_FORM)).status_code == 400
