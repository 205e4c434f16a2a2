"""The schedules of one service: their timers, the opening of each job, and what happens when it falls due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from closeloop.chassis.occasions import breached, opened, withdrawn
from closeloop.chassis.piece import Piece
from closeloop.chassis.schedules import doing
from closeloop.chassis.schedules.bearings import pack_of
from closeloop.chassis.schedules.customers import WITHDRAW, customers_of
from closeloop.chassis.schedules.doing import (
    JobForm,
    judge_job,
    open_clauses,
    put_on_the_desk,
    rule_of,
    take_off_the_desk,
)
from closeloop.chassis.schedules.following import keys_and_desks, tell_to_open
from closeloop.chassis.schedules.hooks import FIGURES, INPUTS, JobHook
from closeloop.chassis.schedules.inputs import NOTHING, Before, Input
from closeloop.chassis.schedules.job import OF, JobState, ScheduledJob
from closeloop.chassis.schedules.planning import INTERVAL, PLAN, schedule_of
from closeloop.chassis.schedules.signing import ask_for_signatures, signing_of
from closeloop.chassis.schedules.turns import JUST, Turn, every_of, period_at, turn_after
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.personal import Audience
from closeloop.contracts.procedure.entry import People as PeopleOf
from closeloop.contracts.procedure.entry import Period
from closeloop.contracts.procedure.schedule import CustomersOf, Interval, Job

if TYPE_CHECKING:
    from closeloop.chassis.hearing import Hears
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.people import People
    from closeloop.chassis.procedures import Procedures
    from closeloop.chassis.reading import Read

TURN, OPEN, DUE = "turn", "open_job", "job_due"


class Schedules:
    """What one service has to do again and again; all that it knows of the future lies in timers."""

    def __init__(self, service: str, procedures: Procedures, people: People, hooks: Mapping[str, JobHook]) -> None:
        self.service, self.procedures, self.people, self.hooks = service, procedures, people, hooks

    def join(self, hears: Hears) -> None:
        """Have the service hear what its schedules say."""
        hears.told(PLAN)(self.plan)
        hears.due(TURN, reads=self.look_for_customers)(self.take_turn)
        hears.told(WITHDRAW)(self.withdraw)
        hears.told(OPEN, reads=self.look)(self.open)
        hears.due(DUE)(self.say_overdue)
        hears.due(INTERVAL)(self.change_interval)
        hears.signed(OF, signing_of(self.hooks))

    def do_job(self, work: Work, form: JobForm, before: Before = NOTHING) -> ScheduledJob:
        """A person does a job of this service; `before` is what lies before them."""
        job = doing.do_job(work, form, self.hooks, self.people, before)
        if job.state(work.now) is JobState.WRITTEN:
            ask_for_signatures(work, job, self.hooks)
        return job

    async def before(self, read: Read, job: ScheduledJob) -> Before:
        """What lies before whoever does the job: the records that it needs, and what the service sees now."""
        rule = pack_of(job).jobs[job.name]
        looks = self.hooks[rule.does].looks if rule.does in self.hooks else None
        return Before(await self.inputs_of(read, job), await looks(read, job) if looks else None)

    async def inputs_of(self, read: Read, job: ScheduledJob) -> list[Input]:
        """The records that must lie before whoever does the job, those that are missing too."""
        rule, hook = pack_of(job).jobs[job.name], self.hooks.get(INPUTS)
        return await hook.reads(read, job) if rule.inputs and hook and hook.reads else []

    # -- turns ------------------------------------------------------------------------------------------------------

    def at_the_start(self, now: datetime) -> list[Piece]:
        """A service that starts looks once whether every job and place has its timer; if not, it has one from now."""
        return [
            Piece("look over the schedule", "timer", (schedule_of(pack.id),), partial(self._look_over, since, pack))
            for since, pack in self.procedures
            if since > now or self.procedures.in_force(pack.id, now) == pack
        ]

    def plan(self, timer: Timer, work: Work) -> None:
        """A version of a procedure has come."""
        pack = self.procedures.pack(timer.data["procedure"], timer.data["version"])
        self._plan(work, pack, datetime.fromisoformat(timer.data["since"]))

    def take_turn(self, timer: Timer, work: Work, found: Any) -> None:
        """The moment of a period has come: its job is opened on a key of its own, and the next turn is set."""
        turn = self._turn(work.key, timer.data)
        if turn is not None and turn.at <= work.now:
            for key, desk in keys_and_desks(turn.key, turn.job, turn.pack):
                for whom, name in found or self._whom(turn):
                    tell_to_open(work, turn, key, desk, whom, name)
            timer.data = {**timer.data, "after": turn.span.start.isoformat()}
        self._set(work, timer.of, timer.data)

    async def look_for_customers(self, read: Read, timer: Timer) -> list[tuple[str, str]] | None:
        """The customers whom the job of this turn is about; nobody is looked for where it is about none."""
        turn = self._turn(timer.key, timer.data)
        if turn is None or not isinstance(turn.job.each, CustomersOf):
            return None
        return [(one.id, one.name) for one in await customers_of(read, turn.pack.id, turn.job.each)]

    def withdraw(self, timer: Timer, work: Work) -> None:
        """Whom it is about was taken off the list: nobody has to do it any more."""
        job = work.maybe(ScheduledJob)
        if job is not None and job.done_at is None:
            judge_job(work, job, withdrawn(open_clauses(work, rule_of(work, job).clauses), of=OF))
            take_off_the_desk(work, job)

    def _look_over(self, since: datetime, pack: Pack, work: Work) -> None:
        self._plan(work, pack, max(since, work.now))

    def _plan(self, work: Work, pack: Pack, since: datetime) -> None:
        """Jobs and places without a timer get one; what is set already is set anew by what is known now."""
        known = {timer.of: timer.data for timer in work.all(Timer, kind=TURN)}
        for of, data in {**self._first_turns(pack, since), **known}.items():
            self._set(work, of, data)

    def _first_turns(self, pack: Pack, since: datetime) -> dict[str, dict[str, Any]]:
        first: dict[str, dict[str, Any]] = {}
        for name, job in pack.jobs.items():
            for place in self._places_of(pack, job) if job.service == self.service else ():
                every = every_of(pack, job)
                if every is not None:
                    first[_timer_of(name, place)] = self._from(name, job, place, every, since)
        return first

    def _from(self, name: str, job: Job, place: str | None, every: Period, since: datetime) -> dict[str, Any]:
        """From a moment on the job has its turns."""
        running = period_at(every, since, self.people.calendar(place)).start
        after = (running if job.at_first else since) - JUST
        return {"job": name, "place": place, "after": after.isoformat(), "not_before": since.isoformat()}

    def change_interval(self, timer: Timer, work: Work) -> None:
        """Somebody has set how often a job is done: from now on it has its turns so."""
        pack, told = self.procedures.in_force(timer.data["procedure"], work.now), timer.data
        for name, job in pack.jobs.items() if pack is not None else ():
            named = isinstance(job.every, Interval) and job.every.parameter == told["parameter"]
            for place in self._places_of(pack, job) if named and pack and job.service == self.service else ():
                if told["place"] in (None, place):
                    data = self._from(name, job, place, told["every"], work.now)
                    self._set(work, _timer_of(name, place), {**data, "every": told["every"]})

    def _places_of(self, pack: Pack, job: Job) -> list[str | None]:
        if job.each != "place":
            return [None]
        kinds = pack.head.places
        return [place.id for place in self.people.organisation.places if not kinds or place.kind in kinds]

    def _turn(self, schedule: str, data: Mapping[str, Any]) -> Turn | None:
        place = data["place"]
        if place is not None and self.people.organisation.place(place) is None:
            return None
        return turn_after(
            self.procedures.versions(schedule.removeprefix(schedule_of(""))),
            data["job"],
            place,
            service=self.service,
            after=datetime.fromisoformat(data["after"]),
            not_before=datetime.fromisoformat(data["not_before"]),
            calendar=self.people.calendar(place),
            every=data.get("every"),
        )

    def _whom(self, turn: Turn) -> list[tuple[str | None, str | None]]:
        """Whom a job is about, with their name: everybody who has one of those roles; otherwise nobody."""
        each = turn.job.each
        if isinstance(each, CustomersOf):
            return []
        if not isinstance(each, PeopleOf):
            return [(None, None)]
        return [(one.id, one.name) for one in self.people if any(one.may(role) for role in each.people)]

    def _set(self, work: Work, of: str, data: Mapping[str, Any]) -> None:
        turn = self._turn(work.key, data)
        if turn is None:
            work.cancel(TURN, of=of)
        else:
            work.at(turn.at, TURN, of, **data)

    # -- jobs -------------------------------------------------------------------------------------------------------

    async def look(self, read: Read, timer: Timer) -> Any:
        """What the service wants to know before the job is opened."""
        job, rule = self._job_of(timer, self.procedures.pack(timer.data["procedure"], timer.data["version"]))
        hooks = [self.hooks.get(rule.does), self.hooks.get(FIGURES) if rule.figures else None]
        return [await hook.reads(read, job) if hook and hook.reads else None for hook in hooks]

    def open(self, timer: Timer, work: Work, found: Any) -> None:
        """The job lies on its desk, its clauses apply from now on, and the service does its part."""
        if work.maybe(ScheduledJob) is not None:
            return
        job, rule = self._job_of(timer, work.pack(timer.data["procedure"], timer.data["version"]))
        job.opened_at = work.now
        work.add(job)
        judge_job(work, job, opened(rule.clauses, of=OF))
        hook = self.hooks.get(rule.does)
        if hook and hook.opens:
            hook.opens(job, work, found[0])
        job.freeze(found[1] or {})
        job.is_about(timer.data.get("whom_name"), work.pack(job.procedure, job.version), rule)
        if job.done_at is None:
            put_on_the_desk(work, job, f"/{self.service}/jobs/{job.id}")
            work.at(job.due_at, DUE)

    def say_overdue(self, timer: Timer, work: Work) -> None:
        """What was not done in time is said once; the task stays on its desk."""
        job = work.one(ScheduledJob)
        judge_job(work, job, breached(open_clauses(work, rule_of(work, job).clauses), of=OF))

    def _job_of(self, timer: Timer, pack: Pack) -> tuple[ScheduledJob, Job]:
        told = timer.data
        rule = pack.jobs[told["job"]]
        starts_at, due_at = (datetime.fromisoformat(told[name]) for name in ("starts_at", "due_at"))
        job = ScheduledJob(
            id=timer.key,
            procedure=pack.id,
            version=pack.version,
            name=told["job"],
            title=rule.title.model_dump(),
            desk=told["desk"],
            place=told["place"],
            period=told["period"],
            starts_at=starts_at,
            due_at=due_at,
            opened_at=starts_at,
            whom=told.get("whom"),
            audience=Audience.RESTRICTED.value if rule.restricted else None,
        )
        return job, rule


def _timer_of(name: str, place: str | None) -> str:
    return name if place is None else f"{name}.{place}"
