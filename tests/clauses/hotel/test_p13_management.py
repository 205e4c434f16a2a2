"""How the guest is asked before leaving, and how management hears of every complaint and reads the log book."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.clauses.hotel.hotel import DESK, GENERAL_MANAGER, MANAGER, SERVICES, Hotel
from tests.clauses.loop import Case
from tests.clauses.packs import clause

PROCEDURE = "P13"
REVIEW = "log_review"


def leaving(loop: Hotel, after: timedelta) -> Case:
    """A guest who leaves soon complains, and is helped."""
    fields = {"room": "1208", "details": "自21时起", "departure": (loop.now + after).isoformat()}
    case = loop.complaint(fields=fields, resolution="at_once")
    duty = loop.duty(case, "resolve")
    loop.step(DESK, duty, "accept")
    ways = [{"alternative": "换到1502房", "chosen": True}, {"alternative": "退房并减免", "chosen": False}]
    loop.does(DESK, loop.step_of(duty, "finish"), {"outcome": "solved", "fields": {"alternatives": ways}})
    loop.step(DESK, duty, "return")
    return case


@clause("P13-9")
def test_the_guest_is_asked_before_leaving(loop: Hotel):
    case = leaving(loop, timedelta(hours=10))
    due_at = datetime.fromisoformat(loop.callback(case)["due_at"])
    assert due_at - loop.now == timedelta(hours=8), "two hours before they leave"
    assert loop.ends_of("P13-9", case) == ["open"]
    loop.ask(case)
    assert loop.ends_of("P13-9", case) == ["kept"] and loop.case(case)["status"] == "closed"


@clause("P13-9")
def test_whoever_stays_is_asked_within_a_day(loop: Hotel):
    case = leaving(loop, timedelta(days=6))
    assert datetime.fromisoformat(loop.callback(case)["due_at"]) - loop.now == timedelta(hours=24)
    loop.advance(hours=25)
    assert loop.ends_of("P13-9", case) == ["breached"]
    loop.ask(case)
    assert loop.ends_of("P13-9", case) == ["breached"], "late is late, and the guest is asked all the same"


@clause("P13-0-b")
def test_management_is_told_of_every_complaint_day_by_day(loop: Hotel):
    loop.advance_to((loop.now + timedelta(days=1)).replace(hour=10, minute=0))
    day = f"{loop.now:%Y-%m-%d}"
    cases = [loop.complaint(), loop.complaint(kind="dispute", content="账单多收一晚")]
    assert loop.ends_of("P13-0-b", period=day) == ["open"]
    loop.advance(days=4)
    figure = loop.figures(day)["complaints"]
    assert figure["numerator"] == 2 and set(loop.cases_of(figure)) == {case["number"] for case in cases}
    assert loop.ends_of("P13-0-b", period=day) == ["kept"]


def reviewed(loop: Hotel) -> tuple[dict[str, Any], str]:
    """The review of yesterday's log book, as it lies on its desk this morning; and its day."""
    loop.advance_to((loop.now + timedelta(days=1)).replace(hour=9, minute=5))
    day = f"{loop.now:%Y-%m-%d}"
    return next(job for job in loop.jobs("stats", REVIEW) if job["period"] == day), day


@clause("P13-10-b")
def test_management_reads_the_log_book_and_signs_what_is_to_be_rectified(loop: Hotel):
    job, day = reviewed(loop)
    path = f"/api/stats/jobs/{job['id']}/done"
    loop.does(MANAGER, path, {"fields": {"problems": "12层隔音"}})
    assert loop.ends_of("P13-10-b", period=day) == ["open"], "it was written, and management has not read it yet"
    assert loop.tries(DESK, "POST", path, {"fields": {"problems": "无"}}).status_code == 403
    waiting = {"id": job["id"]}
    assert loop.sign_offs(SERVICES, waiting, service="stats") == []
    loop.sign_off(GENERAL_MANAGER, waiting, service="stats")
    assert loop.ends_of("P13-10-b", period=day) == ["kept"]
    [record] = [one for one in loop.records("stats", key=job["id"]) if one["sealed_at"]]
    loop.is_printed(record, "12层隔音")


@clause("P13-10-b")
def test_what_management_does_not_accept_is_written_once_more(loop: Hotel):
    job, day = reviewed(loop)
    path, waiting = f"/api/stats/jobs/{job['id']}/done", {"id": job["id"]}
    loop.does(MANAGER, path, {"fields": {"problems": "无"}})
    loop.sign_off(GENERAL_MANAGER, waiting, service="stats", approves=False, reason="三起噪音未列入")
    assert "kept" not in loop.ends_of("P13-10-b", period=day)
    loop.does(MANAGER, path, {"fields": {"problems": "隔音，三起"}})
    loop.sign_off(GENERAL_MANAGER, waiting, service="stats")
    assert "kept" in loop.ends_of("P13-10-b", period=day)
