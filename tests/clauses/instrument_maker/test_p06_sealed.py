"""A report of a breach goes through the loop without one word of it lying open in a journal or a stream."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.broker import stream_of
from closeloop.chassis.running import Running
from tests.clauses.instrument_maker.maker import A_USER, LEADER, Maker
from tests.clauses.loop import Case

PROCEDURE = "P06"
SECRET = "工程师收取现金后代为修理"
WITHOUT = "callback"
"""The service that has no right to read restricted matters."""


def service(loop: Maker, name: str) -> Running:
    return next(one for one in loop.house.suite.services if one.name == name)


@pytest.fixture(scope="module")
def letter(loop: Maker, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Somebody reports a breach; the leader decides about it; callback must not know what it is."""
    service(loop, WITHOUT).sealing.audiences.folder = tmp_path_factory.mktemp("none") / "audiences"
    case = loop.register(LEADER, "breach", SECRET, channel="telephone", customer=A_USER)
    duty = loop.duty(case, "breach")
    decided: dict[str, Any] = {"facts": SECRET, "is_confirmed": True, "consequence": "就地解聘"}
    loop.step(LEADER, duty, "finish", outcome="solved", **decided)
    return case


def words_of(case: Case) -> list[str]:
    """What must not lie open: its words, its number, its kind, who brought it, and the clauses that it is judged by."""
    return [SECRET, "就地解聘", case["number"], '"breach"', A_USER["name"], A_USER["phone"], "P06-3.3.2-f"]


def open_parts(text: str, case: Case) -> list[str]:
    spelt = text + (text.encode("ascii", "backslashreplace").decode("unicode_escape") if "\\u" in text else "")
    return [word for word in words_of(case) if word in spelt]


def journals(loop: Maker, case: Case) -> Iterator[tuple[str, str, str]]:
    """What every service wrote down about it: service, subject, body."""
    for one in loop.house.suite.services:
        with sqlite3.connect(one.settings.data / f"{one.name}.db") as database:
            about = "select subject, body from journal where key = ? or body like ?"
            for subject, body in database.execute(about, (case["id"], f"%{case['id']}%")):
                yield one.name, subject, body


def messages(loop: Maker) -> list[str]:
    """Every message of every stream, with its headers."""

    async def read(one: Running) -> list[str]:
        assert one.broker
        stream = stream_of(one.branch, one.name)
        last = (await one.broker.streams.stream_info(stream)).state.last_seq
        found = [await one.broker.streams.get_msg(stream, seq=n) for n in range(1, last + 1)]
        return [f"{one.subject} {one.headers} {(one.data or b'').decode()}" for one in found]

    return [text for one in loop.house.suite.services for text in loop.house.grounds.run(read(one))]


def test_nothing_of_it_lies_open_in_any_journal(loop: Maker, letter: Case):
    found = list(journals(loop, letter))
    tellers = {name for name, _subject, _body in found}
    assert {"intake", "dispatch"} <= tellers and len(found) > 5
    assert [
        (name, subject, open_parts(body, letter)) for name, subject, body in found if open_parts(body, letter)
    ] == []
    assert all("sealedfor" in json.loads(body) for _name, _subject, body in found)


def test_nothing_of_it_lies_open_in_any_stream(loop: Maker, letter: Case):
    about = [message for message in messages(loop) if letter["id"] in message]
    assert len(about) > 5
    assert [open_parts(message, letter) for message in about if open_parts(message, letter)] == []


def test_the_services_with_the_right_work_on_it(loop: Maker, letter: Case):
    assert loop.sees(LEADER, f"/api/intake/cases/{letter['id']}")["content"] == SECRET
    assert letter["id"] in loop.tries(LEADER, "GET", "/api/dispatch/duties").text
    assert letter["number"] in loop.tries(LEADER, "GET", "/api/stats/facts/cases").text
    told = loop.sees(LEADER, f"/api/dispatch/explanations/{letter['id']}")["items"]
    assert "duty.issued.v1" in [item["what"] for item in told]
    timeline = loop.sees(LEADER, f"/api/intake/cases/{letter['id']}")["timeline"]
    assert timeline[0]["title"]["en"].startswith("Registered as")


def test_the_service_without_the_right_knows_that_there_is_a_case_and_no_more(loop: Maker, letter: Case):
    file: Path = service(loop, WITHOUT).settings.data / f"{WITHOUT}.db"
    with sqlite3.connect(file) as database:
        waiting = database.execute("select key, reason from parked").fetchall()
        assert {key for key, _reason in waiting} == {letter["id"]}
        assert "sealed" in waiting[0][1]
        kept = "\n".join(line for line in database.iterdump() if letter["id"] in line)
    assert kept and open_parts(kept, letter) == []
