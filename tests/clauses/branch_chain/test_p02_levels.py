"""Sections 2, 4 and 6.1: what the procedure covers, how a complaint comes in, and which of the three levels it has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.branch_chain.chain import (
    DUTY_MANAGER,
    MAJOR,
    MINOR,
    MORE_SERIOUS,
    OFFICE,
    SUPERVISOR,
    Chain,
)
from tests.clauses.packs import clause

PROCEDURE = "P02"
ABOUT_LOGISTICS = {"about": "logistics_centre", "media_involved": True}


@clause("P02-2")
def test_the_logistics_centres_complaints_are_outside_and_only_passed_on(loop: Chain):
    case = loop.complaint(fields=ABOUT_LOGISTICS)
    assert case["facets"] == {"scope": "excluded"}, "no level, though the media are involved"
    [duty] = loop.duties(case)
    assert (duty["rule"], duty["desk"]) == ("passing_on", "office")
    assert "open" in loop.ends_of("P02-2", case)
    loop.step(OFFICE, duty, "finish", outcome="solved", course="已转物流中心处理")
    loop.step(OFFICE, duty, "return")
    assert set(loop.ends_of("P02-2", case)) == {"kept"}
    assert loop.case(case)["status"] == "closed"


@clause("P02-2")
def test_nobody_rates_a_complaint_that_is_outside(loop: Chain):
    case = loop.complaint(fields=ABOUT_LOGISTICS)
    rating = {"facets": {"severity": MAJOR}, "reason": "媒体介入"}
    assert loop.is_refused(OFFICE, f"/api/intake/cases/{case['id']}/assessment", rating) == "P02-2"
    assert "prevented" in loop.ends_of("P02-2", case)


def is_major(loop: Chain, number: str, **said: Any) -> None:
    """A complaint is major, and nobody rates it lower: neither when it is taken down nor afterwards."""
    case = loop.complaint(**said)
    assert case["facets"]["severity"] == MAJOR
    assert loop.ends_of(number, case) == ["kept"]
    lower = loop.try_to_register(facets={"severity": MINOR}, **said)
    assert (lower.status_code, lower.json()["clause"]) == (409, number)
    rating = {"facets": {"severity": MINOR}, "reason": "并不严重"}
    assert loop.is_refused(OFFICE, f"/api/intake/cases/{case['id']}/assessment", rating) == number
    assert sorted(loop.ends_of(number, case)) == ["kept", "prevented"]
    assert loop.ends_of(number, loop.complaint()) == []


@clause("P02-4.1-a")
@pytest.mark.parametrize("said", [{"channel": "media"}, {"fields": {"media_involved": True}}])
def test_with_the_media_involved_it_is_major(loop: Chain, said: dict[str, Any]):
    is_major(loop, "P02-4.1-a", **said)


@clause("P02-4.1-c")
def test_with_a_serious_injury_it_is_major(loop: Chain):
    is_major(loop, "P02-4.1-c", fields={"serious_injury": True})


@clause("P02-4.1-b")
def test_great_effect_on_the_reputation_is_a_judgement_with_reason_and_name(loop: Chain):
    said: dict[str, Any] = {"fields": {"harms_reputation": True}}
    unsaid = loop.try_to_register(by=DUTY_MANAGER, **said)
    assert (unsaid.status_code, unsaid.json()["clause"]) == (422, "P02-4.1-b")
    case = loop.complaint(reason="本地论坛一日三千转发", **said)
    assert case["facets"]["severity"] == MAJOR
    assert loop.ends_of("P02-4.1-b", case) == ["kept"]
    judged = loop.case(case)["assessment"]["history"][-1]
    assert judged["reason"] == "本地论坛一日三千转发" and judged["signed"]["signer"] == "人民广场店值班经理"
    page = loop.page(OFFICE, f"/intake/cases/{case['id']}")
    assert "本地论坛一日三千转发" in page and "人民广场店值班经理" in page


@clause("P02-4.2")
def test_what_the_manager_cannot_handle_is_more_serious(loop: Chain):
    case = loop.complaint()
    assert loop.ends_of("P02-4.2", case) == []
    assert loop.is_refused(SUPERVISOR, loop.cannot(case), {"reason": "我来处理"}) == "P02-4.2"
    loop.hand_up(case)
    assert loop.case(case)["facets"]["severity"] == MORE_SERIOUS
    assert sorted(loop.ends_of("P02-4.2", case)) == ["kept", "prevented"]
    assert loop.handling(case, MORE_SERIOUS)["desk"] == "supervisor"


@clause("P02-4.1-d")
def test_what_the_supervisor_cannot_handle_is_major(loop: Chain):
    case = loop.complaint(level=MORE_SERIOUS)
    assert loop.ends_of("P02-4.1-d", case) == []
    assert loop.is_refused(DUTY_MANAGER, loop.cannot(case, MORE_SERIOUS), {"reason": "顾客要见总部"}) == "P02-4.1-d"
    loop.hand_up(case, MORE_SERIOUS)
    assert loop.case(case)["facets"]["severity"] == MAJOR
    assert sorted(loop.ends_of("P02-4.1-d", case)) == ["kept", "prevented"]
    assert loop.handling(case, MAJOR)["desk"] == "office"


@clause("P02-4.3")
def test_what_the_manager_can_handle_alone_is_minor(loop: Chain):
    case = loop.complaint()
    assert case["facets"]["severity"] == MINOR
    assert loop.ends_of("P02-4.3", case) == ["kept"]
    assert loop.ends_of("P02-4.3", loop.complaint(level=MAJOR)) == []


SOURCES = [
    ("P02-6.1-A", "branch"),
    ("P02-6.1-B", "telephone"),
    ("P02-6.1-B", "opinion_box"),
    ("P02-6.1-C", "consumer_association"),
    ("P02-6.1-C", "media"),
    ("P02-6.1-C", "social"),
]


@pytest.mark.parametrize(
    "number, channel", [pytest.param(*one, marks=clause(one[0]), id=f"{one[0]} {one[1]}") for one in SOURCES]
)
def test_every_complaint_has_its_source(loop: Chain, number: str, channel: str):
    case = loop.complaint(channel=channel)
    assert loop.ends_of(number, case) == ["kept"]
    others = {source for source, _channel in SOURCES} - {number}
    assert [loop.ends_of(other, case) for other in sorted(others)] == [[], []]
    assert loop.case(case)["channel"] == channel


@clause("P02-6.1-A", "P02-6.1-B", "P02-6.1-C")
def test_no_complaint_comes_in_without_a_source(loop: Chain):
    sources = {channel for _source, channel in SOURCES}
    unknown = loop.try_to_register(channel="pigeon")
    assert unknown.status_code == 422
    offered = unknown.json()["errors"][0]["message"]
    assert all(source in offered for source in sources), offered


@clause("P02-6.2.5-a")
def test_the_receiver_of_a_call_judges_the_level_first(loop: Chain):
    said: dict[str, Any] = {"channel": "telephone", "fields": {"media_involved": True}}
    unjudged = loop.try_to_register(by=DUTY_MANAGER, **said)
    assert (unjudged.status_code, unjudged.json()["clause"]) == (422, "P02-6.2.5-a")
    unknown = loop.body(**said)
    del unknown["fields"]["serious_injury"]
    unasked = loop.tries(DUTY_MANAGER, "POST", "/api/intake/cases", {**unknown, "facets": {"severity": MAJOR}})
    assert (unasked.status_code, unasked.json()["clause"]) == (422, "P02-6.2.5-a")
    too_low = loop.try_to_register(by=DUTY_MANAGER, facets={"severity": MINOR}, **said)
    assert too_low.status_code in (409, 422) and too_low.json()["clause"] in ("P02-4.1-a", "P02-6.2.5-a")
    case = loop.complaint(facets={"severity": MAJOR}, **said)
    assert loop.ends_of("P02-6.2.5-a", case) == ["kept"]
    assert loop.ends_of("P02-6.2.5-a", loop.complaint()) == []


@clause("P02-6.2.5-a")
def test_who_judges_otherwise_than_the_facts_says_why(loop: Chain):
    said: dict[str, Any] = {"channel": "telephone", "facets": {"severity": MORE_SERIOUS}}
    unsaid = loop.try_to_register(by=DUTY_MANAGER, **said)
    assert (unsaid.status_code, unsaid.json()["clause"]) == (422, "P02-6.2.5-a")
    case = loop.complaint(reason="店长已多次道歉无果", **said)
    assert case["facets"]["severity"] == MORE_SERIOUS
    assert loop.ends_of("P02-6.2.5-a", case) == ["kept"]


@clause("P02-6.2.5-b")
@pytest.mark.parametrize("minutes, end", [(5, "kept"), (16, "breached")])
def test_the_call_is_taken_over_by_the_desk_of_its_level(loop: Chain, minutes: int, end: str):
    case = loop.complaint(channel="telephone", fields={"media_involved": True}, facets={"severity": MAJOR})
    assert loop.ends_of("P02-6.2.5-b", case) == ["open"]
    taking_over = f"/api/intake/cases/{case['id']}/taking-over"
    assert loop.tries(DUTY_MANAGER, "POST", taking_over, {}).status_code in (403, 404), "this level is the office's"
    loop.advance(minutes=minutes)
    loop.does(OFFICE, taking_over)
    assert loop.ends_of("P02-6.2.5-b", case) == [end]
    assert loop.handling(case, MAJOR)["desk"] == "office"
