"""What does not fit is said in one sentence, in the caller's language, with the right status; nothing has changed."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.journeys import the_loop as loop
from tests.journeys.child import until
from tests.journeys.site import PLACE, PROCEDURE, SERVICES, Site

CHINESE = re.compile("[\u4e00-\u9fff]")
LATER = "2031-01-01T09:00:00+08:00"
TOO_LONG = "漏" * 10_001
STALE = {"If-Match": '"99999"'}
A_CASE = {
    "procedure": PROCEDURE,
    "kind": "repair",
    "channel": "telephone",
    "content": "灯坏了",
    "place": PLACE,
    "customer": {"name": "王先生", "phone": "13800000002"},
}
CASES = "/api/intake/cases"
DUTY = "/api/dispatch/cases/{repair}/duties/1"
NO_DUTY = "/api/dispatch/cases/{repair}/duties/9"
ACTIONS = "/api/dispatch/corrective-actions"
A_REPORT = {"action": "nonconformity_report", "because": "not cleaned"}
SHEET = "/api/dispatch/cases/{sheet}/duties/1"
CALL = "/api/callback/callbacks/{callback}"
SURVEY = "/api/survey/surveys/{survey}"
TELEPHONED = {"form": "telephone", "outcome": "satisfied"}
HEAD, DESK, LEADER = "customer-service-head", "desk-1", "repair-leader"


@dataclass
class Wrong:
    """Something that somebody sends, and what they are told."""

    what: str
    by: str | None
    path: str
    body: Any
    status: int
    clause: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.path.split('/')[2]}-{self.what}".replace(" ", "_")


def garbage(path: str, by: str = HEAD) -> Wrong:
    """Nobody can read this."""
    return Wrong(f"garbage at {path.rsplit('/', 1)[1]}", by, path, b'{"a": ', 400)


WRONG = [
    Wrong("somebody unknown", None, CASES, A_CASE, 401),
    garbage(CASES),
    Wrong("a list", DESK, CASES, [], 422),
    Wrong("kind missing", DESK, CASES, {**A_CASE, "kind": None}, 422),
    Wrong("content missing", DESK, CASES, {**A_CASE, "content": " "}, 422),
    Wrong("nobody named", DESK, CASES, {**A_CASE, "customer": None}, 422),
    Wrong("unknown procedure", DESK, CASES, {**A_CASE, "procedure": "P77"}, 422),
    Wrong("unknown kind", DESK, CASES, {**A_CASE, "kind": "wish"}, 422),
    Wrong("unknown channel", DESK, CASES, {**A_CASE, "channel": "pigeon"}, 422),
    Wrong("unknown place", DESK, CASES, {**A_CASE, "place": "moon"}, 422),
    Wrong("unknown column", DESK, CASES, {**A_CASE, "fields": {"colour": "red"}}, 422),
    Wrong("unknown field", DESK, CASES, {**A_CASE, "colour": "red"}, 422),
    Wrong("text too long", DESK, CASES, {**A_CASE, "content": TOO_LONG}, 422),
    Wrong("bad phone", DESK, CASES, {**A_CASE, "customer": {"phone": "12"}}, 422),
    Wrong("time in the future", DESK, CASES, {**A_CASE, "received_at": LATER}, 422),
    Wrong("time without a zone", DESK, CASES, {**A_CASE, "received_at": "2026-01-05T09:00:00"}, 422),
    Wrong("wrong person", "repair-worker-1", CASES, A_CASE, 403),
    Wrong("key too long", DESK, CASES, A_CASE, 422, headers={"Idempotency-Key": "k" * 201}),
    garbage(CASES + "/{complaint}/assessment"),
    Wrong("facets missing", DESK, CASES + "/{complaint}/assessment", {}, 422),
    Wrong("unknown facet", DESK, CASES + "/{complaint}/assessment", {"facets": {"colour": "red"}}, 422),
    Wrong("unknown value", DESK, CASES + "/{complaint}/assessment", {"facets": {"severity": "red"}}, 422),
    Wrong("unknown case", DESK, CASES + "/none/assessment", {"facets": {"severity": "major"}}, 404),
    Wrong(
        "rated by the wrong person",
        "quality-1",
        CASES + "/{complaint}/assessment",
        {"facets": {"severity": "major"}},
        403,
    ),
    Wrong("rated without reason", DESK, CASES + "/{repair}/assessment", {"facets": {"trade": "lift"}}, 422),
    Wrong("rated as it is", DESK, CASES + "/{repair}/assessment", {"facets": {"trade": "general"}}, 409),
    Wrong(
        "rated on an old page",
        DESK,
        CASES + "/{complaint}/assessment",
        {"facets": {"severity": "major"}},
        412,
        headers=STALE,
    ),
    garbage(CASES + "/{complaint}/closing"),
    Wrong("closed without reason", HEAD, CASES + "/{complaint}/closing", {}, 422),
    Wrong("closed by the wrong person", "callback-1", CASES + "/{complaint}/closing", {"reason": "no reason"}, 403),
    Wrong("closed while it is to be rated", HEAD, CASES + "/{complaint}/closing", {"reason": "no reason"}, 409),
    Wrong("unknown case closed", HEAD, CASES + "/none/closing", {"reason": "no reason"}, 404),
    garbage(CASES + "/{complaint}/reopening"),
    Wrong("opened again while open", HEAD, CASES + "/{complaint}/reopening", {"reason": "no reason"}, 409),
    garbage("/api/intake/procedures", "operator"),
    Wrong("unknown pack", "operator", "/api/intake/procedures", {"pack": "P77"}, 422),
    Wrong("activated by the wrong person", DESK, "/api/intake/procedures", {"pack": PROCEDURE}, 403),
    *(garbage(f"{DUTY}/{step}", LEADER) for step in ("accept", "assign", "arrive", "finish", "sign", "return")),
    *(garbage(f"{DUTY}/{step}", HEAD) for step in ("reject", "extend")),
    *(Wrong(f"no duty to {step}", LEADER, f"{NO_DUTY}/{step}", {}, 404) for step in ("accept", "arrive", "return")),
    Wrong("no case", LEADER, "/api/dispatch/cases/none/duties/1/accept", {}, 404),
    Wrong("a duty that is no number", LEADER, "/api/dispatch/cases/{repair}/duties/one/accept", {}, 404),
    Wrong("accepted by the wrong person", "cleaning-head", f"{DUTY}/accept", {}, 409, "P03-4.5-a1"),
    Wrong("accepted on an old page", LEADER, f"{DUTY}/accept", {}, 412, headers=STALE),
    Wrong("assigned to nobody", LEADER, f"{DUTY}/assign", {}, 422),
    Wrong("assigned before it is accepted", LEADER, f"{DUTY}/assign", {"to": "repair-worker-1"}, 409, "P03-4.5-a2"),
    Wrong("finished without outcome", LEADER, f"{DUTY}/finish", {}, 422),
    Wrong("result too long", LEADER, f"{DUTY}/finish", {"outcome": "solved", "result": TOO_LONG}, 422),
    Wrong("signed before the work is done", LEADER, f"{DUTY}/sign", {"signer": "王先生"}, 409, "P03-4.5-c"),
    Wrong("returned before it is done", LEADER, f"{DUTY}/return", {}, 409, "P03-4.5-a1"),
    Wrong("a drawing that is none", LEADER, f"{DUTY}/sign", {"drawing": "<svg>"}, 422),
    Wrong("sent back without reason", LEADER, f"{DUTY}/reject", {}, 422),
    Wrong("sent back by the wrong person", "cleaning-head", f"{DUTY}/reject", {"reason": "not mine"}, 409),
    Wrong("put off without end", HEAD, f"{DUTY}/extend", {"reason": "no parts"}, 422),
    Wrong("put off by the wrong person", LEADER, f"{DUTY}/extend", {"reason": "no parts", "hours": 2}, 409),
    Wrong("not a step of the sheet", "cleaning-head", f"{SHEET}/sign", {"signer": "李女士"}, 409, "P03-3.3"),
    Wrong("tracked without a word", HEAD, f"{SHEET}/track", {}, 422),
    Wrong("tracked by the wrong desk", "cleaning-head", f"{SHEET}/track", {"note": "all is well"}, 409, "P03-4.3.2"),
    garbage(ACTIONS),
    Wrong("a report without a reason", HEAD, ACTIONS, {"action": "nonconformity_report"}, 422),
    Wrong("a report by the wrong person", LEADER, ACTIONS, A_REPORT, 409, "P03-4.11-d"),
    Wrong("an action that nobody knows", HEAD, ACTIONS, {**A_REPORT, "action": "other"}, 404),
    Wrong("decided about nothing", HEAD, f"{ACTIONS}/none/decision", {"needed": True, "reason": "x y"}, 404),
    garbage(f"{CALL}/attempts"),
    garbage(f"{CALL}/waiver"),
    Wrong("called without outcome", HEAD, f"{CALL}/attempts", {"form": "telephone"}, 409),
    Wrong("unknown outcome", HEAD, f"{CALL}/attempts", {**TELEPHONED, "outcome": "happy"}, 422),
    Wrong("note too long", HEAD, f"{CALL}/attempts", {**TELEPHONED, "note": TOO_LONG}, 422),
    Wrong("called tomorrow", HEAD, f"{CALL}/attempts", {**TELEPHONED, "attempted_at": LATER}, 409),
    Wrong("called by the wrong person", "quality-1", f"{CALL}/attempts", TELEPHONED, 403),
    Wrong("called on an old page", HEAD, f"{CALL}/attempts", TELEPHONED, 412, headers=STALE),
    Wrong("visited without signature", HEAD, f"{CALL}/attempts", {**TELEPHONED, "form": "visit"}, 409, "P03-4.4-d2"),
    Wrong("no such callback", HEAD, "/api/callback/callbacks/none.1/attempts", TELEPHONED, 404),
    Wrong("waived without reason", HEAD, f"{CALL}/waiver", {}, 422),
    Wrong("waived for an unknown reason", HEAD, f"{CALL}/waiver", {"reason": "holiday"}, 409),
    Wrong("waived without evidence", HEAD, f"{CALL}/waiver", {"reason": "reply_letter_only"}, 409, "P03-4.4-e2"),
    Wrong(
        "waived by the wrong person",
        "callback-1",
        f"{CALL}/waiver",
        {"reason": "reply_letter_only", "evidence": "x"},
        403,
    ),
    garbage("/api/survey/surveys"),
    Wrong("planned without a day", HEAD, "/api/survey/surveys", {"procedure": PROCEDURE}, 422),
    Wrong(
        "planned for an unknown procedure",
        HEAD,
        "/api/survey/surveys",
        {"procedure": "P77", "starts_on": "2026-01-05"},
        409,
    ),
    garbage(f"{SURVEY}/approve"),
    garbage(f"{SURVEY}/plan"),
    Wrong("approved without saying what", HEAD, f"{SURVEY}/approve", {}, 422),
    Wrong(
        "approved in another wording", "management-representative", f"{SURVEY}/approve", {"plan_hash": "0" * 64}, 409
    ),
    Wrong("no such survey", HEAD, "/api/survey/surveys/none/open", {}, 404),
    Wrong("opened before it is approved", HEAD, f"{SURVEY}/open", {}, 409),
    Wrong("closed before it is open", HEAD, f"{SURVEY}/close", {}, 409),
    Wrong("opened by the wrong person", "quality-1", f"{SURVEY}/open", {}, 403),
    Wrong("a sheet that nobody has", None, "/public/survey/sheets/none", {"answers": {}}, 404),
    Wrong("a sheet of garbage", None, "/public/survey/sheets/none", b"{", 400),
    Wrong("of another department", LEADER, f"{CALL}/attempts", TELEPHONED, 404),
    *(Wrong("tried by the wrong person", DESK, f"/api/{service}/parked/9/try", {}, 403) for service in SERVICES),
]


@pytest.fixture(scope="module")
def known(site: Site) -> dict[str, str]:
    """A repair that nobody accepted, an unrated complaint, one on its sheet, a planned callback, a planned survey."""
    repair, complaint = loop.register_repair(site, "窗户坏了"), loop.register_complaint(site, "噪音扰民")
    sheet, called = loop.register_complaint(site, "大堂很脏"), loop.register_complaint(site, "电梯很慢")
    for case in (sheet, called):
        loop.assess(site, case)
    loop.duty_of(site, repair)
    loop.duty_of(site, sheet)
    loop.carry_out_sheet(site, called)
    head = site.as_(HEAD)
    callbacks = until(lambda: head.get("/api/callback/callbacks", case=called["id"])["items"], "a planned callback")
    survey = head.post("/api/survey/surveys", loop.an_own_survey(date(2026, 1, 5)), expect=201)
    site.advance("1m")
    return {
        "repair": repair["id"],
        "complaint": complaint["id"],
        "sheet": sheet["id"],
        "callback": callbacks[0]["id"],
        "survey": survey["id"],
    }


def written_down(site: Site) -> dict[str, int]:
    """How much every service wrote into its journal, without the refusals that are recorded on purpose."""
    counts = {}
    for service in SERVICES:
        database = sqlite3.connect(f"file:{site.data / service}.db?mode=ro", uri=True)
        counts[service] = database.execute(
            "select count(*) from journal where subject not like '%attempt.refused%'"
        ).fetchone()[0]
        database.close()
    return counts


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_wrong_is_said_in_one_sentence_and_changes_nothing(site: Site, known: dict[str, str], wrong: Wrong):
    before = written_down(site)
    said = []
    for language in ("zh", "en"):
        somebody = site.as_(wrong.by, language) if wrong.by else site.anybody(language)
        path = re.sub(r"{(\w+)}", lambda part: known[part[1]], wrong.path)
        body = {"content": wrong.body} if isinstance(wrong.body, bytes) else {"json": wrong.body}
        answer = somebody.tries("POST", path, {"Content-Type": "application/json", **wrong.headers}, **body)
        assert answer.status_code == wrong.status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == wrong.status and problem["title"] and problem["type"]
        assert wrong.clause is None or problem["clause"] == wrong.clause, problem
        assert wrong.status != 422 or problem.get("errors") or wrong.headers, problem
        assert 3 < len(problem["detail"]) < 300 and "\n" not in problem["detail"]
        said.append(problem["detail"])
    chinese, english = said
    assert CHINESE.search(chinese), chinese
    assert not CHINESE.search(english), english
    assert written_down(site) == before


def test_a_key_that_comes_again_with_another_body_is_not_understood(site: Site, known: dict[str, str]):
    key = {"Idempotency-Key": f"again-{known['repair']}"}
    desk = site.as_(DESK)
    first = desk.tries("POST", CASES, key, json=A_CASE)
    again = desk.tries("POST", CASES, key, json=A_CASE)
    assert first.status_code == 201 == again.status_code
    assert first.json() == again.json() and again.headers["idempotency-replayed"] == "true"
    site.advance("1m")
    before = written_down(site)
    other = desk.tries("POST", CASES, key, json={**A_CASE, "content": "别的事"})
    assert other.status_code in (409, 422) and other.json()["detail"]
    assert written_down(site) == before
    assert site.as_(HEAD).tries("POST", CASES, key, json=A_CASE).status_code == 201, "somebody else's key"
