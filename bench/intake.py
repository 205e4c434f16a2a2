"""Registering a case, durable and told to the others, against a bare handler with one INSERT."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench.house import House, Running, a_repair, apart, load
from bench.results import Goal, Result, compared

SECONDS = 3.0
ROUNDS = 5
GOALS = {8: Goal(">=", 0.75), 64: Goal(">=", 1.0)}
AIM = 1.5


async def intake(house: House, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Result]:
    """Both for 8 and 64 clients, in turns."""
    product, bare = await apart(house.serve, "intake"), await apart(house.serve_bare)
    procedure = await apart(house.put_in_force, product)
    body, headers = a_repair(procedure), house.token("desk-1")
    ways = {"product": (product, "/api/intake/cases"), "bare": (bare, "/cases")}
    seen: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for round_ in range(-1, rounds):
        for clients in GOALS:
            for way, (process, path) in ways.items():
                task = {"url": process.url + path, "body": body, "headers": headers, "clients": clients}
                measured = await apart(_measured, process, {**task, "seconds": seconds if round_ >= 0 else 1})
                if round_ >= 0:
                    seen.setdefault((way, clients), []).append(measured)
    for process, _path in ways.values():
        process.stop()
    return [_result(clients, seen["product", clients], seen["bare", clients]) for clients in sorted(GOALS)]


def _measured(process: Running, task: dict[str, Any]) -> dict[str, Any]:
    before = process.cpu
    seen = load(task)
    if set(seen["statuses"]) != {"201"}:
        raise RuntimeError(f"{task['url']} answered {seen['statuses']}, not 201 only")
    seen["used"] = (process.cpu - before) / seen["answers"] * 1e6
    seen["rate"] = seen["answers"] / seen["seconds"]
    return seen


def _result(clients: int, mine: list[dict[str, Any]], bare: list[dict[str, Any]]) -> Result:
    return compared(
        f"intake_{clients}_clients",
        "cases/s",
        [one["rate"] for one in mine],
        [one["rate"] for one in bare],
        GOALS[clients],
        AIM,
        f"Registering, {clients} clients, against a bare handler with one INSERT",
        cpu_us=round(median(one["used"] for one in mine)),
        anchor_cpu_us=round(median(one["used"] for one in bare)),
        p50_ms=round(median(one["p50"] for one in mine), 1),
        p99_ms=round(median(one["p99"] for one in mine), 1),
        anchor_p99_ms=round(median(one["p99"] for one in bare), 1),
        load_cpu_us=round(median(one["cpu"] / one["answers"] * 1e6 for one in mine)),
    )
