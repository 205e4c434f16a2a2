"""The things of dispatch and their rules: cases as they were heard of, duties, and what lies on the common desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.rows import keeps
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.personal import Customer
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.contracts.procedure.dispatch import Step
from closeloop.contracts.procedure.limit import Moment
from closeloop.contracts.vocabulary import DutyState, Outcome, label

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Where something without a limit stands in a list by limits: at its end."""

STATE_AFTER: Mapping[Step, DutyState] = {
    "accept": DutyState.ACCEPTED,
    "assign": DutyState.ASSIGNED,
    "arrive": DutyState.ARRIVED,
    "finish": DutyState.FINISHED,
    "sign": DutyState.SIGNED,
    "return": DutyState.RETURNED,
}

STEP_WORDS: Mapping[Step, dict[str, str]] = {
    "accept": {"zh": "接单", "en": "Accept"},
    "assign": {"zh": "派工", "en": "Assign"},
    "arrive": {"zh": "到场", "en": "Arrive"},
    "finish": {"zh": "完成", "en": "Finish"},
    "sign": {"zh": "签字", "en": "Sign"},
    "return": {"zh": "返回", "en": "Return"},
}

_STATE_OF: Mapping[str, DutyState] = {str(step): state for step, state in STATE_AFTER.items()}
_RANK = {str(state): rank for rank, state in enumerate(DutyState)}
_BEFORE_ISSUING = ("received", "registered", "assessed")


@keeps("cases", key="id", index=("number",))
class HandledCase:
    """A case as dispatch last heard of it."""

    id: str
    number: str
    round: int
    place: str | None
    audience: str
    header: dict[str, Any]
    content: str
    customer: dict[str, Any]
    facts: dict[str, Any]
    record: dict[str, Any] | None = None
    opinion: str | None = None
    marks: dict[str, int] = field(default_factory=dict)
    closed_at: datetime | None = None

    @property
    def told(self) -> CaseHeader:
        """The header that every event about the case carries."""
        return CaseHeader.model_validate(self.header)

    @property
    def brought_by(self) -> Customer:
        """Who brought the case."""
        return Customer.model_validate(self.customer)


