"""Registering a case, durable and told to the others, against a bare handler with one INSERT."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from bench.house import House, Running, a_repair, apart, load
from bench.results import Goal, Result, compared

SECONDS = 3.0
ROUNDS = 5
GOALS = {8: Goal(">=", 0.75), 64: Goal(">=", 1.0)}
AIM = 1.5
ON_SQLITE, ON_SQLITE_AIM = Goal(">=", 1.1), 1.6
ON_SQLITE_CLIENTS = 64

Way = tuple[Running, str, Any]
"""Who is asked, at which path, with which body."""
Seen = dict[tuple[str, int], list[dict[str, Any]]]


async def intake(house: House, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Result]:
    """Both for 8 and 64 clients, in turns."""
    product, bare = await apart(house.serve, "intake"), await apart(house.serve_bare)
    seen = await _product_and_bare(house, product, bare, GOALS, rounds, seconds)
    return [
        told(
            f"intake_{clients}_clients",
            f"Registering, {clients} clients, against a bare handler with one INSERT",
            seen["product", clients],
            seen["bare", clients],
            GOALS[clients],
            AIM,
        )
        for clients in sorted(GOALS)
    ]


async def on_sqlite(house: House, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Result]:
    """The same on SQLite, which waits for the disk in both."""
    product = await apart(house.serve, "intake", CLOSELOOP_DATABASE_URL="")
    bare = await apart(house.serve_bare, on_sqlite=True)
    seen = await _product_and_bare(house, product, bare, [ON_SQLITE_CLIENTS], rounds, seconds)
    return [
        told(
            "intake_sqlite",
            f"Registering on SQLite, {ON_SQLITE_CLIENTS} clients, against a bare handler with one aiosqlite INSERT",
            seen["product", ON_SQLITE_CLIENTS],
            seen["bare", ON_SQLITE_CLIENTS],
            ON_SQLITE,
            ON_SQLITE_AIM,
        )
    ]


async def in_turns(
    ways: Mapping[str, Way], headers: Mapping[str, dict[str, str]], clients: Iterable[int], rounds: int, seconds: float
) -> Seen:
    """Each way of registering after the other, again and again; the first round is not counted."""
    seen: Seen = {}
    for round_ in range(-1, rounds):
        for number in clients:
            for way, (process, path, body) in ways.items():
                task = {"url": process.url + path, "body": body, "headers": headers[way], "clients": number}
                measured = await apart(_measured, process, {**task, "seconds": seconds if round_ >= 0 else 1})
                if round_ >= 0:
                    seen.setdefault((way, number), []).append(measured)
    return seen


async def _product_and_bare(
    house: House, product: Running, bare: Running, clients: Iterable[int], rounds: int, seconds: float
) -> Seen:
    body = a_repair(await apart(house.put_in_force, product))
    ways = {"product": (product, "/api/intake/cases", body), "bare": (bare, "/cases", body)}
    seen = await in_turns(ways, dict.fromkeys(ways, house.token("desk-1")), clients, rounds, seconds)
    for process in (product, bare):
        process.stop()
    return seen


def _measured(process: Running, task: dict[str, Any]) -> dict[str, Any]:
    before = process.cpu
    seen = load(task)
    if set(seen["statuses"]) != {"201"}:
        raise RuntimeError(f"{task['url']} answered {seen['statuses']}, not 201 only")
    seen["used"] = (process.cpu - before) / seen["answers"] * 1e6
    seen["rate"] = seen["answers"] / seen["seconds"]
    return seen


def told(
    name: str, says: str, mine: list[dict[str, Any]], bare: list[dict[str, Any]], goal: Goal, aim: float
) -> Result:
    """One figure: ours, the other's, and the CPU of both."""
    return compared(
        name,
        "cases/s",
        [one["rate"] for one in mine],
        [one["rate"] for one in bare],
        goal,
        aim,
        says,
        cpu_us=round(median(one["used"] for one in mine)),
        anchor_cpu_us=round(median(one["used"] for one in bare)),
        p50_ms=round(median(one["p50"] for one in mine), 1),
        p99_ms=round(median(one["p99"] for one in mine), 1),
        anchor_p99_ms=round(median(one["p99"] for one in bare), 1),
        load_cpu_us=round(median(one["cpu"] / one["answers"] * 1e6 for one in mine)),
    )
