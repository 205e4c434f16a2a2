"""Limits: judged anew whenever something became known: which run, from which moment, until when, and how they ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.limit_changes import move_limit
from closeloop.chassis.limits import Limit, running_limit, start_limit, stop_limit, watch, withdraw_limit
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.limit_rules import LimitRule
from closeloop.chassis.packs.rules import Facts
from closeloop.chassis.store.tables import Task
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import LimitEnded, LimitMoved, LimitStarted
from closeloop.contracts.event import Event
from closeloop.contracts.procedure.step import KNOWN_STEPS
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch.corrective.matter import tell_of_a_duty
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.limits.moments import times_of
from closeloop.dispatch.model import Duty, HandledCase

TOLD_BY_ITS_STEP = frozenset(KNOWN_STEPS.values())
"""Moments of a duty that its own event tells, so that nobody need tell them again."""


CALENDAR = "limit_calendar"
"""The timer by which a limit looks whether the calendar of a new year is out."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a limit, and what that judges."""

    what: type[Event]
    limit: Limit
    judging: list[Judgement] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holder:
    """What limits run for: the case in its round, or a duty of it."""

    work: Work
    pack: Pack
    case: HandledCase
    duty: Duty | None
    facts: Facts

    @property
    def of(self) -> str:
        """What its limits hang on."""
        if self.duty is not None:
            return self.duty.of
        return "case" if self.case.round == 1 else f"case:{self.case.round}"

    @property
    def calendar(self) -> WorkingCalendar:
        """The working time of the place."""
        return self.work.calendar(self.duty.place if self.duty is not None else self.case.place)

    @property
    def desk(self) -> str:
        """Where people look after it: the desk that has the duty, or the one that leads the procedure."""
        return self.duty.desk if self.duty is not None else self.pack.head.desk

    @property
    def url(self) -> str:
        """The page on which its limits stand."""
        return self.duty.url if self.duty is not None else f"/dispatch/cases/{self.case.id}/limits"

    def rules(self) -> tuple[LimitRule, ...]:
        """The limits that may run for it."""
        rules = self.pack.dispatch
        if self.duty is None:
            return rules.limits_of_the_case()
        return tuple(rules.limit(name) for name in rules.limits_of(rules.duty(self.duty.rule), self.duty.round))

    def times(self, moment: str, limit: str) -> list[datetime]:
        """When a moment happened in the round, in its order."""
        own = self.duty
        if own is not None and moment == "issued":
            return [own.issued_at]
        if own is not None and (times := own.times(moment)):
            return times
        if "." not in moment:
            return times_of(self.case, f"applies.{limit}" if moment == "applies" else moment)
        rule, _dot, step = moment.partition(".")
        duties = [duty for duty in self.work.all(Duty, rule=rule) if _counts(duty, self.case)]
        return sorted(at for duty in duties for at in ([duty.issued_at] if step == "issued" else duty.times(step)))

    def tell(self, change: Change) -> None:
        """The others hear what became of a limit."""
        limit, duty = change.limit, self.duty
        if self.case.action is not None:
            tell_of_a_duty(self.work, self.pack, self.case, duty, change.what, change.judging)
            return
        said: dict[str, Any] = {"case": self.case.told, "limit": limit.name, "due_at": limit.due_at, **change.more}
        said |= {"round": self.case.round, "desk": self.desk}
        if duty is not None:
            said |= {"duty_id": duty.id, "number": duty.number, "rule": duty.rule, "form": duty.form}
            said |= {"state": duty.state}
        self.work.publish(change.what(**said), judging=change.judging)

    def start(self, rule: LimitRule, since: datetime) -> Change:
        """A limit begins to run at a moment that may lie behind."""
        due = rule.due(since, self.facts, self.calendar)
        judging = start_limit(
            self.work,
            name=rule.name,
            of=self.of,
            due_at=due.due_at,
            clauses=rule.entry.clauses,
            is_estimate=due.is_estimate,
            started_at=since,
            length=due.length,
            title=rule.entry.title,
            by_length=due.by_length,
            by_fact=due.by_fact,
            warn_at=due.warn_at,
        )
        limit = running_limit(self.work, rule.name, self.of)
        assert limit is not None
        wait_for_the_calendar(self.work, limit)
        more = {"title": rule.entry.title, "started_at": since, "stops": rule.entry.stops}
        return Change(LimitStarted, limit, judging, more)

    def changes_of(self, rule: LimitRule) -> Iterator[Change]:
        """What becomes of a limit now: it starts, stops, moves, or is needed no longer."""
        limit = running_limit(self.work, rule.name, self.of)
        applies = rule.applies(self.facts)
        if limit is None and applies and (since := self._begins(rule)) is not None:
            begun = self.start(rule, since)
            limit = begun.limit
            yield begun
        elif limit is not None and applies is False:
            yield self.withdraw(limit)
            return
        if limit is None:
            return
        times, again = self.times(rule.entry.stops, rule.name), rule.entry.repeats
        stopped = [at for at in times if at > limit.started_at or (at == limit.started_at and not again)]
        if stopped:
            yield self._stop(limit, stopped[0])
            if again:
                yield self.start(rule, stopped[0])
        elif (moved := self.aim(rule, limit)) is not None:
            yield moved

    def withdraw(self, limit: Limit) -> Change:
        """Nothing has to happen by a limit any more."""
        judging = withdraw_limit(self.work, limit.name, limit.of)
        no_longer_overdue(self.work, limit)
        return Change(LimitEnded, limit, judging, {"how": "withdrawn", "ended_at": self.work.now})

    def aim(self, rule: LimitRule, limit: Limit) -> Change | None:
        """What it is computed from may have changed: the moment that the case names, its length, the calendar."""
        if limit.rests:
            return None
        by_fact = rule.by_fact(limit.started_at, self.facts, self.calendar)
        by_length, is_estimate, because = limit.by_length or limit.due_at, limit.is_estimate, "fact"
        if not limit.times("extended") and not limit.times("paused"):
            due = rule.due(limit.started_at, self.facts, self.calendar)
            if due.by_length != by_length:
                because = "calendar" if due.length == limit.length else "rated"
            by_length, is_estimate = due.by_length, due.is_estimate
        elif limit.times("extended") and by_fact is not None and by_fact < limit.due_at:
            by_fact = None  # whoever put it off knew of it
        before = limit.due_at
        judging = move_limit(
            self.work, limit, by_length=by_length, by_fact=by_fact, because=because, is_estimate=is_estimate
        )
        if limit.due_at == before:
            return None
        if limit.missed_at is None:
            no_longer_overdue(self.work, limit)
        watch(self.work, limit, rule.warnings(limit.started_at, limit.due_at, self.calendar))
        more = {"due_at": before, "new_due_at": limit.due_at, "because": because}
        return Change(LimitMoved, limit, judging, more)

    def _stop(self, limit: Limit, at: datetime) -> Change:
        judging = stop_limit(self.work, limit.name, limit.of, at)
        no_longer_overdue(self.work, limit)
        how = "in_time" if limit.missed_at is None else "late"
        return Change(LimitEnded, limit, judging, {"how": how, "ended_at": at})

    def _begins(self, rule: LimitRule) -> datetime | None:
        """The moment from which it runs; none where that is still to come, or it is over for good."""
        stopped = [one.stopped_at for one in self.work.all(Limit, name=rule.name, of=self.of) if one.stopped_at]
        if stopped:
            return max(stopped) if rule.entry.repeats else None
        return next(iter(self.times(rule.entry.starts, rule.name)), None)


