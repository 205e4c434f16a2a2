"""Publishing a full journal after NATS was away."""

from __future__ import annotations

import asyncpg

from bench.drain import an_event
from bench.house import House, apart, helper
from bench.results import Goal, Result, compared
from closeloop.chassis.migrating import migrate
from closeloop.contracts.envelope import encode
from closeloop.contracts.intake import CaseAssessed

EVENTS = 4_000
ROUNDS = 3
GOAL = Goal(">=", 0.6)


async def relay(house: House, rounds: int = ROUNDS, events: int = EVENTS) -> list[Result]:
    """The bare client first, the relay after it, on the same journal."""
    mine: list[float] = []
    bare: list[float] = []
    for round_ in range(rounds):
        branch = f"relay{round_}"
        url = house.database(branch)
        await apart_migrated(url)
        await write_journal(url, branch, events)
        environment = {**house.settings(branch), "CLOSELOOP_DATABASE_URL": url}
        bare.append(events / (await apart(helper, "bench.publisher", ["bare", branch], environment))["seconds"])
        mine.append(events / (await apart(helper, "bench.publisher", ["relay", branch], environment))["seconds"])
        client = await house.nats()
        for stream in ("intake", "bare"):
            await client.jetstream().delete_stream(f"CLOSELOOP-{branch}-{stream}")
        await client.close()
    says = "Relaying a full journal, against nats-py publishing with 200 in flight"
    return [compared("relay_drain", "events/s", mine, bare, GOAL, None, says)]


async def apart_migrated(url: str) -> None:
    """The tables of the chassis."""
    await migrate(url.replace("postgresql://", "postgresql+asyncpg://"), "chassis")


async def write_journal(url: str, branch: str, events: int) -> None:
    """A journal of which nothing was sent."""
    rows = []
    for n in range(1, events + 1):
        event = an_event(branch, f"case-{n:06d}", 1)
        body = encode(event, branch=branch).decode()
        rows.append((event.key, 1, CaseAssessed.subject, event.recorded_at, body))
    connection = await asyncpg.connect(url)
    columns = ["key", "sequence", "subject", "recorded_at", "body"]
    await connection.copy_records_to_table("journal", records=rows, columns=columns)
    await connection.execute("insert into unsent (seq) select seq from journal")
    await connection.close()
