"""The things of dispatch and their rules: cases as they were heard of, duties, and what lies on the common desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.known_header import KnowsHeader
from closeloop.chassis.packs.rules import Facts
from closeloop.chassis.packs.step_rules import KNOWN_TITLES, StepOf, Steps
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.rows import keeps
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.personal import Customer
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.contracts.procedure.limit import Moment
from closeloop.contracts.procedure.step import KNOWN_STEPS, step_at
from closeloop.contracts.vocabulary import DutyState, Outcome, label

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Where something without a limit stands in a list by limits: at its end."""

STATE_AFTER: Mapping[str, DutyState] = {step: DutyState(moment) for step, moment in KNOWN_STEPS.items()}
"""Where a duty stands after a step; a step of the pack's own leaves it where it stood."""

ACTION = "action-"
"""What the id of a corrective action begins with."""

_BEFORE_ISSUING = ("received", "registered", "assessed")
_OF_WHOEVER_HAS_IT = ("accept", "arrive")
"""Steps that whoever gets the duty from somebody else takes for themselves."""


@keeps("cases", key="id", index=("number",))
class HandledCase(KnowsHeader):
    """A case as dispatch last heard of it, or a corrective action, which has duties as a case has them."""

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
    rated: dict[str, str] = field(default_factory=dict)
    """Facets that were rated with a step and of which intake has not told yet."""
    closed_at: datetime | None = None
    moments: dict[str, Any] = field(default_factory=dict)
    """What happened to the case in its round, each moment with its times; limits start and stop by them."""
    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The corrective actions that the case brought about: opening to id, and how each ended."""
    action: str | None = None
    """Name of the corrective action that it is; none of a case."""
    action_state: str | None = None
    """Where the corrective action stands."""
    opened: dict[str, Any] = field(default_factory=dict)
    """What brought the corrective action about, who decided that it is needed, and what was counted afterwards."""

    @property
    def url(self) -> str:
        """Its page."""
        return page_of(self.id)

    @property
    def told(self) -> CaseHeader:
        """The header that every event about the case carries."""
        header = self._read_once(self.header)
        return header.model_copy(update={"facets": {**header.facets, **self.rated}}) if self.rated else header

    @property
    def brought_by(self) -> Customer:
        """Who brought the case."""
        return Customer.model_validate(self.customer)


@keeps(
    "duties",
    key="case_id",
    ordered_by="number",
    indexes=[("desk", "state"), ("worker", "state"), ("state", "sort_at"), ("sort_at",), ("case_number",)],
)
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
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The steps that were taken, in the order of taking: when (`at`), by whom (`by`), and what was said with it."""
    due_at: datetime | None = None
    missed_at: datetime | None = None
    worker: str | None = None
    crew: list[str] = field(default_factory=list)
    """Login names of those who go along with the worker, who leads them."""
    trade: str | None = None
    withdrawn_at: datetime | None = None
    outcome: Outcome | None = None
    result: str | None = None
    record: dict[str, Any] = field(default_factory=dict)
    signature: dict[str, Any] | None = None
    drawing: str | None = None
    opinion: str | None = None
    satisfied: bool | None = None
    again_of: str | None = None
    issued_by: str | None = None
    because: str | None = None
    is_misrouted: bool = False
    came_back: list[dict[str, Any]] = field(default_factory=list)
    record_id: str | None = None
    tracked: list[dict[str, Any]] = field(default_factory=list)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Number of a duty to the name under the part that it wrote on this form."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """Who was told what, each with when, by whom and in which form."""
    asked_to_tell: dict[str, str] = field(default_factory=dict)
    """Tellings that are asked for, each with since when."""
    taker: dict[str, Any] = field(default_factory=dict)
    """Who takes the next step where nobody else of its desk may: `step`, `desk`, and `person` where it is a deputy."""

    @property
    def of(self) -> str:
        """What its occasions, limits and tasks hang on."""
        return f"duty:{self.number}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/dispatch/cases/{self.case_id}/duties/{self.number}"

    @property
    def matter_url(self) -> str:
        """The page of the case or corrective action that it is for."""
        return page_of(self.case_id)

    @property
    def is_open(self) -> bool:
        """Whether somebody must still do something for it."""
        return self.state is not DutyState.RETURNED and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Whether it counts no more: it was withdrawn, or handed up to the next level."""
        return self.state in (DutyState.WITHDRAWN, DutyState.HANDED_UP)

    def at(self, step: str) -> datetime | None:
        """When a step was taken; none if it was not."""
        taken = self.steps.get(step)
        return datetime.fromisoformat(taken["at"]) if taken else None

    def times(self, moment: str) -> list[datetime]:
        """When a step of it was taken, or somebody was told, in their order."""
        at = self.at(step_at(moment))
        return self.times_told(moment) if at is None else [at]

    def times_told(self, what: str) -> list[datetime]:
        """When somebody was told, by the name of the telling."""
        return [datetime.fromisoformat(one["at"]) for one in self.told if one["what"] == what]

    def by(self, step: str) -> str | None:
        """Login name of whoever took a step; none if nobody did."""
        taken = self.steps.get(step)
        return taken["by"] if taken else None

    def is_past(self, moment: Moment) -> bool:
        """Whether a moment or step of it lies behind."""
        if self.is_gone or moment in _BEFORE_ISSUING:
            return moment in _BEFORE_ISSUING
        return moment == "issued" or self.state is DutyState.RETURNED or step_at(moment) in self.steps

    def steps_left(self, steps: Steps, facts: Facts) -> list[StepOf]:
        """The steps that are still to be taken, in their order."""
        return steps.left(self.steps, facts) if self.is_open else []

    def next_step(self, steps: Steps, facts: Facts) -> StepOf | None:
        """The step that comes next; none when it is returned or withdrawn."""
        left = self.steps_left(steps, facts)
        return left[0] if left else None

    def take(self, step: str, *, at: datetime, by: str, steps: Steps, **said: Any) -> None:
        """The step is taken; whoever gets the duty from somebody else begins anew."""
        before = steps.order.index(step)
        anew = [name for name in _OF_WHOEVER_HAS_IT if name in steps and steps.order.index(name) > before]
        gone = (step, *anew) if step == "assign" else (step,)
        taken = {name: one for name, one in self.steps.items() if name not in gone}
        self.steps = {**taken, step: {"at": at.astimezone(UTC).isoformat(), "by": by, **said}}
        self._stands()

    def go_back_to(self, step: str, steps: Steps) -> None:
        """This step and those after it are to be taken once more."""
        gone = steps.from_(step)
        self.steps = {name: one for name, one in self.steps.items() if name not in gone}
        self._stands()

    def _stands(self) -> None:
        states = [STATE_AFTER[step] for step in self.steps if step in STATE_AFTER]
        self.state = states[-1] if states else DutyState.ISSUED

    def check(
        self, step: str, rule: DutyRule, steps: Steps, facts: Facts, *, by: Person | None, desks: frozenset[str]
    ) -> None:
        """Refuses a step that is not due or not this person's, with the reason and the clause."""
        clause = clause_of(rule, step)
        said = title_of(step, steps)
        if step not in steps:
            raise Refused(_("“{step}” is not a step of “{title}”.", step=said, title=self.title), clause=clause)
        if self.is_gone:
            raise Refused(_("This duty was withdrawn. See the other duties of the case."), clause=clause)
        assigns_again = step == "assign" and step in self.steps and not self.is_past("finished")
        if self.is_past(step) and not assigns_again:
            state = label(self.state).model_dump()
            raise Refused(
                _("“{step}” was done already; it stands at “{state}”.", step=said, state=state), clause=clause
            )
        self._check_order(step, rule, steps, facts, assigns_again)
        if not self.may_take(step, rule, by=by, desks=desks):
            raise Refused(_("“{step}” is for {who}.", step=said, who=self._whose(step, rule)), clause=clause)
        for other in steps[step].entry.not_by:
            if by is not None and self.by(other) == by.id:
                first = title_of(other, steps)
                sentence = _("“{step}” is for somebody else than whoever took “{first}”.", step=said, first=first)
                raise Refused(sentence, clause=clause)

    def _check_order(self, step: str, rule: DutyRule, steps: Steps, facts: Facts, assigns_again: bool) -> None:
        said = title_of(step, steps)
        left = [] if assigns_again else self.steps_left(steps, facts)
        if left and all(one.name != step for one in left):
            raise Refused(_("“{step}” is not taken in this case.", step=said), clause=clause_of(rule, step))
        for earlier in left:
            if missing := earlier.when.missing(facts):
                words = {"step": title_of(earlier.name, steps), "facts": ", ".join(missing)}
                sentence = _("Whether “{step}” is needed is not known yet. Say first: {facts}.", **words)
                raise Refused(sentence, clause=clause_of(rule, earlier.name))
            if earlier.name == step:
                break
            if earlier.name != "sign" or signs_first(rule):
                first = title_of(earlier.name, steps)
                broken = clauses_of(rule, step) or clauses_of(rule, earlier.name)
                raise Refused(
                    _("“{step}” comes after “{first}”: do that first.", step=said, first=first),
                    clause=broken[0] if broken else clause_of(rule, step),
                )

    def may_take(self, step: str, rule: DutyRule, *, by: Person | None, desks: frozenset[str]) -> bool:
        """Whether the step is this person's: by role, by assignment, or by the desk that has the duty."""
        if by is None:
            return False
        if self.taker.get("step") == step and (self.taker["desk"] in desks or by.acts_as(self.taker["person"])):
            return True
        role = rule.steps[step].by
        if role is not None:
            return role in desks
        return by.acts_as(self.worker) if self.worker else self.desk in desks

    def _whose(self, step: str, rule: DutyRule) -> str:
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


