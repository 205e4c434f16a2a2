"""Whom the hotel tells while it resolves a complaint: a colleague in a higher position, the guest again and again."""

from __future__ import annotations

from tests.clauses.hotel.hotel import DESK, MANAGER, Hotel
from tests.clauses.packs import clause

PROCEDURE = "P13"
DONE = {"outcome": "solved", "result": "换到1502房"}


@clause("P13-5")
def test_a_guest_who_does_not_calm_down_gets_a_colleague_in_a_higher_position(loop: Hotel):
    calm = loop.complaint()
    assert loop.ends_of("P13-5", calm) == []
    case = loop.complaint()
    duty = loop.duty(case, "resolve")
    loop.step(DESK, duty, "accept")
    loop.assess(DESK, case, "客人要求见经理", guest_state="wants_manager")
    assert loop.ends_of("P13-5", case) == ["open"]
    assert loop.is_refused(DESK, loop.step_of(duty, "finish"), DONE) == "P13-5"
    assert any("职位较高的同事" in task["title"]["zh"] for task in loop.all_of(MANAGER, "/api/dispatch/tasks"))
    loop.step(MANAGER, duty, "accept")
    taken = loop.duty(case, "resolve")
    assert taken["desk"] == "duty_manager" and taken["told"][-1]["what"] == "call_superior"
    assert sorted(loop.ends_of("P13-5", case)) == ["kept", "prevented"]
    loop.step(MANAGER, duty, "finish", **DONE)
    loop.step(MANAGER, duty, "return")


@clause("P13-7-a")
def test_what_takes_a_while_is_told_to_the_guest_before_it_is_done(loop: Hotel):
    at_once = loop.complaint(resolution="at_once")
    assert loop.ends_of("P13-7-a", at_once) == []
    case = loop.complaint(is_told=False)
    duty = loop.duty(case, "resolve")
    loop.step(DESK, duty, "accept")
    assert loop.ends_of("P13-7-a", case) == ["open"]
    assert loop.is_refused(DESK, loop.step_of(duty, "finish"), DONE) == "P13-7-a"
    loop.tell(case, "action", text="今晚由工程部检修")
    assert sorted(loop.ends_of("P13-7-a", case)) == ["kept", "prevented"]
    assert "今晚由工程部检修" in loop.page(DESK, f"/dispatch/cases/{case['id']}/duties/{duty['number']}")


@clause("P13-7-b")
def test_the_guest_is_told_of_progress_again_and_again(loop: Hotel):
    case = loop.complaint()
    loop.advance(hours=3)
    loop.tell(case, "progress", text="已更换风机")
    assert sorted(loop.ends_of("P13-7-b", case)).count("kept") >= 1, "told within the four hours"
    before = loop.ends_of("P13-7-b", case).count("breached")
    loop.advance(hours=5)
    assert loop.ends_of("P13-7-b", case).count("breached") == before + 1, "silence for longer than that"
    loop.tell(case, "progress", text="备件明日到")
    loop.advance(hours=3)
    assert loop.ends_of("P13-7-b", case).count("breached") == before + 1
    loop.resolve(case)
    loop.advance(hours=9)
    assert loop.ends_of("P13-7-b", case).count("breached") == before + 1, "nothing runs on after that"
