"""A disk that takes nothing more: people are told to come again, nothing is half done, and with room work goes on."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import pytest

from tests.journeys import the_loop as loop
from tests.journeys.child import COMMAND, Closeloop, settings_only, until
from tests.journeys.site import PLACE, PROCEDURE, Site

NO_MORE_ROOM = 4096
REPAIR = {
    "procedure": PROCEDURE,
    "kind": "repair",
    "channel": "telephone",
    "content": "厨房水管漏水",
    "place": PLACE,
    "customer": loop.MR_WANG,
}


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
def test_a_full_disk_refuses_work_in_a_sentence_and_loses_nothing(tmp_path: Path):
    data = tmp_path / "data"
    with (
        Closeloop("up", "--port", 0, "--data", data, "--log", "warning", folder=tmp_path) as house,
        Site(data, house.address) as site,
    ):
        first = loop.register_repair(site)
        loop.duty_of(site, first)
        whole = resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (NO_MORE_ROOM, whole[1]))
        desk = site.as_("desk-1")
        key = {"Idempotency-Key": "what was asked while the disk was full"}
        refused = desk.tries("POST", "/api/intake/cases", json=REPAIR, headers=key)
        assert refused.status_code == 503, refused.text
        assert refused.headers["retry-after"]
        assert "Traceback" not in refused.text and "detail" in refused.json()
        assert site.web.get(f"{house.address}/readyz").status_code == 503
        assert loop.case_of(site, first)["number"] == first["number"], "what is there can still be read"

        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, whole)
        until(
            lambda: site.web.get(f"{house.address}/readyz").status_code == 200, "ready again, and nobody asked anything"
        )
        taken = until(
            lambda: (
                (again := desk.tries("POST", "/api/intake/cases", json=REPAIR, headers=key)).status_code == 201
                and again.json()
            ),
            "the case taken once there is room",
        )
        assert loop.duty_of(site, taken)["rule"] == "work_order"
        numbers = [int(case["number"].split("-")[-2]) for case in desk.get("/api/intake/cases")["items"]]
        assert sorted(numbers) == [1, 2], "no number is left out, none is given twice"
    verified = subprocess.run(
        [str(COMMAND), "verify", "--data", str(data)], env=settings_only(), capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stdout


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
def test_a_broker_whose_disk_was_full_is_started_again_and_told_what_it_missed(tmp_path: Path):
    """By itself nats-server stores nothing any more, whatever room there is."""
    data = tmp_path / "data"
    with (
        Closeloop("up", "--port", 0, "--data", data, "--log", "warning", folder=tmp_path) as house,
        Site(data, house.address) as site,
    ):
        loop.duty_of(site, loop.register_repair(site))
        nats = int((data / "nats" / "lock").read_text())
        _soft, hard = resource.prlimit(nats, resource.RLIMIT_FSIZE)
        resource.prlimit(nats, resource.RLIMIT_FSIZE, (NO_MORE_ROOM, hard))
        taken = loop.register_repair(site)
        assert loop.duty_of(site, taken)["rule"] == "work_order"
        assert "the broker stores nothing and is started again" in house.said
        until(lambda: site.web.get(f"{house.address}/readyz").status_code == 200, "ready by itself")
