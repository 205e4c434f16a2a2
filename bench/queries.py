"""What people ask of a register of many cases: each question a hundred times, the slowest but one counts."""

from __future__ import annotations

import time

import asyncpg

from bench.house import House, apart
from bench.million.asking import ROUNDS, Known, asked
from bench.million.seeding import WITHOUT_ENTRY, seed
from bench.results import Goal, Result

CASES, MANY = 20_000, 1_000_000
KNOWN = 500
WITHIN_MS = Goal("<", 100)
SERVED = ("intake", "dispatch", "stats")


async def queries(house: House) -> list[Result]:
    """A register of ordinary size."""
    return await of_a_register(house, CASES)


async def queries_at_a_million(house: House) -> list[Result]:
    """A register of a million cases; the journals that nobody asks are as after they were archived."""
    return await of_a_register(house, MANY)


async def of_a_register(house: House, n: int, rounds: int = ROUNDS) -> list[Result]:
    """Make the register, then ask."""
    began = time.monotonic()
    await seed(house, n, without_entries=WITHOUT_ENTRY)
    made = time.monotonic() - began
    known = await some(house)
    services = {name: await apart(house.serve, name) for name in SERVED}
    urls = {name: one.url for name, one in services.items()}

    def cpu() -> float:
        return float(sum(one.cpu for one in services.values()) + house.cpu["postgres"])

    try:
        found = await apart(lambda: list(asked(urls, house.token, known, rounds, cpu=cpu)))
    finally:
        for one in services.values():
            await apart(one.stop)
    return [
        Result(
            f"query_{question.name}_{n}",
            waited.p99,
            "ms",
            WITHIN_MS,
            says=f"At {n:,} cases: {question.says}: 99 of 100 within",
            more={
                "p50_ms": round(waited.p50, 1),
                "most_ms": round(waited.most, 1),
                "cpu_ms": round(waited.cpu, 1),
                "without_hits": waited.nothing,
                "seeded_in_s": round(made),
            },
        )
        for question, waited in found
    ]


async def some(house: House) -> list[Known]:
    """Cases from anywhere in the register."""
    intake = await asyncpg.connect(house.postgres.url_of("intake"))
    rows = await intake.fetch("select id, number, name, right(phone, 11) from cases order by md5(id) limit $1", KNOWN)
    await intake.close()
    return [Known(*row) for row in rows]
