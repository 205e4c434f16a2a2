"""`closeloop serve`: a service without its broker or its database says so, and recovers where waiting helps."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from closeloop.chassis.embedded.broker import EmbeddedBroker
from tests.journeys.child import Closeloop, until


def a_free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def the_sentence(said: str) -> str:
    """One line, and no traceback."""
    lines = [line for line in said.splitlines() if line.strip()]
    assert len(lines) == 1 and "Traceback" not in said, said
    return lines[0]


def test_without_a_broker_it_does_not_start(tmp_path: Path):
    with Closeloop("serve", "dispatch", "--data", tmp_path, folder=tmp_path) as running:
        assert running.ended() == 2
        assert "CLOSELOOP_NATS_URL" in the_sentence(running.said)


def test_an_unknown_service_is_said_with_those_that_are_known(tmp_path: Path):
    with Closeloop("serve", "disptach", "--data", tmp_path, folder=tmp_path) as running:
        assert running.ended() == 2
        assert "dispatch" in the_sentence(running.said)


def test_a_simulated_clock_belongs_to_the_suite(tmp_path: Path):
    words = ("serve", "dispatch", "--data", tmp_path)
    with Closeloop(
        *words, folder=tmp_path, nats_url="nats://127.0.0.1:4222", clock="2026-01-05T09:00+08:00"
    ) as running:
        assert running.ended() == 2
        assert "CLOSELOOP_CLOCK" in the_sentence(running.said)


@pytest.mark.parametrize(
    "address", ["postgresql://closeloop@127.0.0.1:{port}/closeloop", "postgresql://nobody.invalid/x"]
)
def test_a_database_that_does_not_answer_is_named(tmp_path: Path, address: str):
    settings = {"nats_url": "nats://127.0.0.1:4222", "database_url": address.format(port=a_free_port())}
    with Closeloop("serve", "dispatch", "--port", 0, "--data", tmp_path, folder=tmp_path, **settings) as running:
        assert running.ended() == 1
        assert "CLOSELOOP_DATABASE_URL" in the_sentence(running.said)


def test_an_organisation_that_nobody_can_read_is_said(tmp_path: Path):
    (tmp_path / "organisation.yaml").write_text("places: [garden")
    words = ("serve", "dispatch", "--port", 0, "--data", tmp_path)
    with Closeloop(*words, folder=tmp_path, nats_url="nats://127.0.0.1:4222") as running:
        assert running.ended() == 1
        assert "organisation.yaml:1" in the_sentence(running.said)


def test_it_waits_for_its_broker_and_says_so(tmp_path: Path):
    port = a_free_port()
    (tmp_path / "nats").mkdir()
    broker = EmbeddedBroker(tmp_path / "nats", port=port)
    credentials = broker.credentials
    settings = {
        "nats_url": f"nats://127.0.0.1:{port}",
        "nats_user": credentials.user,
        "nats_password": credentials.password,
    }
    with Closeloop("serve", "dispatch", "--port", 0, "--data", tmp_path, folder=tmp_path, **settings) as running:
        address = running.address
        waiting = httpx.get(f"{address}/readyz", trust_env=False)
        assert waiting.status_code == 503 and "broker" in waiting.json()["because"]
        assert httpx.get(f"{address}/livez", trust_env=False).status_code == 200
        asyncio.run(broker.start())
        try:
            until(lambda: httpx.get(f"{address}/readyz", trust_env=False).status_code == 200, "dispatch ready")
            assert running.ctrl_c() == 0
        finally:
            asyncio.run(broker.stop())
