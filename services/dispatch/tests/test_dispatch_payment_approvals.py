"""More than the ceiling: approved by somebody else, given exactly as approved, void when the case has cost more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import load_pack
from closeloop.contracts.dispatch import PaymentMade
from closeloop.contracts.every import TaskClosed, TaskOpened

REPAIRS = Path(__file__).parent / "packs" / "repairs"
HEAD, REPRESENTATIVE = "customer-service-head", "management-representative"
CASE = "/api/dispatch/cases/case-1"
WAITING = "/api/dispatch/sign-offs?state=waiting"


@pytest.fixture
def pack():
    """An invented procedure in which the management representative approves what goes above all ceilings."""
    return load_pack(REPAIRS)


@pytest.fixture
async def major(hear, a_complaint):
    """A major complaint on the desk of the head of customer service."""
    await hear(a_complaint(facets={"severity": "major"}))


@pytest.fixture
def send(api, house):
    """`await send("customer-service-head", "payments", amount="10")`: answers what the service said."""

    async def post(login: str, where: str, status: int = 201, **said: Any) -> dict[str, Any]:
        if where in ("payments", "payment-requests"):
            said = {"payout": "compensation", "reason": "设备损坏", **said}
        answer = await api.post(f"{CASE}/{where}", json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return post


@pytest.fixture
def decide(api, house):
    """The management representative says yes or no to a request."""

    async def say(login: str = REPRESENTATIVE, status: int = 200, **said: Any) -> dict[str, Any]:
        headers = house.headers(login)
        lying = (await api.get(WAITING, headers=house.headers(REPRESENTATIVE))).json()["items"]
        identity = lying[0]["id"] if lying else "none"
        answer = await api.post(f"/api/dispatch/sign-offs/{identity}", json=said, headers=headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return say


async def test_more_than_the_ceiling_waits_for_a_yes_and_is_given_as_approved(major, send, decide, ends, published):
    refused = await send(HEAD, "payments", 409, amount="900")
    assert refused["clause"] == "P00-5" and "Ask for approval" in refused["detail"]
    await send(HEAD, "payments", amount="200")
    asked = await send(HEAD, "payment-requests", amount="900")
    assert ("request:1:approval", "opened") in await ends("5")
    early = await send(HEAD, "payment-requests/1/give", 409)
    assert early["clause"] == "P00-5"
    await decide(approves=True)
    assert ("request:1:approval", "kept") in await ends("5")
    other = await send(HEAD, "payment-requests/1/give", 409, amount="901")
    assert other["clause"] == "P00-5" and "900 CNY was approved" in other["detail"]
    given = await send(HEAD, "payment-requests/1/give", amount="900")
    assert (given["amount"], given["approved"], asked["amount"]) == ("900.00", 1, "900.00")
    assert [float(one.total) for one in await published(PaymentMade)] == [200, 1100]
    assert [end for _, end in await ends("3")] == ["kept"]
    assert "over" in (await send(HEAD, "payment-requests/1/give", 409))["detail"]


async def test_a_no_names_its_reason_and_nothing_is_given(major, send, decide, ends, published):
    await send(HEAD, "payment-requests", amount="900")
    await decide(approves=False, status=409)
    await decide(approves=False, reason="与责任不符")
    assert ("request:1:approval", "kept") in await ends("5")
    await send(HEAD, "payment-requests/1/give", 409)
    assert await published(PaymentMade) == []


async def test_nobody_approves_what_they_asked_for(major, send, decide, house):
    await send(HEAD, "payment-requests", amount="900")
    await house.running.store.execute("update sign_offs set authors = ?", f'["{REPRESENTATIVE}"]')
    refused = await decide(approves=True, status=409)
    assert refused["clause"] == "P00-5"


async def test_only_whoever_the_procedure_names_approves(major, send, decide):
    await send(HEAD, "payment-requests", amount="900")
    assert (await decide(login=HEAD, approves=True, status=403))["clause"] == "P00-5"


async def test_what_was_approved_is_void_once_the_case_has_cost_more(major, send, decide, ends, published):
    await send(HEAD, "payment-requests", amount="900")
    await decide(approves=True)
    await send(HEAD, "payments", amount="10")
    assert (await send(HEAD, "payment-requests/1/give", 409))["clause"] == "P00-5"
    given = [one.task_id for one in await published(TaskOpened) if one.kind == "give_approved"]
    assert given == [one.task_id for one in await published(TaskClosed) if one.kind == "give_approved"]
    await decide(approves=True)
    await send(HEAD, "payment-requests/1/give")
    assert [end for of, end in await ends("5") if of.startswith("request")] == ["kept", "kept"]


async def test_what_is_within_the_ceiling_is_not_asked_for(major, send):
    assert "within your ceiling" in (await send(HEAD, "payment-requests", 409, amount="300"))["detail"]


async def test_a_ceiling_without_anybody_above_asks_nobody(hear, a_complaint, send):
    await hear(a_complaint(facets={"severity": "minor"}))
    refused = await send("repair-worker-1", "payment-requests", 409, amount="900")
    assert refused["clause"] == "P00-1"


async def test_a_request_that_is_dropped_no_longer_holds_the_case(major, send, ends, api, house):
    await send(HEAD, "payment-requests", amount="900")
    await send(HEAD, "payment-requests/1/drop", 200, reason="顾客同意换货")
    assert ("request:1:approval", "not_applicable") in await ends("5")
    lying = (await api.get(WAITING, headers=house.headers(REPRESENTATIVE))).json()["items"]
    assert lying == []


async def test_the_pages_ask_approve_and_give(major, api, house):
    async def look(login: str, url: str) -> str:
        answer = await api.get(url, headers={**house.headers(login, "zh"), "Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    async def post(login: str, url: str, **said: str) -> None:
        headers = {**house.headers(login, "zh"), "Accept": "text/html", "Referer": f"http://closeloop{url}"}
        answer = await api.post(url, data=said, headers=headers)
        assert answer.status_code == 303, answer.text

    page = "/dispatch/cases/case-1"
    assert "由“管理者代表”审批" in await look(HEAD, f"{page}/duties/1")
    await post(HEAD, f"{page}/payment-requests", payout="compensation", amount="900", means="money", reason="设备损坏")
    assert "待“管理者代表”审批" in await look(HEAD, f"{page}/payments")
    [lying] = (await api.get(WAITING, headers=house.headers(REPRESENTATIVE))).json()["items"]
    shown = await look(REPRESENTATIVE, f"/dispatch/sign-offs/{lying['id']}")
    assert "900元" in shown and "设备损坏" in shown and "金额" in shown
    await post(REPRESENTATIVE, f"/dispatch/sign-offs/{lying['id']}", approves="true")
    assert "已同意" in await look(HEAD, f"{page}/payments")
    await post(HEAD, f"{page}/payment-requests/1/give")
    assert "900元" in await look(HEAD, f"{page}/payments")
