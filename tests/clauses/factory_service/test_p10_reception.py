"""Sections 4.1, 5.2.1 to 5.2.3 and 6: the feedback sheet, who gets it, and by when the complaint is handled."""

from __future__ import annotations

import pytest

from tests.clauses.factory_service.factory import CLERK, ENGINEER, PRODUCTION, TECHNICAL, Factory
from tests.clauses.packs import clause

PROCEDURE = "P10"
CASES = "/api/intake/cases"


@clause("P10-4.1")
@pytest.mark.parametrize("channel", ["telephone", "letter", "visit"])
def test_planning_and_supply_is_the_channel_of_the_customers(loop: Factory, channel: str):
    refused = loop.does(ENGINEER, CASES, loop.said_of(channel=channel), expect=403)
    assert refused["clause"] == "P10-4.1"
    case = loop.a_complaint(channel=channel)
    assert "kept" in loop.ends_of("P10-4.1", case)


@clause("P10-5.2.1-a")
def test_any_department_passes_on_at_once_what_a_customer_tells_it(loop: Factory):
    case = loop.a_complaint(by=PRODUCTION, channel="department")
    assert case["status"] == "registered"
    assert "open" in loop.ends_of("P10-5.2.1-a", case)
    loop.advance(minutes=20)
    loop.does(CLERK, f"{CASES}/{case['id']}/taking-over")
    assert set(loop.ends_of("P10-5.2.1-a", case)) == {"kept"}
    assert loop.case(case)["status"] == "handling"


@clause("P10-5.2.1-a")
def test_what_is_passed_on_too_late_is_a_breach(loop: Factory):
    case = loop.a_complaint(by=TECHNICAL, channel="department")
    loop.advance(hours=2)
    assert "breached" in loop.ends_of("P10-5.2.1-a", case)


@clause("P10-5.2.1-b")
def test_the_sheet_is_filled_in(loop: Factory):
    said = loop.said_of()
    answer = loop.tries(CLERK, "POST", CASES, {**said, "content": ""})
    assert answer.status_code == 422 and answer.json()["clause"] == "P10-5.2.1-b"
    without = {**said, "fields": {name: one for name, one in said["fields"].items() if name != "brought_by"}}
    assert loop.tries(CLERK, "POST", CASES, without).status_code == 422
    case = loop.a_complaint()
    assert set(loop.ends_of("P10-5.2.1-b", case)) == {"kept"}


@clause("P10-5.2.1-b")
def test_a_sheet_that_is_filled_in_too_late_is_a_breach(loop: Factory):
    before = loop.now
    loop.advance(hours=1)
    case = loop.a_complaint(received_at=before.isoformat())
    assert "breached" in loop.ends_of("P10-5.2.1-b", case)


@clause("P10-5.2.1-c", "P10-4.2")
def test_the_sheet_goes_to_quality_assurance_at_once(loop: Factory):
    case = loop.a_complaint()
    duty = loop.duty(case, "handling")
    assert (duty["desk"], duty["form"]) == ("quality_assurance", "qr_sh19_01_02")
    assert loop.tries(PRODUCTION, "POST", loop.step_of(duty, "accept"), {}).status_code in (403, 409)
    loop.step(ENGINEER, duty, "accept")
    ends = loop.ends_of("P10-5.2.1-c", case)
    assert "kept" in ends and "open" not in ends
    ends = loop.ends_of("P10-4.2", case)
    assert ends and "breached" not in ends


@clause("P10-5.2.3-a")
def test_an_urgent_complaint_is_handled_within_two_days(loop: Factory):
    case = loop.a_complaint(urgent=True)
    assert loop.case(case)["facets"]["urgency"] == "urgent"
    assert loop.ends_of("P10-5.2.3-a", case) == ["open"]
    loop.advance(hours=24)
    loop.handle(case)
    loop.advance(hours=30)
    assert loop.ends_of("P10-5.2.3-a", case) == ["kept"]


@clause("P10-5.2.3-a")
def test_after_two_days_an_urgent_complaint_is_late(loop: Factory):
    case = loop.a_complaint(urgent=True)
    loop.advance(hours=47, minutes=59)
    assert loop.ends_of("P10-5.2.3-a", case) == ["open"]
    loop.advance(minutes=2)
    assert loop.ends_of("P10-5.2.3-a", case) == ["breached"]


@clause("P10-5.2.3-b")
def test_an_ordinary_complaint_has_seven_days(loop: Factory):
    case = loop.a_complaint()
    assert loop.case(case)["facets"]["urgency"] == "ordinary"
    loop.advance(days=6)
    loop.handle(case)
    assert loop.ends_of("P10-5.2.3-b", case) == ["kept"]
    late = loop.a_complaint()
    loop.advance(days=7, minutes=1)
    assert loop.ends_of("P10-5.2.3-b", late) == ["breached"]


@clause("P10-5.2.3-a", "P10-5.2.3-b")
def test_rated_otherwise_the_other_limit_runs_from_the_registration(loop: Factory):
    case = loop.a_complaint()
    assert loop.ends_of("P10-5.2.3-b", case) == ["open"]
    loop.advance(days=3)
    loop.assess(CLERK, case, urgency="urgent", reason="顾客即将停线")
    assert loop.ends_of("P10-5.2.3-b", case) == [], "withdrawn, it counts no more"
    assert loop.ends_of("P10-5.2.3-a", case) == ["breached"], "the two days are over already"


@clause("P10-6")
def test_the_forms_stand_under_their_titles_and_numbers(loop: Factory):
    case = loop.a_closed_complaint()
    sheets = loop.records("dispatch", key=case["id"], form="qr_sh19_01_02")
    assert {one["form_number"] for one in sheets} == {"QR/SH19.01-02"}
    assert {one["title"]["zh"] for one in sheets} == {"顾客质量信息反馈单"}
    signed = next(one for one in sheets if one["signatures"])
    loop.is_printed(signed, case["number"], "东方整车厂")
    assert "kept" in loop.ends_of("P10-6", case)
