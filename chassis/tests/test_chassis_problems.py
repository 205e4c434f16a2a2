"""What went wrong, in one way for every service: status, type, and one clear sentence in the caller's language."""

import logging

import httpx
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError

from closeloop.chassis.misfits import a_sentence_for
from closeloop.chassis.pages.sampler import a_sampler
from closeloop.chassis.problems import install_problems
from closeloop.chassis.refusals import Forbidden, Full, NotFound, Refused, Stale, Unauthorised

SLIPS = "/api/dispatch/slips"
GOOD = {"kind": "a", "at": "2026-01-05T09:30:00+08:00"}


@pytest.fixture(scope="module")
def sampler(tmp_path_factory):
    return a_sampler(tmp_path_factory.mktemp("house"))


@pytest.fixture
async def api(sampler):
    people = sampler.state.people
    headers = {"authorization": f"Bearer {people.issue_token(people.person('desk-1'))}", "accept-language": "en"}
    transport = httpx.ASGITransport(sampler, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://house", headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    ("refusal", "status", "kind"),
    [
        (Refused("No.", clause="P00-4.2"), 409, "refused"),
        (Refused("No.", clause=["P00-4.2", "P00-4.3", "P00-4.2"]), 409, "refused"),
        (NotFound(), 404, "not-found"),
        (Stale(), 412, "stale"),
        (Full(7), 503, "full"),
        (Unauthorised(), 401, "unauthorised"),
        (Forbidden(clause="P00-1"), 403, "forbidden"),
    ],
)
async def test_every_refusal_has_its_status_and_type(refusal, status, kind):
    app = FastAPI()
    install_problems(app)

    @app.get("/api/x")
    async def refuse() -> None:
        raise refusal

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as client:
        zh = await client.get("/api/x")
        en = await client.get("/api/x?lang=en")
    assert zh.status_code == status
    assert zh.headers["content-type"] == "application/problem+json"
    assert zh.json()["type"] == f"urn:closeloop:problem:{kind}"
    assert zh.json()["status"] == status
    assert zh.json().get("clause") == refusal.clause
    assert zh.json().get("clauses") == (list(refusal.clauses) if len(refusal.clauses) > 1 else None)
    assert zh.json()["title"] != en.json()["title"]
    assert zh.headers.get("retry-after") == ("7" if status == 503 else None)
    assert zh.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize(
    ("body", "field", "en"),
    [
        ({"at": GOOD["at"]}, "kind", "Please fill this in."),
        ({**GOOD, "kind": "abcdefg"}, "kind", "Please shorten this to 5 characters."),
        ({**GOOD, "kind": 7}, "kind", "Please give text."),
        ({**GOOD, "count": "many"}, "count", "Please give a whole number."),
        (
            {**GOOD, "at": "yesterday"},
            "at",
            "Please give a date and time with its zone, like 2026-01-05T09:30:00+08:00.",
        ),
        (
            {**GOOD, "at": "2026-01-05T09:30:00"},
            "at",
            "Please give a date and time with its zone, like 2026-01-05T09:30:00+08:00.",
        ),
        ({**GOOD, "urgency": "soon"}, "urgency", "Please choose one of: low, high."),
    ],
)
async def test_a_wrong_field_gets_one_sentence(api, body, field, en):
    answer = await api.post(SLIPS, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": field, "message": en}]
    assert answer.json()["detail"] == en
    chinese = await api.post(SLIPS, json=body, headers={"accept-language": "zh-CN"})
    assert "请" in chinese.json()["detail"]
    assert chinese.headers["content-language"] == "zh-CN"


async def test_several_wrong_fields_are_counted_and_each_is_named(api):
    answer = await api.post(SLIPS, json={})
    assert answer.json()["detail"] == "2 fields need your attention."
    assert [error["field"] for error in answer.json()["errors"]] == ["kind", "at"]


async def test_garbage_is_not_json(api):
    answer = await api.post(SLIPS, content=b'{"kind": ', headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:closeloop:problem:unreadable"
    assert "errors" not in answer.json()


@pytest.mark.parametrize("body", [b"[]", b"7", b"", b"null", b"\xff\xfe"])
async def test_what_is_no_object_is_told_in_a_sentence(api, body):
    answer = await api.post(SLIPS, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"].endswith(".")


async def test_unknown_addresses_and_methods_are_problems_too(api):
    unknown = await api.get("/api/dispatch/nothing")
    wrong = await api.get(SLIPS)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:closeloop:problem:not-found")
    assert (wrong.status_code, wrong.json()["detail"]) == (405, "This address does not take GET.")


async def test_nobody_is_told_to_sign_in(sampler):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sampler), base_url="http://house") as client:
        answer = await client.post(SLIPS, json=GOOD)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "请先登录。"


async def test_a_bug_shows_a_reference_and_keeps_its_story_for_the_log(api, caplog):
    with caplog.at_level(logging.ERROR):
        answer = await api.get("/dispatch/parked")
        page = await api.get("/dispatch/parked", headers={"accept": "text/html"})
    assert answer.status_code == page.status_code == 500
    assert "secret" not in answer.text + page.text
    reference = answer.json()["detail"].split("reference ")[1].split(" ")[0]
    [told] = [record.getMessage() for record in caplog.records if reference in record.getMessage()]
    assert "RuntimeError" in told and "sampler.py" in told
    assert "secret" not in told, "the message of an error may hold what is personal"


@pytest.mark.parametrize(
    ("kind", "value"),
    [(int, "x"), (bool, "maybe"), (list[int], 3), (dict[str, int], 3), (float, "nan?"), (bytes, 3), (complex, {})],
)
def test_whatever_does_not_fit_gets_a_sentence_without_jargon(kind, value):
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(kind).validate_python(value)
    said = a_sentence_for(wrong.value.errors()[0]).en
    assert said.endswith(".")
    assert "input" not in said.lower()


def test_a_check_of_our_own_speaks_for_itself():
    error = {"type": "value_error", "loc": ("body", "minutes"), "ctx": {"error": ValueError("A visit takes a minute.")}}
    assert a_sentence_for(error).zh == "A visit takes a minute."
