"""What survey keeps: plans of surveys, the cases that may be asked about, and sheets with their answers."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.rows import json_text, keeps
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.procedure import Length
from closeloop.contracts.vocabulary import SurveyState

if TYPE_CHECKING:
    from closeloop.chassis.people import Person

OWN = "own"
OPEN_FOR = timedelta(days=30)
_CALENDAR = WorkingCalendar()


def after(length: Length, since: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment at which a length of the pack is over, in the working time of the place."""
    return moment_after(length, since, calendar)


def end_of(day: date) -> datetime:
    """The last moment of a day, in the time of the place."""
    return datetime.combine(day + timedelta(days=1), time.min, _CALENDAR.zone)


def start_of(day: date) -> datetime:
    """The first moment of a day, in the time of the place."""
    return datetime.combine(day, time.min, _CALENDAR.zone)


def today_at(now: datetime) -> date:
    """The day that it is in the place."""
    return now.astimezone(_CALENDAR.zone).date()


@keeps("surveys", key="id", indexes=[("state", "id")])
class Survey:
    """A planned questioning: who is asked what and when, who approved it, and what came back."""

    id: str
    name: str
    procedure: str
    procedure_version: str
    title: dict[str, Any]
    purpose: dict[str, Any]
    population: dict[str, Any]
    sheet: dict[str, Any]
    starts_on: date
    author: str
    desk: str
    planned_at: datetime
    ends_on: date | None = None
    quantity: int | None = None
    conditions: dict[str, Any] = field(default_factory=dict)
    delay: str | None = None
    area: str = "place"
    approver: str | None = None
    changed_by: str | None = None
    clauses: list[str] = field(default_factory=list)
    department: str | None = None
    place: str | None = None
    state: SurveyState = SurveyState.PLANNED
    approved_by: str | None = None
    approved_hash: str | None = None
    approved_at: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    sent: int = 0
    returned: int = 0
    qualified: int = 0
    dissatisfied: int = 0
    satisfied_sheets: int = 0
    scored_sheets: int = 0
    points: float = 0

    @property
    def plan_hash(self) -> str:
        """SHA-256 of what is approved: every change of the plan changes it."""
        names = (
            "title",
            "purpose",
            "population",
            "sheet",
            "quantity",
            "conditions",
            "delay",
            "area",
            "desk",
            "approver",
        )
        plan = {name: getattr(self, name) for name in names}
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
        """Whether the plan as it stands still waits for its approver."""
        return self.approver is not None and self.approved_hash != self.plan_hash

    @property
    def return_rate(self) -> float | None:
        """Sheets that came back, in percent of those that went out."""
        return round(100 * self.returned / self.sent, 1) if self.sent else None

    @property
    def rate(self) -> float | None:
        """Satisfaction by the formula of the sheet; none where nobody answered."""
        match self.sheet.get("formula", "share_of_items"):
            case "share_of_sheets":
                return _percent(self.satisfied_sheets, self.returned)
            case "mean" | "total" as formula:
                if not self.scored_sheets:
                    return None
                return round(self.points / self.scored_sheets if formula == "mean" else self.points, 2)
            case _:
                return _percent(self.qualified, self.qualified + self.dissatisfied)

    def seen_by(self, person: Person) -> None:
        """Whoever may not look into it learns nothing of it."""
        if not (person.at(self.place) and person.sees(self.department)):
            raise NotFound()

    def worked_on_by(self, person: Person, pack: Pack) -> None:
        """The desk that carries the survey out, its author, and whoever answers for the desk may go on."""
        self.seen_by(person)
        if person.id not in (self.author, self.changed_by) and not is_on_the_desk(person, self.desk, pack):
            raise Forbidden(_("This survey is on the desk of {desk}.", desk=pack.title_of(self.desk).model_dump()))

    def approve(self, plan_hash: str, by: Person, at: datetime, *, role: Any, clause: str | None = None) -> None:
        """The approver says yes to exactly this plan; nobody approves a plan of their own."""
        if self.state not in (SurveyState.PLANNED, SurveyState.APPROVED):
            raise Refused(_("This survey is open or closed; its plan is approved no more."))
        if self.approver is None:
            raise Refused(_("This plan needs no approval; open the survey."))
        if not by.may(self.approver):
            raise Forbidden(_("Only the role {role} approves this plan.", role=role), clause)
        if by.id in (self.author, self.changed_by):
            raise Refused(_("Nobody approves a plan that they wrote themselves; ask somebody else."), clause=clause)
        if plan_hash != self.plan_hash:
            raise Refused(
                _("The plan was changed since you read it; read it again before you approve it."), clause=clause
            )
        self.state, self.approved_by, self.approved_hash, self.approved_at = SurveyState.APPROVED, by.id, plan_hash, at

    def open(self, at: datetime, *, role: Any) -> None:
        """Sheets go out from here on."""
        if self.state in (SurveyState.OPEN, SurveyState.CLOSED):
            raise Refused(_("This survey was opened already."))
        if self.needs_approval:
            raise Refused(_("The plan has to be approved first, by the role {role}.", role=role))
        if self.ends_on and end_of(self.ends_on) <= at:
            raise Refused(_("The last day of this survey has passed; change the plan first."))
        self.state, self.opened_at = SurveyState.OPEN, at

    def close(self, at: datetime) -> None:
        """No more answers are taken."""
        if self.state != SurveyState.OPEN:
            raise Refused(_("Only an open survey can be closed."))
        self.state, self.closed_at = SurveyState.CLOSED, at

    def change(self, changes: dict[str, Any]) -> None:
        """A plan may be changed until it is open; an approval of what it said before is void."""
        if self.state not in (SurveyState.PLANNED, SurveyState.APPROVED):
            raise Refused(_("A survey that was opened keeps its plan; write a new one."))
        for name, value in changes.items():
            setattr(self, name, value)
        check_days(self.starts_on, self.ends_on)
        if self.approved_hash != self.plan_hash:
            self.state, self.approved_by, self.approved_hash, self.approved_at = SurveyState.PLANNED, None, None, None


