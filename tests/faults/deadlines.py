"""Limits that pass while dispatch is away, some of them stopped in time by what it has not read yet."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from closeloop.chassis.app import ServiceApp
from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.running import Running
from tests.clauses.house import Grounds, House
from tests.clauses.packs import packs

PROCEDURE = "P06"
LIMIT = "answer_far"
"""P06-3.2.2-b: beyond the service radius the user is answered within 12 hours of the receipt."""
MONDAY = datetime.fromisoformat("2026-01-05T09:00+08:00")
IN_TIME = timedelta(hours=2)
AWAY = timedelta(hours=20)
ANSWERED_OF = 5
"""One case of so many is answered while dispatch is away: 2,000 of 10,000."""
AT_ONCE = 32
FAULT = {
    "procedure": PROCEDURE,
    "kind": "fault",
    "channel": "telephone",
    "place": "head-office",
    "content": "示值偏低",
    "customer": {"name": "宝鸡钢厂", "phone": "13800000008"},
    "fields": {
        "instrument_model": "LL-20",
        "instrument_number": "0815",
        "contact_person": "赵工",
        "distance_km": 150,
    },
}
ANSWER = {"direction": "out", "says": "answers", "text": "工程师明早出发"}


@dataclass
class Passed:
    """What came of it."""

    cases: int
    answered: set[str] = field(default_factory=set)
    missed: Counter[str] = field(default_factory=Counter)
    """How often the miss was told, by case."""
    not_said_late: int = 0
    seconds: float = 0.0
    """From the return of dispatch until nothing is left to be done."""

    @property
    def findings(self) -> list[str]:
        """What is not as it has to be."""
        twice = [case for case, times in self.missed.items() if times > 1]
        wrong = sorted(self.answered & self.missed.keys())
        left_out = self.cases - len(self.answered) - len(self.missed.keys() - self.answered)
        said = {
            f"{len(twice)} limits were told twice": twice,
            f"{len(wrong)} were told although the answer came in time": wrong,
            f"{left_out} were not told": left_out,
            f"{self.not_said_late} were not said to be late": self.not_said_late,
        }
        return [sentence for sentence, is_so in said.items() if is_so]


def while_dispatch_is_away(folder: Path, cases: int) -> Passed:
    """So many limits of twelve hours; dispatch is away from the first to the twenty-second."""
    grounds = Grounds(folder)
    try:
        pack = packs()[PROCEDURE]
        house = House(grounds, pack.folder, pack.organisation, MONDAY)
        try:
            return asyncio.run_coroutine_threadsafe(_away(house, cases), grounds.loop).result()
        finally:
            house.close()
    finally:
        grounds.close()


async def _away(house: House, cases: int) -> Passed:
    suite, passed = house.suite, Passed(cases)
    by = {"Authorization": f"Bearer {house.people.issue_token(house.people.person('hotline-1'))}"}
    answers = {"Authorization": f"Bearer {house.people.issue_token(house.people.person('administrator'))}"}
    turn = asyncio.Semaphore(AT_ONCE)

    async def post(path: str, body: object, who: dict[str, str]) -> dict[str, Any]:
        async with turn:
            answer = await house.web.post(path, json=body, headers=who)
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    registered = await asyncio.gather(*(post("/api/intake/cases", FAULT, by) for _ in range(cases)))
    await suite.quiet()
    dispatch = next(running for running in suite.services if running.name == "dispatch")
    place = suite.services.index(dispatch)
    await dispatch.stop()
    suite.services.remove(dispatch)

    await suite.advance(IN_TIME)
    passed.answered = {case["id"] for case in registered[::ANSWERED_OF]}
    await asyncio.gather(*(post(f"/api/intake/cases/{case}/messages", ANSWER, answers) for case in passed.answered))
    await suite.advance(AWAY)

    broker = house.grounds.broker
    address = BrokerAddress(broker.url, broker.credentials.user, broker.credentials.password)
    back = Running(dispatch.service, dispatch.settings, clock=suite.clock, people=house.people, broker=address)
    began = perf_counter()
    await back.start()
    suite.services.insert(place, back)
    suite.gateway.apps["dispatch"] = ServiceApp(back)
    await suite.ready()
    await suite.quiet()
    passed.seconds = perf_counter() - began

    for (body,) in await back.store.fetch("select body from journal where subject = 'limit.missed.v1'"):
        event = json.loads(body)["data"]
        if event["limit"] == LIMIT:
            passed.missed[event["case"]["id"]] += 1
            passed.not_said_late += not event["said_late"]
    return passed
