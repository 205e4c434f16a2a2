"""Dispatch as programs use it: every step by JSON, errors with their clause, lists with filters and cursors."""

from __future__ import annotations

import pytest

FIRST = "/api/dispatch/cases/case-1/duties/1"


@pytest.fixture
def as_(api, house):
    """`await as_("repair-leader").post(…)`."""

    class Somebody:
        def __init__(self, login: str) -> None:
            self.headers = house.headers(login)

        async def post(self, url, json=None, **headers):
            return await api.post(url, json=json, headers={**self.headers, **headers})

        async def get(self, url):
            return await api.get(url, headers=self.headers)

    return Somebody


async def test_a_repair_goes_its_whole_way_by_json(hear, a_repair, as_):
    await hear(a_repair())
    leader, worker = as_("repair-leader"), as_("repair-worker-1")
    steps = [
        (leader, "accept", None, "accepted"),
        (leader, "assign", {"to": "repair-worker-1", "trade": "plumbing"}, "assigned"),
        (worker, "arrive", {}, "arrived"),
        (worker, "finish", {"outcome": "solved", "work_done": "更换角阀"}, "finished"),
        (worker, "sign", {"means": "drawn", "signer": "王先生", "opinion": "很及时"}, "signed"),
        (worker, "return", None, "returned"),
    ]
    for person, step, body, status in steps:
        answer = await person.post(f"{FIRST}/{step}", body)
        assert (answer.status_code, answer.json()["status"]) == (200, status), answer.text
        assert answer.headers["etag"]
    duty = (await leader.get(FIRST)).json()
    assert duty["result"] == "更换角阀" and duty["steps_left"] == []
    assert [(limit["name"], limit["missed_at"]) for limit in duty["limits"]] == [
        ("accept_order", None),
        ("repair", None),
    ]


async def test_a_step_too_early_is_refused_with_its_clause(hear, a_repair, as_):
    await hear(a_repair())
    answer = await as_("repair-worker-1").post(f"{FIRST}/sign", {"means": "drawn"})
    assert answer.status_code == 409
    assert answer.json()["clause"] == "P00-4.5-c"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("step", "body", "status"),
    [
        ("assign", {}, 422),
        ("finish", {"outcome": "magic"}, 422),
        ("reject", {"reason": ""}, 422),
        ("extend", {"reason": "等配件"}, 422),
        ("sign", {"drawing": "M 1 2 <script>"}, 422),
        ("dance", {}, 404),
    ],
)
async def test_bad_input_changes_nothing(hear, a_repair, as_, step, body, status):
    await hear(a_repair())
    answer = await as_("repair-leader").post(f"{FIRST}/{step}", body)
    assert answer.status_code == status
    assert (await as_("repair-leader").get(FIRST)).json()["status"] == "issued"


@pytest.mark.parametrize(
    ("number", "said", "status"), [(0, "{}", 404), (100_001, "{}", 404), (1, "not JSON", 400), (1, "[]", 422)]
)
async def test_what_cannot_be_read_is_said_so(hear, a_repair, api, house, number, said, status):
    await hear(a_repair())
    url, headers = f"/api/dispatch/cases/case-1/duties/{number}/accept", house.headers("repair-leader")
    answer = await api.post(url, content=said, headers={**headers, "Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text


async def test_nobody_takes_a_step_without_saying_who_they_are(hear, a_repair, api):
    await hear(a_repair())
    assert (await api.post(f"{FIRST}/accept", json={}, headers={"Authorization": ""})).status_code == 401


async def test_what_is_not_there_or_not_theirs_is_not_found(hear, a_repair, as_):
    await hear(a_repair())
    assert (await as_("desk-2").get(FIRST)).status_code == 404
    assert (await as_("cleaning-head").get(FIRST)).status_code == 404
    assert (await as_("repair-leader").post("/api/dispatch/cases/nothing/duties/1/accept")).status_code == 404


async def test_nobody_is_let_in_without_saying_who_they_are(api):
    for url in ("/api/dispatch/tasks", "/api/dispatch/duties", FIRST):
        assert (await api.get(url, headers={"Authorization": ""})).status_code == 401


async def test_a_repeated_request_has_its_effect_once(hear, a_repair, as_):
    await hear(a_repair())
    leader = as_("repair-leader")
    first = await leader.post(f"{FIRST}/accept", {}, **{"Idempotency-Key": "a"})
    again = await leader.post(f"{FIRST}/accept", {}, **{"Idempotency-Key": "a"})
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    other = await leader.post(f"{FIRST}/accept", {"guidance": ["x"]}, **{"Idempotency-Key": "a"})
    assert other.status_code == 422


async def test_a_change_on_a_stale_page_is_turned_away(hear, a_repair, as_):
    await hear(a_repair())
    answer = await as_("repair-leader").post(f"{FIRST}/accept", {}, **{"If-Match": '"99"'})
    assert answer.status_code == 412


async def test_lists_have_filters_and_cursors(hear, a_repair, a_complaint, as_):
    for n in range(1, 4):
        await hear(a_repair(f"case-{n}", number=f"QR-022/2026-000{n}"))
    await hear(a_complaint("case-9", number="QR-022/2026-0009"))
    desk = as_("desk-1")

    async def found(query: str) -> list[str]:
        return [duty["case"] for duty in (await desk.get(f"/api/dispatch/duties?{query}")).json()["items"]]

    assert sorted(await found("")) == ["case-1", "case-2", "case-3", "case-9"]
    assert await found("desk=cleaning") == ["case-9"]
    assert await found("case=QR-022/2026-0002") == ["case-2"]
    assert await found("status=returned") == []
    assert sorted(await found("due_before=2026-01-05T02:30:00Z")) == ["case-1", "case-2", "case-3"]
    first = (await desk.get("/api/dispatch/duties?limit=3")).json()
    rest = (await desk.get(f"/api/dispatch/duties?limit=3&cursor={first['next']}")).json()
    assert len(first["items"]) == 3 and len(rest["items"]) == 1 and rest["next"] is None
    assert (await desk.get("/api/dispatch/duties?status=magic")).status_code == 422
    workshop = (await as_("repair-leader").get("/api/dispatch/duties")).json()["items"]
    assert {duty["case"] for duty in workshop} == {"case-1", "case-2", "case-3"}


async def test_the_common_desk_shows_each_person_their_own(hear, a_repair, as_):
    await hear(a_repair())
    await as_("repair-leader").post(f"{FIRST}/accept")
    await as_("repair-leader").post(f"{FIRST}/assign", {"to": "repair-worker-1"})
    [task] = (await as_("repair-worker-1").get("/api/dispatch/tasks")).json()["items"]
    assert (task["kind"], task["service"], task["url"]) == ("arrive", "dispatch", "/dispatch/cases/case-1/duties/1")
    assert (task["overdue"], task["case_number"]) == (False, "QR-022/2026-0001")
    assert (await as_("repair-worker-2").get("/api/dispatch/tasks")).json()["items"] == []


async def test_a_role_of_several_departments_sees_what_is_overdue_in_its_own(hear, a_repair, as_, house):
    await hear(a_repair())
    await house.advance(minutes=61)
    mine = (await as_("engineering-head").get("/api/dispatch/tasks")).json()["items"]
    assert [(task["kind"], task["overdue"]) for task in mine] == [("overdue", True)]
    assert (await as_("security-head").get("/api/dispatch/tasks")).json()["items"] == []
