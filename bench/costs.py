"""What one case costs, for `docs/scaling.md`: CPU of everybody, bytes, flushes, and how long a batch takes."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any
from urllib.request import urlopen

import asyncpg
from nats.js.errors import NotFoundError

from bench.house import PROCEDURE, House, Running, a_repair, apart, load
from bench.loop import People, Whole
from bench.results import Result
from closeloop.chassis.broker import stream_of
from closeloop.contracts.loop import SERVICES

QUIET = 5
SECONDS = 20.0
AT_ONCE = 64
FEW, MANY = 2, 64
COUNTED_WITHIN = 60.0
LOOKS_EVERY = 0.2
LEAST = 1e-6
BATCHES = re.compile(r'^closeloop_batch_(seconds_sum|seconds_count|pieces_sum)\{service="intake"\} (\S+)', re.M)


async def costs(house: House, seconds: float = SECONDS) -> list[Result]:
    """Registering alone with few and with many at the desk; then whole cases, few per second and as many as go."""
    intake = await apart(house.serve, "intake")
    await apart(house.put_in_force, intake)
    batch = await _batches(house, intake, seconds / 4)
    await apart(intake.stop)
    whole = await Whole.opened(house)
    try:
        quiet = await _cycles(house, whole, rates=[(QUIET, seconds)])
        busy = await _cycles(house, whole, at_once=AT_ONCE, seconds=seconds)
    finally:
        await whole.close()
    return [
        batch,
        _result("cost_quiet", f"CPU of a whole life cycle at {QUIET} per second, without the load generator", quiet),
        _result("cost_busy", "CPU of a whole life cycle at as many as two cores carry", busy),
    ]


async def _batches(house: House, intake: Running, seconds: float) -> Result:
    """How long a batch takes for itself, and for each case in it: two sizes give both."""
    task = {"url": f"{intake.url}/api/intake/cases", "body": a_repair(PROCEDURE), "headers": house.token("desk-1")}
    runs = [{**task, "clients": n, "seconds": seconds} for n in (1, FEW, MANY)]
    _, (few, short, _, _), (many, long, used, databases) = [
        await apart(_registering, house, intake, run) for run in runs
    ]
    per_case = max(LEAST, (long - short) / (many - few))
    each = max(0.0, short - few * per_case)
    inside = min(used, max(0.0, per_case - databases))
    return Result(
        "cost_batch",
        long * 1e3,
        "ms",
        says=f"A batch of intake with {many:.0f} cases, from taking them to its commit",
        more={
            "each_ms": round(each * 1e3, 3),
            "per_case_us": round(per_case * 1e6, 1),
            "cases_in_a_batch": [round(few, 1), round(many, 1)],
            "request_us": round((used - inside) * 1e6),
            "inside_us": round(inside * 1e6),
        },
    )


def _registering(house: House, intake: Running, task: dict[str, Any]) -> tuple[float, float, float, float]:
    """Cases in a batch, seconds of a batch, CPU of a case: that of intake, and that of the database."""
    before, used, databases = batches_of(intake), intake.cpu, house.cpu["postgres"]
    answers = load(task)["answers"]
    used, databases = intake.cpu - used, house.cpu["postgres"] - databases
    after = batches_of(intake)
    number = after["seconds_count"] - before["seconds_count"]
    cases = (after["pieces_sum"] - before["pieces_sum"]) / number
    return cases, (after["seconds_sum"] - before["seconds_sum"]) / number, used / answers, databases / answers


def batches_of(one: Running) -> dict[str, float]:
    """What a process of intake says of its batches so far."""
    with urlopen(f"{one.url}/metrics", timeout=10) as answer:
        return {name: float(value) for name, value in BATCHES.findall(answer.read().decode())}


async def _cycles(house: House, whole: Whole, **how: Any) -> dict[str, Any]:
    """Everything that grew, for each case that was seen through and counted."""
    closed, before, began = await whole.closed(), await _everything(house, whole), time.monotonic()
    people = People(whole.task(**how))
    seen = await people.seen()
    took, wanted = time.monotonic() - began, closed + len(seen["ended"])
    until = time.monotonic() + COUNTED_WITHIN
    while await whole.closed() < wanted and time.monotonic() < until:
        await asyncio.sleep(LOOKS_EVERY)
    after = await _everything(house, whole)
    cases = wanted - closed
    return {"rate": cases / took, **{name: (after[name] - before[name]) / cases for name in before}}


async def _everything(house: House, whole: Whole) -> dict[str, float]:
    cpu = {f"cpu {name}": one.cpu for name, one in whole.services.items()}
    cpu |= {f"cpu {name}": used for name, used in house.cpu.items()}
    connection = await asyncpg.connect(house.postgres.url)
    sizes = {f"bytes {name}": await connection.fetchval("select pg_database_size($1)", name) for name in SERVICES}
    [(logged, flushed)] = await connection.fetch("select wal_bytes::float8, wal_sync::float8 from pg_stat_wal")
    await connection.close()
    return {**cpu, **sizes, "logged": logged, "flushes": flushed, **await _streamed(house)}


async def _streamed(house: House) -> dict[str, float]:
    client = await house.nats()
    messages = size = 0
    for service in SERVICES:
        try:
            state = (await client.jetstream().stream_info(stream_of("main", service))).state
        except NotFoundError:
            continue
        messages, size = messages + state.messages, size + state.bytes
    await client.close()
    return {"messages": messages, "streamed": size}


def _result(name: str, says: str, seen: dict[str, Any]) -> Result:
    cpu = {what.removeprefix("cpu "): value for what, value in seen.items() if what.startswith("cpu ")}
    sizes = {what.removeprefix("bytes "): value for what, value in seen.items() if what.startswith("bytes ")}
    return Result(
        name,
        sum(cpu.values()) * 1e3,
        "ms",
        says=says,
        more={
            "rate": round(seen["rate"], 1),
            "cpu_ms_of": {what: round(value * 1e3, 3) for what, value in cpu.items()},
            "bytes_of": {what: round(value) for what, value in sizes.items()},
            "streamed_bytes": round(seen["streamed"]),
            "messages": round(seen["messages"], 1),
            "logged_bytes": round(seen["logged"]),
            "flushes": round(seen["flushes"], 2),
        },
    )
