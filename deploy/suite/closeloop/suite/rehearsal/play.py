"""The play: cases come in, tasks lie on desks, and the made-up staff take them up one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.event import Event
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.suite.rehearsal.acting import Acting, Errand, Issued, Turn
from closeloop.suite.rehearsal.bringing import Brought, Reception
from closeloop.suite.rehearsal.deeds import ONLY_TOLD, deed_for, minutes_of
from closeloop.suite.rehearsal.deeds_of_cases import barred, take_a_step
from closeloop.suite.rehearsal.tally import Tally

STOP = timedelta(minutes=30)
"""Things that are done within such a stretch are done together; what is urgent, within a shorter one."""
SHORT_STOP = timedelta(minutes=5)
URGENT = timedelta(hours=1)
LATE = 0.05
AFTER_A_REFUSAL = timedelta(hours=4)
TRIES = 12
TAKEN_DOWN = 6
"""How often a case is tried to be taken down, each time with other things said."""


@dataclass(order=True)
class Planned:
    """When somebody means to take up a task."""

    at: datetime
    number: int
    task: TaskOpened = field(compare=False)
    service: str = field(compare=False)
    by: str = field(compare=False)
    tries: int = field(compare=False, default=0)


class Play:
    """One rehearsal."""

    def __init__(self, acting: Acting, reception: Reception, told: Callable[[int, datetime], None]) -> None:
        self.acting, self.reception, self.told = acting, reception, told
        self.tally = Tally()
        self.not_taken = 0
        """Cases that could not be taken down."""
        self._planned: list[Planned] = []
        self._errands: list[tuple[datetime, int, Errand]] = []
        self._acted: list[Planned] = []
        self._open: set[str] = set()
        self._numbers = count()

    async def run(self, cases: Sequence[Brought], until: datetime) -> None:
        """From where the clock stands to the end."""
        self._hear()
        waiting = sorted(cases)
        taken = 0
        while (at := self._next(waiting, taken)) is not None and at <= until:
            await self.acting.house.advance_to(at)
            self._hear()
            now = []
            while taken < len(waiting) and waiting[taken].at <= at:
                now.append(waiting[taken])
                taken += 1
            due = []
            while self._planned and self._planned[0].at <= at:
                due.append(heappop(self._planned))
            errands = []
            while self._errands and self._errands[0][0] <= at:
                errands.append(heappop(self._errands)[2])
            await asyncio.gather(
                *(self._register(one) for one in now),
                *(self._take_up(one) for one in due),
                *(self._run(one) for one in errands),
            )
            await self.acting.house.suite.quiet()
            self._hear()
            self._look_again(at)
            self.told(taken, at)
        await self.acting.house.advance_to(until)
        self._hear()

    @property
    def stuck(self) -> list[TaskOpened]:
        """What people tried again and again, and were refused."""
        return [one.task for one in self._planned if one.tries >= TRIES and one.task.task_id in self._open]

    def _next(self, waiting: Sequence[Brought], taken: int) -> datetime | None:
        """The next moment at which somebody does something: the end of a stretch, all of which is done together."""
        while self.acting.errands:
            errand = self.acting.errands.pop(0)
            heappush(self._errands, (_up_to(errand.at, STOP), next(self._numbers), errand))
        moments = [self._planned[0].at] if self._planned else []
        moments += [self._errands[0][0]] if self._errands else []
        if taken < len(waiting):
            moments.append(_up_to(waiting[taken].at, STOP))
        return min(moments, default=None)

    async def _register(self, one: Brought) -> None:
        acting = self.acting
        for tries in range(TAKEN_DOWN):
            body = self.reception.body_of(one, tries)
            by = acting.staff.who(self.reception.desk_of(body), one.number, tries)
            if by is None:
                continue
            acting.staff.works(by, max(acting.house.now, one.at), minutes_of("register"))
            answer = await acting.house.post(by, "/api/intake/cases", body)
            if answer.done:
                acting.told[answer.said["id"]] = dict(body["fields"])
                return
        self.not_taken += 1

    async def _take_up(self, planned: Planned) -> None:
        if planned.task.task_id not in self._open:
            return
        acting, now = self.acting, self.acting.house.now
        begins = acting.staff.begins(planned.by, now)
        if begins > now:
            planned.at = _up_to(begins, STOP)
            heappush(self._planned, planned)
            return
        turn = Turn(planned.task, planned.service, planned.by, planned.tries)
        deed = deed_for(planned.service, planned.task.kind, planned.task.of)
        assert deed is not None
        acting.staff.works(planned.by, now, minutes_of(planned.task.kind))
        with suppress(LookupError):
            await deed(acting, turn)
        self._acted.append(planned)

    async def _run(self, errand: Errand) -> None:
        with suppress(LookupError):
            await errand.does(self.acting)

    def _look_again(self, now: datetime) -> None:
        """What still lies there, refused or not at its end, is tried later, by somebody else where there is one."""
        for planned in self._acted:
            if planned.task.task_id in self._open:
                self._again(planned, now)
        self._acted.clear()

    def _again(self, planned: Planned, now: datetime) -> None:
        at = self.acting.staff.calendar.add_working(now, AFTER_A_REFUSAL * (1 + planned.tries // 3))
        self._plan(planned.task, planned.service, at, planned.tries + 1)

    def _hear(self) -> None:
        now = self.acting.house.now
        for event in sorted(self.acting.house.news(), key=_in_order):
            at = event.recorded_at or now
            match event:
                case DutyIssued():
                    issued = Issued(event.rule, event.form, event.number, event.round, event.desk)
                    self.acting.duties[event.key, event.number] = issued
                case TaskOpened():
                    if event.kind not in ONLY_TOLD:
                        self.tally.opened(event, at)
                    self._open.add(event.task_id)
                    self._see(event, at)
                case TaskClosed():
                    self.tally.closed(event, at)
                    self._open.discard(event.task_id)

    def _see(self, task: TaskOpened, at: datetime) -> None:
        service = task.id.split(".")[1]
        deed = deed_for(service, task.kind, task.of)
        if deed is None:
            if task.kind not in ONLY_TOLD:
                self.tally.not_simulated[f"{service}.{task.kind}"] += 1
            return
        calendar, chance = self.acting.staff.calendar, self.acting.chance
        dice = chance.of(task.key, task.of, task.kind, "when")
        share = dice.uniform(1.05, 1.6) if dice.random() < LATE else dice.triangular(0.02, 0.9, 0.25)
        if task.due_at is not None and task.due_at > at:
            moment = at + (task.due_at - at) * share
        else:
            moment = calendar.add_working(at, timedelta(minutes=dice.randint(5, 300)))
        self._plan(task, service, max(moment, at + timedelta(minutes=1)), 0)

    def _plan(self, task: TaskOpened, service: str, moment: datetime, tries: int) -> None:
        staff = self.acting.staff
        turn = Turn(task, service, "", tries)
        without = barred(self.acting, turn) if deed_for(service, task.kind, task.of) is take_a_step else ()
        by = task.person if task.person is not None and tries < TRIES // 2 else None
        by = by or staff.who(task.desk, *turn.dice, without=without) or staff.who(task.desk, *turn.dice)
        if by is None:
            self.tally.not_simulated[f"{service}.{task.kind} ({task.desk})"] += 1
            return
        is_urgent = task.due_at is not None and task.due_at - self.acting.house.now < URGENT
        at = _up_to(staff.begins(by, moment), SHORT_STOP if is_urgent else STOP)
        heappush(self._planned, Planned(at, next(self._numbers), task, service, by, tries))


def _in_order(event: Event) -> tuple[object, ...]:
    """Events of one moment in an order that does not hang on which service was quicker."""
    return event.recorded_at, event.key, event.id.split(".")[1], event.sequence


def _up_to(moment: datetime, stretch: timedelta) -> datetime:
    """The end of the stretch in which a moment lies."""
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return start - ((start - moment) // stretch) * stretch
