"""Payouts: added up over the whole case, held against the ceiling of the desk that has the duty, and never edited."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from closeloop.chassis.packs import load_pack
from closeloop.contracts.dispatch import PaymentMade
from closeloop.contracts.every import AttemptRefused
from closeloop.contracts.intake import CaseClosed
from closeloop.dispatch.payouts.model import Room

REPAIRS = Path(__file__).parent / "packs" / "repairs"
WORKER, LEADER, HEAD = "repair-worker-1", "repair-leader", "customer-service-head"
PAYMENTS = "/api/dispatch/cases/case-1/payments"


@pytest.fixture
def pack():
    """An invented procedure in which three desks may give something."""
    return load_pack(REPAIRS)


@pytest.fixture
def rated(a_complaint):
    """`rated("minor")`: a complaint of this severity, as intake tells of it."""

    def assessed(severity: str, **changed: Any):
        return a_complaint(facets={"severity": severity}, **changed)

    return assessed


@pytest.fixture
def pay(api, house):
    """`await pay("repair-worker-1", 60)`: somebody gives something; answers what the service said."""

    async def give(login: str, amount: Any, status: int = 201, **said: Any) -> dict[str, Any]:
        body = {"payout": "compensation", "amount": str(amount), "reason": "服务延误", **said}
        answer = await api.post(PAYMENTS, json=body, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return give


async def test_payments_of_a_case_add_up_to_the_ceiling_itself(hear, rated, pay, ends, published):
    await hear(rated("minor"))
    await pay(WORKER, 60)
    refused = await pay(WORKER, "40.01", 409)
    assert refused["clause"] == "P00-1" and "40 CNY are left" in refused["detail"]
    assert "Hand the case up" in refused["detail"]
    last = await pay(WORKER, 40)
    assert (last["number"], last["desk"], last["ceiling"]) == (2, "repair_worker", "worker")
    refused = await pay(WORKER, "0.01", 409)
    assert "0 CNY are left" in refused["detail"]
    told = await published(PaymentMade)
    assert [(one.amount, one.total) for one in told] == [(Decimal(60), Decimal(60)), (Decimal(40), Decimal(100))]
    assert await ends("1") == [
        ("payment:1", "kept"),
        ("attempt:pay", "prevented"),
        ("payment:2", "kept"),
        ("attempt:pay", "prevented"),
    ]


async def test_raising_a_case_changes_the_ceiling_and_never_the_sum(hear, rated, pay, api, house):
    await hear(rated("minor"))
    await pay(WORKER, 80)
    await hear(rated("serious"))
    assert (await pay(LEADER, "120.01", 409))["clause"] == "P00-2"
    await pay(LEADER, 120, means="money")
    await hear(rated("major"))
    assert (await pay(HEAD, 101, 409))["clause"] == "P00-5"
    await pay(HEAD, 100)
    found = (await api.get(PAYMENTS, headers=house.headers(HEAD))).json()
    assert [one["amount"] for one in found["items"]] == ["80.00", "120.00", "100.00"]
    [book] = [book for book in found["payouts"] if book["payout"] == "compensation"]
    assert (book["paid"], book["ceiling"], book["left"]) == ("300.00", "300.00", "0.00")


async def test_a_second_round_does_not_begin_at_nothing(hear, rated, pay, step, another_round):
    case = rated("minor")
    await hear(case)
    await pay(WORKER, 70)
    await step(WORKER, "accept")
    await step(WORKER, "return")
    await hear(another_round(case))
    assert (await pay(WORKER, 31, 409))["clause"] == "P00-1"
    assert (await pay(WORKER, 30))["round"] == 2


async def test_the_desk_of_the_duty_counts_and_not_what_else_a_person_is(hear, rated, pay, ends):
    await hear(rated("minor"))
    refused = await pay(HEAD, 10, 409)
    assert refused["clause"] == "P00-1" and "Repair worker" in refused["detail"]
    assert (await pay(LEADER, 10, 409))["clause"] == "P00-1"
    assert await ends("3") == []


async def test_without_an_open_duty_nobody_gives_anything(hear, rated, pay, step, told_of):
    case = rated("minor")
    await hear(case)
    await step(WORKER, "accept")
    await step(WORKER, "return")
    assert "No open duty" in (await pay(WORKER, 10, 409))["detail"]
    await hear(told_of(case, CaseClosed, received_at=case.received_at, customer=case.customer))
    assert "No open duty" in (await pay(WORKER, 10, 409))["detail"]


async def test_two_payments_at_once_are_held_against_the_ceiling_together(hear, rated, api, house, published):
    await hear(rated("minor"))
    body = {"payout": "compensation", "amount": "60", "reason": "服务延误"}
    sent = [api.post(PAYMENTS, json=body, headers=house.headers(WORKER)) for _ in range(4)]
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert [one.total for one in await published(PaymentMade)] == [Decimal(60)]


async def test_a_mistake_is_taken_back_by_a_payment_of_its_own(hear, rated, pay, api, house, ends, published):
    await hear(rated("minor"))
    await pay(WORKER, 50)
    await pay(WORKER, 50)
    back = {"reason": "记错了"}
    stranger = await api.post(f"{PAYMENTS}/1/take-back", json=back, headers=house.headers("cleaning-head"))
    assert stranger.status_code == 409 and stranger.json()["clause"] == "P00-1"
    answer = await api.post(f"{PAYMENTS}/1/take-back", json=back, headers=house.headers(WORKER))
    assert answer.status_code == 201
    assert (answer.json()["amount"], answer.json()["takes_back"], answer.json()["number"]) == ("-50.00", 1, 3)
    for number, words in ((1, "taken back already"), (3, "takes back another")):
        again = await api.post(f"{PAYMENTS}/{number}/take-back", json=back, headers=house.headers(WORKER))
        assert again.status_code == 409 and words in again.json()["detail"]
    await pay(WORKER, "50.01", 409)
    await pay(WORKER, 50)
    found = (await api.get(PAYMENTS, headers=house.headers(WORKER))).json()
    assert [one["amount"] for one in found["items"]] == ["50.00", "50.00", "-50.00", "50.00"]
    assert [one.total for one in await published(PaymentMade)] == [50, 100, 50, 100]


async def test_the_desk_above_takes_a_payment_back_too(hear, rated, pay, api, house):
    await hear(rated("minor"))
    await pay(WORKER, 50)
    answer = await api.post(f"{PAYMENTS}/1/take-back", json={"reason": "不应支付"}, headers=house.headers(LEADER))
    assert answer.status_code == 201


async def test_a_ceiling_for_each_payment_that_is_not_reached_itself(hear, rated, pay, ends):
    await hear(rated("minor"))
    assert (await pay(WORKER, 50, 409, payout="waiver"))["clause"] == "P00-4"
    for _ in range(3):
        await pay(WORKER, "49.99", payout="waiver")
    await pay(WORKER, 100)
    assert [end for _, end in await ends("4")] == ["prevented", "kept", "kept", "kept"]


async def test_the_sum_stands_on_the_form(hear, rated, pay, api):
    await hear(rated("minor"))
    await pay(WORKER, 60)
    await pay(WORKER, "12.5", means="money")
    [duty] = (await api.get("/api/dispatch/duties?case=case-1")).json()["items"]
    assert duty["fields"]["compensation"] == {"amount": "72.50", "currency": "CNY"}


@pytest.mark.parametrize("amount", ["0", "-5", "1.001", "many", "NaN", "Infinity"])
async def test_only_an_amount_can_be_given(hear, rated, pay, amount, published):
    await hear(rated("minor"))
    await pay(WORKER, amount, 422)
    assert await published(PaymentMade) == []


async def test_what_the_procedure_does_not_know_is_not_given(hear, rated, pay):
    await hear(rated("minor"))
    assert "compensation, waiver" in (await pay(WORKER, 5, 409, payout="gift"))["detail"]
    assert "compensation, waiver" in (await pay(WORKER, 5, 409, payout=None))["detail"]
    assert "goods, money" in (await pay(WORKER, 5, 409, means="shares"))["detail"]


async def test_payments_of_another_place_are_not_there(hear, rated, pay, api, house):
    await hear(rated("minor"))
    await pay(WORKER, 5)
    elsewhere = house.headers("desk-2")
    assert (await api.get(PAYMENTS, headers=elsewhere)).status_code == 404
    assert (await api.post(f"{PAYMENTS}/1/take-back", json={"reason": "xx"}, headers=elsewhere)).status_code == 404
    assert (await api.post(PAYMENTS, json={"amount": 1, "reason": "xx"}, headers=elsewhere)).status_code == 404


async def test_a_repeated_request_gives_once(hear, rated, api, house, published):
    await hear(rated("minor"))
    headers = {**house.headers(WORKER), "Idempotency-Key": "once"}
    body = {"payout": "compensation", "amount": 60, "reason": "服务延误"}
    answers = [await api.post(PAYMENTS, json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(await published(PaymentMade)) == 1


async def test_a_refused_attempt_says_why_in_both_languages(hear, rated, pay, published):
    await hear(rated("minor"))
    await pay(WORKER, 101, 409)
    [attempt] = await published(AttemptRefused)
    assert "100元" in attempt.sentence.zh and "100 CNY" in attempt.sentence.en


AMOUNTS = some.decimals(min_value="0.01", max_value=400, places=2)


@given(amounts=some.lists(AMOUNTS, max_size=30), ceiling=AMOUNTS, inclusive=some.booleans())
def test_the_sum_never_passes_the_ceiling_whatever_is_asked_for(amounts, ceiling, inclusive):
    paid = Decimal(0)
    for amount in amounts:
        room = Room(paid, ceiling, inclusive)
        if room.has(amount):
            paid += amount
            assert paid < ceiling or (inclusive and paid == ceiling)
        else:
            assert amount > room.left or (not inclusive and amount == room.left)
        assert Room(paid, ceiling).left == ceiling - paid >= 0


FIRST = "/dispatch/cases/case-1/duties/1"


@pytest.fixture
def look(api, house):
    """`await look("repair-worker-1", url)`: the page as this person reads it."""

    async def page(login: str, url: str, language: str = "en", status: int = 200) -> str:
        answer = await api.get(url, headers={**house.headers(login, language), "Accept": "text/html"})
        assert answer.status_code == status, answer.text
        said: str = answer.text
        return said

    return page


@pytest.fixture
def send(api, house):
    """A form is sent by a browser without JavaScript."""

    async def form(login: str, url: str, status: int = 303, **fields: str):
        headers = {**house.headers(login), "Accept": "text/html", "Referer": f"http://closeloop{FIRST}"}
        answer = await api.post(url, data=fields, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    return form


async def test_the_page_of_a_duty_says_how_much_may_still_be_given(hear, rated, look, send):
    await hear(rated("minor"))
    assert "You may give 100 CNY more" in await look(WORKER, FIRST)
    given = {"payout": "compensation", "duty": "1", "amount": "80", "means": "goods", "reason": "等候过久"}
    answer = await send(WORKER, "/dispatch/cases/case-1/payments", **given)
    assert answer.headers["location"] == FIRST
    assert "已支付80元，您还可支付20元。" in await look(WORKER, FIRST, "zh")
    refused = await send(WORKER, "/dispatch/cases/case-1/payments", 409, **{**given, "amount": "21"})
    assert "20 CNY are left" in refused.text and "P00-1" in refused.text
    wrong = await send(WORKER, "/dispatch/cases/case-1/payments", 422, **{**given, "amount": "viel"})
    assert 'aria-invalid="true"' in wrong.text


async def test_the_page_of_the_payments_takes_a_mistake_back(hear, rated, look, send, pay):
    await hear(rated("minor"))
    await pay(WORKER, 80)
    page = await look(WORKER, "/dispatch/cases/case-1/payments", "zh")
    assert "对客户的支付" in page and "80元" in page and "冲回" in page
    await send(WORKER, "/dispatch/cases/case-1/payments/1/take-back", reason="记错了")
    page = await look(WORKER, "/dispatch/cases/case-1/payments")
    assert "-80 CNY" in page and "Takes back payment 1" in page and "<summary>" not in page.split("<main")[1]


async def test_whoever_may_give_nothing_sees_what_was_given(hear, rated, look, pay):
    await hear(rated("minor"))
    assert "Compensation" not in await look("desk-1", FIRST)
    await pay(WORKER, 80)
    page = await look("desk-1", FIRST)
    assert "Given so far: 80 CNY." in page and "Give something" not in page
