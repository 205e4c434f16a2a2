"""Customers: whoever comes again is known, every case goes into their profile, and few may open it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.callback import CallbackAttempted
from closeloop.contracts.dispatch import CustomerServed
from closeloop.contracts.every import CaseBrought
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CustomerKept
from closeloop.contracts.record import Record
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome

TALKS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "talks"
CUSTOMERS = "/api/intake/customers"
READER, KEEPER, DESK = "quality-1", "customer-service-head", "desk-1"
A_GUEST = {
    "procedure": "P00",
    "kind": "complaint",
    "channel": "visit",
    "content": "空调太吵",
    "customer": {"name": "王先生", "phone": "138 0000 0021"},
    "fields": {"room": "1208"},
}
A_CLIENT = {"procedure": "P00", "in_list": "client", "name": "东方整车厂", "fields": {"important": True}}


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The procedure, with a form that brings cases."""
    written = json.loads(load_pack(TALKS).canonical)
    written["forms/notice"]["opens"] = {"low": {"kind": "complaint", "own_practice": "So that nothing is lost."}}
    return Pack.from_json(json.dumps(written, ensure_ascii=False))


@pytest.fixture
def ends(published):
    """`await ends("2")`: how the occasions of a clause stand, one after the other."""

    async def of(clause: str) -> list[str]:
        return [
            one.end.value for event in await published() for one in event.occasions if one.clause == f"P00-{clause}"
        ]

    return of


@pytest.fixture
def profile_of(api, house):
    """`await profile_of(customer)`: what stands in a profile, for whoever may open it."""

    async def of(customer: str, by: str = READER) -> dict[str, Any]:
        answer = await api.get(f"{CUSTOMERS}/{customer}/profile", headers=house.headers(by))
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["fields"])

    return of


@pytest.fixture
def customer_of(see):
    """`await customer_of(case)`: the id of whoever brought it."""

    async def of(case: dict[str, Any]) -> str:
        return str((await see(case["id"]))["customer"]["id"])

    return of


def told(case: dict[str, Any], customer: str) -> dict[str, Any]:
    header = {"id": case["id"], "number": case["number"], "kind": "complaint", "basic_kind": "complaint"}
    return {**header, "procedure": "P00", "procedure_version": "1.0", "customer_id": customer}


def served(case: dict[str, Any], customer: str, number: int = 1, **fields: Any) -> CustomerServed:
    return CustomerServed.model_validate(
        {
            "id": f"main.dispatch.{case['id']}.{number}",
            "key": case["id"],
            "sequence": number,
            "case": told(case, customer),
            "rule": "handle",
            "record": Record(form="sheet", fields=fields),
        }
    )


def said_afterwards(case: dict[str, Any], customer: str, note: str) -> CallbackAttempted:
    return CallbackAttempted.model_validate(
        {
            "id": f"main.callback.{case['id']}.1",
            "key": case["id"],
            "sequence": 1,
            "case": told(case, customer),
            "callback_id": f"{case['id']}.1",
            "number": 1,
            "form": CallbackForm.TELEPHONE,
            "outcome": CallbackOutcome.SATISFIED,
            "note": note,
            "attempted_at": "2026-01-05T10:00:00Z",
        }
    )


async def test_whoever_comes_again_is_known_however_the_number_is_written(register, customer_of, profile_of):
    first = await register(A_GUEST)
    again = await register({**A_GUEST, "content": "漏水", "customer": {"name": "王", "phone": "+86 13800000021"}})
    assert await customer_of(first) == await customer_of(again)
    rows = (await profile_of(await customer_of(first)))["complaints"]
    assert [row["incident"] for row in rows] == ["空调太吵", "漏水"]


async def test_somebody_else_is_somebody_else(register, customer_of):
    other = {**A_GUEST, "customer": {"name": "王先生", "phone": "13800000022"}}
    assert await customer_of(await register(A_GUEST)) != await customer_of(await register(other))


async def test_a_second_way_to_reach_somebody_leads_to_them_too(register, customer_of):
    both = {**A_GUEST, "customer": {"name": "王先生", "phone": "13800000021", "email": "Wang@example.com"}}
    by_mail = {**A_GUEST, "customer": {"name": "王先生", "email": "wang@example.com"}}
    assert await customer_of(await register(both)) == await customer_of(await register(by_mail))


