"""The house of the test kit: acting as somebody, and letting time pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from closeloop.chassis.acting import do, here
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.people import People, Person
from closeloop.chassis.running import Running


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

    async def advance(self, **by: float) -> None:
        """Time passes, from one due moment to the next; `await house.advance(days=3)`."""
        goal = self.clock.now() + timedelta(**by)
        while True:
            while await self.running.timers.fire():
                pass
            due = await self.running.timers.next_due()
            if due is None or due > goal:
                break
            self.clock.advance_to(max(due, self.clock.now()))
        self.clock.advance_to(goal)
