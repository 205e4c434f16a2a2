"""Intake as 1, 2 and 4 processes behind a balancer, one database: right numbers, and what one more costs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.request import urlopen

import asyncpg

from bench.house import House, Running, a_repair, apart, load
from bench.results import Goal, Result, compared

REPLICAS = (1, 2, 4)
ROUNDS = 5
SECONDS = 3.0
CLIENTS = 64
AS_MUCH = Goal(">=", 0.8)
"""All of them on two cores together with their database and the load: a further process brings no further core."""
BATCHES = re.compile(r'^closeloop_batch_(seconds_sum|pieces_sum)\{service="intake"\} (\S+)', re.M)


@dataclass
class Group:
    """So many processes behind one address."""

    replicas: list[Running]
    balancer: Running


async def replicas(house: House, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Result]:
    """All four run all the time; one, two or four of them are asked, in turns."""
    running = [await apart(house.serve, "intake") for _ in range(max(REPLICAS))]
    body, headers = a_repair(await apart(house.put_in_force, running[0])), house.token("desk-1")
    groups = {n: Group(running[:n], await apart(house.serve_balanced, *running[:n])) for n in REPLICAS}
    seen: dict[int, list[dict[str, Any]]] = {n: [] for n in REPLICAS}
    for round_ in range(-1, rounds):
        for n, group in groups.items():
            url = f"{group.balancer.url}/api/intake/cases"
            task = {"url": url, "body": body, "headers": headers, "clients": CLIENTS}
            measured = await apart(_measured, house, group, {**task, "seconds": seconds if round_ >= 0 else 1})
            if round_ >= 0:
                seen[n].append(measured)
    await must_be_numbered_rightly(house)
    for one in running:
        one.stop()
    return [_result(n, seen[n], seen[1]) for n in REPLICAS[1:]]


def _measured(house: House, group: Group, task: dict[str, Any]) -> dict[str, Any]:
    """CPU per case of everybody who has a part in it, and how long a case keeps the others from the register."""
    parts = {"app": group.replicas, "balancer": [group.balancer]}
    before = _used(house, parts)
    held = sum(held_by(one)["seconds_sum"] for one in group.replicas)
    seen = load(task)
    if set(seen["statuses"]) != {"201"}:
        raise RuntimeError(f"{len(group.replicas)} processes of intake answered {seen['statuses']}, not 201 only")
    after = _used(house, parts)
    per_case = {name: (after[name] - before[name]) / seen["answers"] * 1e6 for name in before}
    held = (sum(held_by(one)["seconds_sum"] for one in group.replicas) - held) / seen["answers"] * 1e6
    return {"rate": seen["answers"] / seen["seconds"], "p99": seen["p99"], "held": held, "cpu": per_case}


def _used(house: House, parts: dict[str, list[Running]]) -> dict[str, float]:
    return {**{name: sum(one.cpu for one in of) for name, of in parts.items()}, **house.cpu}


def held_by(one: Running) -> dict[str, float]:
    """What a process says of its batches so far: seconds and pieces."""
    with urlopen(f"{one.url}/metrics", timeout=10) as answer:
        return {name: float(value) for name, value in BATCHES.findall(answer.read().decode())}


async def must_be_numbered_rightly(house: House) -> None:
    """Every number of the register once, and none left out."""
    connection = await asyncpg.connect(house.database("intake"))
    serials = Counter(int(row[0].rsplit("-", 2)[1]) for row in await connection.fetch("select number from cases"))
    await connection.close()
    if sorted(serials) != list(range(1, len(serials) + 1)) or set(serials.values()) != {1}:
        twins = [n for n, times in serials.items() if times > 1]
        raise RuntimeError(f"The register has {len(serials)} numbers up to {max(serials)}; given twice: {twins[:5]}")


def _result(n: int, mine: list[dict[str, Any]], one: list[dict[str, Any]]) -> Result:
    cpu = {f"{name}_cpu_us": round(median(each["cpu"][name] for each in mine)) for name in mine[0]["cpu"]}
    before = {f"anchor_{name}_cpu_us": round(median(each["cpu"][name] for each in one)) for name in one[0]["cpu"]}
    return compared(
        f"intake_{n}_replicas",
        "cases/s",
        [each["rate"] for each in mine],
        [each["rate"] for each in one],
        AS_MUCH,
        None,
        f"Registering at {n} processes behind a balancer, {CLIENTS} clients, against one process behind it",
        **cpu,
        **before,
        p99_ms=round(median(each["p99"] for each in mine), 1),
        anchor_p99_ms=round(median(each["p99"] for each in one), 1),
        held_us=round(median(each["held"] for each in mine)),
        anchor_held_us=round(median(each["held"] for each in one)),
    )
