"""Customers found twice are taken as one, with a yes of whoever the procedure names; and apart again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.intake import CustomerKept

TALKS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "talks"
CUSTOMERS = "/api/intake/customers"
READER, DECIDES = "quality-1", "customer-service-head"
A_CASE = {
    "procedure": "P00",
    "kind": "complaint",
    "channel": "visit",
    "content": "空调太吵",
    "fields": {"room": "1208"},
}
CALLED = {"name": "王先生", "phone": "13800000021"}
WROTE = {"name": "王先生", "email": "wang@example.com"}


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(TALKS)


@pytest.fixture
async def twice(register, see):
    """The ids of somebody who called once and wrote once, and is on the list twice."""
    found = []
    for content, who in (("空调太吵", CALLED), ("漏水", WROTE)):
        case = await register({**A_CASE, "content": content, "customer": who})
        found.append((await see(case["id"]))["customer"]["id"])
    return found


@pytest.fixture
def ask(api, house):
    """`await ask(customer, into)`: somebody says that they are the same; answers what the service said."""

    async def asked(customer: str, into: str, status: int = 201, by: str = READER) -> Any:
        body = {"into": into, "reason": "同一人的电话和邮箱"}
        answer = await api.post(f"{CUSTOMERS}/{customer}/merging", json=body, headers=house.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    return asked


@pytest.fixture
def decide(api, house):
    """`await decide(approves=True)`: whoever is asked says yes or no."""

    async def said(by: str = DECIDES, status: int = 200, **more: Any) -> Any:
        found = await api.get("/api/intake/sign-offs?state=waiting", headers=house.headers(by))
        [one] = found.json()["items"]
        answer = await api.post(f"/api/intake/sign-offs/{one['id']}", json=more, headers=house.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    return said


@pytest.fixture
def shown(api, house):
    """`await shown(customer)`: somebody on the list, as a reader sees them."""

    async def of(customer: str = "") -> Any:
        path = f"{CUSTOMERS}/{customer}" if customer else CUSTOMERS
        return (await api.get(path, headers=house.headers(READER))).json()

    return of


async def test_who_may_be_the_same_is_found(twice, shown):
    called, wrote = twice
    assert (await shown(called))["alike"] == [wrote] and (await shown(wrote))["alike"] == [called]


async def test_nobody_is_taken_as_another_before_somebody_said_yes(twice, ask, decide, shown, published):
    called, wrote = twice
    await ask(wrote, called)
    assert [one["id"] for one in (await shown())["items"]] in ([called, wrote], [wrote, called])
    before = len(await published(CustomerKept))
    await decide(approves=True)
    [one] = (await shown())["items"]
    assert (one["id"], one["cases"]) == (called, 2)
    whole = await shown(called)
    assert whole["merged"] == [wrote] and len(whole["brought"]) == 2 and whole["alike"] == []
    assert (await shown(wrote))["merged_into"] == called
    [told] = (await published(CustomerKept))[before:]
    assert (told.customer_id, told.merged_into) == (wrote, called) and told.struck_off_at is not None


async def test_their_cases_stand_in_one_profile_and_search_finds_who_stays(twice, ask, decide, api, house):
    called, wrote = twice
    await ask(wrote, called)
    await decide(approves=True)
    profile = (await api.get(f"{CUSTOMERS}/{called}/profile", headers=house.headers(READER))).json()
    assert [row["incident"] for row in profile["fields"]["complaints"]] == ["空调太吵", "漏水"]
    found = (await api.get(f"{CUSTOMERS}?q=wang@example", headers=house.headers(READER))).json()
    assert [one["id"] for one in found["items"]] == [called]


async def test_whoever_comes_again_is_shown_with_who_stayed(twice, ask, decide, shown, register):
    called, wrote = twice
    await ask(wrote, called)
    await decide(approves=True)
    await register({**A_CASE, "content": "再来", "customer": WROTE})
    assert len((await shown(called))["brought"]) == 3


async def test_a_no_leaves_both_as_they_are(twice, ask, decide, shown):
    called, wrote = twice
    await ask(wrote, called)
    await decide(approves=False, reason="只是同名")
    assert len((await shown())["items"]) == 2
    await ask(wrote, called)


async def test_what_was_a_mistake_is_taken_apart_by_whoever_decided(twice, ask, decide, shown, api, house, published):
    called, wrote = twice
    await ask(wrote, called)
    await decide(approves=True)
    path, said = f"{CUSTOMERS}/{wrote}/taking-apart", {"reason": "两位客人"}
    assert (await api.post(path, json=said, headers=house.headers(READER))).status_code == 403
    done = await api.post(path, json=said, headers=house.headers(DECIDES))
    assert done.status_code == 200 and done.json()["ended_for"] == "两位客人"
    assert [one["cases"] for one in (await shown())["items"]] == [1, 1]
    told = (await published(CustomerKept))[-1]
    assert (told.customer_id, told.merged_into, told.struck_off_at) == (wrote, None, None)
    assert (await api.post(path, json=said, headers=house.headers(DECIDES))).status_code == 409


async def test_what_cannot_be_one_is_refused(twice, ask, register, see):
    called, wrote = twice
    await ask(called, called, status=409)
    await ask(called, "nobody", status=404)
    await ask(wrote, called)
    await ask(wrote, called, status=409)


async def test_a_page_offers_it_and_says_what_came_of_it(twice, decide, api, house):
    called, wrote = twice
    reader, decides = ({**house.headers(by), "Accept": "text/html"} for by in (READER, DECIDES))
    page = await api.get(f"/intake/customers/{wrote}", headers=reader)
    assert f'value="{called}"' in page.text
    body = {"into": called, "reason": "同一人"}
    assert (await api.post(f"/intake/customers/{wrote}/merging", data=body, headers=reader)).status_code == 303
    waits = await api.get(f"/intake/customers/{wrote}", headers=reader)
    assert "同一人" in waits.text and 'name="into"' not in waits.text
    await decide(approves=True)
    merged = await api.get(f"/intake/customers/{wrote}", headers=reader)
    assert f"/intake/customers/{called}" in merged.text
    kept = await api.get(f"/intake/customers/{called}", headers=decides)
    assert "/taking-apart" in kept.text and "wang@example.com" in kept.text
