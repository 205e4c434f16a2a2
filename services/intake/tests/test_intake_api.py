"""The register for machines: what is answered, found, refused, and said about bad input."""

import json
from datetime import timedelta
from typing import Any

import pytest

from closeloop.contracts.every import AttemptRefused
from closeloop.contracts.intake import CaseAssessed, CaseRegistered
from closeloop.intake.numbers import is_sound

CASES = "/api/intake/cases"


async def test_a_case_is_answered_with_its_id_number_and_status(api, a_repair):
    answer = await api.post(CASES, json=a_repair)
    assert answer.status_code == 201
    assert set(answer.json()) >= {"id", "number", "status"}
    assert is_sound(answer.json()["number"])
    assert answer.headers["etag"] == '"1"'


async def test_a_case_is_found_by_id_and_by_number_however_it_is_typed(api, register, a_repair):
    case = await register(a_repair)
    for name in (case["id"], case["number"], case["number"].lower()):
        found = await api.get(f"{CASES}/{name}")
        assert (found.status_code, found.json()["id"]) == (200, case["id"])
        assert found.headers["etag"] == '"1"'


async def test_a_case_shows_status_assessment_round_marks_and_timeline(register, see, a_complaint, mark):
    case = await register(a_complaint, guidance=["service"])
    await mark(case, "handled")
    seen = await see(case["id"])
    assert (seen["status"], seen["round"], seen["marks"]) == ("registered", 1, {"handled": True})
    assert seen["assessment"]["open"] == ["responsible_department"]
    assert seen["assessment"]["history"][0]["by"] == "rule"
    assert seen["customer"]["phone"] == "+8613800000001"
    registered, handled = seen["timeline"]
    assert (registered["what"], registered["by"], registered["at"][:10]) == ("case.registered", "desk-1", "2026-01-05")
    assert {"P00-3.1", "P00-4.1-b1", "P00-4.1-e1"} <= set(registered["clauses"])
    assert registered["title"]["zh"].startswith("登记为 QR-022-2026-00001-")
    assert (handled["what"], handled["title"]["en"]) == ("mark.handled", "Handling is done")


async def test_rating_again_needs_a_reason_and_keeps_history(api, register, see, a_complaint, published):
    case = await register(a_complaint)
    path = f"{CASES}/{case['number']}/assessment"
    await api.post(path, json={"facets": {"responsible_department": "cleaning"}})
    without = await api.post(path, json={"facets": {"responsible_department": "security"}})
    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "reason")
    again = await api.post(path, json={"facets": {"responsible_department": "security"}, "reason": "电梯厅归秩序部"})
    assert again.status_code == 200, again.text
    *_, latest = await published(CaseAssessed)
    assert latest.rated_before == {"responsible_department": "cleaning"}
    history = (await see(case["id"]))["assessment"]["history"]
    assert [one["by"] for one in history] == ["rule", "desk-1", "desk-1"]
    assert history[-1]["before"] == {"responsible_department": "cleaning"}
    same = await api.post(path, json={"facets": {"responsible_department": "security"}, "reason": "again"})
    assert same.status_code == 409


async def test_a_repeated_request_gets_the_same_answer_and_registers_once(api, a_repair, published):
    headers = {"Idempotency-Key": "one"}
    once = await api.post(CASES, json=a_repair, headers=headers)
    twice = await api.post(CASES, json=a_repair, headers=headers)
    assert once.json() == twice.json()
    assert len(await published(CaseAssessed)) == 1
    other = await api.post(CASES, json={**a_repair, "content": "x"}, headers=headers)
    assert other.status_code == 422


