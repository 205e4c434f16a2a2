"""A service that hears and does nothing, or nearly nothing: how fast the chassis alone works off what waits.

`python -m bench.hearer BRANCH EVENTS counting|nothing` in the environment of a service; says as JSON how long it took.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time

import uvloop

from closeloop.chassis.clock import RealClock
from closeloop.chassis.hearing import Hears
from closeloop.chassis.logs import set_up_logs
from closeloop.chassis.people import People
from closeloop.chassis.rows import keeps
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.serving import settle_memory
from closeloop.chassis.serving_alone import address_of
from closeloop.chassis.settings import read_settings
from closeloop.chassis.work import Work
from closeloop.contracts.intake import CaseAssessed

AS = "callback"  # whose migrations and durable it takes
TALLIES = "create table tallies (case_id text primary key, heard bigint not null)"


@keeps("tallies", key="case_id")
class Tally:
    """How many events were heard of a case."""

    case_id: str
    heard: int


class Heard:
    """Counts what was handled, and knows when it began and when it was enough."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.n = wanted, 0
        self.began = 0.0
        self.all = asyncio.Event()

    def one(self) -> None:
        """One more."""
        if not self.n:
            self.began = time.perf_counter()
        self.n += 1
        if self.n == self.wanted:
            self.all.set()


def a_service(heard: Heard, counting: bool) -> Service:
    """It hears assessed cases."""
    hears = Hears()

    @hears
    def take_note(case: CaseAssessed, work: Work) -> None:
        heard.one()
        if counting:
            tally = work.maybe(Tally) or work.add(Tally(case.key, 0))
            tally.heard += 1

    return Service(AS, [Tally] if counting else [], hears)


async def drain(branch: str, wanted: int, counting: bool) -> dict[str, float]:
    """From the first event handled to the last one on disk."""
    settings = read_settings(branch=branch)
    heard = Heard(wanted)
    running = Running(
        a_service(heard, counting),
        settings,
        clock=RealClock(),
        people=People.of(settings.data),
        broker=address_of(settings),
    )
    if counting:
        await running.store.open()
        await running.store.execute(TALLIES)
    await running.start()
    settle_memory()
    used = _cpu()
    await heard.all.wait()
    while not running.committer.is_idle:
        await asyncio.sleep(0.002)
    seconds, used = time.perf_counter() - heard.began, _cpu() - used
    await running.stop()
    if heard.n != wanted:
        raise RuntimeError(f"{heard.n} events were handled, not {wanted}")
    return {"rate": wanted / seconds, "cpu_us": used / wanted * 1e6}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    set_up_logs("info", "text")
    print(json.dumps(uvloop.run(drain(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "counting"))))
