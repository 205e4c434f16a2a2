"""Working off what waits: a handler that does nothing against a bare client; one hot key against many."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any

from bench.house import House, apart, helper
from bench.results import Goal, Result, compared
from closeloop.chassis.broker import stream_of
from closeloop.chassis.relay import on_the_wire
from closeloop.contracts.envelope import encode
from closeloop.contracts.event import Event
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed

EVENTS = 12_000
ROUNDS = 5
DRAIN, DRAIN_AIM = Goal(">=", 0.6), 0.9
HOT = Goal(">=", 0.5)
SPREAD_BRANCH, HOT_BRANCH = "spread", "hot"


async def drain(house: House, rounds: int = ROUNDS, events: int = EVENTS) -> list[Result]:
    """The same messages for both, once with a key each and once with one key for all."""
    await fill(house, SPREAD_BRANCH, events, one_key=False)
    await fill(house, HOT_BRANCH, events, one_key=True)
    seen: dict[str, list[dict[str, Any]]] = {}
    ways = [
        ("bench.fetcher", SPREAD_BRANCH, ""),
        ("bench.hearer", SPREAD_BRANCH, "nothing"),
        ("bench.hearer", SPREAD_BRANCH, "counting"),
        ("bench.hearer", HOT_BRANCH, "counting"),
    ]
    for round_ in range(rounds):
        for module, branch, does in ways:
            database = f"{branch}_{does}_{round_}"
            environment = {**house.settings(branch), "CLOSELOOP_DATABASE_URL": house.postgres.url_of(database)}
            if does:
                house.database(database)
            measured = await apart(helper, module, [branch, str(events), does], environment)
            seen.setdefault(f"{branch} {does}", []).append(measured)
    rate = {what: [one["rate"] for one in measured] for what, measured in seen.items()}
    bare, nothing = f"{SPREAD_BRANCH} ", f"{SPREAD_BRANCH} nothing"
    spread, hot = f"{SPREAD_BRANCH} counting", f"{HOT_BRANCH} counting"
    decoding = [one["decoding"] for one in seen[bare]]
    return [
        compared(
            "drain",
            "events/s",
            rate[nothing],
            rate[bare],
            DRAIN,
            DRAIN_AIM,
            "Hearing with a handler that does nothing, against nats-py fetch of 500 and ack",
            cpu_us=round(median(one["cpu_us"] for one in seen[nothing])),
        ),
        compared(
            "drain_against_decoding",
            "events/s",
            rate[nothing],
            decoding,
            None,
            None,
            "the same, against nats-py fetch of 500, reading the event, and ack",
        ),
        compared(
            "hot_key",
            "events/s",
            rate[hot],
            rate[spread],
            HOT,
            None,
            "Hearing events of one key that each change its row, against as many keys as events",
            cpu_us=round(median(one["cpu_us"] for one in seen[hot])),
        ),
    ]


async def fill(house: House, branch: str, events: int, *, one_key: bool) -> None:
    """A stream as intake's relay would have filled it."""
    client = await house.nats()
    streams = client.jetstream(publish_async_max_pending=1_000)
    subject = CaseAssessed.nats_subject(branch)
    await streams.add_stream(name=stream_of(branch, "intake"), subjects=[f"closeloop.{branch}.intake.>"])
    sent = []
    for n in range(1, events + 1):
        body = encode(an_event(branch, "case-hot" if one_key else f"case-{n:06d}", n if one_key else 1), branch=branch)
        sent.append(await streams.publish_async(subject, on_the_wire(n, "0" * 64, body.decode())))
    await asyncio.gather(*sent)
    await client.close()


def an_event(branch: str, key: str, sequence: int) -> Event:
    """An assessed case as it is on the bus."""
    return an_example(CaseAssessed, id=f"{branch}.intake.{key}.{sequence}", key=key, sequence=sequence)