async def test_a_stale_change_is_refused(api, register, a_complaint):
    case = await register(a_complaint)
    path, form = f"{CASES}/{case['id']}/assessment", {"facets": {"responsible_department": "cleaning"}}
    stale = await api.post(path, json=form, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    assert (await api.post(path, json=form, headers={"If-Match": '"1"'})).status_code == 200


async def test_the_register_is_filtered_searched_and_paged(api, register, a_complaint, a_repair):
    complaint = await register(a_complaint)
    repairs = [await register(a_repair) for _ in range(4)]

    async def numbers(**wanted: str) -> list[str]:
        answer = await api.get(CASES, params=wanted)
        assert answer.status_code == 200, answer.text
        return [case["number"] for case in answer.json()["items"]]

    everything = [case["number"] for case in reversed([complaint, *repairs])]
    assert await numbers() == everything
    assert await numbers(kind="complaint") == await numbers(status="registered") == [complaint["number"]]
    assert await numbers(place="river-towers") == everything[:-1]
    assert await numbers(registered_from="2026-01-05", registered_to="2026-01-05") == everything
    assert await numbers(registered_from="2026-01-06") == []
    assert await numbers(registered_to="2026-01-05T00:59:00Z") == []
    for q in ("打扫", "李女", "138 0000", "13800000001", "QR-022-2026-00001", "qr-022-2026-00001", "电梯厅 李女士"):
        assert await numbers(q=q) == [complaint["number"]], q
    assert await numbers(q="%") == await numbers(q="_") == await numbers(q="\\") == []
    assert await numbers(q="chen") == everything[:-1]

    page = (await api.get(CASES, params={"limit": "2"})).json()
    found = [case["number"] for case in page["items"]]
    while page["next"]:
        page = (await api.get(CASES, params={"limit": "2", "cursor": page["next"]})).json()
        found += [case["number"] for case in page["items"]]
    assert found == everything


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no procedure": ({"procedure": ...}, "procedure", "Please fill this in."),
    "an unknown procedure": (
        {"procedure": "P00X"},
        "procedure",
        "There is no procedure P00X in force here. Known are: P00.",
    ),
    "no kind": ({"kind": ...}, "kind", "Please fill this in."),
    "an unknown kind": ({"kind": "wish"}, "kind", "Known are: complaint, repair, opinion, suggestion."),
    "an unknown channel": ({"channel": "pigeon"}, "channel", "There is no channel pigeon here. Known are: telephone,"),
    "an unknown place": (
        {"place": "moon"},
        "place",
        "There is no place moon here. Known are: garden-estate, river-towers.",
    ),
    "no place": ({"place": ...}, "place", "Please fill this in."),
    "no content": ({"content": ""}, "content", "Please fill this in."),
    "only blanks": ({"content": "   "}, "content", "Please fill this in."),
    "too much content": ({"content": "x" * 10_001}, "content", "Please shorten this to 10000 characters."),
    "a character of nothing": ({"content": "a\x00b"}, "content", "a character that nobody can read"),
    "a bad phone": (
        {"customer": {"name": "x", "phone": "123456"}},
        "customer.phone",
        "This is not a telephone number.",
    ),
    "a bad mail address": ({"customer": {"email": "x"}}, "customer.email", "This is not written as expected."),
    "nobody": ({"customer": {}}, "customer", "Say who brings the case"),
    "no customer": ({"customer": ...}, "customer", "Say who brings the case"),
    "the future": (
        {"received_at": "2026-01-05T10:00:00+08:00"},
        "received_at",
        "This moment must not lie in the future.",
    ),
    "a moment without zone": ({"received_at": "2026-01-05T08:00:00"}, "received_at", "with its zone"),
    "an unknown column": (
        {"fields": {"colour": "red"}},
        "fields.colour",
        "There is no column colour in this register.",
    ),
    "a column of another type": ({"fields": {"injury": "perhaps"}}, "fields.injury", "Please answer true or false."),
    "unknown guidance": ({"guidance": ["smile"]}, "guidance", "There is no guidance smile here."),
    "an unknown member": ({"colour": "red"}, "colour", "There is no such field here. Leave it out."),
    "a text for an object": ({"customer": "me"}, "customer", "Please give an object with named fields."),
}


@pytest.mark.parametrize("situation", WRONG)
async def test_bad_input_is_one_clear_sentence_and_leaves_nothing_behind(api, a_repair, published, situation):
    changes, where, sentence = WRONG[situation]
    case = {name: value for name, value in {**a_repair, **changes}.items() if value is not ...}
    answer = await api.post(CASES, json=case)
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    [error] = problem["errors"]
    assert error["field"] == where
    assert sentence in error["message"]
    chinese = (await api.post(CASES, json=case, headers={"Accept-Language": "zh"})).json()["errors"][0]["message"]
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert {type(event) for event in await published()} <= {AttemptRefused}


