"""`closeloop up`: it starts, says what keeps it from starting, stops, and finds everything again."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.journeys import the_loop as loop
from tests.journeys.child import Closeloop
from tests.journeys.site import Site


def up(folder: Path, *words: object, **settings: object) -> Closeloop:
    """The whole suite on a free port."""
    return Closeloop("up", "--port", 0, "--data", folder / "data", *words, folder=folder, log="warning", **settings)


def the_sentence(said: str) -> str:
    """What a person at the terminal reads: one line, and no traceback."""
    lines = [line for line in said.splitlines() if line.strip()]
    assert len(lines) == 1 and "Traceback" not in said, said
    return lines[0]


def test_it_says_where_it_is_and_who_may_sign_in(tmp_path: Path):
    with up(tmp_path) as running, Site(tmp_path / "data", running.address) as site:
        assert site.web.get(running.address + "/readyz").status_code == 200
        assert str(tmp_path / "data") in running.said
        assert "desk-1" in running.said and "passwords.txt" in running.said
        passwords = (tmp_path / "data" / "passwords.txt").read_text()
        assert "repair-leader" in passwords


def test_what_is_secret_is_for_its_owner_only(tmp_path: Path):
    data = tmp_path / "data"
    with up(tmp_path) as running:
        assert running.address
        secret = [data / "passwords.txt", data / "accounts.json", *(data / "keys").iterdir(), *data.glob("nats/*.conf")]
        secret += [file for file in (data / "nats").iterdir() if "credential" in file.name or file.suffix == ".json"]
        readable = {
            str(file.relative_to(data)): oct(file.stat().st_mode & 0o777)
            for file in secret
            if file.is_file() and not file.name.endswith(".pub") and "public" not in file.name
        }
        assert len(readable) >= 4
        assert set(readable.values()) == {"0o600"}, readable


def test_a_second_start_on_the_same_folder_says_so(tmp_path: Path):
    with up(tmp_path) as running:
        assert running.address
        with up(tmp_path) as second:
            assert second.ended() == 3
            assert "already runs" in the_sentence(second.said) and str(running.process.pid) in second.said


def test_a_port_that_is_taken_is_named(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with Closeloop("up", "--port", port, "--data", tmp_path / "data", folder=tmp_path) as running:
            assert running.ended() == 1
            assert str(port) in the_sentence(running.said) and "CLOSELOOP_PORT" in running.said


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path):
    (tmp_path / "data").write_text("not a folder")
    with up(tmp_path) as running:
        assert running.ended() == 1
        assert str(tmp_path / "data") in the_sentence(running.said)


def test_a_folder_that_nobody_may_write_to_is_said(tmp_path: Path):
    data = Path("/proc/closeloop") if os.geteuid() == 0 else tmp_path / "locked" / "data"
    if os.geteuid():
        data.parent.mkdir(mode=0o500)
    with Closeloop("up", "--port", 0, "--data", data, folder=tmp_path) as running:
        assert running.ended() == 1
        assert str(data) in the_sentence(running.said) and "CLOSELOOP_DATA" in running.said


@pytest.mark.parametrize(
    "setting, value",
    [("port", "many"), ("port", "70000"), ("clock", "yesterday"), ("clock", "2026-01-05T09:00"), ("branch", "A b")],
)
def test_a_wrong_setting_is_named(tmp_path: Path, setting: str, value: str):
    with Closeloop("up", "--data", tmp_path / "data", folder=tmp_path, **{setting: value}) as running:
        assert running.ended() == 2
        assert f"CLOSELOOP_{setting.upper()}" in the_sentence(running.said)


def test_whoever_stops_and_starts_again_finds_every_case(tmp_path: Path):
    numbers: list[str] = []
    for end in ("ctrl_c", "kill", "ctrl_c"):
        with up(tmp_path) as running, Site(tmp_path / "data", running.address) as site:
            for number in numbers:
                assert site.as_("desk-1").get(f"/api/intake/cases/{number}")["number"] == number
            numbers.append(loop.register_repair(site)["number"])
            if end == "kill":
                running.kill()
            else:
                assert running.ctrl_c() == 0
    serials = [int(number.split("-")[3]) for number in numbers]
    assert serials == [1, 2, 3]
    assert "Traceback" not in running.said


def test_what_was_under_way_when_it_was_killed_goes_on(tmp_path: Path):
    with up(tmp_path) as running, Site(tmp_path / "data", running.address) as site:
        cases = [loop.register_repair(site, f"灯坏了 {n}") for n in range(20)]
        running.kill()
    with up(tmp_path) as running, Site(tmp_path / "data", running.address) as site:
        for case in cases:
            assert loop.duty_of(site, case)["rule"] == "work_order"
        duties = site.as_("customer-service-head").get("/api/dispatch/duties", limit=200)["items"]
        assert len(duties) == len(cases)


@pytest.mark.parametrize(
    "file, content",
    [("organisation.yaml", "places: [garden"), ("organisation.yaml", "people: []"), ("clock.json", "{}")],
)
def test_a_file_of_the_folder_that_nobody_can_read_is_said(tmp_path: Path, file: str, content: str):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / file).write_text(content)
    with up(tmp_path, "--clock", "2026-01-05T09:00+08:00") as running:
        assert running.ended() in (1, 2)
        assert file in the_sentence(running.said)


def test_time_passes_also_where_nothing_is_due(tmp_path: Path):
    words = ("--clock", "2026-01-05T09:00+08:00")
    with up(tmp_path, *words) as running, Site(tmp_path / "data", running.address) as site:
        site.advance("7d")
        assert site.anybody().get("/api/clock")["now"].startswith("2026-01-12T01:00")
        refused = site.as_("operator").tries("POST", "/api/clock", json={"advance": "a while"})
        assert refused.status_code == 409 and refused.json()["detail"]
        assert site.as_("desk-1").tries("POST", "/api/clock", json={"advance": "1h"}).status_code == 403
        assert site.anybody().tries("POST", "/api/clock", json={"advance": "1h"}).status_code == 401
        for garbage in (b"{", b"[]", b'{"advance": 7}'):
            answer = site.as_("operator").tries("POST", "/api/clock", content=garbage)
            assert answer.status_code in (400, 409, 422), answer.text
