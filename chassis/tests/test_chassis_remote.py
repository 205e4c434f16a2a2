"""`closeloop explain` and `closeloop clock`: what they ask and print, and their sentences when something is wrong."""

from functools import partial
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from closeloop.chassis import clock_command, explain_command
from closeloop.chassis.command import with_every_command
from closeloop.chassis.remote import Remote

CASE = "0198c0ffee"
ACTION = "action-0198beef"


def happened(service: str, what: str, at: str, *clauses: tuple[str, str]) -> dict[str, Any]:
    judged = [{"clause": clause, "of": "case", "end": end} for clause, end in clauses]
    return {"at": at, "recorded_at": at, "service": service, "what": what, "by": "desk-1", "clauses": judged}


TOLD = {
    "intake": [
        happened("intake", "case.registered.v1", "2026-01-05T01:00:00Z", ("P00-1", "kept")),
        happened("intake", "case.closed.v1", "2026-01-06T03:00:00Z"),
    ],
    "dispatch": [happened("dispatch", "duty.issued.v1", "2026-01-05T01:00:01Z", ("P00-2", "not_applicable"))],
    "action": [happened("dispatch", "action.opened.v1", "2026-01-05T01:00:02Z", ("P00-2", "opened"))],
}


class Answers:
    """What a running Closeloop would answer."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.down: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        service, path = request.url.path.split("/")[2], request.url.path
        if service in self.down:
            raise httpx.ConnectError("refused")
        if request.headers.get("authorization") != "Bearer good":
            return httpx.Response(401, json={"detail": "Please sign in first."})
        if service == "clock":
            return httpx.Response(200, json={"now": "2026-01-12T01:00:00+00:00", "simulated": True})
        if path == "/api/intake/cases/QR-022-2026-1":
            return httpx.Response(200, json={"id": CASE})
        if path.startswith("/api/intake/cases/"):
            return httpx.Response(404, json={"detail": "There is no such thing here."})
        if path == "/api/dispatch/corrective-actions":
            known = request.url.params["number"] in ("JZ-2026-0001", ACTION)
            return httpx.Response(200, json={"items": [{"id": ACTION}] if known else []})
        if path == f"/api/dispatch/explanations/{ACTION}":
            return httpx.Response(200, json={"items": TOLD["action"]})
        found = TOLD.get(service) if path.endswith(CASE) else None
        return httpx.Response(200, json={"items": found}) if found else httpx.Response(404, json={})


@pytest.fixture
def answers(monkeypatch) -> Answers:
    there = Answers()
    asks = partial(Remote, transport=httpx.MockTransport(there))
    monkeypatch.setattr(explain_command, "Remote", asks)
    monkeypatch.setattr(clock_command, "Remote", asks)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return there


def closeloop(*words: str, token: str = "good") -> Any:
    return CliRunner().invoke(with_every_command(), words, env={"CLOSELOOP_TOKEN": token})


def test_a_case_is_told_in_the_order_in_which_it_happened(answers):
    said = closeloop("explain", "QR-022-2026-1")
    assert said.exit_code == 0
    assert [line.split() for line in said.stdout.splitlines()] == [
        ["2026-01-05", "09:00:00", "intake", "case.registered", "desk-1", "P00-1", "kept"],
        ["2026-01-05", "09:00:01", "dispatch", "duty.issued", "desk-1", "P00-2", "not", "applicable"],
        ["2026-01-06", "11:00:00", "intake", "case.closed", "desk-1"],
    ]
    assert said.stderr == ""


def test_a_corrective_action_is_found_by_its_number_or_id(answers):
    for named in ("JZ-2026-0001", ACTION):
        [line] = closeloop("explain", named).stdout.splitlines()
        assert line.split()[2:4] == ["dispatch", "action.opened"]
    answers.down = {"dispatch"}
    assert closeloop("explain", "JZ-2026-0001").stderr == "There is no such thing here.\n"


def test_who_is_absent_is_named(answers):
    answers.down = {"callback", "stats"}
    said = closeloop("explain", "QR-022-2026-1")
    assert said.exit_code == 0
    assert said.stderr == "Not heard, because they do not answer: callback, stats.\n"


def test_without_intake_the_id_finds_the_case(answers):
    answers.down = {"intake"}
    said = closeloop("explain", CASE)
    assert [line.split()[2] for line in said.stdout.splitlines()] == ["dispatch"]
    assert "intake" in said.stderr


def test_where_nobody_answers_one_sentence_says_so(answers, monkeypatch):
    answers.down = {"intake", "dispatch", "callback", "survey", "stats", "clock"}
    monkeypatch.setenv("CLOSELOOP_PORT", "8345")
    for words in (["explain", "X"], ["clock", "show"], ["clock", "advance", "7d"]):
        said = closeloop(*words)
        assert (said.exit_code, said.stderr) == (
            1,
            "Nobody answers at http://127.0.0.1:8345: start Closeloop, or say where it runs with --url.\n",
        )


def test_a_wrong_token_and_an_unknown_case_are_said_as_the_service_says_them(answers):
    assert closeloop("explain", "QR-022-2026-1", token="bad").stderr == "Please sign in first.\n"
    unknown = closeloop("explain", "QR/9")
    assert (unknown.exit_code, unknown.stderr) == (1, "There is no such thing here.\n")


@pytest.mark.parametrize("url", ["http://[", "localhost:8300", "http://", "ftp://here"])
def test_a_word_that_is_no_address_is_said_to_be_none(answers, url):
    said = closeloop("explain", "X", "--url", url)
    shown = url.rstrip("/")
    assert (said.exit_code, said.stderr) == (2, f"{shown} is no address: write it like http://127.0.0.1:8300.\n")


def test_the_clock_is_shown_and_moved(answers):
    assert closeloop("clock", "show").stdout == "2026-01-12T09:00:00+08:00 by the simulated clock\n"
    assert closeloop("clock", "advance", "7d").exit_code == 0
    assert answers.asked[-1].method == "POST"
    assert answers.asked[-1].content == b'{"advance":"7d"}'