async def test_everything_that_is_wrong_is_said_at_once(api, a_repair):
    answer = await api.post(CASES, json={**a_repair, "kind": "wish", "channel": "pigeon", "place": "moon"})
    assert [error["field"] for error in answer.json()["errors"]] == ["kind", "channel", "place"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b"\xff\xfe", b'{"kind": "\\ud800"}'])
async def test_garbage_is_said_to_be_garbage(api, body):
    answer = await api.post(CASES, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


async def test_json_that_is_no_object_is_turned_away(api):
    bodies: list[Any] = [[], 1, "x", None]
    for body in bodies:
        answer = await api.post(CASES, content=json.dumps(body))
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("facets", "where"),
    [({"colour": "red"}, "facets.colour"), ({"severity": "huge"}, "facets.severity"), ({}, "facets")],
)
async def test_a_rating_that_the_procedure_does_not_know_is_turned_away(api, register, a_complaint, facets, where):
    case = await register(a_complaint)
    answer = await api.post(f"{CASES}/{case['id']}/assessment", json={"facets": facets})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, where)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "nothing", None),
        ("get", "QR-022-2026-99999-2", None),
        ("post", "x/assessment", {"facets": {"a": "b"}}),
        ("post", "x/closing", {"reason": "so"}),
    ],
)
async def test_an_unknown_case_is_not_found(api, method, path, body):
    answer = await api.request(method, f"{CASES}/{path}", json=body)
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no case")


async def test_a_number_that_was_misheard_is_said_to_be_so(api, register, a_repair):
    number = (await register(a_repair))["number"]
    answer = await api.get(f"{CASES}/{number.replace('00001', '00007')}")
    assert "last character does not fit" in answer.json()["detail"]


@pytest.mark.parametrize(
    "wanted",
    [{"status": "lost"}, {"cursor": "garbage"}, {"registered_from": "yesterday"}, {"limit": "0"}, {"q": "x" * 101}],
)
async def test_a_list_that_nobody_can_ask_for_is_said_so(api, wanted):
    assert (await api.get(CASES, params=wanted)).status_code == 422


# -- who may ------------------------------------------------------------------------------------------------------


async def test_who_is_not_signed_in_gets_nothing(api, a_repair):
    for method, path in (("post", CASES), ("get", CASES), ("get", f"{CASES}/x"), ("get", "/api/intake/procedures")):
        answer = await api.request(
            method, path, json=a_repair if method == "post" else None, headers={"Authorization": ""}
        )
        assert answer.status_code == 401, path


@pytest.mark.parametrize(
    ("login", "changes", "sentence"),
    [
        ("repair-worker-1", {}, "Cases that come in by Visit are registered by Customer service"),
        (
            "repair-worker-1",
            {"channel": "network"},
            "Registering cases is not among your roles. Ask Customer service department.",
        ),
        ("desk-2", {"place": "garden-estate"}, "You do not work at Garden Estate."),
        ("desk-1", {"received_at": "2026-01-01T09:00:00+08:00"}, "received more than a day ago"),
    ],
)
async def test_who_may_not_register_is_told_so(api, house, a_repair, published, login, changes, sentence):
    answer = await api.post(CASES, json={**a_repair, **changes}, headers=house.headers(login))
    assert (answer.status_code, sentence in answer.json()["detail"]) == (403, True), answer.text
    assert not await published(CaseRegistered)


async def test_who_may_backdate_enters_what_came_on_paper(api, house, a_repair, published):
    received = "2026-01-01T09:00:00+08:00"
    answer = await api.post(
        CASES, json={**a_repair, "received_at": received}, headers=house.headers("customer-service-head")
    )
    assert answer.status_code == 201
    [registered] = await published(CaseAssessed)
    assert registered.received_at.isoformat() == "2026-01-01T01:00:00+00:00"
    assert registered.recorded_at - registered.received_at == timedelta(days=4)


