"""Limits: which run, from when, until when, by whatever moment or fact the procedure names; and how they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.packs import Pack
from closeloop.contracts.dispatch import LimitEnded, LimitExtended, LimitMissed, LimitMoved, LimitStarted
from closeloop.contracts.every import TaskClosed, TaskOpened

MORNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD, CLEANING = "customer-service-head", "cleaning-head"


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "limits.yaml")


@pytest.fixture
def told(hear, a_complaint):
    """`await told(distance_km=80, urgency="urgent")`: intake says how the case is rated now."""

    async def assessed(*, facts: dict[str, Any] | None = None, occurred_at: datetime = MORNING, **facets: str) -> None:
        case = a_complaint(facets=facets)
        header = case.case.model_copy(update={"registered_at": MORNING + HOUR})
        await hear(case.model_copy(update={"case": header, "facts": facts or {}, "occurred_at": occurred_at}))

    return assessed


@pytest.fixture
def limits(api, house):
    """`await limits()`: the limits of the case by name, as programs read them."""

    async def of_the_case(login: str = HEAD) -> dict[str, dict[str, Any]]:
        answer = await api.get("/api/dispatch/cases/case-1/limits", headers=house.headers(login))
        assert answer.status_code == 200, answer.text
        return {limit["name"]: limit for limit in answer.json()["items"]}

    return of_the_case


@pytest.fixture
def does(api, house):
    """`await does(HEAD, limit, "pause", reason="…")`: somebody does something to a limit."""

    async def act(login: str, limit: dict[str, Any], word: str, status: int = 200, **said: Any) -> dict[str, Any]:
        url = f"/api/dispatch/cases/case-1/limits/{limit['id']}/{word}"
        answer = await api.post(url, json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return act


def due(limit: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(limit["due_at"])


# -- of the case ------------------------------------------------------------------------------------------------------


async def test_a_limit_of_the_case_runs_from_the_receipt_whoever_dawdles(told, house, limits, published, ends):
    await told(facts={"distance_km": 100})
    assert due((await limits())["on_site"]) == MORNING + 24 * HOUR
    await house.advance(hours=25)
    [missed] = [one for one in await published(LimitMissed) if one.limit == "on_site"]
    assert (missed.limit, missed.duty_id, missed.goes_to, missed.desk) == (
        "on_site",
        "",
        "customer_service_head",
        "customer_service",
    )
    assert await ends("on-site") == [("case:on_site", "breached")]


async def test_beyond_the_radius_no_such_limit_runs(told, limits):
    await told(facts={"distance_km": 100.1})
    assert "on_site" not in await limits()


@pytest.mark.parametrize(("after", "end"), [(24 * HOUR, "kept"), (24 * HOUR + timedelta(seconds=1), "breached")])
async def test_a_limit_of_the_case_stops_with_a_step_of_a_duty(told, house, clock, step, ends, published, after, end):
    await told(facts={"distance_km": 80})
    await step(CLEANING, "accept")
    await house.advance(seconds=(MORNING + after - clock.now()).total_seconds())
    await step(CLEANING, "arrive", fields={"departure": "2026-02-01T08:00+08:00"})
    found = {how for _of, how in await ends("on-site")}
    assert end in found and (end == "breached") is ("breached" in found)
    [ended] = [one for one in await published(LimitEnded) if one.limit == "on_site"]
    assert ended.how == ("in_time" if end == "kept" else "late")


async def test_what_is_needed_late_runs_from_then_on(told, house, clock, limits, published):
    await told(supplier_needed="no")
    await house.advance(hours=20)
    await told(supplier_needed="yes", occurred_at=clock.now())
    assert due((await limits())["supplier"]) == MORNING + 32 * HOUR
    await told(supplier_needed="no", occurred_at=clock.now())
    assert [one.how for one in await published(LimitEnded) if one.limit == "supplier"] == ["withdrawn"]


async def test_what_was_needed_from_the_beginning_runs_from_the_receipt(told, limits):
    await told(supplier_needed="yes", occurred_at=MORNING + HOUR)
    assert due((await limits())["supplier"]) == MORNING + 12 * HOUR


# -- when -------------------------------------------------------------------------------------------------------------


async def test_rating_anew_withdraws_one_limit_and_starts_the_other_from_the_registration(told, limits, ends):
    await told()
    assert not {"urgent", "ordinary"} & set(await limits())
    await told(urgency="urgent")
    assert due((await limits())["urgent"]) == MORNING + HOUR + timedelta(days=2)
    await told(urgency="ordinary")
    assert due((await limits())["ordinary"]) == MORNING + HOUR + timedelta(days=7)
    assert await ends("urgent") == [("duty:1:urgent", "withdrawn")]
    assert await ends("ordinary") == [("duty:1:ordinary", "opened")]


async def test_rated_urgent_too_late_it_is_missed_at_once_and_said_to_be_late(told, house, clock, published):
    await told()
    await house.advance(days=3)
    await told(urgency="urgent", occurred_at=clock.now())
    await house.advance(seconds=1)
    [missed] = [one for one in await published(LimitMissed) if one.limit == "urgent"]
    assert missed.said_late


async def test_unknown_does_not_stop_what_runs(told, limits, published):
    await told(urgency="urgent")
    await told()
    assert (await limits())["urgent"]["withdrawn_at"] is None
    assert await published(LimitEnded) == []


# -- until ------------------------------------------------------------------------------------------------------------


async def test_a_limit_ends_before_the_customer_leaves_and_moves_when_that_is_put_right(
    told, step, api, house, limits, published
):
    await told()
    await step(CLEANING, "accept")
    assert due((await limits())["report"]) == MORNING + 24 * HOUR
    await step(CLEANING, "arrive", fields={"departure": "2026-01-05T14:00+08:00"})
    assert due((await limits())["report"]) == MORNING + 3 * HOUR
    [moved] = await published(LimitMoved)
    assert (moved.because, moved.due_at, moved.new_due_at) == ("fact", MORNING + 24 * HOUR, MORNING + 3 * HOUR)
    await house.advance(hours=4)
    assert [one.limit for one in await published(LimitMissed)] == ["report"]


@pytest.mark.parametrize("departure", ["2026-01-05T10:00+08:00", "2026-01-09", "tomorrow"])
async def test_a_moment_that_is_past_or_far_or_no_moment_does_not_count(told, step, limits, departure):
    await told(facts={"departure": departure})
    await step(CLEANING, "accept")
    assert due((await limits())["report"]) == MORNING + 24 * HOUR


# -- the calendar of a new year ---------------------------------------------------------------------------------------


async def test_a_limit_moves_when_the_public_days_of_a_new_year_are_out(
    told, house, limits, people, published, monkeypatch
):
    """250 working days from January 2026 end in January 2027, whose public days are not out yet."""
    await told(urgency="ordinary")
    before = (await limits())["next_year"]
    assert before["is_estimate"]
    ends_on = due(before).astimezone(SHANGHAI).date()
    place = people.calendar("garden-estate").settings
    out = place.model_copy(update={"published": frozenset({2027}), "exceptions": {ends_on: ()}})
    monkeypatch.setitem(people._calendars, "garden-estate", WorkingCalendar(out))
    await house.advance(days=1)
    after = (await limits())["next_year"]
    assert not after["is_estimate"] and due(after) > due(before)
    [moved] = await published(LimitMoved)
    assert (moved.because, moved.limit) == ("calendar", "next_year")


# -- reminders --------------------------------------------------------------------------------------------------------


async def test_the_desk_is_reminded_before_it_passes(told, house, published):
    await told(facts={"distance_km": 80})
    await house.advance(hours=17)
    assert [task.kind for task in await published(TaskOpened) if task.kind == "due_soon"] == []
    await house.advance(hours=1)
    reminders = [task for task in await published(TaskOpened) if task.kind == "due_soon"]
    assert [(task.desk, task.of) for task in reminders] == [("customer_service", "case:on_site:soon")]
    await house.advance(hours=7)
    closed = [task.task_id for task in await published(TaskClosed)]
    assert reminders[0].task_id in closed


# -- rest, run on, put off --------------------------------------------------------------------------------------------


async def test_a_limit_rests_and_what_was_left_of_it_is_left_when_it_runs_on(told, house, limits, does, published):
    """Two of eight working hours are used when it rests from 11:00 to Tuesday 14:00; six are left: Wednesday 11:00."""
    await told()
    accept = (await limits())["accept"]
    assert due(accept) == datetime(2026, 1, 6, 1, 30, tzinfo=UTC)
    await house.advance(hours=2)
    await does(HEAD, accept, "pause", reason="customer_away")
    await house.advance(hours=27)
    assert await published(LimitMissed) == []
    resting = (await limits())["accept"]
    assert resting["paused_at"] is not None
    await does(HEAD, resting, "resume")
    accept = (await limits())["accept"]
    assert due(accept) == datetime(2026, 1, 7, 3, 0, tzinfo=UTC)
    assert [stretch["what"] for stretch in accept["ledger"]] == ["running", "paused", "running"]
    assert [one.because for one in await published(LimitMoved)] == ["paused", "resumed"]


async def test_a_limit_runs_on_by_itself_when_it_rested_long_enough(told, house, limits, does):
    await told()
    await does(HEAD, (await limits())["accept"], "pause", reason="customer_away")
    await house.advance(days=11)
    assert (await limits())["accept"]["paused_at"] is None


@pytest.mark.parametrize(
    ("login", "said", "sentence"),
    [
        (CLEANING, {"reason": "customer_away"}, "is decided by"),
        (HEAD, {"reason": "no time"}, "Say why it rests: one of customer_away."),
    ],
)
async def test_a_limit_rests_only_for_a_reason_that_counts_and_by_whoever_may(
    told, limits, does, login, said, sentence
):
    await told()
    refused = await does(login, (await limits())["accept"], "pause", 409, **said)
    assert sentence in refused["detail"] and refused["clause"] == "P00-accept"


async def test_a_limit_without_a_pause_does_not_rest(told, limits, does):
    await told(facts={"distance_km": 80})
    refused = await does(HEAD, (await limits())["on_site"], "pause", 409, reason="customer_away")
    assert "cannot rest" in refused["detail"]


async def test_a_step_while_the_limit_rests_is_in_time(told, house, limits, does, step, ends):
    await told()
    await does(HEAD, (await limits())["accept"], "pause", reason="customer_away")
    await house.advance(days=5)
    await step(CLEANING, "accept")
    assert await ends("accept") == [("duty:1:accept", "kept")]


async def test_a_limit_is_put_off_no_longer_than_it_may(told, limits, does, published):
    await told()
    accept = (await limits())["accept"]
    too_long = await does(HEAD, accept, "extend", 409, hours=5, reason="缺人手")
    assert "All extensions together may be 4 hours at most." in too_long["detail"]
    await does(HEAD, accept, "extend", hours=4, reason="缺人手")
    again = await does(HEAD, accept, "extend", 409, hours=1, reason="缺人手")
    assert "was put off 1 times already" in again["detail"]
    [extended] = await published(LimitExtended)
    assert extended.new_due_at == due(accept) + 4 * HOUR


async def test_limits_that_start_later_are_told(told, step, published):
    await told()
    await step(CLEANING, "accept")
    started = [(one.limit, one.stops) for one in await published(LimitStarted)]
    assert started == [("report", "returned")]


# -- on the page ------------------------------------------------------------------------------------------------------


async def test_the_page_shows_every_stretch_and_lets_a_limit_rest_and_run_on(told, house, limits, api):
    await told(facts={"distance_km": 80})
    accept = (await limits())["accept"]
    url, headers = "/dispatch/cases/case-1/limits", house.headers(HEAD)
    said = {"reason": "customer_away", "note": "出差"}
    rests = await api.post(f"{url}/{accept['id']}/pause", data=said, headers=headers)
    assert rests.status_code == 303
    page = (await api.get(f"{url}?lang=en", headers=headers)).text
    assert "The customer is away · 出差" in page and "On site" in page and "Let it run on" in page
    assert "客户不在" in (await api.get(f"{url}?lang=zh", headers=headers)).text
    await api.post(f"{url}/{accept['id']}/resume", data={}, headers=headers)
    assert (await limits())["accept"]["paused_at"] is None
    duty = (await api.get("/dispatch/cases/case-1/duties/1?lang=en", headers=headers)).text
    assert "Limit rests: Accept" in duty and url in duty


async def test_nobody_of_another_place_sees_the_limits(told, house, api):
    await told()
    for path in ("/dispatch/cases/case-1/limits", "/api/dispatch/cases/case-1/limits", "/dispatch/cases/case-2/limits"):
        login = "desk-2" if "case-1" in path else HEAD
        answer = await api.get(path, headers=house.headers(login))
        assert answer.status_code == 404
