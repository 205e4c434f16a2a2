"""The facts that every figure is made of: one row per case, duty, sheet and occasion, so that figures open."""

import json
from collections.abc import Iterable
from dataclasses import field
from datetime import datetime
from typing import Any

from closeloop.chassis.rows import keeps
from closeloop.contracts.callback import CallbackAttempted
from closeloop.contracts.dispatch import LimitSet
from closeloop.contracts.event import CaseHeader, Event, Judged
from closeloop.contracts.every import MarkSet
from closeloop.contracts.survey import SheetReturned, SheetSent
from closeloop.contracts.vocabulary import CallbackOutcome, DutyState, OccasionEnd

HANDLED = "handled"
WAIVED = "waived"
OPINIONS = (CallbackOutcome.SATISFIED, CallbackOutcome.DISSATISFIED)


@keeps("case_facts", key="id", indexes=[("procedure", f"{day}_at") for day in ("received", "handled", "closed")])
class CaseFacts:
    """What is known of one case, whoever told it."""

    id: str
    number: str
    kind: str
    procedure: str
    place: str | None
    audience: str
    traits: str
    """All that the condition of an indicator may ask, as JSON in one order: equal traits are counted together."""
    header_sequence: int = -1
    round: int = 1
    desk: str | None = None
    received_at: datetime | None = None
    registered_at: datetime | None = None
    assessed_at: datetime | None = None
    handled_at: datetime | None = None
    handled_round: int = 0
    closed_at: datetime | None = None
    reopened: int = 0
    callbacks_planned: int = 0
    callbacks_made: int = 0
    waived_at: datetime | None = None
    opinion: CallbackOutcome | None = None

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
        self.header_sequence = header.sequence
        self.number, self.kind, self.place = header.number, header.kind, header.place
        self.audience, self.traits = header.audience.value, traits_of(header)
        self.round = max(self.round, header.round)
        self.received_at = header.received_at or self.received_at

    def mark(self, mark: MarkSet, at: datetime) -> None:
        """A case is handled when it first was: a later round moves no figure of a period, taking it back does."""
        if mark.mark == HANDLED and mark.is_set and self.handled_at is None:
            self.handled_at, self.handled_round = at, mark.round
        elif mark.mark == HANDLED and not mark.is_set and self.handled_round == mark.round:
            self.handled_at, self.handled_round = None, 0
        elif mark.mark == WAIVED and not mark.is_set:
            self.waived_at = None

    def asked(self, attempt: CallbackAttempted) -> None:
        """An attempt that counts is a callback made; the customer's last word is the opinion."""
        if attempt.counts:
            self.callbacks_made += 1
            if attempt.outcome in OPINIONS:
                self.opinion = attempt.outcome


@keeps("duty_facts", key="case_id")
class DutyFacts:
    """What is known of one duty of a case: its limits, and whether it came back in time."""

    id: str
    case_id: str
    issued_at: datetime
    limits: dict[str, Any] = field(default_factory=dict)
    limits_missed: int = 0
    returned_at: datetime | None = None
    returned_in_time: bool = False

    def begin(self, limits: Iterable[LimitSet]) -> None:
        """Every limit that runs from now on."""
        for limit in limits:
            self._limit(limit.name, limit.due_at)["stops"] = limit.stops

    def miss(self, limit: str, due_at: datetime) -> None:
        """A limit that went up several times is missed once."""
        self._limit(limit, due_at)["missed"] = True
        self._count()

    def extend(self, limit: str, new_due_at: datetime) -> None:
        """From now on the later moment counts."""
        self._limit(limit, new_due_at)["due_at"] = new_due_at.isoformat()

    def reach(self, state: DutyState, at: datetime) -> None:
        """A stop that occurred in time takes back a miss that was said because nobody had told of it yet."""
        for limit in self.limits.values():
            if limit["stops"] == state and at <= datetime.fromisoformat(limit["due_at"]):
                limit["missed"] = False
        self._count()

    def come_back(self, at: datetime) -> None:
        """The completed form came back; a duty without a limit is never late."""
        self.reach(DutyState.RETURNED, at)
        ends = [one["due_at"] for one in self.limits.values() if one["stops"] == DutyState.RETURNED]
        self.returned_at = at
        self.returned_in_time = all(at <= datetime.fromisoformat(end) for end in ends)

    def go_back(self) -> None:
        """The work was not good enough: the duty counts as returned only when it comes back again."""
        self.returned_at, self.returned_in_time = None, False

    def _limit(self, name: str, due_at: datetime) -> dict[str, Any]:
        limit: dict[str, Any] = self.limits.setdefault(
            name, {"due_at": due_at.isoformat(), "stops": DutyState.RETURNED.value, "missed": False}
        )
        return limit

    def _count(self) -> None:
        self.limits_missed = sum(limit["missed"] for limit in self.limits.values())


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
        )

    def come_back(self, sheet: SheetReturned) -> None:
        """The sheet came back with answers."""
        self.returned_at = sheet.returned_at
        self.qualified, self.dissatisfied = sheet.qualified, sheet.dissatisfied
        self.unanswered = sheet.unanswered


@keeps(
    "occasion_facts",
    key="key",
    only="ended_as in ('opened', 'breached')",  # what may change: a breach may be withdrawn
    indexes=[("procedure", "counted_at"), ("clause", "counted_at")],
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