async def test_a_case_of_another_place_or_department_does_not_exist_for_a_person(api, house, register, a_complaint):
    case = await register({**a_complaint, "place": "garden-estate"})
    await api.post(f"{CASES}/{case['id']}/assessment", json={"facets": {"responsible_department": "cleaning"}})
    for login, status in (
        ("desk-2", 404),
        ("security-head", 404),
        ("cleaning-head", 200),
        ("customer-service-head", 200),
    ):
        headers = house.headers(login)
        assert (await api.get(f"{CASES}/{case['id']}", headers=headers)).status_code == status, login
        listed = (await api.get(CASES, headers=headers)).json()["items"]
        assert bool(listed) == (status == 200), login
        form = {"facets": {"severity": "major"}, "reason": "so"}
        if status == 404:
            assert (await api.post(f"{CASES}/{case['id']}/assessment", json=form, headers=headers)).status_code == 404


async def test_who_may_not_rate_or_close_is_told_so(api, house, register, a_complaint, published):
    case = await register(a_complaint)
    worker = house.headers("repair-worker-1")
    rating = await api.post(f"{CASES}/{case['id']}/assessment", json={"facets": {"severity": "major"}}, headers=worker)
    assert rating.status_code == 403 or rating.json()["errors"], rating.text
    closing = await api.post(f"{CASES}/{case['id']}/closing", json={"reason": "enough"})
    assert closing.status_code == 403
    assert not await published(AttemptRefused)


async def test_an_anonymous_case_holds_nothing_of_the_customer(register, see, a_repair):
    case = await register({name: value for name, value in a_repair.items() if name != "customer"}, anonymous=True)
    seen = await see(case["id"])
    assert seen["customer"]["anonymous"] is True
    assert seen["contact_left"] is False


# -- procedures ---------------------------------------------------------------------------------------------------


async def test_only_the_operator_puts_a_procedure_in_force(api, house):
    refused = await api.post("/api/intake/procedures", json={"pack": "x"})
    assert refused.status_code == 403
    unknown = await api.post("/api/intake/procedures", json={"pack": "x"}, headers=house.headers("operator"))
    assert unknown.status_code == 422
    assert "There is no installed procedure x." in unknown.json()["detail"]


async def test_an_installed_procedure_is_put_in_force_from_a_day_on(api, house, running, clock):
    from closeloop.chassis.packs import installed_packs

    name = next(iter(installed_packs()))[0]
    answer = await api.post(
        "/api/intake/procedures", json={"pack": name, "from": "2026-02-01"}, headers=house.headers("operator")
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["active_from"].startswith("2026-01-31T16:00:00")
    [listed] = (await api.get("/api/intake/procedures")).json()["items"]
    assert (listed["procedure"], listed["in_force"]) == (name, False)
    await house.advance(days=30)
    [listed] = (await api.get("/api/intake/procedures")).json()["items"]
    assert listed["in_force"] is True


async def test_registering_stands_in_the_openapi_document(api):
    document = (await api.get("/api/intake/openapi.json")).json()
    posted = document["paths"][CASES]["post"]
    assert posted["requestBody"]["required"] is True
    assert "201" in posted["responses"]


async def test_a_restricted_case_exists_only_for_who_may_read_such(api, house, running, pack, a_repair):
    restricted = pack.canonical.replace('"basic":"suggestion"', '"audience":"restricted","basic":"suggestion"')
    running.procedures.keep(restricted.replace('"version":"1.0"', '"version":"1.1"', 1), running.now())
    head = house.headers("customer-service-head")
    answer = await api.post(CASES, json={**a_repair, "kind": "suggestion"}, headers=head)
    path = f"{CASES}/{answer.json()['number']}"
    assert (await api.get(path, headers=head)).status_code == 200
    assert (await api.get(path)).status_code == 404
    assert (await api.get(CASES)).json()["items"] == []


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"pack": ...}, "pack"),
        ({"from": "soon"}, "from"),
        ({"pack": "../../etc"}, "pack"),
        ({"until": "2027-01-01"}, "until"),
    ],
)
async def test_an_activation_that_does_not_fit_is_turned_away(api, house, wrong, where):
    form = {name: value for name, value in {"pack": "x", **wrong}.items() if value is not ...}
    answer = await api.post("/api/intake/procedures", json=form, headers=house.headers("operator"))
    assert answer.status_code == 422
    assert where in [error["field"] for error in answer.json()["errors"]]