@keeps("duties", key="case_id", indexes=[("desk", "state"), ("worker", "state"), ("sort_at",), ("case_number",)])
class Duty:
    """What a department or person must do for a case, carried on a form."""

    id: str
    case_id: str
    number: int
    case_number: str
    rule: str
    title: dict[str, str]
    kind: str
    round: int
    desk: str
    issued_to: str
    of_department: str | None
    tracked_by: str
    form: str
    place: str | None
    audience: str
    procedure: str
    procedure_version: str
    content: str
    issued_at: datetime
    sort_at: datetime = NEVER
    state: DutyState = DutyState.ISSUED
    due_at: datetime | None = None
    missed_at: datetime | None = None
    worker: str | None = None
    trade: str | None = None
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    assigned_at: datetime | None = None
    arrived_at: datetime | None = None
    finished_at: datetime | None = None
    signed_at: datetime | None = None
    returned_at: datetime | None = None
    withdrawn_at: datetime | None = None
    outcome: Outcome | None = None
    result: str | None = None
    record: dict[str, Any] = field(default_factory=dict)
    signature: dict[str, Any] | None = None
    drawing: str | None = None
    opinion: str | None = None
    satisfied: bool | None = None
    again_of: str | None = None
    is_misrouted: bool = False
    came_back: list[dict[str, Any]] = field(default_factory=list)
    record_id: str | None = None
    tracked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def of(self) -> str:
        """What its occasions, limits and tasks hang on."""
        return f"duty:{self.number}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/dispatch/cases/{self.case_id}/duties/{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody must still do something for it."""
        return self.state not in (DutyState.RETURNED, DutyState.WITHDRAWN)

    def is_past(self, moment: Moment | Step) -> bool:
        """Whether a moment or step of it lies behind."""
        if self.state is DutyState.WITHDRAWN or moment in _BEFORE_ISSUING:
            return moment in _BEFORE_ISSUING
        return _RANK[self.state] >= _RANK[str(_STATE_OF.get(moment, moment))]

    def steps_left(self, rule: DutyRule) -> list[Step]:
        """The steps that are still to be taken, in their order."""
        return [step for step in rule.steps if self.is_open and not self.is_past(step)]

    def next_step(self, rule: DutyRule) -> Step | None:
        """The step that comes next; none when it is returned or withdrawn."""
        left = self.steps_left(rule)
        return left[0] if left else None

    def check(self, step: Step, rule: DutyRule, *, by: Person | None, desks: frozenset[str]) -> None:
        """Refuses a step that is not due or not this person's, with the reason and the clause."""
        clause = clause_of(rule, step)
        said = STEP_WORDS[step]
        if step not in rule.steps:
            raise Refused(_("“{step}” is not a step of “{title}”.", step=said, title=self.title), clause=clause)
        if self.state is DutyState.WITHDRAWN:
            raise Refused(_("This duty was withdrawn. See the other duties of the case."), clause=clause)
        assigns_again = step == "assign" and self.state in (DutyState.ASSIGNED, DutyState.ARRIVED)
        if self.is_past(step) and not assigns_again:
            state = label(self.state).model_dump()
            raise Refused(
                _("“{step}” was done already; it stands at “{state}”.", step=said, state=state), clause=clause
            )
        for earlier in self.steps_left(rule):
            if earlier == step or assigns_again:
                break
            if earlier != "sign" or signs_first(rule):
                first = STEP_WORDS[earlier]
                broken = clauses_of(rule, step) or clauses_of(rule, earlier)
                raise Refused(
                    _("“{step}” comes after “{first}”: do that first.", step=said, first=first),
                    clause=broken[0] if broken else clause,
                )
        if not self.may_take(step, rule, by=by, desks=desks):
            raise Refused(_("“{step}” is for {who}.", step=said, who=self._whose(step, rule)), clause=clause)

    def may_take(self, step: Step, rule: DutyRule, *, by: Person | None, desks: frozenset[str]) -> bool:
        """Whether the step is this person's: by role, by assignment, or by the desk that has the duty."""
        if by is None:
            return False
        role = rule.steps[step].by
        if role is not None:
            return role in desks
        return by.id == self.worker if self.worker else self.desk in desks

    def _whose(self, step: Step, rule: DutyRule) -> str:
        return rule.steps[step].by or self.worker or self.desk

    def shown_to(self, by: Person | None) -> None:
        """Nobody learns of a duty of another place or audience."""
        if by is None or not by.at(self.place) or not by.hears(self.audience):
            raise NotFound()


@keeps("desk_tasks", key="key", indexes=[("desk", "sort_at"), ("person", "sort_at")])
class DeskTask:
    """A task of another service, as the common desk shows it; it is kept until that service closes it."""

    id: str
    key: str
    service: str
    kind: str
    of: str
    desk: str
    person: str | None
    place: str | None
    audience: str | None
    title_zh: str
    title_en: str
    url: str
    opened_at: datetime
    due_at: datetime | None
    sort_at: datetime
    case_number: str | None


def clause_of(rule: DutyRule, step: Step) -> str | None:
    """The clause that binds a step: its own, that of the signature, or that of the duty."""
    clauses = clauses_of(rule, step) or rule.clauses
    return clauses[0] if clauses else None


def clauses_of(rule: DutyRule, step: Step) -> tuple[str, ...]:
    """Every clause that a step fulfils; signing fulfils those of the signatures too."""
    own = rule.steps[step].clauses if step in rule.steps else ()
    signed = [clause for one in rule.signatures.values() for clause in one.clauses] if step == "sign" else []
    return tuple(dict.fromkeys((*own, *signed)))


def signs_first(rule: DutyRule) -> bool:
    """Whether the duty cannot be returned without a signature."""
    return not rule.signatures or any(signature.required for signature in rule.signatures.values())
