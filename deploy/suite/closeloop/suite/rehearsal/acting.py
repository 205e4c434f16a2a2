"""What somebody of the made-up staff needs to act: the house, the procedure, chance, and a hand that writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.contracts.every import TaskOpened
from closeloop.suite.rehearsal.hand import Hand
from closeloop.suite.rehearsal.house import House, part
from closeloop.suite.rehearsal.staff import ONLOOKER, Staff
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.site import Answer


@dataclass(frozen=True, slots=True)
class Issued:
    """What people know of a duty."""

    rule: str
    form: str
    number: int
    round: int
    desk: str


@dataclass
class Acting:
    """One rehearsal on its way."""

    house: House
    pack: Pack
    chance: Chance
    staff: Staff
    hand: Hand
    duties: dict[tuple[str, int], Issued] = field(default_factory=dict)
    """Case and number to the duty as it was issued."""
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Case to the columns that were filled in when it was taken down."""
    took: dict[tuple[str, int, str], str] = field(default_factory=dict)
    """Case, duty and step to whoever took it."""
    to_book: set[str] = field(default_factory=set)
    """Cases at which whoever keeps the accounts means to look."""
    booked: set[tuple[str, str, str]] = field(default_factory=set)
    """Case, account and posting of what was moved by a signed form."""
    errands: list[Errand] = field(default_factory=list)
    """What was thought of since one looked last, to be done later."""

    @property
    def places(self) -> list[str]:
        """Where people work."""
        return [place.id for place in self.house.people.organisation.places]

    def later(self, at: datetime, does: Callable[[Acting], Awaitable[object]]) -> None:
        """Something is to be done that lies on nobody's desk."""
        self.errands.append(Errand(at, does))

    async def duty_of(self, turn: Turn) -> Issued:
        """The duty of a task; that of a corrective action is looked up, as nobody tells of it by itself."""
        known = turn.task.key, turn.number
        if known not in self.duties:
            path = f"/api/dispatch/cases/{part(turn.task.key)}/duties/{turn.number}"
            shown = await self.shown(path)
            said = (shown[name] for name in ("rule", "form", "number", "round", "desk"))
            self.duties[known] = Issued(*said)
        return self.duties[known]

    def facts_of(self, task: TaskOpened) -> dict[str, Any]:
        """What is known of the case of a task; nothing where it belongs to none."""
        if task.case is None:
            return {}
        return self.pack.facts_of(task.case, self.told.get(task.case.id, {}))

    async def shown(self, path: str, **query: Any) -> Any:
        """What is shown to whoever only looks on."""
        return await self.house.get(ONLOOKER, path, **query)

    async def listed(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The same, every page of a list."""
        return await self.house.every(ONLOOKER, path, **query)


@dataclass(frozen=True)
class Errand:
    """What people do without a task: forms go out and come back, customers answer, parts are booked."""

    at: datetime
    does: Callable[[Acting], Awaitable[object]]


@dataclass(frozen=True)
class Turn:
    """A task in somebody's hands."""

    task: TaskOpened
    service: str
    by: str
    tries: int

    @property
    def number(self) -> int:
        """The number of what it is about within its case: 2 of duty:2."""
        return int(self.task.of.split(":")[1])

    @property
    def dice(self) -> tuple[object, ...]:
        """What its chance hangs on."""
        return self.task.key, self.task.of, self.task.kind, self.tries


Deed = Callable[[Acting, Turn], Awaitable[Answer | None]]
"""What is done about a task; nothing where nobody made up does it."""
