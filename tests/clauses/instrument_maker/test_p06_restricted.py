"""A report of a breach is for those who read restricted matters: for everybody else there is a gap in the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clauses.instrument_maker.maker import A_USER, ADMINISTRATOR, HOTLINE, LEADER, Maker
from tests.clauses.loop import Case

PROCEDURE = "P06"
SECRET = "工程师收取现金后代为修理"
EVERYWHERE = (
    "/api/intake/cases",
    "/api/dispatch/tasks",
    "/api/dispatch/duties",
    "/api/dispatch/records",
    "/api/dispatch/sign-offs",
    "/api/stats/facts/cases",
)


@pytest.fixture(scope="module")
def letter(loop: Maker) -> Case:
    """Somebody reports a breach, and the leader decides about it."""
    case = loop.register(LEADER, "breach", SECRET, channel="telephone", customer=A_USER)
    duty = loop.duty(case, "breach")
    decided: dict[str, Any] = {"facts": SECRET, "is_confirmed": True, "consequence": "就地解聘"}
    loop.step(LEADER, duty, "finish", outcome="solved", **decided)
    return case


def said_to(loop: Maker, login: str) -> Iterator[tuple[str, str]]:
    """Everything that somebody is told, by where."""
    for path in EVERYWHERE:
        answer = loop.tries(login, "GET", path)
        if answer.status_code == 200:
            yield path, answer.text


def test_whoever_may_not_read_it_finds_it_nowhere(loop: Maker, letter: Case):
    for login in (ADMINISTRATOR, HOTLINE):
        for path, said in said_to(loop, login):
            assert letter["number"] not in said and letter["id"] not in said and SECRET not in said, (login, path)
        assert loop.tries(login, "GET", f"/api/intake/cases/{letter['id']}").status_code == 404
        assert loop.tries(login, "GET", f"/api/dispatch/cases/{letter['id']}/duties").status_code in (403, 404)
        page = loop.tries(login, "GET", f"/dispatch/explain/{letter['number']}", headers={"accept": "text/html"})
        assert SECRET not in page.text


def test_the_leader_reads_it_everywhere(loop: Maker, letter: Case):
    found = dict(said_to(loop, LEADER))
    assert letter["number"] in found["/api/intake/cases"] and letter["id"] in found["/api/dispatch/duties"]
    assert loop.sees(LEADER, f"/api/intake/cases/{letter['id']}")["content"] == SECRET


def test_the_next_one_of_the_register_shows_the_gap_and_nothing_else(loop: Maker, letter: Case):
    after = loop.register(LEADER, "breach", "另一件", channel="telephone", customer=A_USER)
    assert after["number"] != letter["number"]
    listed = loop.tries(ADMINISTRATOR, "GET", "/api/intake/cases", params={"kind": "breach"})
    assert listed.json()["items"] == []
