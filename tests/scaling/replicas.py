"""Intake as several processes behind a balancer, one database, and people who register at all of them at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.embedded.postgres import TestPostgres
from closeloop.chassis.people import People
from tests.faults import checker
from tests.faults.evidence import Evidence, Promised, evidence_of
from tests.journeys.child import Closeloop, until
from tests.journeys.site import PROCEDURE, SERVICES

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
RULES = (
    checker.nobody_was_answered_wrongly,
    checker.every_promise_is_in_the_register,
    checker.numbers_have_no_gap_and_no_twin,
    checker.journals_are_whole,
    checker.nothing_is_unsent,
    checker.chains_hold,
    checker.streams_are_the_chains,
)


class Replicas:
    """Processes of intake that share nothing but their database and the folder of people and keys."""

    def __init__(self, folder: Path, postgres: TestPostgres, broker: EmbeddedBroker) -> None:
        self.folder, self.postgres, self.broker = folder, postgres, broker
        self.data = folder / "data"
        self.people = People.of(self.data)
        self.database = postgres.create_database("closeloop_intake")
        self.processes: list[Closeloop] = []
        self.promised = Promised()
        self.web = httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False)

    def start(self, number: int) -> list[Closeloop]:
        """So many more, at the same moment."""
        proof = self.broker.credentials
        begun = [
            Closeloop(
                "serve",
                "intake",
                folder=self.folder,
                port=0,
                data=self.data,
                nats_url=self.broker.url,
                nats_user=proof.user,
                nats_password=proof.password,
                database_url=self.database,
            )
            for _ in range(number)
        ]
        self.processes += begun
        return begun

    def stop(self) -> None:
        """End them all."""
        for process in self.processes:
            process.__exit__()

    def ready(self) -> None:
        """Come back when all can do their work, and one of them leads."""
        for process in self.processes:
            until(partial(self._is_ready, process.address), "a replica that is ready")
        until(self.leaders, "one of them that leads")

    def _is_ready(self, address: str) -> bool:
        return self.web.get(f"{address}/readyz").status_code == 200

    def leaders(self) -> list[Closeloop]:
        """Those that say they lead."""
        said = [(process, self.web.get(f"{process.address}/metrics").text) for process in self.processes]
        return [process for process, text in said if 'closeloop_leads{service="intake"} 1.0' in text]

    def as_(self, login: str) -> dict[str, str]:
        """What a request of this person carries."""
        return {"Authorization": f"Bearer {self.people.issue_token(self.people.person(login))}"}

    @contextmanager
    def balanced(self) -> Iterator[str]:
        """One address for all of them."""
        places = [process.address.removeprefix("http://") for process in self.processes]
        command = [sys.executable, "-m", "bench.balancer", "0", *places]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as balancer:
            assert balancer.stdout is not None
            yield balancer.stdout.readline().strip()
            balancer.terminate()

    def register(self, address: str, people: int, cases: int, group: str = "") -> None:
        """So many people take down so many cases each, all at once; what they were answered is remembered."""
        headers = self.as_("desk-1")

        def take_down(person: int) -> None:
            with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False, headers=headers) as web:
                for case in range(cases):
                    self._take_down(web, f"{address}/api/intake/cases", f"{group}{person}-{case}")

        with ThreadPoolExecutor(people) as threads:
            list(threads.map(take_down, range(people)))

    def _take_down(self, web: httpx.Client, url: str, which: str) -> None:
        """Whoever is not answered, or told to come again, asks again with the same key; some ask twice anyway."""
        content = f"厨房水管漏水 {which}"
        body: dict[str, Any] = {
            "procedure": PROCEDURE,
            "kind": "repair",
            "channel": "telephone",
            "place": "garden-estate",
        }
        body |= {"content": content, "customer": {"name": "李女士", "phone": "13800138000"}}

        def answered() -> httpx.Response | None:
            try:
                answer = web.post(url, json=body, headers={"Idempotency-Key": which})
            except httpx.TransportError:
                return None
            return None if answer.status_code == 503 else answer

        said = [until(answered, f"an answer about {which}") for _ in range(2 if which.endswith("3") else 1)]
        if any(answer.status_code != 201 for answer in said) or len({answer.text for answer in said}) > 1:
            self.promised.misfits += [f"{which}: {answer.status_code} {answer.text}" for answer in said]
            return
        case = said[0].json()
        self.promised.registered[content] = (case["id"], case["number"])

    def findings(self) -> list[str]:
        """What is not as it was promised, once everything is published."""
        found = until(self._settled, "everything published")
        return [f"{rule.__name__} [{where}]: {what}" for rule in RULES for where, what in rule(found)]

    def _settled(self) -> Evidence | None:
        proof = self.broker.credentials
        address = BrokerAddress(self.broker.url, proof.user, proof.password)
        found = asyncio.run(evidence_of({"intake": self.database}, address, self.promised))
        if len(found.streams["intake"]) < len(found.of("intake", "journal")):
            return None
        others: dict[str, Any] = {service: defaultdict(list) for service in SERVICES}
        return Evidence({**others, **found.tables}, found.streams, self.promised, found.now)


@contextmanager
def replicas_of_intake(folder: Path, number: int) -> Iterator[Replicas]:
    """So many on an empty database, started at the same moment, with the procedure in force."""
    broker = EmbeddedBroker(folder / "nats")
    asyncio.run(broker.start())
    with ExitStack() as ending:
        ending.callback(lambda: asyncio.run(broker.stop()))
        here = Replicas(folder, ending.enter_context(TestPostgres()), broker)
        ending.callback(here.web.close)
        ending.callback(here.stop)
        here.start(number)
        here.ready()
        yield here
