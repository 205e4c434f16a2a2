"""Answer sheets: one questionnaire for one customer, by its address or on paper."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import keeps
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey.model import Survey
from closeloop.survey.questionnaire import counted

if TYPE_CHECKING:
    from closeloop.chassis.people import Person


@keeps("sheets", key="id", indexes=[("survey_id", "id"), ("token",)])
class Sheet:
    """One questionnaire for one customer; who has its token may answer it once."""

    id: str
    survey_id: str
    number: str
    """What people call it: the number of its case, or its area and number on paper."""
    sent_at: datetime
    means: str = "link"
    token: str | None = None
    expires_at: datetime | None = None
    case_id: str | None = None
    header: dict[str, Any] | None = None
    language: str = "zh"
    area: str | None = None
    place: str | None = None
    answers: dict[str, Any] | None = None
    serious: list[str] = field(default_factory=list)
    """Items that are seriously dissatisfying, as whoever entered the sheet saw it."""
    returned_at: datetime | None = None
    entered_by: str | None = None
    qualified: int = 0
    dissatisfied: int = 0
    unanswered: int = 0
    score: float | None = None
    followed_by: str | None = None
    followed_at: datetime | None = None
    follow_up: str | None = None
    cases: list[str] = field(default_factory=list)
    """Ids of the cases that its answers opened."""

    @property
    def of(self) -> str:
        """What the task about this sheet hangs on."""
        return f"sheet:{self.id}"

    @property
    def waits(self) -> bool:
        """Whether something displeased the customer and nobody has looked into it yet."""
        return self.dissatisfied > 0 and self.followed_at is None and not self.cases

    @property
    def address(self) -> str | None:
        """Where the customer answers; none for a sheet on paper."""
        return f"/public/survey/sheets/{self.token}" if self.token else None

    def take(self, answers: dict[str, Any], survey: Survey, at: datetime) -> None:
        """The customer's answers; a sheet is answered once, in time."""
        if self.returned_at is not None:
            raise Refused(_("This sheet was answered already. Thank you."))
        if survey.state != SurveyState.OPEN or (self.expires_at is not None and at >= self.expires_at):
            raise Refused(_("This survey is over; answers are taken no more. Thank you all the same."))
        self.count(answers, survey, at)

    def count(self, answers: dict[str, Any], survey: Survey, at: datetime) -> None:
        """The answers are counted, in the sheet and in the survey."""
        self.answers, self.returned_at = answers, at
        self.qualified, self.dissatisfied, self.unanswered, self.score = counted(survey.questionnaire, answers)
        survey.count(self.qualified, self.dissatisfied, self.score)

    def follow(self, what: str, by: Person, at: datetime) -> None:
        """Somebody looked into what displeased the customer."""
        if not self.waits:
            raise Refused(_("Nothing in this sheet waits for anybody."))
        self.followed_by, self.followed_at, self.follow_up = by.id, at, what


def token_from(*ids: str) -> str:
    """The secret of a sheet: nobody can guess it, and nothing about the case can be read from it."""
    return urlsafe_b64encode(sha256("|".join(ids).encode()).digest())[:32].decode()
