"""Waiting for what can be seen: looked at again after each batch that a service commits, not after a pause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from closeloop.chassis.committer import Happened
from closeloop.chassis.running import Running

Seen = TypeVar("Seen")
AT_MOST_SECONDS = 20.0


async def on_disk(running: Running, seen: Callable[[], Awaitable[Seen]]) -> Seen:
    """The first thing that is seen; `TimeoutError` if the service commits nothing by which it could be."""
    committed, before = asyncio.Event(), running.committer.happened

    def happened(batch: Happened) -> None:
        before(batch)
        committed.set()

    running.committer.happened = happened
    try:
        async with asyncio.timeout(AT_MOST_SECONDS):
            while not (found := await seen()):
                await committed.wait()
                committed.clear()
            return found
    finally:
        running.committer.happened = before
