"""One duty in somebody's hands: what a step of it entails for limits, occasions, tasks and marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from closeloop.chassis.acting import here
from closeloop.chassis.limits import Limit
from closeloop.chassis.occasions import Judgement, withdrawn
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.packs.step_rules import StepOf, Steps
from closeloop.chassis.people.desks import Taker, who_else
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.signing import drop_signing
from closeloop.chassis.store.tables import Occasion, Task
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyRejected
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.every import MarkSet
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.procedure.limit import Moment
from closeloop.contracts.procedure.step import moment_of
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch.corrective.matter import rules_for, tell_of_a_duty
from closeloop.dispatch.deciding.model import Answer, Question
from closeloop.dispatch.issuing.coming import may_come
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.limits.judging import Holder, limits_of_a_step
from closeloop.dispatch.model import NEVER, Duty, HandledCase, clauses_of


@dataclass
class Handling:
    """A duty with its case and its rule, within one piece of work."""

    work: Work
    pack: Pack
    case: HandledCase
    duty: Duty
    rule: Rule[DutyRule]

    @classmethod
    def of(cls, work: Work, number: int) -> Self:
        """The duty of this number of the case; nobody learns of one that is not theirs to see."""
        duty = work.one(Duty, number=number)
        if work.by is not None:
            duty.shown_to(work.by)
        return cls.of_duty(work, duty)

    @classmethod
    def of_duty(cls, work: Work, duty: Duty) -> Self:
        """The duty, as the version of the procedure says under which its case was registered."""
        case = work.one(HandledCase)
        pack = rules_for(work.pack(duty.procedure, duty.procedure_version), case)
        return cls(work, pack, case, duty, pack.dispatch.duty(duty.rule))

    @classmethod
    def of_limit(cls, work: Work, limit: Limit) -> Self:
        """The duty that a limit runs for."""
        duty = next((duty for duty in work.all(Duty) if duty.of == limit.of), None)
        if duty is None:
            raise NotFound()
        return cls.of_duty(work, duty)

    @property
    def header(self) -> CaseHeader:
        """The case as every event tells it."""
        return self.case.told

    @property
    def form(self) -> Form:
        """The form that the duty is carried on."""
        return self.pack.forms[self.duty.form]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the rules may ask about the case."""
        return {**known_facts(self.pack, self.case, self.work.all(Duty)), "desk": self.duty.issued_to}

    def learn(self) -> None:
        """Something was written or rated that the rules may ask for."""
        self.__dict__.pop("facts", None)

    @property
    def steps(self) -> Steps:
        """The steps of the duty."""
        return self.pack.dispatch.steps[self.duty.rule]

    def said(self) -> dict[str, Any]:
        """What every event of the duty says of it."""
        duty = self.duty
        return {
            "case": self.header,
            "duty_id": duty.id,
            "number": duty.number,
            "rule": duty.rule,
            "round": duty.round,
            "desk": duty.desk,
            "form": duty.form,
            "state": duty.state,
        }

    def tell(self, kind: type[Event], judging: Iterable[Judgement] = (), **more: Any) -> None:
        """Tell the others about the duty; one of a corrective action is told of under the action."""
        if self.case.action is not None:
            tell_of_a_duty(self.work, self.pack, self.case, self.duty, kind, judging)
            return
        self.work.publish(kind(**{**self.said(), **more}), judging=judging)

    # -- limits -------------------------------------------------------------------------------------------------

    @property
    def holder(self) -> Holder:
        """The duty as what limits run for."""
        return Holder(self.work, self.pack, self.case, self.duty, self.facts)

    def start_limits(self, names: Iterable[str], since: datetime) -> list[Judgement]:
        """Limits begin to run anew."""
        rules = [self.pack.dispatch.limit(name) for name in names]
        return [one for rule in rules if rule.applies(self.facts) for one in self.holder.start(rule, since).judging]

    def limits_of_a_step(self) -> list[Judgement]:
        """A step stops some limits and starts others."""
        return limits_of_a_step(self.holder)

    def running(self) -> list[Limit]:
        """The limits that run for the duty."""
        return [limit for limit in self.work.all(Limit, of=self.duty.of) if limit.runs]

    def stop_running(self) -> list[Judgement]:
        """Nothing has to happen by a limit any more."""
        return [one for limit in self.running() for one in self.holder.withdraw(limit).judging]

    def look_at_limits(self) -> None:
        """The duty stands in lists by its earliest limit; one that rests does not count."""
        running = [limit for limit in self.running() if not limit.rests]
        self.duty.due_at = min((limit.due_at for limit in running), default=None)
        missed = [limit.missed_at for limit in running if limit.missed_at is not None]
        self.duty.missed_at = min(missed, default=None)
        self.duty.sort_at = self.duty.due_at if self.duty.due_at and self.duty.is_open else NEVER

    # -- steps --------------------------------------------------------------------------------------------------

    def clauses_of_step(self, step: str) -> tuple[str, ...]:
        """The clauses that are kept by taking a step; what a limit judges that it stops, it judges alone."""
        rules, moment = self.pack.dispatch, moment_of(step)
        stopped = [rules.limits[name] for name in rules.limits_of(self.rule, self.duty.round)]
        in_time = {clause for limit in stopped if limit.stops == moment for clause in limit.clauses}
        return tuple(clause for clause in clauses_of(self.rule.entry, step) if clause not in in_time)

    def went_on(self) -> None:
        """After a step: the next one lies on a desk, and marks of the case may be set."""
        self.look_at_limits()
        self.ask_for_next_step()
        self.set_marks()

    def ask_for_next_step(self) -> None:
        """One task for the duty, on the desk of whoever takes the next step."""
        work, duty = self.work, self.duty
        for task in work.all(Task, of=duty.of, closed_at=None):
            work.done(task.kind, of=duty.of)
        step = duty.next_step(self.steps, self.facts)
        if step is None:
            return
        role = step.entry.by
        desk, person = role or duty.desk, duty.worker if role is None else None
        if step.entry.not_by:
            desk, person = self._who_may(step, desk, person)
        work.task(
            desk=duty.desk if duty.is_misrouted else desk,
            person=person,
            kind="reroute" if duty.is_misrouted else step.name,
            of=duty.of,
            title=(f"{duty.title['zh']}：退回，请重新分派", f"{duty.title['en']}: came back, send it elsewhere")
            if duty.is_misrouted
            else (f"{duty.title['zh']}：{step.title.zh}", f"{duty.title['en']}: {step.title.en}"),
            url=duty.url,
            due_at=duty.due_at,
            place=duty.place,
            audience=duty.audience,
            case=self.header,
        )

    def _who_may(self, step: StepOf, desk: str, person: str | None) -> tuple[str, str | None]:
        """Whose a step is that not everybody may take: a deputy's or the next level's, where nobody else may."""
        duty = self.duty
        barred = {by for by in map(duty.by, step.entry.not_by) if by is not None}
        taker = who_else(desk, barred, self.pack, here.get().people, duty.place)
        goes_on = taker == Taker(desk) and person not in barred
        duty.taker = {} if goes_on else {"step": step.name, "desk": taker.desk, "person": taker.person}
        return (desk, person) if goes_on else (taker.desk, taker.person)

    # -- marks --------------------------------------------------------------------------------------------------

    def set_marks(self) -> None:
        """A mark is set once every duty of the round that has it has come so far.

        A case does not close while an occasion of dispatch is open, though every duty with a mark is back.
        """
        due = [
            mark
            for mark, moment in self.rule.entry.marks.items()
            if self.case.marks.get(mark) != self.case.round and self._all_past(mark, moment)
        ]
        self.case.marks = {**self.case.marks, **dict.fromkeys(due, self.case.round)}
        self.say_whether_settled()
        for mark in due:
            self._mark(mark, is_set=True)

    def say_whether_settled(self) -> None:
        """Said at the end of every piece of work that judges; before the first mark of a round nobody waits for it."""
        tell_whether_settled(self.work, self.header, may_close=self.case.round in self.case.marks.values())

    def lift_marks(self) -> None:
        """There is something to do again: what was said to be done is not."""
        for mark in self.rule.entry.marks:
            if self.case.marks.get(mark) == self.case.round:
                self.case.marks = {name: round_ for name, round_ in self.case.marks.items() if name != mark}
                self._mark(mark, is_set=False)

    def _mark(self, mark: str, *, is_set: bool) -> None:
        event = MarkSet(
            case=self.header, mark=mark, is_set=is_set, round=self.case.round, customer=self.case.brought_by
        )
        self.work.publish(event)

    def _all_past(self, mark: str, moment: Moment) -> bool:
        rules = self.pack.dispatch
        standing = [duty for duty in standing_duties(self.work, self.case) if mark in rules.duty(duty.rule).entry.marks]
        if not standing or not all(duty.is_past(rules.duty(duty.rule).entry.marks[mark]) for duty in standing):
            return False
        answered = (Answer.NEEDED, Answer.NOT_NEEDED)
        said = [one for one in self.work.all(Question) if one.answer in answered and one.round == self.case.round]
        decided = {one.rule for one in said}
        return not any(
            mark in rule.entry.marks
            and all(duty.rule != rule.name for duty in standing)
            and may_come(self.pack, self.case, self.work.all(Duty), rule, self.facts, decided)
            for rule in rules.duties
        )

    # -- ending -------------------------------------------------------------------------------------------------

    def withdraw(self, reason: str) -> None:
        """The duty is no longer needed: its limits, occasions and tasks go with it."""
        duty = self.duty
        judging = self.stop_running()
        decided = {(one.clause, one.of) for one in judging}
        judging += [
            one
            for occasion in self.open_occasions()
            if (occasion.clause, occasion.of) not in decided
            for one in withdrawn([occasion.clause], of=occasion.of)
        ]
        drop_signing(self.work, duty.of)
        self.end_tellings()
        duty.state, duty.withdrawn_at = DutyState.WITHDRAWN, self.work.now
        self.look_at_limits()
        self.ask_for_next_step()
        self.tell(DutyRejected, judging, reason=reason, from_desk=duty.desk)
        self.say_whether_settled()

    def end_tellings(self) -> None:
        """Nobody has to be told any more."""
        for name in self.duty.asked_to_tell:
            for kind in ("called", "tell"):
                self.work.done(kind, of=f"{self.duty.of}:{name}")

    def open_occasions(self) -> list[Occasion]:
        """The open occasions of the duty."""
        mine = (self.duty.of, f"{self.duty.of}:")
        return [
            occasion
            for occasion in self.work.all(Occasion)
            if occasion.ended_at is None and (occasion.of == mine[0] or occasion.of.startswith(mine[1]))
        ]


def standing_duties(work: Work, case: HandledCase) -> list[Duty]:
    """The duties of the present round, without those that were withdrawn."""
    return [d for d in work.all(Duty) if d.round == case.round and not d.is_gone]
