"""What survey keeps: plans of surveys, and the closed cases whose customers may be asked."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.rows import json_text, keeps
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.procedure.survey import Survey as Rule
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey.days import check_days, end_of

if TYPE_CHECKING:
    from closeloop.chassis.people import Person

__all__ = ["OWN", "ClosedCase", "Offer", "OpenSurvey", "Survey", "board_of", "is_on_the_desk", "moment_after"]

OWN = "own"
UNOPENED = (SurveyState.PLANNED, SurveyState.APPROVED)
RUNNING = (SurveyState.OPEN, SurveyState.COUNTING)
PLANNED = (
    *("title", "purpose", "population", "questionnaire", "quantity", "areas", "staff", "goes_out", "conditions"),
    *("delay", "counted_in", "desk", "approvers"),
)
"""What is approved."""


@keeps("surveys", key="id", indexes=[("state", "id")])
class Survey:
    """A planned questioning: who is asked what and when, who approved it, and what came back."""

    id: str
    name: str
    procedure: str
    procedure_version: str
    title: dict[str, Any]
    questionnaire: dict[str, Any]
    starts_on: date
    author: str
    desk: str
    planned_at: datetime
    purpose: dict[str, Any] = field(default_factory=dict)
    population: dict[str, Any] = field(default_factory=dict)
    ends_on: date | None = None
    quantity: int | None = None
    areas: list[dict[str, Any]] = field(default_factory=list)
    """Where forms are handed out by the plan, and how many."""
    staff: list[str] = field(default_factory=list)
    """Login names of those who hand out and bring back; anybody of the desk if none is named."""
    goes_out: str | None = None
    """Moment of a case at which a form goes out by itself; none if people hand it out by the plan."""
    conditions: dict[str, Any] = field(default_factory=dict)
    delay: str | None = None
    counted_in: str = "place"
    approvers: list[str] = field(default_factory=list)
    changed_by: str | None = None
    department: str | None = None
    place: str | None = None
    state: SurveyState = SurveyState.PLANNED
    approvals: list[dict[str, Any]] = field(default_factory=list)
    """Who said yes to the plan as it stands, in which role, when."""
    awaited: list[str] = field(default_factory=list)
    """Roles that were asked to approve it and have not answered."""
    sent_back: str | None = None
    """Why an approver said no; none if nobody did."""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    sent: int = 0
    came_back: int = 0
    """Forms that came back, on paper whether entered yet or not."""
    returned: int = 0
    """Forms whose answers are there."""
    qualified: int = 0
    dissatisfied: int = 0
    satisfied_sheets: int = 0
    scored_sheets: int = 0
    points: float = 0

    @property
    def plan_hash(self) -> str:
        """SHA-256 of what is approved: every change of the plan changes it."""
        plan = {name: getattr(self, name) for name in PLANNED}
        plan |= {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat() if self.ends_on else None}
        plan |= {"procedure": self.procedure, "version": self.procedure_version}
        return sha256(json_text(dict(sorted(plan.items()))).encode()).hexdigest()

    @property
    def board(self) -> str:
        """The key under which closed cases find the surveys that are open."""
        return board_of(self.procedure)

    @property
    def url(self) -> str:
        """The page of the plan and its results."""
        return f"/survey/surveys/{self.id}"

    @property
    def needs_approval(self) -> bool:
        """Whether the plan as it stands still waits for somebody."""
        return bool(self.approvers) and self.state == SurveyState.PLANNED

    @property
    def is_unopened(self) -> bool:
        """Whether its plan may still be changed."""
        return self.state in UNOPENED

    @property
    def takes_forms(self) -> bool:
        """Whether forms are still brought back and entered."""
        return self.state in RUNNING

    @property
    def quantity_of_all(self) -> int | None:
        """How many forms are to go out in all; none if as many as there are cases."""
        return sum(one["quantity"] for one in self.areas) or self.quantity

    @property
    def return_rate(self) -> float | None:
        """Forms that came back, in percent of those that went out."""
        return round(100 * self.came_back / self.sent, 1) if self.sent else None

    @property
    def rate(self) -> float | None:
        """Satisfaction by the formula of the survey; none where nobody answered."""
        match self.questionnaire.get("formula", "share_of_items"):
            case "share_of_sheets":
                return percent(self.satisfied_sheets, self.returned)
            case "mean" | "total" as formula:
                if not self.scored_sheets:
                    return None
                return round(self.points / self.scored_sheets if formula == "mean" else self.points, 2)
            case _:
                return percent(self.qualified, self.qualified + self.dissatisfied)

    def said_in(self, pack: Pack) -> Rule | None:
        """What the procedure says about it; nothing about a survey of one's own."""
        return pack.survey.said.surveys.get(self.name)

    def seen_by(self, person: Person) -> None:
        """Whoever may not look into it learns nothing of it."""
        if not (person.at(self.place) and person.sees(self.department)):
            raise NotFound()

    def worked_on_by(self, person: Person, pack: Pack) -> None:
        """The desk that carries the survey out, its author, and whoever answers for the desk may go on."""
        self.seen_by(person)
        if person.id not in (self.author, self.changed_by) and not is_on_the_desk(person, self.desk, pack):
            raise Forbidden(_("This survey is on the desk of {desk}.", desk=pack.title_of(self.desk).model_dump()))

    def open(self, at: datetime) -> None:
        """Forms go out from here on."""
        if not self.is_unopened:
            raise Refused(_("This survey was opened already."))
        if self.ends_on and end_of(self.ends_on) <= at:
            raise Refused(_("The last day of this survey has passed; change the plan first."))
        self.state, self.opened_at = SurveyState.OPEN, at

    def close(self, at: datetime) -> None:
        """No more answers are taken."""
        if not self.takes_forms:
            raise Refused(_("Only an open survey can be closed."))
        self.state, self.closed_at = SurveyState.CLOSED, at

    def change(self, changes: dict[str, Any]) -> None:
        """A plan may be changed until it is open; an approval of what it said before is void."""
        if not self.is_unopened:
            raise Refused(_("A survey that was opened keeps its plan; write a new one."))
        before = self.plan_hash
        for name, value in changes.items():
            setattr(self, name, value)
        check_days(self.starts_on, self.ends_on)
        if self.plan_hash != before:
            self.state, self.sent_back = SurveyState.PLANNED, None

    def count(self, qualified: int, dissatisfied: int, score: float | None) -> None:
        """One more form came back."""
        self.returned += 1
        self.qualified += qualified
        self.dissatisfied += dissatisfied
        self.satisfied_sheets += qualified > 0 and dissatisfied == 0
        if score is not None:
            self.scored_sheets += 1
            self.points += score


