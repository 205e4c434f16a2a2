"""A nonconformity of a case: whether a report is needed, who corrects by when, and that somebody else verifies it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.rows import keeps
from closeloop.contracts.procedure.dispatch import Report


class ReportState(StrEnum):
    """Where a report stands."""

    ASKED = "asked"
    NOT_NEEDED = "not_needed"
    WRITTEN = "written"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    DROPPED = "dropped"


STATE_WORDS: dict[str, dict[str, str]] = {
    "asked": {"zh": "待决定", "en": "To be decided"},
    "not_needed": {"zh": "无需出具", "en": "Not needed"},
    "written": {"zh": "待纠正", "en": "To be corrected"},
    "corrected": {"zh": "待验证", "en": "To be verified"},
    "verified": {"zh": "已验证", "en": "Verified"},
    "dropped": {"zh": "未作决定", "en": "Left undecided"},
}


@keeps("nonconformities", key="case_id", indexes=[("state", "asked_at"), ("case_number",)])
class Nonconformity:
    """One time that a report of a nonconformity was asked for, and what came of it."""

    id: str
    case_id: str
    number: int
    case_number: str
    rule: str
    title: dict[str, str]
    round: int
    desk: str
    decided_by: str
    verified_by: str
    form: str
    place: str | None
    audience: str
    procedure: str
    procedure_version: str
    asked_at: datetime
    because: str
    state: ReportState = ReportState.ASKED
    reason: str | None = None
    decided_at: datetime | None = None
    due_at: datetime | None = None
    corrected_at: datetime | None = None
    corrected_by: str | None = None
    verified_at: datetime | None = None
    record_id: str | None = None
    times_sent_back: int = 0

    @property
    def of(self) -> str:
        """What its occasions, limits, tasks and record hang on."""
        return f"report:{self.number}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/dispatch/cases/{self.case_id}/reports/{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody must still do something for it."""
        return self.state in (ReportState.ASKED, ReportState.WRITTEN, ReportState.CORRECTED)

    @property
    def waits_for(self) -> str | None:
        """The desk of whoever does what comes next."""
        return {
            ReportState.ASKED: self.decided_by,
            ReportState.WRITTEN: self.desk,
            ReportState.CORRECTED: self.verified_by,
        }.get(self.state)

    def check(self, state: ReportState, desks: frozenset[str], title: dict[str, str], clause: str | None) -> None:
        """Refuses what is not due or not this person's; `title` is what people call the desk whose turn it is."""
        if self.state is not state:
            now = STATE_WORDS[self.state]
            raise Refused(_("This report stands at “{state}”. Load the page again.", state=now), clause=clause)
        if self.waits_for not in desks:
            raise Refused(_("This is for “{desk}”.", desk=title), clause=clause)

    def check_verifier(self, by: Person, clause: str | None) -> None:
        """Nobody verifies their own correction."""
        if by.id == self.corrected_by:
            raise Refused(_("Somebody else verifies what you corrected."), clause=clause)

    def shown_to(self, by: Person | None) -> None:
        """Nobody learns of a report of another place or audience."""
        if by is None or not by.at(self.place) or not by.hears(self.audience):
            raise NotFound()


def clause_of(rule: Report) -> str | None:
    """The clause that asks for the report."""
    return rule.clauses[0] if rule.clauses else None