async def test_what_was_done_and_said_stands_in_the_row_of_the_case(register, customer_of, profile_of, hear):
    case = await register(A_GUEST)
    customer = await customer_of(case)
    await hear(served(case, customer, result="换房"))
    await hear(said_afterwards(case, customer, "很满意"), teller="callback")
    await hear(served(case, customer, result="换房"))
    fields = await profile_of(customer)
    assert fields["stays"] == [{"room": "1208"}]
    row = {"number": case["number"], "incident": "空调太吵", "solution": "换房", "said": "很满意"}
    assert fields["complaints"] == [row]


async def test_the_profile_is_complete_when_the_case_is_closed(register, mark, ends, published):
    case = await register(A_GUEST)
    assert await ends("2") == ["opened"]
    await mark(case, "handled")
    [closed] = await published(CaseClosed)
    assert await ends("2") == ["opened", "kept"]
    assert [one.of for one in closed.occasions if one.clause == "P00-2"] == ["customer"]


async def test_a_case_that_is_open_again_writes_on_in_the_profile(register, mark, ends, api, house):
    case = await register(A_GUEST)
    await mark(case, "handled")
    reopening = f"/api/intake/cases/{case['id']}/reopening"
    answer = await api.post(reopening, json={"reason": "还是吵"}, headers=house.headers(KEEPER))
    assert answer.status_code == 200, answer.text
    assert await ends("2") == ["opened", "kept", "opened"]


async def test_a_profile_alone_keeps_nobody_from_closing_a_case(register, api, house):
    case = await register(A_GUEST)
    closing = f"/api/intake/cases/{case['id']}/closing"
    answer = await api.post(closing, json={"reason": "客人撤回"}, headers=house.headers(KEEPER))
    assert answer.status_code == 409, "its duty is still open"
    assert "P00-2" not in answer.text


async def test_who_is_anonymous_has_no_profile(register, see, ends):
    case = await register({**A_GUEST, "customer": None, "anonymous": True})
    assert "id" not in (await see(case["id"]))["customer"]
    assert await ends("2") == ["not_applicable"]


async def test_a_kind_without_a_list_knows_nobody(register, see, ends):
    case = await register({**A_GUEST, "kind": "enquiry"})
    assert "id" not in (await see(case["id"]))["customer"]
    assert await ends("2") == []


async def test_others_see_that_there_is_a_profile_and_do_not_open_it(register, customer_of, api, house):
    customer = await customer_of(await register(A_GUEST))
    shown = (await api.get(f"{CUSTOMERS}/{customer}", headers=house.headers(DESK))).json()
    assert (shown["cases"], shown["may_open_profile"]) == (1, False)
    answer = await api.get(f"{CUSTOMERS}/{customer}/profile", headers=house.headers(DESK))
    assert (answer.status_code, answer.json()["clause"]) == (403, "P00-2")
    write = await api.put(f"{CUSTOMERS}/{customer}/profile", json={"fields": {}}, headers=house.headers(DESK))
    assert write.status_code == 403


async def test_what_people_write_stands_over_what_cases_say(register, customer_of, profile_of, api, house, published):
    customer = await customer_of(await register(A_GUEST))
    said = {"fields": {"preferences": "高楼层", "regular": True, "name": "王建国"}}
    answer = await api.put(f"{CUSTOMERS}/{customer}/profile", json=said, headers=house.headers(READER))
    assert answer.status_code == 200, answer.text
    await register({**A_GUEST, "content": "漏水"})
    fields = await profile_of(customer)
    assert (fields["preferences"], fields["name"], len(fields["complaints"])) == ("高楼层", "王建国", 2)
    [kept] = [event for event in await published(CustomerKept) if event.facts]
    assert kept.facts == {"regular": True}, "nothing that tells about a person is a fact"


async def test_rows_are_written_by_cases_alone(register, customer_of, api, house):
    customer = await customer_of(await register(A_GUEST))
    said: dict[str, Any] = {"fields": {"complaints": []}}
    answer = await api.put(f"{CUSTOMERS}/{customer}/profile", json=said, headers=house.headers(READER))
    assert answer.status_code == 422


async def test_somebody_new_is_told_once(register, house, published):
    case = await register(A_GUEST)
    await register(A_GUEST)
    await house.advance(minutes=1)
    [kept] = await published(CustomerKept)
    assert (kept.in_list, kept.name, kept.key) == ("guest", "王先生", f"customer:{kept.customer_id}")
    registered = (await published(CaseAssessed))[0]
    assert registered.case.id == case["id"]
    assert registered.case.customer_id == kept.customer_id


