"""Questions: whether a duty is necessary, asked of whoever decides it, and what they said."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from closeloop.chassis.rows import keeps


class Answer(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    NEEDED = "needed"
    NOT_NEEDED = "not_needed"
    DROPPED = "dropped"


ANSWER_WORDS: dict[str, dict[str, str]] = {
    "open": {"zh": "待决定", "en": "To be decided"},
    "needed": {"zh": "需要", "en": "Needed"},
    "not_needed": {"zh": "不需要", "en": "Not needed"},
    "dropped": {"zh": "不再需要决定", "en": "No longer to be decided"},
}


@keeps("questions", key="case_id", indexes=[("decided_by", "answer")])
class Question:
    """Whether a duty is necessary in one round of a case."""

    id: str
    case_id: str
    number: int
    rule: str
    title: dict[str, str]
    round: int
    decided_by: str
    waits_duty: str
    waits_step: str
    place: str | None
    audience: str
    asked_at: datetime
    answer: Answer = Answer.OPEN
    reason: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    desks: list[str] = field(default_factory=list)

    @property
    def of(self) -> str:
        """What its occasions and its task hang on."""
        return f"decision:{self.number}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/dispatch/cases/{self.case_id}/decisions/{self.rule}"