def holder_of(work: Work, pack: Pack, case: HandledCase, duty: Duty | None = None) -> Holder:
    """What limits run for, with what is known of the case now."""
    return Holder(work, pack, case, duty, known_facts(pack, case, work.all(Duty)))


def judge_limits(work: Work, pack: Pack, case: HandledCase) -> list[Duty]:
    """Every limit of the case and of its open duties is as moments and facts say; answers whose limits changed."""
    if case.closed_at is not None:
        return []
    on = holder_of(work, pack, case)
    _note_what_applies(on)
    duties = [duty for duty in work.all(Duty) if duty.is_open and _counts(duty, case)]
    changed: list[Duty] = []
    for holder in (on, *(Holder(work, pack, case, duty, on.facts) for duty in duties)):
        for rule in holder.rules():
            for change in holder.changes_of(rule):
                holder.tell(change)
                if holder.duty is not None and holder.duty not in changed:
                    changed.append(holder.duty)
    return changed


def limits_of_a_step(on: Holder, *, issuing: bool = False) -> list[Judgement]:
    """What issuing a duty, or a step of it, does to its limits; what its own event tells is judged by that event."""
    judging: list[Judgement] = []
    for rule in on.rules():
        for change in on.changes_of(rule):
            by_the_event = issuing or (change.what is LimitEnded and rule.entry.stops in TOLD_BY_ITS_STEP)
            if by_the_event:
                judging += change.judging
            else:
                on.tell(change)
    return judging


def withdraw_limits_of_the_case(work: Work, pack: Pack, case: HandledCase) -> None:
    """The case is closed, or in another round: what had to happen by then need not any more."""
    on = holder_of(work, pack, case)
    for limit in work.all(Limit):
        if limit.runs and limit.of.split(":")[0] == "case":
            on.tell(on.withdraw(limit))


def wait_for_the_calendar(work: Work, limit: Limit) -> None:
    """A limit that rests on a year whose public days are not out yet is looked at every day until they are."""
    if limit.is_estimate and limit.runs and limit.missed_at is None:
        work.at(work.now + timedelta(days=1), CALENDAR, of=limit.occasion)
    else:
        work.cancel(CALENDAR, of=limit.occasion)


def no_longer_overdue(work: Work, limit: Limit) -> None:
    """Nobody is told of a limit any more."""
    work.cancel("limit_rises", of=limit.occasion)
    for task in work.all(Task, closed_at=None):
        if task.kind in ("overdue", "due_soon") and task.of.startswith(f"{limit.occasion}:"):
            work.done(task.kind, of=task.of)


def _note_what_applies(on: Holder) -> None:
    """From when on each limit applies: from the receipt where what was registered said so, else from now."""
    case, first = on.case, not times_of(on.case, "judged")
    noted = dict(case.moments)
    for rule in on.pack.dispatch.limits_of_the_case():
        name, applies = f"applies.{rule.name}", rule.applies(on.facts)
        if applies and name not in noted:
            received = times_of(case, "received")
            noted[name] = [(received[0] if first and received else on.work.now).isoformat()]
        elif applies is False:
            noted.pop(name, None)
    noted.setdefault("judged", [on.work.now.isoformat()])
    if noted != case.moments:
        case.moments = noted


def _counts(duty: Duty, case: HandledCase) -> bool:
    return duty.round == case.round and (duty.is_open or duty.state is DutyState.RETURNED)