def page_of(id: str) -> str:
    """The page of a case, which is intake's, or of a corrective action."""
    return f"/dispatch/corrective-actions/{id}" if id.startswith(ACTION) else f"/intake/cases/{id}"


def clause_of(rule: DutyRule, step: str) -> str | None:
    """The clause that binds a step: its own, that of the signature, or that of the duty."""
    clauses = clauses_of(rule, step) or rule.clauses
    return clauses[0] if clauses else None


def clauses_of(rule: DutyRule, step: str) -> tuple[str, ...]:
    """Every clause that a step fulfils; signing fulfils those of the signatures too."""
    own = rule.steps[step].clauses if step in rule.steps else ()
    first = next(iter(rule.signatures.values()), None)
    signed = first.clauses if first is not None and step == "sign" else ()
    return tuple(dict.fromkeys((*own, *signed)))


def signs_first(rule: DutyRule) -> bool:
    """Whether the duty cannot be returned without a signature."""
    return not rule.signatures or any(signature.required for signature in rule.signatures.values())


def title_of(step: str, steps: Steps) -> dict[str, str]:
    """What people call a step."""
    if step in steps:
        return steps[step].title.model_dump()
    known = KNOWN_TITLES.get(step)
    return known.model_dump() if known else {"zh": step, "en": step}
