"""A case never closes with an open occasion, whatever comes in whichever order."""

import random

import pytest

from closeloop.contracts.callback import CallbackPlanned, CallbackWaived
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.intake import CaseClosed

HEAD = "customer-service-head"
STEPS = ("handled", "satisfied", "dissatisfied", "open", "settled", "rate", "take_over", "close", "wait")


@pytest.fixture
def story(api, house, mark, a_complaint, published, running):
    """`await story(7)`: one story by chance; answers how often the case was closed, and with what open."""

    async def told(seed):
        chance = random.Random(seed)
        channel = chance.choice(["telephone", "department"])
        by = house.headers("cleaning-head" if channel == "department" else "desk-1")
        answer = await api.post("/api/intake/cases", json={**a_complaint, "channel": channel}, headers=by)
        case, path = answer.json(), f"/api/intake/cases/{answer.json()['id']}"
        open_elsewhere: set[tuple[str, int]] = set()
        closed, refused = [], 0
        for _step in range(24):
            step = chance.choice(STEPS)
            before = len(await published(CaseClosed))
            here = await _open_here(running, case["id"])
            service = chance.choice(["dispatch", "callback"])
            seen = (await api.get(path)).json()
            case["round"] = seen["round"]
            if step in ("handled", "satisfied", "dissatisfied"):
                await mark(case, step, by="dispatch" if step == "handled" else "callback")
            elif step in ("open", "settled"):
                (open_elsewhere.add if step == "open" else open_elsewhere.discard)((service, case["round"]))
                await mark(case, "occasions_settled", step == "settled", by=service)
            elif step == "rate":
                await api.post(f"{path}/assessment", json={"facets": {"responsible_department": "cleaning"}})
            elif step == "take_over":
                await api.post(f"{path}/taking-over")
            elif step == "close":
                ended = await api.post(f"{path}/closing", json={"reason": "不再需要"}, headers=house.headers(HEAD))
                refused += ended.status_code == 409
            else:
                await house.advance(minutes=chance.choice([10, 50]))
            if len(await published(CaseClosed)) > before:
                still = {name for name, round_ in open_elsewhere if round_ == case["round"]}
                closed.append((step, still, await _open_here(running, case["id"]), here))
        return closed, refused

    return told


async def _open_here(running, key):
    rows = await running.store.fetch("select clause from occasions where key = ? and ended_at is null", key)
    return sorted(row[0] for row in rows)


async def test_over_many_stories_no_case_closes_while_something_is_open(story):
    closings = refusals = 0
    for seed in range(24):
        closed, refused = await story(seed)
        for step, elsewhere, here, before in closed:
            assert (elsewhere, here) == (set(), []), (seed, step, before)
        closings, refusals = closings + len(closed), refusals + refused
    assert closings >= 5
    assert refusals >= 5


async def test_a_person_who_closes_is_told_what_is_open(api, house, register, a_complaint, a_repair, mark):
    head, reason = house.headers(HEAD, "zh"), {"reason": "客户撤回"}
    complaint = await register(a_complaint)
    answer = await api.post(f"/api/intake/cases/{complaint['id']}/closing", json=reason, headers=head)
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-3.3")
    assert "P00-3.3、P00-4.1-b3" in answer.json()["detail"]
    repair = await register(a_repair)
    path = f"/api/intake/cases/{repair['id']}/closing"
    for departments, *then in (
        ("派工", ("handled", True, "dispatch"), ("occasions_settled", False, "dispatch")),
        ("派工", ("occasions_settled", False, "callback")),
        ("派工、回访", ("occasions_settled", True, "dispatch"), ("occasions_settled", True, "callback")),
    ):
        answer = await api.post(path, json=reason, headers=head)
        assert (answer.status_code, answer.json()["detail"].endswith(f"：{departments}。")) == (409, True), answer.text
        for name, is_set, by in then:
            await mark(repair, name, is_set, by=by)
    answer = await api.post(path, json=reason, headers=head)
    assert (answer.status_code, answer.json()["status"]) == (200, "closed")


async def test_a_planned_callback_is_made_or_left_out_before_anybody_closes(api, house, register, a_repair, mark, hear):
    case = await register(a_repair)
    await mark(case, "handled")
    header = CaseHeader(
        id=case["id"],
        number=case["number"],
        kind="repair",
        basic_kind="repair",
        procedure="P00",
        procedure_version="1.0",
    )
    base = {"key": case["id"], "case": header, "callback_id": "c", "number": 1}
    planned = {"due_at": house.clock.now(), "reason": "handled", "desk": "callback", "form": "telephone"}
    await hear(CallbackPlanned(id="main.callback.x.1", sequence=1, **base, **planned), teller="callback")
    path = f"/api/intake/cases/{case['id']}/closing"
    answer = await api.post(path, json={"reason": "客户撤回"}, headers=house.headers(HEAD, "zh"))
    assert (answer.status_code, answer.json()["detail"].endswith("：回访。")) == (409, True)
    await hear(CallbackWaived(id="main.callback.x.2", sequence=2, **base, reason="declined"), teller="callback")
    answer = await api.post(path, json={"reason": "客户撤回"}, headers=house.headers(HEAD))
    assert answer.status_code == 200
