"""How a case went, as intake tells it: clauses with their ends, limits with their ledger, and links to the others."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.explain_command import ledger_of
from closeloop.chassis.explained import running_and_resting, with_its_ledger
from closeloop.chassis.limits import Limit

GUARD = "security-head"


@pytest.fixture
async def late(api, house, a_repair):
    """A repair that a guard wrote down and the desk took over an hour late."""
    answer = await api.post(
        "/api/intake/cases", json={**a_repair, "channel": "department"}, headers=house.headers(GUARD)
    )
    await house.advance(hours=2)
    case = answer.json()
    await api.post(f"/api/intake/cases/{case['id']}/taking-over")
    return case


async def test_every_occasion_stands_with_its_end_and_what_decided_it(api, late):
    told = (await api.get(f"/api/intake/explanations/{late['id']}")).json()
    assert told["number"] == late["number"]
    passed_on = next(one for one in told["occasions"] if one["clause"] == "P00-4.2-c")
    assert (passed_on["end"], passed_on["decided_by"], passed_on["opened_at"], passed_on["ended_at"]) == (
        "breached",
        "occasions.judged.v1",
        "2026-01-05T01:00:00Z",
        "2026-01-05T02:00:00Z",
    )
    assert passed_on["text"]["zh"]


async def test_a_limit_stands_with_its_ledger(api, late):
    [limit] = (await api.get(f"/api/intake/explanations/{late['id']}")).json()["limits"]
    assert (limit["name"], limit["state"], limit["length"], limit["in_working_time"]) == (
        "take_over",
        "missed",
        "1 hour",
        False,
    )
    assert (limit["due_at"], limit["missed_at"], limit["stopped_at"]) == (
        "2026-01-05T02:00:00Z",
        "2026-01-05T02:00:00Z",
        "2026-01-05T03:00:00Z",
    )
    assert [stretch["what"] for stretch in limit["ledger"]] == ["running"]
    lines = "\n".join(ledger_of([limit], "zh"))
    assert "接手 · case · 已超时 · 1 小时 · P00-4.2-c" in lines
    assert "2026-01-05 09:00:00 - 2026-01-05 11:00:00  计时中" in lines


async def test_the_page_says_it_in_words_and_leads_to_the_other_departments(api, late):
    headers = {"accept": "text/html"}
    case = await api.get(f"/intake/cases/{late['number']}", headers=headers)
    assert f"/intake/explanations/{late['id']}" in case.text
    assert f"/dispatch/records?key={late['id']}" in case.text
    english = (await api.get(f"/intake/explanations/{late['id']}", headers=headers)).text
    chinese = (await api.get(f"/intake/explanations/{late['id']}?lang=zh", headers=headers)).text
    for words in ("Taking over", "missed", "by the clock, day and night", "P00-4.2-c", "Put on a desk"):
        assert words in english, words
    for words in ("接手", "已超时", "自然时间，昼夜连续", "列入待办"):
        assert words in chinese, words
    for service in ("dispatch", "callback", "survey", "stats"):
        assert f'href="/{service}/explanations/{late["id"]}"' in english
        assert f'hx-get="/{service}/explanations/{late["id"]}"' in english


async def test_a_department_that_knows_nothing_says_so(api):
    page = await api.get("/intake/explanations/nobody", headers={"accept": "text/html"})
    assert (page.status_code, "has written nothing down about the case" in page.text) == (200, True)
    assert (await api.get("/api/intake/explanations/nobody")).status_code == 404


async def test_what_is_not_for_a_persons_eyes_is_not_explained(api, house, late):
    desk_elsewhere = house.headers("desk-2")
    seen = await api.get(f"/api/intake/explanations/{late['id']}", headers=desk_elsewhere)
    assert seen.status_code == 200
    other = await api.post(
        "/api/intake/cases",
        json={
            "procedure": "P00",
            "kind": "repair",
            "channel": "telephone",
            "content": "灯坏了",
            "customer": {"name": "x"},
            "place": "garden-estate",
        },
    )
    path = f"/api/intake/explanations/{other.json()['id']}"
    assert (await api.get(path, headers=desk_elsewhere)).status_code == 404


def test_a_limit_in_working_time_rests_where_nobody_works():
    friday = datetime(2026, 1, 9, 8, 0, tzinfo=UTC)  # four in the afternoon in Shanghai
    monday = friday + timedelta(days=3)
    calendar = WorkingCalendar()
    stretches = list(running_and_resting(calendar, friday, monday))
    assert [one.what for one in stretches][:2] == ["running", "paused"]
    assert stretches[0].since == friday
    assert stretches[-1].until == monday
    ran = sum((one.until - one.since for one in stretches if one.what == "running"), timedelta())
    assert ran == calendar.working_between(friday, monday)
    assert all(a.until == b.since for a, b in pairwise(stretches))


def test_what_was_put_off_stands_in_the_ledger():
    began = datetime(2026, 1, 9, 1, 0, tzinfo=UTC)
    first, later = began + timedelta(hours=4), began + timedelta(hours=8)
    limit = Limit("1", "k", "duty:1", "handling", ["P00-1"], began, later, unextended_at=first)
    limit.ledger = [
        {"what": "running", "from": began.isoformat(), "to": first.isoformat(), "length": "4 hours"},
        {"what": "extended", "from": first.isoformat(), "to": later.isoformat(), "reason": "等配件", "by": "x"},
    ]
    told = with_its_ledger(limit, WorkingCalendar(), None, later)
    assert (told.state, told.first_due_at, told.due_at) == ("running", first, later)
    assert [(one.what, one.reason) for one in told.ledger] == [("running", None), ("extended", "等配件")]