@keeps("open_surveys", key="board")
class OpenSurvey:
    """A survey that is open, as closed cases find it."""

    id: str
    board: str
    conditions: dict[str, Any]
    delay: str | None
    starts_on: date


@keeps("closed_cases", key="id", indexes=[("procedure", "closed_at")])
class ClosedCase:
    """A case that was closed, and about which its customer may be asked."""

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


@keeps("offers", key="case_id")
class Offer:
    """A survey and a case: one sheet, never two."""

    id: str
    case_id: str
    survey_id: str
    sent_at: datetime | None = None


@keeps("sheets", key="id", indexes=[("survey_id", "id"), ("token",)])
class Sheet:
    """One questionnaire for one customer; who has its token may answer it once."""

    id: str
    survey_id: str
    token: str
    case_id: str
    header: dict[str, Any]
    language: str
    sent_at: datetime
    expires_at: datetime
    area: str | None = None
    answers: dict[str, Any] | None = None
    returned_at: datetime | None = None
    qualified: int = 0
    dissatisfied: int = 0
    unanswered: int = 0
    score: float | None = None
    followed_by: str | None = None
    followed_at: datetime | None = None
    follow_up: str | None = None

    @property
    def of(self) -> str:
        """What the task about this sheet hangs on."""
        return f"sheet:{self.id}"

    @property
    def waits(self) -> bool:
        """Whether something displeased the customer and nobody has looked into it yet."""
        return self.dissatisfied > 0 and self.followed_at is None

    @property
    def address(self) -> str:
        """Where the customer answers."""
        return f"/public/survey/sheets/{self.token}"

    def take(self, answers: dict[str, Any], survey: Survey, at: datetime) -> None:
        """The customer's answers; a sheet is answered once, in time."""
        if self.returned_at is not None:
            raise Refused(_("This sheet was answered already. Thank you."))
        if survey.state != SurveyState.OPEN or at >= self.expires_at:
            raise Refused(_("This survey is over; answers are taken no more. Thank you all the same."))
        count = counted(survey.sheet, answers)
        self.answers, self.returned_at = answers, at
        self.qualified, self.dissatisfied, self.unanswered, self.score = count
        survey.returned += 1
        survey.qualified += self.qualified
        survey.dissatisfied += self.dissatisfied
        survey.satisfied_sheets += self.qualified > 0 and self.dissatisfied == 0
        if self.score is not None:
            survey.scored_sheets += 1
            survey.points += self.score

    def follow(self, what: str, by: Person, at: datetime) -> None:
        """Somebody looked into what displeased the customer."""
        if not self.waits:
            raise Refused(_("Nothing in this sheet waits for anybody."))
        self.followed_by, self.followed_at, self.follow_up = by.id, at, what


def board_of(procedure: str) -> str:
    """The key under which the open surveys of a procedure stand."""
    return f"open-surveys:{procedure}"


def is_on_the_desk(person: Person, desk: str, pack: Pack) -> bool:
    """Whether a desk is a person's own, or one that they answer for."""
    return person.may(desk) or person.department == desk or person.may(pack.superior_of(desk) or desk)


def check_days(starts_on: date, ends_on: date | None) -> None:
    """A survey ends after it starts."""
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The last day of the survey lies before the first one; correct the days."))


def token_from(*ids: str) -> str:
    """The secret of a sheet: nobody can guess it, and nothing about the case can be read from it."""
    return urlsafe_b64encode(sha256("|".join(ids).encode()).digest())[:32].decode()


def counted(sheet: dict[str, Any], answers: dict[str, Any]) -> tuple[int, int, int, float | None]:
    """Satisfied and dissatisfied items, unanswered ones, and the points if the sheet is scored."""
    qualified = dissatisfied = unanswered = 0
    points: float | None = None
    for name, question in sheet["questions"].items():
        answer, kind = answers.get(name), question.get("type", "scale")
        if kind in ("text", "choice"):
            continue
        if answer is None:
            unanswered += 1
            continue
        value = sheet["scales"][question["scale"]]["answers"][answer] if kind == "scale" else {"points": answer}
        counts = value.get("counts")
        qualified += counts == "qualified"
        dissatisfied += counts == "dissatisfied"
        unanswered += counts == "unanswered"
        if value.get("points") is not None:
            points = (points or 0) + float(value["points"]) * float(question.get("weight", 1))
    return qualified, dissatisfied, unanswered, points


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
