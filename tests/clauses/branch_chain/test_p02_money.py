"""What each level may give to a customer: all payments of a case together, whoever made them."""

from __future__ import annotations

from tests.clauses.branch_chain.chain import (
    BRANCH_MANAGER,
    DUTY_MANAGER,
    GENERAL_MANAGER,
    INFORMED,
    MAJOR,
    MORE_SERIOUS,
    OFFICE,
    SUPERVISOR,
    Chain,
)
from tests.clauses.loop import Case
from tests.clauses.packs import clause

PROCEDURE = "P02"


def with_the_supervisor(loop: Chain, paid: str = "80") -> Case:
    """A complaint for which the duty manager gave something before it was handed up."""
    case = loop.complaint()
    loop.step(DUTY_MANAGER, loop.handling(case), "accept")
    loop.pay(DUTY_MANAGER, case, paid)
    loop.hand_up(case)
    loop.step(SUPERVISOR, loop.handling(case, MORE_SERIOUS), "accept")
    return case


def with_the_office(loop: Chain) -> Case:
    """A complaint for which 200 yuan were given before it came to the office."""
    case = with_the_supervisor(loop)
    loop.pay(SUPERVISOR, case, "120")
    loop.hand_up(case, MORE_SERIOUS)
    loop.step(OFFICE, loop.handling(case, MAJOR), "accept", **INFORMED)
    return case


@clause("P02-6.2.1-b")
def test_the_duty_manager_gives_up_to_100_yuan_in_all(loop: Chain):
    case = loop.complaint()
    loop.step(DUTY_MANAGER, loop.handling(case), "accept")
    loop.pay(DUTY_MANAGER, case, "60")
    assert loop.may_not_pay(DUTY_MANAGER, case, "41") == "P02-6.2.1-b"
    assert loop.may_not_pay(DUTY_MANAGER, case, "40.01") == "P02-6.2.1-b"
    assert loop.may_not_pay(BRANCH_MANAGER, case, "10") == "P02-6.2.1-b", "who does not handle it gives nothing"
    loop.pay(DUTY_MANAGER, case, "40")
    assert loop.may_not_pay(DUTY_MANAGER, case, "0.01") == "P02-6.2.1-b"
    ends = loop.ends_of("P02-6.2.1-b", case)
    assert ends.count("kept") == 2 and ends.count("prevented") == 4
    assert loop.handling(case)["fields"]["compensation_value"]["amount"] == "100.00"


@clause("P02-6.2.1-b")
def test_a_payment_that_was_a_mistake_is_taken_back_and_leaves_room(loop: Chain):
    case = loop.complaint()
    loop.step(DUTY_MANAGER, loop.handling(case), "accept")
    number = loop.pay(DUTY_MANAGER, case, "100")["number"]
    loop.does(DUTY_MANAGER, f"{loop.payments(case)}/{number}/take-back", {"reason": "记错"}, expect=201)
    loop.pay(DUTY_MANAGER, case, "90")
    assert loop.may_not_pay(DUTY_MANAGER, case, "11") == "P02-6.2.1-b"
    assert loop.sees(DUTY_MANAGER, loop.payments(case))["payouts"][0]["paid"] == "90.00"
    assert set(loop.ends_of("P02-6.2.1-b", case)) == {"kept", "prevented"}


@clause("P02-6.2.2-a")
def test_the_supervisor_gives_up_to_200_yuan_with_what_was_given_before(loop: Chain):
    case = with_the_supervisor(loop)
    assert loop.may_not_pay(SUPERVISOR, case, "121") == "P02-6.2.2-a"
    loop.pay(SUPERVISOR, case, "120")
    assert loop.may_not_pay(SUPERVISOR, case, "0.01") == "P02-6.2.2-a"
    ends = loop.ends_of("P02-6.2.2-a", case)
    assert ends.count("kept") == 1 and ends.count("prevented") == 2


@clause("P02-6.2.3-a")
def test_the_office_gives_up_to_300_yuan_by_itself(loop: Chain):
    case = with_the_office(loop)
    loop.pay(OFFICE, case, "100")
    assert loop.ends_of("P02-6.2.3-a", case) == ["kept"]
    assert loop.sees(OFFICE, loop.payments(case))["payouts"][0]["left"] == "0.00"


@clause("P02-6.2.3-b")
def test_above_300_yuan_the_general_manager_approves_exactly_that(loop: Chain):
    case = with_the_office(loop)
    assert loop.may_not_pay(OFFICE, case, "100.01") == "P02-6.2.3-b"
    requests = f"/api/dispatch/cases/{case['id']}/payment-requests"
    asked = {"payout": "compensation", "amount": "600", "means": "money", "reason": "大衣折价"}
    number = loop.does(OFFICE, requests, asked, expect=201)["number"]
    assert "open" in loop.ends_of("P02-6.2.3-b", case)
    assert loop.is_refused(OFFICE, f"{requests}/{number}/give") == "P02-6.2.3-b"
    loop.sign_off(GENERAL_MANAGER, case, "approval")
    assert loop.is_refused(OFFICE, f"{requests}/{number}/give", {"amount": "601"}) == "P02-6.2.3-b"
    given = loop.does(OFFICE, f"{requests}/{number}/give", expect=201)
    assert given["amount"] == "600.00"
    ends = loop.ends_of("P02-6.2.3-b", case)
    assert "kept" in ends and ends.count("prevented") == 3
    assert loop.sees(OFFICE, loop.payments(case))["payouts"][0]["paid"] == "800.00"


@clause("P02-6.2.3-b")
def test_what_the_general_manager_refuses_is_not_given(loop: Chain):
    case = with_the_office(loop)
    requests = f"/api/dispatch/cases/{case['id']}/payment-requests"
    asked = {"payout": "compensation", "amount": "600", "means": "money", "reason": "大衣折价"}
    number = loop.does(OFFICE, requests, asked, expect=201)["number"]
    loop.sign_off(GENERAL_MANAGER, case, "approval", approves=False, reason="与损失不符")
    loop.does(OFFICE, f"{requests}/{number}/give", expect=409)
    assert loop.sees(OFFICE, loop.payments(case))["payouts"][0]["paid"] == "200.00"
    assert loop.ends_of("P02-6.2.3-b", case)
