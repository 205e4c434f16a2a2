"""Accounts: both sides in one entry, never below nothing, held against what the case has, cleared in time."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from closeloop.chassis.packs import load_pack
from closeloop.contracts.dispatch import EntryPosted
from closeloop.contracts.every import MarkSet, TaskOpened

REPAIRS = Path(__file__).parent / "packs" / "repairs"
DESK, WORKER, LEADER = "desk-1", "repair-worker-1", "repair-leader"
ACCOUNTS = "/api/dispatch/accounts"
VALVE = {"part_name": "角阀", "specification": "DN15", "quantity": 1}
PUMP = {"part_name": "水泵", "specification": "750W", "quantity": 1}


@pytest.fixture
def pack():
    """An invented procedure with an account of parts and one of money."""
    return load_pack(REPAIRS)


@pytest.fixture
def post(api, house):
    """`await post("issue", VALVE, case="case-1")`: somebody posts; answers what the service said."""

    async def move(posting: str, *rows: dict[str, Any], by: str = DESK, status: int = 201, **said: Any) -> Any:
        account = "money" if "amount" in said else "parts"
        body = {**said, **({"parts": list(rows)} if rows else {})}
        answer = await api.post(f"{ACCOUNTS}/{account}/postings/{posting}", json=body, headers=house.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    return move


@pytest.fixture
def has(api, house):
    """`await has("store")`: what a holder has, item by item."""

    async def look(holder: str, account: str = "parts", **asked: Any) -> dict[str, str]:
        answer = await api.get(f"{ACCOUNTS}/{account}", params={"holder": holder, **asked}, headers=house.headers(DESK))
        assert answer.status_code == 200, answer.text
        return {" ".join(one["item"]) or one["holder"]: one["quantity"] for one in answer.json()["balances"]}

    return look


@pytest.fixture
async def a_visit(hear, a_repair, post):
    """A repair is on the desk of the worker, and the store has three valves."""
    await hear(a_repair())
    await post("receive", {**VALVE, "quantity": 3}, supplier="水暖器材厂")


@pytest.fixture
def report(step):
    """The worker replaced something, the customer signed, and perhaps the leader."""

    async def write(*rows: dict[str, Any]) -> None:
        await step(WORKER, "accept")
        await step(WORKER, "finish", outcome="solved", result="更换角阀", parts=list(rows))
        await step(WORKER, "sign", signer="王先生")

    return write


@pytest.fixture
def approve(api, house):
    """Whoever is asked signs, or says yes."""

    async def sign(login: str, **said: Any) -> None:
        lying = (await api.get("/api/dispatch/sign-offs?state=waiting", headers=house.headers(login))).json()["items"]
        url = f"/api/dispatch/sign-offs/{lying[0]['id']}"
        answer = await api.post(url, json=said, headers=house.headers(login))
        assert answer.status_code == 200, answer.text

    return sign


async def test_parts_are_received_against_a_receipt_and_entered_item_by_item(post, has, ends, api, published):
    voucher = await post("receive", {**VALVE, "quantity": 2}, PUMP, {**VALVE, "quantity": "1"}, supplier="水暖器材厂")
    assert await has("store") == {"角阀 DN15": "3", "水泵 750W": "1"}
    assert (voucher["number"], voucher["giver"], voucher["receiver"]) == (1, "supplier", "store")
    [told] = await published(EntryPosted)
    assert [(line.item, line.quantity) for line in told.lines] == [(("角阀", "DN15"), 3), (("水泵", "750W"), 1)]
    assert ("voucher:parts.1", "kept") in await ends("6")
    [record] = (await api.get("/api/dispatch/records?form=receipt")).json()["items"]
    assert record["is_as_sealed"] and record["fields"]["supplier"] == "水暖器材厂"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**VALVE, "specification": " "}], "Fill in “specification”"),
        ([{**VALVE, "quantity": 0}], "is no amount"),
        ([{**VALVE, "quantity": "-1"}], "is no amount"),
        ([{**VALVE, "quantity": "NaN"}], "is no amount"),
        ([], "Say what is moved"),
    ],
)
async def test_an_entry_without_its_columns_is_refused(post, has, rows, said):
    refused = await post("receive", *rows, supplier="厂", status=409)
    assert refused["clause"] == "P00-6" and said in refused["detail"]
    assert await has("store") == {}


async def test_a_receipt_without_a_required_field_is_not_posted(post, has):
    assert "Supplier" in (await post("receive", VALVE, status=409))["detail"]
    assert await has("store") == {}


async def test_no_holder_falls_below_nothing(a_visit, post, has, ends):
    await post("issue", {**VALVE, "quantity": 2}, case="case-1", person=WORKER)
    refused = await post("issue", {**VALVE, "quantity": 2}, case="case-1", person=WORKER, status=409)
    assert refused["clause"] == "P00-7" and "has 1 of 角阀 DN15, not 2" in refused["detail"]
    assert (await post("issue", PUMP, case="case-1", person=WORKER, status=409))["clause"] == "P00-7"
    assert await has("store") == {"角阀 DN15": "1"}
    assert await has(f"drawn:{WORKER}") == {"角阀 DN15": "2"}
    assert ("attempt:post", "prevented") in await ends("7")


async def test_what_one_row_may_not_move_none_of_the_others_moves(a_visit, post, has):
    await post("issue", VALVE, PUMP, case="case-1", person=WORKER, status=409)
    assert await has("store") == {"角阀 DN15": "3"} and await has("drawn") == {}


async def test_two_who_draw_the_last_one_at_once(a_visit, api, house, has):
    body = {"case": "case-1", "parts": [{**VALVE, "quantity": 2}], "person": WORKER}
    sent = [api.post(f"{ACCOUNTS}/parts/postings/issue", json=body, headers=house.headers(DESK)) for _ in range(3)]
    assert sorted(one.status_code for one in await asyncio.gather(*sent)) == [201, 409, 409]
    assert await has("store") == {"角阀 DN15": "1"}


async def test_a_station_is_an_account_of_its_own(a_visit, post, has):
    assert "which place" in (await post("send", VALVE, status=409))["detail"]
    await post("send", {**VALVE, "quantity": 2}, place="river-towers")
    await post("issue", {**VALVE, "quantity": 2}, case="case-1", person=WORKER, status=409)
    assert await has("station:river-towers") == {"角阀 DN15": "2"}


async def test_what_the_signed_report_says_comes_back_within_seven_days(a_visit, report, post, has, ends, house):
    await report(VALVE)
    await house.fire()
    on_the_way = f"old_on_the_way:{WORKER}"
    assert await has(on_the_way) == {"角阀 DN15": "1"}
    assert (f"holder:parts.{on_the_way}", "opened") in await ends("10")
    await post("bring_back", VALVE, case="case-1", person=WORKER)
    assert (f"holder:parts.{on_the_way}", "kept") in await ends("10")
    await house.advance(days=8)
    assert [end for of, end in await ends("10") if of.startswith("holder")] == ["kept"]


async def test_an_old_part_that_does_not_come_back_is_a_breach(a_visit, report, ends, house, published):
    await report(VALVE)
    await house.advance(days=8)
    assert (f"holder:parts.old_on_the_way:{WORKER}", "breached") in await ends("10")
    assert [task.person for task in await published(TaskOpened) if task.kind == "clearing"] == [WORKER]


async def test_nothing_is_written_off_without_the_signed_report_and_the_old_part(
    a_visit, report, post, has, ends, house, approve
):
    await post("issue", {**VALVE, "quantity": 2}, case="case-1", person=WORKER)
    off = {"case": "case-1", "person": WORKER}
    refused = await post("write_off", VALVE, **off, status=409)
    assert refused["clause"] == "P00-8" and "Service report" in refused["detail"]
    await report(VALVE)
    await house.fire()
    assert "Service report" in (await post("write_off", VALVE, **off, status=409))["detail"]
    await approve(LEADER, approves=True)
    assert "Hand the old part in" in (await post("write_off", VALVE, **off, status=409))["detail"]
    await post("bring_back", VALVE, case="case-1", person=WORKER)
    assert (await post("write_off", {**VALVE, "specification": "DN20"}, **off, status=409))["clause"] == "P00-8"
    assert (await post("write_off", {**VALVE, "quantity": 2}, **off, status=409))["clause"] == "P00-8"
    await post("write_off", VALVE, **off)
    assert (await post("write_off", VALVE, **off, status=409))["clause"] == "P00-8"
    assert await has("drawn") == {"角阀 DN15": "1"}
    assert (f"holder:parts.drawn:{WORKER}", "opened") in await ends("9")
    await post("hand_back", VALVE, **off)
    assert (f"holder:parts.drawn:{WORKER}", "kept") in await ends("9")


async def test_a_mailed_part_needs_no_old_one(hear, a_repair, post, report, approve):
    case = a_repair()
    await hear(case.model_copy(update={"case": case.case.model_copy(update={"channel": "mail"})}))
    await post("receive", VALVE, supplier="厂")
    await post("issue", VALVE, case="case-1", person=WORKER)
    await report(VALVE)
    await approve(LEADER, approves=True)
    await post("write_off", VALVE, case="case-1", person=WORKER)


async def test_the_case_does_not_close_while_somebody_has_parts_of_it(a_visit, post, report, step, approve, published):
    await post("issue", VALVE, case="case-1", person=WORKER)
    await report()
    await approve(LEADER, approves=True)
    await step(WORKER, "return")
    await post("hand_back", VALVE, case="case-1", person=WORKER)
    said = [mark.is_set for mark in await published(MarkSet) if mark.mark == "occasions_settled"]
    assert said == [False, True]


async def test_money_of_the_customer_is_handed_in_before_the_report_goes_back(
    a_visit, post, report, step, approve, ends
):
    await post("collect", amount=120, case="case-1", by=WORKER)
    await report()
    await approve(LEADER, approves=True)
    assert (await step(WORKER, "return", status=409))["clause"] == "P00-11"
    await post("hand_in", amount="119.99", case="case-1", person=WORKER)
    await step(WORKER, "return", status=409)
    await post("hand_in", amount="0.01", case="case-1", person=WORKER)
    await step(WORKER, "return")
    assert (f"holder:money.collected:{WORKER}", "kept") in await ends("11")


async def test_an_account_of_costs_may_have_less_than_nothing(post, has):
    await post("spend", amount=30)
    assert await has("cost", "money") == {"cost": "-30"}


async def test_a_voucher_is_posted_once_it_is_signed(a_visit, post, has, approve, api, house, ends):
    voucher = await post("refund", amount="88.50", case="case-1", person=WORKER)
    assert voucher["posted_at"] is None and await has("staff", "money") == {}
    url = f"{ACCOUNTS}/money/vouchers/{voucher['number']}/post"
    early = await api.post(url, json={}, headers=house.headers(DESK))
    assert early.status_code == 409 and early.json()["clause"] == "P00-12"
    await approve(LEADER, approves=True)
    assert ("voucher:money.1:review", "kept") in await ends("12")
    done = await api.post(url, json={}, headers=house.headers(DESK))
    assert done.status_code == 200 and await has("staff", "money") == {f"staff:{WORKER}": "88.5"}
    assert (await api.post(url, json={}, headers=house.headers(DESK))).status_code == 409


async def test_a_voucher_that_was_refused_is_never_posted(a_visit, post, has, approve, api, house):
    voucher = await post("refund", amount="88.50", case="case-1", person=WORKER)
    await approve(LEADER, approves=False, reason="无发票")
    answer = await api.post(f"{ACCOUNTS}/money/vouchers/{voucher['number']}/post", json={}, headers=house.headers(DESK))
    assert answer.status_code == 409 and await has("staff", "money") == {}


async def test_a_mistake_is_moved_back_by_a_voucher_of_its_own(a_visit, post, has, api, house):
    voucher = await post("issue", {**VALVE, "quantity": 2}, case="case-1", person=WORKER)
    url = f"{ACCOUNTS}/parts/vouchers/{voucher['number']}/take-back"
    back = await api.post(url, json={}, headers=house.headers(DESK))
    assert back.status_code == 201 and back.json()["takes_back"] == voucher["number"]
    assert await has("store") == {"角阀 DN15": "3"} and await has("drawn") == {}
    assert (await api.post(url, json={}, headers=house.headers(DESK))).status_code == 409
    first = f"{ACCOUNTS}/parts/vouchers/1/take-back"
    assert (await api.post(first, json={}, headers=house.headers(DESK))).status_code == 201
    assert (await api.post(first, json={}, headers=house.headers(DESK))).status_code == 409
    assert await has("store") == {}


async def test_only_whoever_the_procedure_names_posts(a_visit, post, api, house):
    assert (await post("issue", VALVE, case="case-1", by=WORKER, status=404))["status"] == 404
    refused = await post("collect", amount=5, case="case-1", status=409)
    assert "Repair worker" in refused["detail"]
    assert "name it" in (await post("issue", VALVE, status=409))["detail"]
    assert "no case" in (await post("receive", VALVE, case="case-1", supplier="厂", status=409))["detail"]


async def test_what_a_holder_had_at_a_moment(a_visit, post, has, house):
    before = house.clock.now()
    await house.advance(hours=1)
    await post("issue", VALVE, case="case-1", person=WORKER)
    assert await has("store") == {"角阀 DN15": "2"}
    assert await has("store", as_of=before.isoformat()) == {"角阀 DN15": "3"}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_is_posted_the_account_balances_and_nobody_has_less_than_nothing(
    hear, a_repair, post, house, seed
):
    """Random postings: the sum over all holders is nothing, inside never negative, stocks agree with the entries."""
    chance = Random(seed)
    await hear(a_repair())
    for _ in range(40):
        posting = chance.choice(["receive", "issue", "hand_back", "send", "bring_back"])
        rows = [{**chance.choice([VALVE, PUMP]), "quantity": chance.randint(1, 4)} for _ in range(chance.randint(1, 2))]
        said: dict[str, Any] = {"person": chance.choice([WORKER, "repair-worker-2"]), "place": "river-towers"}
        said |= {"supplier": "厂"} if posting == "receive" else {}
        said |= {} if posting in ("receive", "send") else {"case": "case-1"}
        answer = await post(posting, *rows, status=chance_of(posting), **said)
        assert answer is not None
    moved = await house.running.store.fetch("select giver, receiver, item, quantity from account_entries")
    sums: dict[tuple[str, str], Decimal] = {}
    for giver, receiver, item, quantity in moved:
        for holder, sign in ((giver, -1), (receiver, 1)):
            key = (holder, str(item))
            sums[key] = sums.get(key, Decimal(0)) + sign * Decimal(str(quantity))
    assert sum(sums.values()) == 0
    stocks = await house.running.store.fetch("select holder, item, quantity from stocks")
    kept = {(holder, str(item)): Decimal(str(quantity)) for holder, item, quantity in stocks}
    assert all(quantity >= 0 for quantity in kept.values())
    inside = {key: quantity for key, quantity in sums.items() if not key[0].startswith(("supplier", "user"))}
    assert {key: quantity for key, quantity in inside.items() if quantity} == {
        key: quantity for key, quantity in kept.items() if quantity
    }


def chance_of(posting: str) -> Any:
    """A posting goes, or is refused: both are right here."""
    return type("Either", (), {"__eq__": lambda _self, other: other in (201, 409), "__hash__": None})()


@pytest.fixture
def look(api, house):
    """`await look("desk-1", url)`: the page as this person reads it."""

    async def page(login: str, url: str, language: str = "en", status: int = 200) -> str:
        answer = await api.get(url, headers={**house.headers(login, language), "Accept": "text/html"})
        assert answer.status_code == status, answer.text
        said: str = answer.text
        return said

    return page


@pytest.fixture
def send(api, house):
    """A form is sent by a browser without JavaScript."""

    async def form(login: str, url: str, status: int = 303, **fields: str) -> str:
        at = "http://closeloop/dispatch/accounts/parts?posting=issue"
        headers = {**house.headers(login), "Accept": "text/html", "Referer": at}
        answer = await api.post(url, data=fields, headers=headers)
        assert answer.status_code == status, answer.text
        said: str = answer.text
        return said

    return form


async def test_the_page_of_an_account_posts_by_plain_forms(a_visit, look, send, has):
    assert "/dispatch/accounts/parts" in await look(DESK, "/dispatch/accounts")
    page = await look(DESK, "/dispatch/accounts/parts?posting=issue&case=QR-022/2026-0001", "zh")
    assert "备件库 → 领出在外" in page and "QR-022/2026-0001" in page and "fields.parts.0.specification" in page
    row = {"fields.parts.rows": "rows", "fields.parts.0.part_name": "角阀", "fields.parts.0.specification": "DN15"}
    row |= {"fields.parts.0.quantity": "2", "case": "QR-022/2026-0001", "person": WORKER}
    await send(DESK, "/dispatch/accounts/parts/postings/issue", **row)
    assert await has("drawn") == {"角阀 DN15": "2"}
    assert "has 1 of 角阀 DN15" in await send(DESK, "/dispatch/accounts/parts/postings/issue", 409, **row)
    wrong = {**row, "case": "QR-000"}
    assert "There is no case QR-000" in await send(DESK, "/dispatch/accounts/parts/postings/issue", 409, **wrong)
    page = await look(DESK, f"/dispatch/accounts/parts?holder=drawn:{WORKER}")
    assert "Drawn · 维修工一 Repair worker 1" in page and "QR-022/2026-0001" in page
    await look(WORKER, "/dispatch/accounts/parts", status=404)


async def test_the_page_shows_what_waits_and_posts_it(a_visit, post, look, send, approve, has):
    await post("refund", amount="88.50", case="case-1", person=WORKER)
    assert "waits" in await look(DESK, "/dispatch/accounts/money")
    await approve(LEADER, approves=True)
    await send(DESK, "/dispatch/accounts/money/vouchers/1/post")
    assert await has("staff", "money") == {f"staff:{WORKER}": "88.5"}
