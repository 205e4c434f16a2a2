"""Cases of a real file are replayed by simulated staff; a replay that is killed goes on and comes to the same."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.child import Closeloop, until
from tests.journeys.site import Site

REAL = Path(__file__).resolve().parents[2] / "procedures" / "property-centre" / "data"
CASES, MAPPING = REAL / "tainan1999_cases_2019.csv", REAL / "tainan1999.yaml"
FIRST, LAST_DAY, MONTH = 30, "2019-01-31", "2019-01"
MOMENTS = ("2019-01-01T01", "2019-01-03T02")
PATIENCE_SECONDS = 300.0


def replay(folder: Path, *more: Any) -> Closeloop:
    words = ("replay", CASES, "--mapping", MAPPING, "--procedure", "P03", "--data", folder / "data")
    return Closeloop(*words, "--first", FIRST, "--until", LAST_DAY, *more, folder=folder)


def figures(said: str) -> str:
    """What a replay says at its end."""
    assert f"\n{MONTH}\n" in said, said
    whole = said.partition(f"\n{MONTH}\n")[2]
    return whole.partition("\n  refused")[0].partition("\nCloseloop is ready")[0].strip()


def has_come_to(data: Path, moment: str) -> bool:
    clock = data / "clock.json"
    return clock.exists() and json.loads(clock.read_text())["now"] >= moment


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """A replay that ran to its end, and its site."""
    folder = tmp_path_factory.mktemp("replay")
    with replay(folder, "--stay") as running:
        until(lambda: "Ctrl-C" in running.said or running.process.poll() is not None, "the end", PATIENCE_SECONDS)
        with Site(folder / "data", running.address) as site:
            yield site, figures(running.said)
        assert running.ctrl_c() == 0, running.said


def test_every_case_comes_in_at_its_own_time_and_is_closed(told):
    site, _figures = told
    cases = site.as_("desk-1").get("/api/intake/cases", limit=200)["items"]
    assert len(cases) == FIRST
    assert {case["status"] for case in cases} == {"closed"}
    assert min(case["received_at"] for case in cases).startswith("2018-12-31T16:33:49")
    late = [case for case in cases if case["registered_at"] != case["received_at"]]
    assert len(late) <= 3  # now and then the desk writes down what it was told a while ago


def test_staff_did_it_through_the_api_and_jobs_were_done(told):
    site, _figures = told
    head = site.as_("customer-service-head")
    duties = head.get("/api/dispatch/duties", limit=200)["items"]
    assert {duty["status"] for duty in duties} <= {"returned", "withdrawn"} and len(duties) >= FIRST
    assert len({duty["worker"] for duty in duties}) > 1
    jobs = head.get("/api/callback/jobs", state="done", limit=200)["items"]
    assert {job["name"] for job in jobs} >= {"register_check", "repair_callbacks"}


def test_the_figures_are_printed(told):
    _site, said = told
    assert f"{FIRST}   " in said and "P03-4.4-f" in said and "P03-5" in said


def test_a_replay_that_is_killed_goes_on_to_the_same_figures(told, tmp_path):
    for moment in MOMENTS:
        with replay(tmp_path) as running:
            until(lambda: has_come_to(tmp_path / "data", moment), f"{moment} there", PATIENCE_SECONDS)  # noqa: B023
            running.process.send_signal(signal.SIGKILL)
            assert running.ended() == -signal.SIGKILL
    with replay(tmp_path) as running:
        assert running.ended(PATIENCE_SECONDS) == 0, running.said
        assert figures(running.said) == told[1]


def refused(folder: Path, *words: Any) -> tuple[int, str]:
    """Exit code and sentence of a replay that cannot begin."""
    with Closeloop("replay", *words, folder=folder) as running:
        code = running.ended()
        lines = running.said.strip().splitlines()
        assert len(lines) == 1, running.said
        return code, lines[0]


def test_what_keeps_a_replay_from_beginning_is_one_sentence(tmp_path):
    mapped = (CASES, "--mapping", MAPPING, "--data", tmp_path / "data")
    assert refused(tmp_path, *mapped, "--procedure", "P00") == (
        2,
        "There is no installed procedure P00. Known are: P02, P03, P06, P09, P10, P13.",
    )
    code, said = refused(tmp_path, *mapped, "--procedure", "P03", "--until", "2018-01-01")
    assert code == 2 and "before the first case" in said
    code, said = refused(tmp_path, *mapped, "--procedure", "P03", "--url", "http://127.0.0.1:9")
    assert code == 2 and "check the data folder" in said
    spoilt = tmp_path / "spoilt.yaml"
    spoilt.write_text(MAPPING.read_text(encoding="utf-8").replace("district", "dorf"), encoding="utf-8")
    (tmp_path / "organisation.yaml").write_bytes((REAL / "organisation.yaml").read_bytes())
    code, said = refused(tmp_path, CASES, "--mapping", spoilt, "--procedure", "P03", "--data", tmp_path / "data")
    assert code == 2 and "no column dorf" in said
    assert not (tmp_path / "data").exists()


def test_a_running_site_needs_a_simulated_clock_that_is_early_enough(tmp_path):
    data = tmp_path / "data"
    words = (CASES, "--mapping", MAPPING, "--procedure", "P03", "--data", data)
    settings = {"organisation": REAL / "organisation.yaml"}
    with Closeloop("up", "--port", 0, "--data", data, folder=tmp_path, **settings) as running:
        code, said = refused(tmp_path, *words, "--url", running.address)
        assert code == 2 and "no simulated clock" in said
    code, said = refused(tmp_path, *words)
    assert code == 2 and "in real time" in said
    later = ("--clock", "2019-06-01T00:00+08:00")
    data = tmp_path / "later"
    with Closeloop("up", "--port", 0, "--data", data, *later, folder=tmp_path, **settings) as running:
        code, said = refused(tmp_path, *words[:-1], data, "--url", running.address)
        assert code == 2 and "earlier clock" in said
