"""How the hotel takes a complaint down, resolves it, and does not let go before the guest is content."""

from __future__ import annotations

from tests.clauses.hotel.hotel import DESK, MANAGER, MR_SMITH, Hotel
from tests.clauses.packs import clause

PROCEDURE = "P13"
TWO_WAYS = [{"alternative": "换到1502房", "chosen": True}, {"alternative": "请保安劝阻并赠送早餐", "chosen": False}]


@clause("P13-3-c")
def test_details_are_noted_where_they_are_necessary(loop: Hotel):
    assert loop.ends_of("P13-3-c", loop.complaint()) == ["kept"]
    unnecessary = {"details": {"needed": False, "reason": "客人已在前台说明"}}
    plain = loop.complaint(necessary=unnecessary, fields={"room": "1208"})
    assert loop.ends_of("P13-3-c", plain) == ["not_applicable"]
    body = {
        "procedure": "P13",
        "kind": "complaint",
        "channel": "in_person",
        "content": "空调整夜有噪音",
        "place": loop.place,
        "customer": MR_SMITH,
        "facets": {"resolution": "action"},
    }
    assert loop.is_refused(DESK, "/api/intake/cases", body) == "P13-3-c", "nobody said whether they are"
    undetailed = {**body, "necessary": {"details": {"needed": True}}}
    assert loop.is_refused(DESK, "/api/intake/cases", undetailed) == "P13-3-c"
    unfounded = {**body, "necessary": {"details": {"needed": False}}}
    assert loop.tries(DESK, "POST", "/api/intake/cases", unfounded).status_code in (409, 422), "a no wants its reason"


@clause("P13-6")
def test_at_once_is_two_ways_of_which_the_guest_chose_one(loop: Hotel):
    case = loop.complaint(resolution="at_once")
    duty = loop.duty(case, "resolve")
    loop.step(DESK, duty, "accept")
    finish = loop.step_of(duty, "finish")
    for ways in (TWO_WAYS[:1], [{**way, "chosen": False} for way in TWO_WAYS]):
        assert loop.is_refused(DESK, finish, {"outcome": "solved", "fields": {"alternatives": ways}}) == "P13-6"
    loop.does(DESK, finish, {"outcome": "solved", "fields": {"alternatives": TWO_WAYS}})
    ends = loop.ends_of("P13-6", case)
    assert ends.count("prevented") == 2 and "kept" in ends and "open" not in ends


@clause("P13-7-b")
def test_nobody_lets_go_before_the_guest_is_content(loop: Hotel):
    case = loop.complaint()
    loop.resolve(case)
    loop.ask(case, "dissatisfied")
    assert loop.case(case)["round"] == 2 and loop.case(case)["status"] == "handling"
    assert "open" in loop.ends_of("P13-7-b", case)
    assert loop.duty(case, "resolve", 2)["desk"] == "duty_manager", "one level higher"
    loop.resolve(case, by=MANAGER, round_=2)
    loop.ask(case, "satisfied", round_=2)
    assert loop.case(case)["status"] == "closed"
    assert set(loop.ends_of("P13-7-b", case)) <= {"kept", "withdrawn"}


@clause("P13-10-a")
def test_what_happened_and_its_solution_stand_in_the_log_book(loop: Hotel):
    case = loop.complaint(content="空调整夜有噪音")
    loop.resolve(case)
    loop.ask(case)
    assert set(loop.ends_of("P13-10-a", case)) == {"kept"}
    [entry] = loop.records("dispatch", key=case["id"])
    sheet = loop.page(MANAGER, entry["url"])
    assert "记事本" in sheet and "空调整夜有噪音" in sheet and case["number"] in sheet
