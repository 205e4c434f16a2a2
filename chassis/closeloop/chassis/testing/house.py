"""The house of the test kit: acting as somebody, and letting time pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from closeloop.chassis.acting import do, here
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.people import People, Person
from closeloop.chassis.rows import table_of
from closeloop.chassis.running import Running
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.schedules.doing import JobForm
from closeloop.chassis.schedules.inputs import NOTHING


class House:
    """One service, its people and its clock."""

    def __init__(self, running: Running, people: People, clock: SimulatedClock) -> None:
        self.running, self.people, self.clock = running, people, clock

    def headers(self, login: str, language: str = "en") -> dict[str, str]:
        """What a request of this person carries."""
        token = self.people.issue_token(self.people.person(login))
        return {"Authorization": f"Bearer {token}", "Accept-Language": language}

    async def do(
        self, action: Callable[..., Any], *said: Any, by: Person | str | None = None, key: str = "", new: bool = False
    ) -> Any:
        """Somebody does something."""
        here.set(self.running)
        person = self.people.person(by) if isinstance(by, str) else by
        return await do(action, *said, by=person, key=key, new=new)

    async def keep_schedules(self) -> None:
        """From now on the periodic jobs of the procedures in force have their turns, as they have in a running one."""
        await self.running.look_over_schedules()

    async def do_job(self, identity: str, *, by: Person | str, **said: Any) -> ScheduledJob:
        """Somebody does a periodic job; `fields=…`, `note=…`, `signature=…` are what they say."""
        here.set(self.running)
        row = next((job for job in await self.jobs() if job.id == identity), None)
        schedules = self.running.schedules
        before = await schedules.before(self.running.read, row) if row else NOTHING
        job: ScheduledJob = await self.do(schedules.do_job, JobForm(**said), before, by=by, key=identity)
        return job

    async def jobs(self, name: str | None = None) -> list[ScheduledJob]:
        """The periodic jobs that were opened, in the order of their moments; of one name or all."""
        jobs = table_of(ScheduledJob)
        found = await self.running.read.rows(ScheduledJob, select(jobs).order_by(jobs.c.starts_at, jobs.c.id))
        return [job for job in found if name in (None, job.name)]

    async def advance(self, **by: float) -> None:
        """Time passes, from one due moment to the next; a timer that fails fails the test: `house.advance(days=3)`."""
        goal = self.clock.now() + timedelta(**by)
        while True:
            while await self.fire():
                pass
            due = await self.running.timers.next_due()
            if due is None or due > goal:
                break
            self.clock.advance_to(max(due, self.clock.now()))
        self.clock.advance_to(goal)

    async def fire(self) -> int:
        """What is due now is done; answers how much was."""
        failed: list[Exception] = []
        self.running.timers.failed = failed.append
        fired = await self.running.timers.fire()
        if failed:
            raise failed[0]
        return fired
