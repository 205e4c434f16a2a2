"""What callback keeps: cases as far as it must know them, and the callbacks of their customers."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from closeloop.callback.desks import department_of, desk_meant, is_on_the_desk
from closeloop.chassis.coverage import WAIVED
from closeloop.chassis.i18n import _
from closeloop.chassis.known_header import KnowsHeader
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.rows import keeps
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.personal import Customer
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, CallbackState

if TYPE_CHECKING:
    from closeloop.chassis.people import Person

__all__ = ["WAIVED", "Callback", "Case", "department_of", "is_on_the_desk", "moment_after"]


@keeps("cases", key="id", indexes=[("number",), ("coverage", "handled_at")])
class Case(KnowsHeader):
    """A case as far as callback must know it: what was asked for, what was done, and how to reach the customer."""

    id: str
    number: str
    header: dict[str, Any]
    procedure: str = ""
    place: str | None = None
    audience: str | None = None
    department: str | None = None
    coverage: str | None = None
    """The coverage by which its customer is asked; none if nobody asks about such cases."""
    handled_at: datetime | None = None
    handled_round: int = 0
    callbacks_made: int = 0
    waived_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    content: str = ""
    remedy_sought: str | None = None
    customer: dict[str, Any] = field(default_factory=dict)
    done: list[dict[str, Any]] = field(default_factory=list)
    sheets: dict[str, Any] = field(default_factory=dict)
    """Forms as they came back with the work, by their name: their version, their fields, the round."""
    is_closed: bool = False

    @property
    def known(self) -> CaseHeader:
        """The case as every event about it says it."""
        return self._read_once(self.header)

    @property
    def whose(self) -> Customer:
        """Who brought the case."""
        return Customer.model_validate(self.customer)

    def learn(self, header: CaseHeader) -> None:
        """Take in what is newer than what is known."""
        if header.sequence >= self.header.get("sequence", 0) and header.round >= self.header.get("round", 1):
            self.header = header.model_dump(mode="json")
            self.procedure, self.place, self.audience = header.procedure, header.place, str(header.audience)

    def belongs_to(self, pack: Pack) -> None:
        """By which coverage the customer is asked, and whose department that is."""
        coverage = pack.callback.coverage_for(pack.facts_of(self.known, self.facts))
        self.coverage = coverage.name if coverage else None
        desk = desk_meant(coverage.entry.desk, self.known, self.facts, pack) if coverage else None
        self.department = department_of(desk, pack) if desk else None


@keeps(
    "callbacks",
    key="case_id",
    indexes=[("state", "due_at", "id"), ("case_number",), ("awaits",)],
)
class Callback:
    """The customer of a case is to be asked about one round of handling."""

    id: str
    case_id: str
    number: int
    case_number: str
    kind: str
    round: int
    coverage: str
    desk: str
    form: CallbackForm
    required: bool
    reason: str
    planned_at: datetime
    due_at: datetime
    procedure: str = ""
    verifies: bool = False
    """Whether it checks what the case says, not how it was handled."""
    arranged_by: str | None = None
    """Department or role that says who asks, in which form and when, before anybody may; none if nobody has to."""
    arranged_at: datetime | None = None
    arranger: str | None = None
    """Name of whoever said so."""
    department: str | None = None
    place: str | None = None
    audience: str | None = None
    state: CallbackState = CallbackState.PLANNED
    held: bool = False
    awaits: str | None = None
    """The period whose draw decides about it; none once that is decided, or if nothing is drawn."""
    caller: str | None = None
    """Login name of whoever was arranged to ask."""
    jobs: list[str] = field(default_factory=list)
    """The jobs that wait to hear that this customer was asked."""
    problem: str | None = None
    """Id of the same problem that it belongs to."""
    tries: int = 0
    reached: int = 0
    next_at: datetime | None = None
    answer_by: datetime | None = None
    overdue_at: datetime | None = None
    outcome: CallbackOutcome | None = None
    ended_at: datetime | None = None
    waived_for: str | None = None
    waiver_note: str | None = None
    evidence: dict[str, Any] | None = None

    @property
    def of(self) -> str:
        """What tasks, timers and occasions of this callback hang on."""
        return f"callback:{self.number}"

    @property
    def url(self) -> str:
        """The page on which the customer's answer is written down."""
        return f"/callback/callbacks/{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether the customer may still be asked."""
        return self.state == CallbackState.PLANNED and not self.held

    @property
    def waits_to_be_arranged(self) -> bool:
        """Whether somebody has to say first who asks, and when."""
        return self.arranged_by is not None and self.arranged_at is None

    @property
    def lets_the_case_go(self) -> bool:
        """Whether the case may be closed as far as this callback goes."""
        return self.state != CallbackState.PLANNED and self.outcome != CallbackOutcome.DISSATISFIED

    @property
    def counts_for_the_clauses(self) -> bool:
        """Whether keeping the clauses was still possible: a required callback that is not overdue."""
        return self.required and self.overdue_at is None

    def visible_to(self, person: Person) -> bool:
        """Whether it belongs to the places, departments and audiences of a person."""
        return person.at(self.place) and person.sees(self.department) and person.hears(self.audience)

    def worked_on_by(self, person: Person, pack: Pack, clause: str | None = None) -> None:
        """Only the desk that asks, and whoever answers for it, may go on."""
        if not self.visible_to(person):
            raise NotFound()
        if not is_on_the_desk(person, self.desk, pack):
            desk = pack.title_of(self.desk).model_dump()
            raise Forbidden(_("This callback is on the desk of {desk}.", desk=desk), clause)
        if self.held:
            raise Refused(_("The case is being handled again; ask the customer when that is done."))
        if self.state == CallbackState.DONE:
            raise Refused(_("The customer was asked already; a further round brings a further callback."))
        if self.state == CallbackState.WAIVED:
            raise Refused(_("This callback was waived; nobody asks this customer."))

    def end(self, state: CallbackState, at: datetime, outcome: CallbackOutcome | None = None) -> None:
        """Nothing more is to be done about it."""
        self.state, self.ended_at, self.next_at, self.awaits = state, at, None, None
        if outcome is not None:
            self.outcome = outcome
