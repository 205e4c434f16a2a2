"""What every handler does with an event: bring the facts of its case up to date, and fold its occasions."""

from datetime import datetime

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived
from closeloop.contracts.dispatch import (
    DutyAccepted,
    DutyArrived,
    DutyAssigned,
    DutyFinished,
    DutyIssued,
    DutyRaised,
    DutyRejected,
    DutyReturned,
    DutySigned,
    DutyStepped,
    LimitEnded,
    LimitExtended,
    LimitMissed,
    LimitMoved,
    LimitStarted,
)
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.vocabulary import DutyState
from closeloop.stats.duties import DutyFacts, LimitFacts, add_up, reach
from closeloop.stats.model import CallbackFacts, CaseFacts, OccasionFact
from closeloop.stats.periods import BadPeriod, read_period, survey_of
from closeloop.stats.sums.keeping import count_occasion

LimitTold = LimitStarted | LimitMissed | LimitExtended | LimitMoved | LimitEnded
CallbackTold = CallbackPlanned | CallbackAttempted | CallbackWaived
DutyTold = (
    DutyIssued
    | DutyAccepted
    | DutyAssigned
    | DutyArrived
    | DutyFinished
    | DutySigned
    | DutyStepped
    | DutyReturned
    | DutyRejected
    | DutyRaised
    | LimitStarted
    | LimitMissed
    | LimitExtended
    | LimitMoved
    | LimitEnded
)


def facts_of(header: CaseHeader, event: Event, work: Work) -> CaseFacts:
    """The facts of the case, brought up to date with its header; its occasions are folded on the way."""
    fold(event, work)
    facts = work.maybe(CaseFacts)
    if facts is None:
        return work.add(CaseFacts.of(header))
    facts.learn(header)
    return facts


def duty_of(duty: DutyTold, work: Work) -> tuple[DutyFacts, list[LimitFacts]]:
    """The facts of the duty and of its limits; its case, brought up to date on the way, now lies on its desk."""
    facts_of(duty.case, duty, work).desk = duty.desk
    known = work.maybe(DutyFacts, id=duty.duty_id)
    if known is None:
        issued = DutyFacts(duty.duty_id, duty.case.id, duty.number, duty.rule, duty.round, duty.desk, when(duty, work))
        return work.add(issued), []
    known.desk = duty.desk
    return known, work.all(LimitFacts, duty_id=duty.duty_id)


def limit_of(limits: list[LimitFacts], duty: DutyTold, name: str, due_at: datetime, work: Work) -> LimitFacts:
    """The facts of a limit of the duty."""
    known = next((limit for limit in limits if limit.name == name), None)
    stops = DutyState.RETURNED.value
    return known or work.add(LimitFacts(f"{duty.duty_id}.{name}", duty.case.id, duty.duty_id, name, due_at, stops))


def limit_told(limit: LimitTold, work: Work) -> LimitFacts:
    """The facts of a limit, of a duty or of the case in its round."""
    if limit.duty_id:
        return limit_of(duty_of(limit, work)[1], limit, limit.limit, limit.due_at, work)
    facts_of(limit.case, limit, work)
    of = f"{limit.case.id}:{limit.round}"
    known = work.maybe(LimitFacts, id=f"{of}.{limit.limit}")
    return known or work.add(LimitFacts(f"{of}.{limit.limit}", limit.case.id, of, limit.limit, limit.due_at, ""))


def reached(duty: DutyTold, state: str, at: datetime, work: Work) -> DutyFacts:
    """The duty reached a state, and the limits that waited for it stop."""
    facts, limits = duty_of(duty, work)
    reach(limits, state, at)
    add_up(work.one(CaseFacts), work.all(DutyFacts), work.all(LimitFacts))
    return facts


def callback_of(callback: CallbackTold, work: Work) -> CallbackFacts:
    """The facts of the callback."""
    known = work.maybe(CallbackFacts, id=callback.callback_id)
    return known or work.add(CallbackFacts(callback.callback_id, callback.case.id, callback.number, callback.round))


def fold(event: Event, work: Work, period: str | None = None) -> None:
    """Every event may open or end occasions: each is one row, and the row says how it stands."""
    for judged in event.occasions:
        occasion = work.maybe(OccasionFact, id=judged.id)
        before = occasion.ended_as if occasion is not None else None
        if occasion is None:
            occasion = work.add(OccasionFact.judged(judged, event, period, _counted_at(period, judged.at)))
        occasion.end(judged)
        count_occasion(work, occasion, before)


def when(event: Event, work: Work) -> datetime:
    """When it happened, as claimed; when it was written down if nobody claimed; now if nobody wrote."""
    return event.occurred_at or event.recorded_at or work.now


def _counted_at(period: str | None, at: datetime) -> datetime:
    try:
        span = read_period(period, HOME_ZONE) if period else None
        return at if span is None or survey_of(span) else span.start
    except BadPeriod:
        return at
