"""`closeloop up` under load: cases taken down, whole life cycles, what it takes afterwards and when nothing happens."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.cycles import REQUESTS
from bench.house import PROCEDURE, ROOT, House, Running, a_repair, apart, free_port, load, wait_until_ready
from bench.house import without_caching_ban as environment
from bench.loop import PEOPLE
from bench.loop import People as Staff
from bench.results import Goal, Result
from bench.suite import family, kb
from closeloop.chassis.people import People

ROUNDS = 3
SECONDS = 10.0
LIVES_SECONDS = 30.0
AT_ONCE = 24
CLIENTS = 8
IDLE_AFTER_SECONDS, IDLE_SECONDS = 10.0, 30.0
ACCEPTED, LIVES, IDLE, MEMORY = Goal(">=", 150), Goal(">=", 20), Goal("<=", 2), Goal("<=", 220)


async def embedded(house: House, seconds: float = SECONDS, lives_seconds: float = LIVES_SECONDS) -> list[Result]:
    """One process with SQLite and an embedded broker, as `make run` starts it."""
    folder = house.folder / "suite"
    suite = await apart(_started, folder)
    try:
        people = People.of(folder)
        tokens = {name: f"Bearer {people.issue_token(people.person(name))}" for name in PEOPLE}
        task = {
            "url": f"{suite.url}/api/intake/cases",
            "body": a_repair(PROCEDURE),
            "headers": {"Authorization": tokens[PEOPLE[0]]},
            "clients": CLIENTS,
        }
        await apart(load, {**task, "seconds": 1})
        accepted = [await _accepted(task, seconds) for _ in range(ROUNDS)]
        lives = await _lives(suite, tokens, lives_seconds)
        memory = [kb(pid, "Rss") / 1024 for pid in family(suite.process.pid)]
        await asyncio.sleep(IDLE_AFTER_SECONDS)
        used = suite.cpu
        await asyncio.sleep(IDLE_SECONDS)
        idle = (suite.cpu - used) / IDLE_SECONDS * 100
    finally:
        await apart(suite.stop)
    return [
        Result("embedded_accepted", median(accepted), "cases/s", ACCEPTED, says="The suite on SQLite: cases accepted"),
        Result(
            "embedded_lives",
            lives["rate"],
            "cycles/s",
            LIVES,
            says=f"The suite on SQLite: whole life cycles, {REQUESTS} requests each, for {lives_seconds:g} s",
            more={"cpu_ms": lives["cpu_ms"], "generator_cpu_ms": lives["generator_cpu_ms"]},
        ),
        Result("embedded_idle", idle, "% of a core", IDLE, says="The suite when nothing happens any more: CPU"),
        Result(
            "embedded_memory",
            sum(memory),
            "MB",
            MEMORY,
            says="Memory of the suite after load, nats-server included (RSS)",
            more={"of_each_mb": [round(one) for one in memory]},
        ),
    ]


async def _accepted(task: dict[str, Any], seconds: float) -> float:
    seen = await apart(load, {**task, "seconds": seconds})
    if set(seen["statuses"]) != {"201"}:
        raise RuntimeError(f"the suite answered {seen['statuses']}, not 201 only")
    return float(seen["answers"] / seen["seconds"])


async def _lives(suite: Running, tokens: dict[str, str], seconds: float) -> dict[str, float]:
    """So many cases at once, each from its first word to the customer's last."""
    urls = dict.fromkeys(("intake", "dispatch", "callback"), suite.url)
    used, began = suite.cpu, time.time()
    staff = Staff({"urls": urls, "tokens": tokens, "at_once": AT_ONCE, "seconds": seconds})
    seen = await staff.seen()
    took, ended = time.time() - began, len(seen["ended"])
    return {
        "rate": ended / took,
        "cpu_ms": round((suite.cpu - used) / ended * 1000, 1),
        "generator_cpu_ms": round(seen["cpu"] / ended * 1000, 1),
    }


def _started(folder: Path) -> Running:
    port = free_port()
    command = [str(Path(sys.executable).parent / "closeloop"), "up", "--port", str(port), "--data", str(folder)]
    with folder.with_suffix(".log").open("ab") as log:
        process = subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=log, stderr=log)
    suite = Running(process, f"http://127.0.0.1:{port}")
    wait_until_ready(suite)
    return suite
