"""The facts that every figure is made of: one row per case, duty, limit, callback, sheet and occasion."""

import json
from dataclasses import field
from datetime import datetime
from typing import Any

from closeloop.chassis.coverage import note_attempt, note_mark
from closeloop.chassis.rows import keeps
from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.event import CaseHeader, Event, Judged
from closeloop.contracts.every import MarkSet
from closeloop.contracts.survey import SheetReturned, SheetSent
from closeloop.contracts.vocabulary import CallbackOutcome, OccasionEnd, Outcome

DAYS = ("received", "handled", "closed")
OPINIONS = (CallbackOutcome.SATISFIED, CallbackOutcome.DISSATISFIED)


@keeps("case_facts", key="id", indexes=[*(("procedure", f"{day}_at") for day in DAYS), ("audience",)])
class CaseFacts:
    """What is known of one case, whoever told it."""

    id: str
    number: str
    kind: str
    procedure: str
    place: str | None
    audience: str
    traits: str
    """All that the condition of an indicator may ask, as JSON in one order."""
    header_sequence: int = -1
    round: int = 1
    desk: str | None = None
    handled_by: str | None = None
    """The desk that got the first duty: to its department the case is counted."""
    received_at: datetime | None = None
    registered_at: datetime | None = None
    assessed_at: datetime | None = None
    handled_at: datetime | None = None
    handled_round: int = 0
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    callbacks_planned: int = 0
    callbacks_made: int = 0
    waived_at: datetime | None = None
    opinion: CallbackOutcome | None = None
    """The customer's last word."""
    tried: CallbackOutcome | None = None
    """What came of the last attempt, also where nobody was reached."""
    duties_issued: int = 0
    duties_returned: int = 0
    duties_in_time: int = 0
    limits_kept: int = 0
    limits_missed: int = 0
    marks: dict[str, Any] = field(default_factory=dict)

    @property
    def known_traits(self) -> dict[str, Any]:
        """What a condition may ask of the case."""
        known: dict[str, Any] = json.loads(self.traits)
        return known

    @classmethod
    def of(cls, header: CaseHeader) -> "CaseFacts":
        """A case that is heard of for the first time; it need not be intake that tells first."""
        facts = cls(header.id, header.number, header.kind, header.procedure, None, header.audience.value, "")
        facts.learn(header)
        return facts

    def learn(self, header: CaseHeader) -> None:
        """The newest header counts; an older one, told late by another service, changes nothing."""
        if header.sequence < self.header_sequence:
            return
        if header.sequence > self.header_sequence or not self.traits:
            self.traits = traits_of(header)
        self.header_sequence = header.sequence
        self.number, self.kind, self.place = header.number, header.kind, header.place
        self.audience = header.audience.value
        self.round = max(self.round, header.round)
        self.received_at = header.received_at or self.received_at

    def mark(self, mark: MarkSet, at: datetime) -> None:
        """A case is handled when it first was: a later round moves no figure of a period, taking it back does."""
        self.marks = {name: since for name, since in self.marks.items() if name != mark.mark}
        if mark.is_set:
            self.marks[mark.mark] = {"at": at.isoformat(), "round": mark.round}
        note_mark(self, mark, at)

    def asked(self, attempt: CallbackAttempted) -> None:
        """An attempt that counts is a callback made; the customer's last word is the opinion."""
        self.tried = attempt.outcome
        note_attempt(self, attempt)
        if attempt.counts and attempt.outcome in OPINIONS:
            self.opinion = attempt.outcome


@keeps("callback_facts", key="case_id")
class CallbackFacts:
    """What is known of one callback: when it was due, how often somebody tried, and what came of it."""

    id: str
    case_id: str
    number: int
    round: int
    form: str | None = None
    due_at: datetime | None = None
    attempts: int = 0
    counted: int = 0
    outcome: CallbackOutcome | None = None
    asked_at: datetime | None = None
    waived_at: datetime | None = None
    waived_for: str | None = None

    def tried(self, attempt: CallbackAttempted) -> None:
        """Somebody asked, or tried to."""
        self.attempts, self.counted = self.attempts + 1, self.counted + attempt.counts
        self.form, self.outcome, self.asked_at = attempt.form.value, attempt.outcome, attempt.attempted_at

    def left_out(self, waiver: CallbackWaived, at: datetime) -> None:
        """Nobody asks."""
        self.waived_at, self.waived_for = at, waiver.reason


@keeps("sheet_facts", key="id", indexes=[("procedure", "sent_at")])
class SheetFacts:
    """What is known of one answer sheet."""

    id: str
    survey_id: str
    survey: str
    procedure: str
    place: str | None
    audience: str
    traits: str
    case_id: str | None
    number: str | None
    sent_at: datetime
    area: str | None = None
    returned_at: datetime | None = None
    qualified: int = 0
    dissatisfied: int = 0
    unanswered: int = 0

    @classmethod
    def sent(cls, sheet: SheetSent) -> "SheetFacts":
        """A sheet that went out, with the traits of its case where it belongs to one."""
        case = sheet.case
        return cls(
            sheet.sheet_id,
            sheet.survey_id,
            sheet.survey,
            sheet.procedure,
            sheet.place or sheet.area,
            sheet.audience.value,
            traits_of(case) if case else "{}",
            case.id if case else None,
            case.number if case else None,
            sheet.sent_at,
            sheet.area or sheet.place,
        )

    def come_back(self, sheet: SheetReturned) -> None:
        """The sheet came back with answers."""
        self.returned_at = sheet.returned_at
        self.qualified, self.dissatisfied = sheet.qualified, sheet.dissatisfied
        self.unanswered = sheet.unanswered


@keeps(
    "occasion_facts",
    key="key",
    # a breach may be withdrawn, a figure restated, an alarm without cause
    only="(ended_as in ('opened', 'breached') or of like 'figure%' or of like 'alarm%')",
    indexes=[("procedure", "counted_at", "clause", "ended_as"), ("clause", "counted_at"), ("audience", "counted_at")],
)
class OccasionFact:
    """One time that a clause became applicable, in whichever service, and how it stands."""

    id: str
    key: str
    clause: str
    of: str
    procedure: str
    place: str | None
    audience: str
    counted_at: datetime
    """The moment by which it belongs to a period: the start of the period that it is about, or when it opened."""
    opened_at: datetime
    ended_as: OccasionEnd = OccasionEnd.OPENED
    ended_at: datetime | None = None
    period: str | None = None

    @classmethod
    def judged(cls, judged: Judged, event: Event, period: str | None, counted_at: datetime) -> "OccasionFact":
        """An occasion that is heard of for the first time, opened or ended at once."""
        return cls(
            id=judged.id,
            key=event.key,
            clause=judged.clause,
            of=judged.of,
            procedure=judged.clause.split("-", 1)[0],
            place=event.place,
            audience=event.audience.value,
            counted_at=counted_at,
            opened_at=judged.at,
            period=period,
        )

    def end(self, judged: Judged) -> None:
        """How it ended; withdrawn means that it leaves the counts."""
        self.ended_as = judged.end
        self.ended_at = None if judged.end is OccasionEnd.OPENED else judged.at


def traits_of(case: CaseHeader) -> str:
    """What the condition of an indicator may ask of a case: kind, channel, place and facets."""
    header = {"kind": case.kind, "basic_kind": case.basic_kind.value, "channel": case.channel, "place": case.place}
    return json.dumps({**case.facets, **header}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
