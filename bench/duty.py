"""From POST to the duty that others can see: the row is committed in dispatch."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any

import asyncpg
from nats.aio.client import Client

from bench.house import House, Running, a_repair, apart, load
from bench.results import Goal, Result
from closeloop.chassis.broker import stream_of

RATE = 300
SECONDS = 10
LONG_SECONDS = 60
ROUNDS = 3
WITHIN_SECONDS = 30
P50, P99 = Goal("<", 25), Goal("<", 60)
AIM_P50, AIM_P99 = 10.0, 25.0


async def duty(
    house: House, rounds: int = ROUNDS, seconds: float = SECONDS, long_seconds: float = LONG_SECONDS
) -> list[Result]:
    """A few runs of ten seconds, and one of a minute that also counts what was delivered twice."""
    intake, dispatch = await apart(house.serve, "intake"), await apart(house.serve, "dispatch")
    procedure = await apart(house.put_in_force, intake)
    task = {
        "url": f"{intake.url}/api/intake/cases",
        "body": a_repair(procedure),
        "headers": house.token("desk-1"),
        "rate": RATE,
    }
    client = await house.nats()
    await _run(house, {**task, "seconds": 2})
    runs = [await _run(house, {**task, "seconds": seconds}) for _ in range(rounds)]
    before, used = await _deliveries(client), intake.cpu + dispatch.cpu
    long = await _run(house, {**task, "seconds": long_seconds})
    again = await _deliveries(client) - before
    cpu = (intake.cpu + dispatch.cpu - used) / len(long["ms"]) * 1e6
    await client.close()
    _stop(intake, dispatch)
    return [
        _latency("duty_visible_p50", runs, 0.5, P50, AIM_P50, "half of the duties"),
        _latency("duty_visible_p99", runs, 0.99, P99, AIM_P99, "99 of 100 duties"),
        Result(
            "duty_later_than_1s",
            sum(1 for run in (*runs, long) for ms in run["ms"] if ms > 1000),
            "duties",
            Goal("==", 0),
            says=f"Duties visible later than 1 s, {rounds} x {seconds:g} s and {long_seconds:g} s at {RATE}/s",
            more={"latest_ms": round(max(ms for run in (*runs, long) for ms in run["ms"]))},
        ),
        Result(
            "redeliveries_60s",
            again,
            "messages",
            Goal("==", 0),
            says=f"Messages delivered twice in {long_seconds:g} s at {RATE}/s",
            more={
                "p50_ms": round(_at(long["ms"], 0.5), 1),
                "p99_ms": round(_at(long["ms"], 0.99), 1),
                "cpu_us_of_both_services": round(cpu),
            },
        ),
    ]


async def _run(house: House, task: dict[str, Any]) -> dict[str, Any]:
    seen = await apart(load, task)
    if set(seen["statuses"]) != {"201"}:
        raise RuntimeError(f"at {RATE}/s intake answered {seen['statuses']}, not 201 only")
    connection = await asyncpg.connect(house.postgres.url_of("dispatch"))
    visible: dict[str, float] = {}
    for _ in range(WITHIN_SECONDS * 10):
        rows = await connection.fetch(
            "select case_id, extract(epoch from min(pg_xact_commit_timestamp(xmin)))::float8 "
            "from duties where case_id = any($1::text[]) group by case_id",
            list(seen["sent"]),
        )
        visible = dict(map(tuple, rows))
        if len(visible) == len(seen["sent"]):
            break
        await asyncio.sleep(0.1)
    await connection.close()
    if missing := len(seen["sent"]) - len(visible):
        raise RuntimeError(f"{missing} of {len(seen['sent'])} cases have no duty after {WITHIN_SECONDS} s")
    late = sorted((visible[case] - intended) * 1000 for case, intended in seen["sent"].items())
    return {"ms": late, "post": seen}


async def _deliveries(client: Client) -> int:
    """Deliveries to dispatch beyond one for each message; a durable made anew in between begins again and shows."""
    stream = stream_of("main", "intake")
    streams = client.jetstream()
    info = await streams.consumer_info(stream, "dispatch")
    assert info.delivered is not None and info.config.filter_subjects is not None
    total = 0
    for subject in info.config.filter_subjects:
        found = await streams.stream_info(stream, subjects_filter=subject)
        total += sum((found.state.subjects or {}).values())
    return int(info.delivered.consumer_seq) - total


def _latency(name: str, runs: list[dict[str, Any]], part: float, goal: Goal, aim: float, whose: str) -> Result:
    value = median(_at(run["ms"], part) for run in runs)
    post = median(run["post"]["p50" if part == 0.5 else "p99"] for run in runs)
    says = f"From POST to the duty committed in dispatch at {RATE}/s: {whose} within"
    return Result(name, value, "ms", goal, aim, says=says, more={"post_ms": round(post, 1)})


def _at(ordered: list[float], part: float) -> float:
    return ordered[int(len(ordered) * part)]


def _stop(*processes: Running) -> None:
    for process in processes:
        process.stop()