@keeps("open_surveys", key="board")
class OpenSurvey:
    """A survey that is open, as closed cases find it."""

    id: str
    board: str
    conditions: dict[str, Any]
    delay: str | None
    starts_on: date
    at: str = "closed"
    """Closed, or the mark of a case at which a form goes out."""


@keeps("closed_cases", key="id", indexes=[("procedure", "closed_at")])
class ClosedCase:
    """A case about which its customer may be asked: it was closed, or has a mark at which a form goes out."""

    id: str
    procedure: str
    header: dict[str, Any]
    language: str
    closed_at: datetime
    is_closed: bool = True

    @property
    def known(self) -> CaseHeader:
        """The case as every event about it says it."""
        return CaseHeader.model_validate(self.header)

    @property
    def audience(self) -> str:
        """Who may read what is told of it."""
        return str(self.header["audience"])


@keeps("offers", key="case_id")
class Offer:
    """A survey and a case: one sheet, never two."""

    id: str
    case_id: str
    survey_id: str
    sent_at: datetime | None = None


def board_of(procedure: str) -> str:
    """The key under which the open surveys of a procedure stand."""
    return f"open-surveys:{procedure}"


def is_on_the_desk(person: Person, desk: str, pack: Pack) -> bool:
    """Whether a desk is a person's own, or one that they answer for."""
    return person.may(desk) or person.department == desk or person.may(pack.superior_of(desk) or desk)


def percent(part: int, whole: int) -> float | None:
    """A share in percent; none of nothing."""
    return round(100 * part / whole, 2) if whole else None
