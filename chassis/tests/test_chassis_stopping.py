"""A service stops, whatever it is doing, and nothing of it goes on afterwards."""

import asyncio
import contextlib

from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.hearing import Hears
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.settings import Settings


async def test_a_cancellation_that_a_library_swallows_does_not_keep_a_service_going(
    people, clock, tmp_path, monkeypatch
):
    running = Running(
        Service("intake", [], Hears()),
        Settings(data=tmp_path),
        clock=clock,
        people=people,
        broker=BrokerAddress("nats://127.0.0.1:1"),
    )
    connecting = asyncio.Event()

    async def connect() -> None:
        connecting.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    monkeypatch.setattr(running.broker, "connect", connect)
    await running.start()
    await connecting.wait()
    async with asyncio.timeout(5):
        await running.stop()
    assert not running.leads
    assert all(task.done() for task in [*running._tasks, *running._leading])
