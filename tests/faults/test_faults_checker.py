"""The checker itself: it finds nothing in a good result, and each planted fault by name."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from closeloop.contracts.loop import SERVICES
from tests.faults import trial
from tests.faults.checker import check
from tests.faults.evidence import Evidence, Step, tables_of

pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Good:
    """A good result on SQLite, with its files."""

    folder: Path
    evidence: Evidence

    def with_fault(self, copy: Path, service: str, plant: Callable[[sqlite3.Connection], object] | str) -> Evidence:
        """The same after a fault was planted into a copy of a database."""
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns("nats", "keys"))
        with closing(sqlite3.connect(copy / f"{service}.db")) as database, database:
            plant(database) if callable(plant) else database.executescript(plant)
        tables = {name: asyncio.run(tables_of(f"sqlite:///{copy / name}.db")) for name in SERVICES}
        return replace(self.evidence, tables=tables, promised=deepcopy(self.evidence.promised))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Good:
    """Some cases, nothing killed."""
    folder = tmp_path_factory.mktemp("good")
    result = asyncio.run(trial.on_sqlite(folder, seed=7, kills=0, answers=150))
    assert not result.findings, str(result)
    assert result.evidence is not None
    return Good(folder / "data", result.evidence)


def test_a_good_result_has_seen_the_whole_loop(good: Good):
    evidence = good.evidence
    told = {(service, event["subject"]) for service in SERVICES for event in evidence.told(service)}
    for publisher, subject in (
        ("intake", "case.assessed.v1"),
        ("intake", "round.opened.v1"),
        ("intake", "case.closed.v1"),
        ("dispatch", "duty.returned.v1"),
        ("callback", "callback.attempted.v1"),
    ):
        assert (publisher, subject) in told
    assert len(evidence.promised.registered) >= 10 and len(evidence.promised.steps) >= 20


FAULTS: Mapping[str, tuple[str, str, str]] = {
    "a case is lost": (
        "intake",
        "delete from cases where number = (select max(number) from cases)",
        "every_promise_is_in_the_register",
    ),
    "a number is missing": (
        "intake",
        "delete from cases where number = (select min(number) from cases)",
        "numbers_have_no_gap_and_no_twin",
    ),
    "a number was given twice": (
        "intake",
        "update cases set number = (select max(number) from cases) where number = (select min(number) from cases)",
        "numbers_have_no_gap_and_no_twin",
    ),
    "the counter runs ahead": ("intake", "update counters set n = n + 1", "numbers_have_no_gap_and_no_twin"),
    "a journal entry is gone": (
        "dispatch",
        "delete from journal where seq = (select min(seq) from journal)",
        "journals_are_whole",
    ),
    "a key lost count": ("dispatch", "update keys set sequence = sequence + 1", "journals_are_whole"),
    "an entry was not sent": ("callback", "insert into unsent (seq) values (1)", "nothing_is_unsent"),
    "a hash was changed": (
        "dispatch",
        "update chain set hash = case when hash like 'f%' then '0' else 'f' end || substr(hash, 2) where position = 2",
        "chains_hold",
    ),
    "an entry was changed": (
        "intake",
        "update journal set body = replace(body, 'garden-estate', 'river-towers') where subject = 'case.assessed.v1'",
        "chains_hold",
    ),
    "a position is missing": ("intake", "delete from chain where position = 3", "chains_hold"),
    "two entries changed places": (
        "dispatch",
        "update chain set seq = 3 - seq where position in (1, 2)",
        "chains_hold",
    ),
    "an event was not heard": (
        "stats",
        "update positions set position = position - 1 where publisher = 'main.dispatch'",
        "everything_was_heard",
    ),
    "a publisher was never heard": (
        "intake",
        "delete from positions where publisher = 'main.callback'",
        "everything_was_heard",
    ),
    "a message is parked": (
        "stats",
        "insert into parked (id, key, publisher, position, subject, body, reason, tries, parked_at) "
        "values ('x', 'k', 'main.intake', 1, 's', '{}', 'r', 1, '2026-01-01T00:00:00+00:00')",
        "nothing_is_parked",
    ),
    "a timer never fired": (
        "dispatch",
        "update timers set due_at = '2026-01-01T00:00:00.000000+00:00' where id = (select min(id) from timers)",
        "nothing_due_was_left",
    ),
    "a duty is lost": (
        "dispatch",
        "delete from duties where id = (select min(id) from duties)",
        "each_assessment_has_its_duty",
    ),
    "a duty is there twice": (
        "dispatch",
        "create table twin as select * from duties where id = (select min(id) from duties);"
        "update twin set id = id || '0'; insert into duties select * from twin; drop table twin",
        "each_assessment_has_its_duty",
    ),
    "an attempt was kept twice": (
        "callback",
        "create table twin as select * from attempts where id = (select min(id) from attempts);"
        "update twin set id = id || '0'; insert into attempts select * from twin; drop table twin",
        "each_customer_is_asked_once",
    ),
    "dispatch missed the closing": (
        "dispatch",
        "update cases set header = json_set(header, '$.sequence', 1)",
        "services_know_the_latest",
    ),
    "callback never heard of a case": (
        "callback",
        "delete from cases where id = (select min(id) from cases)",
        "services_know_the_latest",
    ),
    "a mark was not kept": (
        "intake",
        "delete from marks where id = (select min(id) from marks)",
        "marks_stand_as_told",
    ),
    "a mark stands the other way": (
        "intake",
        "update marks set is_set = not is_set where id = (select min(id) from marks)",
        "marks_stand_as_told",
    ),
    "a task is not on the desk": (
        "dispatch",
        "delete from desk_tasks where id = (select min(id) from desk_tasks)",
        "the_desk_is_as_told",
    ),
    "a closed case is open": (
        "intake",
        "update cases set status = 'handling' where status = 'closed'",
        "satisfied_customers_close_their_case",
    ),
    "a round was not counted": ("intake", "update cases set round = 1", "satisfied_customers_close_their_case"),
    "stats lost a case": (
        "stats",
        "delete from case_facts where id = (select min(id) from case_facts)",
        "figures_are_the_sum",
    ),
    "stats counted a callback twice": (
        "stats",
        "update case_facts set callbacks_planned = callbacks_planned + 1 where callbacks_planned > 0",
        "figures_are_the_sum",
    ),
    "stats missed a return": (
        "stats",
        "update duty_facts set returned_at = null where returned_at is not null",
        "figures_are_the_sum",
    ),
    "stats lost an occasion": (
        "stats",
        "delete from occasion_facts where id = (select min(id) from occasion_facts)",
        "occasions_are_the_sum",
    ),
    "stats ended an occasion otherwise": (
        "stats",
        "update occasion_facts set ended_as = 'breached' where ended_as = 'kept'",
        "occasions_are_the_sum",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_named(good: Good, tmp_path: Path, fault: str):
    service, statements, rule = FAULTS[fault]
    findings = check(good.with_fault(tmp_path / "copy", service, statements))
    assert rule in {finding.rule for finding in findings}, [str(finding) for finding in findings]


def say_it_again(database: sqlite3.Connection, subject: str) -> None:
    """What a service does that handles a message twice: the same once more, properly written down and chained."""
    key, said, told, at, body = database.execute(
        "select key, sequence, subject, recorded_at, body from journal where subject = ? limit 1", (subject,)
    ).fetchone()
    sequence = database.execute("select max(sequence) + 1 from journal where key = ?", (key,)).fetchone()[0]
    body = body.replace(f'"id":"main.dispatch.{key}.{said}"', f'"id":"main.dispatch.{key}.{sequence}"')
    put = database.execute(
        "insert into journal (key, sequence, subject, recorded_at, body) values (?, ?, ?, ?, ?)",
        (key, sequence, told, at, body),
    )
    position, head = database.execute("select position, hash from chain order by position desc limit 1").fetchone()
    link = sha256(head.encode() + body.encode()).hexdigest()
    database.execute("insert into chain (position, seq, hash) values (?, ?, ?)", (position + 1, put.lastrowid, link))
    database.execute("update keys set sequence = ? where key = ?", (sequence, key))


def test_an_effect_that_is_written_down_twice_is_found(good: Good, tmp_path: Path):
    evidence = good.with_fault(tmp_path / "copy", "dispatch", lambda database: say_it_again(database, "duty.issued.v1"))
    rules = {finding.rule for finding in check(evidence)}
    assert {"each_assessment_has_its_duty", "no_effect_is_there_twice"} <= rules
    assert not rules & {"chains_hold", "journals_are_whole"}


def exchange_causes(database: sqlite3.Connection) -> None:
    """As if the closing of a case had been acted on before its assessment."""
    rows = database.execute(
        "select seq, body from journal where key in (select key from journal where body like ?)", ("%duty.issued%",)
    )
    causes: dict[str, list[tuple[int, str]]] = {}
    for seq, body in rows.fetchall():
        said = json.loads(body)
        if str(said["data"].get("cause", "")).startswith("main.intake."):
            causes.setdefault(said["subject"], []).append((seq, said["data"]["cause"]))
    first, last = next((found[0], found[-1]) for found in causes.values() if found[0][1] != found[-1][1])
    for (seq, old), (_, new) in ((first, last), (last, first)):
        database.execute("update journal set body = replace(body, ?, ?) where seq = ?", (old, new, seq))


def test_acting_in_another_order_is_found(good: Good, tmp_path: Path):
    evidence = good.with_fault(tmp_path / "copy", "dispatch", exchange_causes)
    assert "effects_keep_the_order" in {finding.rule for finding in check(evidence)}


def lost(messages: list[bytes]) -> list[bytes]:
    return messages[:3] + messages[4:]


def doubled(messages: list[bytes]) -> list[bytes]:
    return messages[:3] + messages[2:]


def swapped(messages: list[bytes]) -> list[bytes]:
    return [messages[1], messages[0], *messages[2:]]


@pytest.mark.parametrize("spoil", [lost, doubled, swapped])
def test_a_stream_that_is_not_the_chain_is_found(good: Good, spoil: Callable[[list[bytes]], list[bytes]]):
    streams = {**good.evidence.streams, "dispatch": spoil(list(good.evidence.streams["dispatch"]))}
    [first, *_] = check(replace(good.evidence, streams=streams))
    assert (first.rule, first.where) == ("streams_are_the_chains", "dispatch")


def test_a_promise_that_was_not_kept_is_found(good: Good):
    promised = deepcopy(good.evidence.promised)
    promised.registered["gone"] = ("x", "QR-022-2026-99999-X")
    promised.steps.append(Step("x", "accept", 1))
    promised.misfits.append("POST …: 409")
    rules = {finding.rule for finding in check(replace(good.evidence, promised=promised))}
    assert rules == {"every_promise_is_in_the_register", "each_step_happened_once", "nobody_was_answered_wrongly"}


def test_a_case_that_was_registered_twice_is_found(good: Good):
    promised = deepcopy(good.evidence.promised)
    promised.registered.pop(next(iter(promised.registered)))
    assert "every_promise_is_in_the_register" in {f.rule for f in check(replace(good.evidence, promised=promised))}
