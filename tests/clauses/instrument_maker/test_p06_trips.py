"""Section 3.4.1: who is sent on a trip, who leads it, and whose name stands under what they say."""

from __future__ import annotations

from tests.clauses.instrument_maker.maker import ENGINEER, MANAGER, OTHER_ENGINEER, Maker
from tests.clauses.packs import clause

PROCEDURE = "P06"


@clause("P06-3.4.1-b")
def test_where_two_or_more_go_one_is_named_as_leader(loop: Maker):
    case = loop.fault()
    loop.analyse(case)
    visit = loop.duty(case, "visit")
    two = {"to": ENGINEER, "crew": [OTHER_ENGINEER]}
    assert loop.may_not(MANAGER, visit, "assign", **two) == "P06-3.4.1-b"
    sent = loop.step(MANAGER, visit, "assign", **two, leader=OTHER_ENGINEER)
    assert (sent["worker"], sent["crew"]) == (OTHER_ENGINEER, [ENGINEER])
    assert sorted(loop.ends_of("P06-3.4.1-b", case)) == ["kept", "prevented"]
    assert loop.ends_of("P06-3.4.1-b", loop.a_visit()) == ["not_applicable"], "whoever goes alone leads by themselves"


@clause("P06-3.4.1-b2")
def test_whoever_contacted_the_user_signs_for_it(loop: Maker):
    case = loop.a_visit()
    visit = loop.visit(case, "contact_user")
    signed = visit["steps"]["contact_user"]["signature"]
    assert signed["signer"] == loop.house.people.person(ENGINEER).name and "fault_as_told" in signed["covers"]
    early = {"fault_as_told": "别的说法"}
    loop.does(ENGINEER, loop.step_of(visit, "arrive"), {"fields": early}, expect=409)