async def test_the_keeper_puts_somebody_on_the_list_once_and_takes_them_off(api, house, published):
    by = house.headers(KEEPER)
    answer = await api.post(CUSTOMERS, json=A_CLIENT, headers=by)
    assert answer.status_code == 201, answer.text
    again = await api.post(CUSTOMERS, json={**A_CLIENT, "name": "东方整车厂 "}, headers=by)
    assert again.status_code == 409
    identity = answer.json()["id"]
    [kept] = await published(CustomerKept)
    assert (kept.in_list, kept.facts, kept.struck_off_at) == ("client", {"important": True}, None)
    assert (
        await api.post(f"{CUSTOMERS}/{identity}/striking-off", json={"reason": "合同终止"}, headers=by)
    ).status_code == 200
    assert (await published(CustomerKept))[-1].struck_off_at is not None
    assert (await api.get(CUSTOMERS, headers=by)).json()["items"] == []
    late = await api.put(f"{CUSTOMERS}/{identity}/profile", json={"fields": {"important": False}}, headers=by)
    assert late.status_code == 409


async def test_nobody_but_the_keeper_puts_somebody_on_the_list(api, house):
    answer = await api.post(CUSTOMERS, json=A_CLIENT, headers=house.headers(READER))
    assert answer.status_code == 403
    unknown = await api.post(CUSTOMERS, json={**A_CLIENT, "in_list": "clients"}, headers=house.headers(KEEPER))
    assert unknown.status_code == 422
    empty = await api.post(CUSTOMERS, json={**A_CLIENT, "fields": {}}, headers=house.headers(KEEPER))
    assert empty.status_code == 422
    assert "important" in empty.text


async def test_a_case_that_a_form_brings_is_that_of_the_customer_it_is_about(hear, register, customer_of, see):
    known = await customer_of(await register(A_GUEST))
    brought = {
        "id": "main.survey.sheet-1.1",
        "key": "sheet-1",
        "sequence": 1,
        "procedure": "P00",
        "procedure_version": "1.0",
        "case_id": "brought1",
        "kind": "complaint",
        "channel": "visit",
        "content": "很不满意",
        "customer": {"name": "王先生", "phone": "138-0000-0021"},
        "form": "notice",
        "rule": "low",
        "record_id": "sheet-1",
    }
    await hear(CaseBrought.model_validate(brought), teller="survey")
    assert (await see("brought1"))["customer"]["id"] == known


async def test_customers_are_found_by_name_and_number(register, api, house):
    await register(A_GUEST)
    await register({**A_GUEST, "customer": {"name": "刘女士", "phone": "13800000023"}})
    for words, names in (("王", ["王先生"]), ("0000023", ["刘女士"]), ("100%", [])):
        found = await api.get(CUSTOMERS, params={"q": words}, headers=house.headers(DESK))
        assert [one["name"] for one in found.json()["items"]] == names
    stranger = await api.get(CUSTOMERS, headers=house.headers("cleaning-head"))
    assert stranger.json()["items"] == []


async def test_the_pages_show_who_was_here_and_the_profile_to_its_readers(register, customer_of, api, house):
    customer = await customer_of(await register(A_GUEST))
    known = await api.get("/intake/customers/known", params={"customer.phone": "138 0000 0021"})
    assert "王先生" in known.text
    desk = await api.get(f"/intake/customers/{customer}", headers=house.headers(DESK))
    assert "1208" not in desk.text
    reader = await api.get(f"/intake/customers/{customer}", headers=house.headers(READER))
    assert "1208" in reader.text
    sheet = await api.get(f"/intake/customers/{customer}/profile", headers=house.headers(READER))
    assert "客人档案" in sheet.text
    written = {"fields.preferences": "安静", "fields.regular": "true"}
    saved = await api.post(f"/intake/customers/{customer}/profile", data=written, headers=house.headers(READER))
    assert saved.status_code == 303
    listed = await api.get("/intake/customers", headers=house.headers(KEEPER))
    assert "王先生" in listed.text
    new = {"procedure": "P00", "in_list": "client", "name": "北方装备厂", "fields.important": "false"}
    put = await api.post("/intake/customers", data=new, headers=house.headers(KEEPER))
    assert put.status_code == 303
