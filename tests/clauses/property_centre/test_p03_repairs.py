"""Section 4.5: the order is accepted, goes to a worker of the trade, and the customer signs."""

from __future__ import annotations

from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import DESK, LEADER, SIGNED, WORKER, Centre

PROCEDURE = "P03"


@clause("P03-4.5-a1")
def test_the_team_fills_the_order_at_once_when_it_gets_it(loop: Centre):
    case = loop.register_repair()
    duty = loop.duty(case, "work_order")
    assert set(loop.ends_of("P03-4.5-a1", case)) == {"open"}
    loop.advance(minutes=20)
    loop.step(LEADER, duty, "accept")
    assert set(loop.ends_of("P03-4.5-a1", case)) == {"kept"}
    filled = loop.duty(case, "work_order")["fields"]
    assert filled["accepted_at"] and filled["accepted_by"] == "维修组长"


@clause("P03-4.5-a1")
def test_an_order_that_nobody_accepts_for_hours_is_a_breach(loop: Centre):
    case = loop.register_repair()
    loop.advance(hours=2)
    assert "breached" in loop.ends_of("P03-4.5-a1", case)


@clause("P03-4.5-a1")
def test_nobody_accepts_an_order_for_the_team(loop: Centre):
    case = loop.register_repair()
    assert loop.is_refused(WORKER, loop.step_of(loop.duty(case, "work_order"), "accept")) == "P03-4.5-a1"
    assert "prevented" in loop.ends_of("P03-4.5-a1", case)


@clause("P03-4.5-a2")
def test_the_order_goes_to_a_worker_of_the_trade(loop: Centre):
    case = loop.register_repair()
    duty = loop.duty(case, "work_order")
    loop.step(LEADER, duty, "accept")
    assert loop.is_refused(LEADER, loop.step_of(duty, "assign"), {"to": DESK, "trade": "plumbing"}) == "P03-4.5-a2"
    assert loop.is_refused(LEADER, loop.step_of(duty, "assign"), {"to": WORKER, "trade": "astronomy"}) == "P03-4.5-a2"
    assert sorted(loop.ends_of("P03-4.5-a2", case, of="duty:1:assign")) == ["open"]
    loop.step(LEADER, duty, "assign", to=WORKER, trade="plumbing")
    ends = loop.ends_of("P03-4.5-a2", case)
    assert sorted(ends) == ["kept", "kept", "prevented", "prevented"], "the trade was rated, and a worker of it goes"


def is_shown_before_going_there(loop: Centre, number: str, name: str, zh: str, en: str) -> None:
    """The text stands on the order in both languages; who arrives with it in sight has been shown it."""
    case = loop.register_repair()
    duty = loop.duty(case, "work_order")
    loop.step(LEADER, duty, "accept")
    loop.step(LEADER, duty, "assign", to=WORKER, trade="plumbing")
    assert zh in loop.page(WORKER, duty["url"], "zh") and en in loop.page(WORKER, duty["url"], "en")
    assert loop.ends_of(number, case) == ["breached"], "who assigned did not have it in sight"
    loop.step(WORKER, duty, "arrive", guidance=[name])
    assert loop.ends_of(number, case) == ["breached", "shown"]


@clause("P03-4.5-b1")
def test_the_worker_is_told_to_bring_the_basic_tools(loop: Centre):
    is_shown_before_going_there(loop, "P03-4.5-b1", "tools", "携带基本作业工具", "Bring the basic tools")


@clause("P03-4.5-b2")
def test_the_worker_is_told_the_rules_for_repairs_at_the_customers_home(loop: Centre):
    is_shown_before_going_there(
        loop, "P03-4.5-b2", "on_site_rules", "上门维修工作规程", "Work by the rules for repairs"
    )


@clause("P03-4.5-c")
def test_the_customer_signs_for_the_repair(loop: Centre):
    case = loop.register_repair()
    duty = loop.go_to_the_customer(case)
    assert loop.is_refused(WORKER, loop.step_of(duty, "return")) is not None
    loop.step(WORKER, duty, "sign", **SIGNED)
    assert loop.ends_of("P03-4.5-c", case, of="duty:1:sign") == ["kept"]
    signature = loop.step(WORKER, duty, "return")["signature"]
    assert (signature["signer"], signature["role"], signature["means"]) == ("王先生", "customer", "drawn")


@clause("P03-4.5-c")
def test_a_customer_who_will_not_sign_needs_a_witness(loop: Centre):
    case = loop.register_repair()
    duty = loop.go_to_the_customer(case)
    assert loop.is_refused(WORKER, loop.step_of(duty, "sign"), {"means": "refused"}) == "P03-4.5-c"
    assert sorted(loop.ends_of("P03-4.5-c", case)) == ["open", "prevented"]
    loop.step(WORKER, duty, "sign", means="refused", witness="门卫李")
    assert sorted(loop.ends_of("P03-4.5-c", case)) == ["kept", "prevented"]


@clause("P03-4.5-c")
def test_nobody_is_asked_to_sign_before_the_work_is_done(loop: Centre):
    case = loop.register_repair()
    duty = loop.duty(case, "work_order")
    loop.step(LEADER, duty, "accept")
    loop.step(LEADER, duty, "assign", to=WORKER, trade="plumbing")
    assert loop.is_refused(WORKER, loop.step_of(duty, "sign"), SIGNED) == "P03-4.5-c"
    assert sorted(loop.ends_of("P03-4.5-c", case)) == ["open", "prevented"]
