"""What people do while things are killed: register repairs, do the work, ask the customers; and never give up."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from typing import Any

import httpx

from closeloop.chassis.people import People
from tests.faults.deployment import Apart, Together
from tests.faults.evidence import Promised, Step

PAUSE = 0.1  # before the same request is sent again with the same key
LOOKS_EVERY = 0.05
ANSWERED_WITHIN = 5.0
SHOWN_WITHIN = 90.0
AGAIN = (502, 503, 504)
SATISFIED = 0.7  # of the customers; the others get another round
MOST_ROUNDS = 3
MOST_IN_A_BURST = 4  # cases that come in at once; one of them is seen through
GIVEN_UP = 0.25  # of the cases are left where they are, at any step
WORK: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "repair-leader", {}),
    ("assign", "repair-leader", {"to": "repair-worker-1"}),
    ("arrive", "repair-worker-1", {}),
    ("finish", "repair-worker-1", {"outcome": "solved", "work_done": "更换角阀"}),
    ("sign", "repair-worker-1", {"means": "drawn", "drawing": "M0 0L9 9", "signer": "王先生", "opinion": "很及时"}),
    ("return", "repair-worker-1", {}),
)


class GoneQuiet(Exception):
    """Something that must be there never came to be seen."""


class Customers:
    """Several people at once, each busy with one case after another until told to stop."""

    def __init__(self, deployment: Apart | Together, people: People, *, seed: int, at_once: int) -> None:
        self.deployment, self.seed, self.at_once = deployment, seed, at_once
        self.promised = Promised()
        self.answers = 0
        self.repeated = 0
        self.answered = asyncio.Event()
        self._tokens = {person.id: people.issue_token(person) for person in people}
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._keys = 0

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._be_busy(n)) for n in range(self.at_once)]

    async def until(self, answers: int) -> None:
        """Come back when so many requests were answered."""
        while self.answers < answers and not any(task.done() for task in self._tasks):
            self.answered.clear()
            await self.answered.wait()

    async def stop(self) -> None:
        """Nobody begins anything new; what was asked is asked until it is answered."""
        self._stopping = True
        await asyncio.gather(*self._tasks)

    async def _be_busy(self, n: int) -> None:
        chance = Random(f"{self.seed}/{n}")
        async with httpx.AsyncClient(timeout=ANSWERED_WITHIN) as client:
            bursts = 0
            try:
                while not self._stopping:
                    bursts += 1
                    brought = range(chance.randint(1, MOST_IN_A_BURST))
                    cases = await asyncio.gather(*(self._register(client, f"{n}/{bursts}/{m}") for m in brought))
                    if cases[0] is not None:
                        await self._see_through(client, cases[0], chance)
            except GoneQuiet as lost:
                self.promised.misfits.append(str(lost))
            finally:
                self.answered.set()

    async def _register(self, client: httpx.AsyncClient, what: str) -> str | None:
        """The desk takes a repair down; its id, if it was answered as it should be."""
        content = f"水管漏水 {self.seed}/{what}"
        said = {
            "procedure": "P03",
            "kind": "repair",
            "channel": "telephone",
            "place": "garden-estate",
            "content": content,
            "customer": {"name": "王先生", "phone": "13800000002", "address": "5-0301"},
        }
        case = await self._post(client, "intake", "/api/intake/cases", "desk-1", said, 201)
        if case is None:
            return None
        self.promised.registered[content] = (case["id"], case["number"])
        return str(case["id"])

    async def _see_through(self, client: httpx.AsyncClient, case: str, chance: Random) -> None:
        """One case from its first duty to its closing, or as far as it goes."""
        for round_ in range(1, MOST_ROUNDS + 1):
            if not await self._do_the_work(client, case, round_, chance):
                return
            if not await self._ask(client, case, round_, chance):
                return

    async def _do_the_work(self, client: httpx.AsyncClient, case: str, round_: int, chance: Random) -> bool:
        duty = await self._shown(client, "dispatch", f"/api/dispatch/duties?case={case}", "repair-leader", round_)
        if duty is None:
            return False
        for step, person, form in WORK:
            if self._stopping or chance.random() < GIVEN_UP / len(WORK):
                return False
            path = f"/api/dispatch/cases/{case}/duties/{duty['number']}/{step}"
            if await self._post(client, "dispatch", path, person, form, 200) is None:
                return False
            self.promised.steps.append(Step(case, step, duty["number"]))
        return True

    async def _ask(self, client: httpx.AsyncClient, case: str, round_: int, chance: Random) -> bool:
        """Whether there is another round to wait for."""
        callback = await self._shown(client, "callback", f"/api/callback/callbacks?case={case}", "callback-1", round_)
        if callback is None:
            return False
        outcome = "satisfied" if chance.random() < SATISFIED or round_ == MOST_ROUNDS else "dissatisfied"
        path = f"/api/callback/callbacks/{callback['id']}/attempts"
        form = {"form": "telephone", "outcome": outcome}
        if await self._post(client, "callback", path, "callback-1", form, 201) is None:
            return False
        self.promised.steps.append(Step(case, "ask", callback["number"]))
        return outcome == "dissatisfied"

    # -- asking -------------------------------------------------------------------------------------------------

    async def _shown(
        self, client: httpx.AsyncClient, service: str, path: str, person: str, round_: int
    ) -> dict[str, Any] | None:
        """The duty or callback of this round, once it can be seen."""
        try:
            async with asyncio.timeout(SHOWN_WITHIN):
                while not self._stopping:
                    answer = await self._get(client, service, path, person)
                    items = answer.json()["items"] if answer.status_code == 200 else []
                    for item in items:
                        if item["round"] == round_:
                            return dict(item)
                    await asyncio.sleep(LOOKS_EVERY)
        except TimeoutError:
            raise GoneQuiet(f"round {round_} of {path} was not seen within {SHOWN_WITHIN:.0f} s") from None
        return None

    async def _get(self, client: httpx.AsyncClient, service: str, path: str, person: str) -> httpx.Response:
        while True:
            with suppress(httpx.TransportError):  # away, going away, or silent
                answer = await client.get(self.deployment.url(service) + path, headers=self._as(person))
                if answer.status_code not in AGAIN:
                    if answer.status_code != 200:
                        self.promised.misfits.append(f"GET {path} by {person}: {answer.status_code} {answer.text}")
                    return answer
            await asyncio.sleep(PAUSE)

    async def _post(
        self, client: httpx.AsyncClient, service: str, path: str, person: str, said: dict[str, Any], wanted: int
    ) -> dict[str, Any] | None:
        """Ask until there is an answer, always with the same key; None if it is not the one that is due."""
        self._keys += 1
        headers = {**self._as(person), "Idempotency-Key": f"{self.seed}-{self._keys}"}
        tries = 0
        while True:
            tries += 1
            with suppress(httpx.TransportError):  # away, going away, or silent
                answer = await client.post(self.deployment.url(service) + path, json=said, headers=headers)
                if answer.status_code not in AGAIN:
                    break
            await asyncio.sleep(PAUSE)
        self.answers += 1
        self.repeated += tries > 1
        self.answered.set()
        if answer.status_code == wanted:
            return dict(answer.json())
        self.promised.misfits.append(f"POST {path} by {person}, try {tries}: {answer.status_code} {answer.text[:500]}")
        return None

    def _as(self, person: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[person]}", "Accept-Language": "en"}
