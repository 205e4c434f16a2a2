"""What stats does by itself: of everything that is told it keeps the facts, and how each occasion stands."""

from datetime import datetime

from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived
from closeloop.contracts.dispatch import (
    DutyAccepted,
    DutyArrived,
    DutyAssigned,
    DutyFinished,
    DutyIssued,
    DutyRejected,
    DutyReturned,
    DutySigned,
    LimitExtended,
    LimitMissed,
)
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.every import AttemptRefused, MarkSet, OccasionsJudged
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseRegistered, CaseReopened, RoundOpened
from closeloop.contracts.survey import SheetReturned, SheetSent, SurveyApproved, SurveyClosed, SurveyPlanned
from closeloop.contracts.vocabulary import DutyState
from closeloop.stats.model import CaseFacts, DutyFacts, OccasionFact, SheetFacts
from closeloop.stats.periods import BadPeriod, read_period

hears = Hears()


@hears
def count_a_new_case(case: CaseRegistered, work: Work) -> None:
    """A case that was registered belongs to the day on which it was received."""
    facts = facts_of(case.case, case, work)
    facts.registered_at, facts.received_at = when(case, work), case.received_at


@hears
def note_how_it_was_rated(case: CaseAssessed, work: Work) -> None:
    """The facets came with the header; the first assessment is the one that was waited for."""
    facts = facts_of(case.case, case, work)
    facts.received_at, facts.assessed_at = case.received_at, facts.assessed_at or when(case, work)


@hears
def note_another_round(round_: RoundOpened, work: Work) -> None:
    """The case is handled once more."""
    facts = facts_of(round_.case, round_, work)
    facts.round = max(facts.round, round_.number)


@hears
def note_that_it_closed(case: CaseClosed, work: Work) -> None:
    """The latest closing counts."""
    facts_of(case.case, case, work).closed_at = when(case, work)


@hears
def note_that_it_opened_again(case: CaseReopened, work: Work) -> None:
    """A case that was opened again is not closed."""
    facts = facts_of(case.case, case, work)
    facts.closed_at, facts.reopened = None, facts.reopened + 1


@hears
def note_a_mark(mark: MarkSet, work: Work) -> None:
    """The marks of a case say when it was handled and whether a waiver still stands."""
    facts_of(mark.case, mark, work).mark(mark, when(mark, work))


@hears
def note_a_planned_callback(callback: CallbackPlanned, work: Work) -> None:
    """The customer will be asked."""
    facts_of(callback.case, callback, work).callbacks_planned += 1


@hears
def note_an_attempt(callback: CallbackAttempted, work: Work) -> None:
    """The customer was asked, or nobody was reached."""
    facts_of(callback.case, callback, work).asked(callback)


@hears
def note_a_waiver(callback: CallbackWaived, work: Work) -> None:
    """Nobody asks this customer."""
    facts_of(callback.case, callback, work).waived_at = when(callback, work)


@hears
def count_a_duty(duty: DutyIssued, work: Work) -> None:
    """Somebody must do something for the case; the case now lies on that desk."""
    duty_of(duty, work).begin(duty.limits)


@hears
def note_the_acceptance(duty: DutyAccepted, work: Work) -> None:
    """The desk took the duty on."""
    duty_of(duty, work).reach(DutyState.ACCEPTED, when(duty, work))


@hears
def note_the_worker(duty: DutyAssigned, work: Work) -> None:
    """The duty was given to a person."""
    duty_of(duty, work).reach(DutyState.ASSIGNED, when(duty, work))


@hears
def note_the_arrival(duty: DutyArrived, work: Work) -> None:
    """The person is on site."""
    duty_of(duty, work).reach(DutyState.ARRIVED, duty.arrived_at)


@hears
def note_the_end_of_work(duty: DutyFinished, work: Work) -> None:
    """The work is done."""
    duty_of(duty, work).reach(DutyState.FINISHED, duty.finished_at)


@hears
def note_the_signature(duty: DutySigned, work: Work) -> None:
    """The customer signed."""
    duty_of(duty, work).reach(DutyState.SIGNED, when(duty, work))


@hears
def note_the_return(duty: DutyReturned, work: Work) -> None:
    """The result and the completed form came back."""
    duty_of(duty, work).come_back(duty.returned_at)


@hears
def note_a_rejection(duty: DutyRejected, work: Work) -> None:
    """The duty goes back and is not returned any more."""
    duty_of(duty, work).go_back()


@hears
def note_a_miss(limit: LimitMissed, work: Work) -> None:
    """A limit passed without its stop."""
    duty_of(limit, work).miss(limit.limit, limit.due_at)


@hears
def note_more_time(limit: LimitExtended, work: Work) -> None:
    """A limit was put off."""
    duty_of(limit, work).extend(limit.limit, limit.new_due_at)


def on_the_sheet(sheet: SheetSent | SheetReturned) -> tuple[str, ...]:
    """A sheet is a thing of its own: its survey may have thousands, which need not be read with it."""
    return (sheet.key, sheet.sheet_id)


@hears(keys=on_the_sheet)
def count_a_sheet(sheet: SheetSent, work: Work) -> None:
    """A sheet went out."""
    fold(sheet, work)
    work.add(SheetFacts.sent(sheet))


@hears(keys=on_the_sheet)
def note_the_answers(sheet: SheetReturned, work: Work) -> None:
    """A sheet came back; how many of its items count as satisfied is survey's judgement."""
    fold(sheet, work)
    work.one(SheetFacts, key=sheet.sheet_id).come_back(sheet)


@hears
def judge_a_plan(survey: SurveyPlanned, work: Work) -> None:
    """Of a planned survey only the occasions count."""
    fold(survey, work)


@hears
def judge_an_approval(survey: SurveyApproved, work: Work) -> None:
    """Of an approved survey only the occasions count."""
    fold(survey, work)


@hears
def judge_the_end_of_a_survey(survey: SurveyClosed, work: Work) -> None:
    """The sheets were counted one by one; only the occasions are news."""
    fold(survey, work)


@hears
def judge_a_refused_attempt(attempt: AttemptRefused, work: Work) -> None:
    """A clause prevented something."""
    fold(attempt, work)


@hears
def judge_occasions(judged: OccasionsJudged, work: Work) -> None:
    """Occasions opened or ended by themselves, such as at the end of a period."""
    fold(judged, work, judged.period)


# -- what every handler does ------------------------------------------------------------------------------------------


def facts_of(header: CaseHeader, event: Event, work: Work) -> CaseFacts:
    """The facts of the case, brought up to date with its header; its occasions are folded on the way."""
    fold(event, work)
    facts = work.maybe(CaseFacts)
    if facts is None:
        return work.add(CaseFacts.of(header))
    facts.learn(header)
    return facts


def duty_of(
    duty: DutyIssued
    | DutyAccepted
    | DutyAssigned
    | DutyArrived
    | DutyFinished
    | DutySigned
    | DutyReturned
    | DutyRejected
    | LimitMissed
    | LimitExtended,
    work: Work,
) -> DutyFacts:
    """The facts of the duty; its case, brought up to date on the way, now lies on the duty's desk."""
    facts_of(duty.case, duty, work).desk = duty.desk
    known = work.maybe(DutyFacts, id=duty.duty_id)
    return known or work.add(DutyFacts(duty.duty_id, duty.case.id, when(duty, work)))


def fold(event: Event, work: Work, period: str | None = None) -> None:
    """Every event may open or end occasions: each is one row, and the row says how it stands."""
    for judged in event.occasions:
        occasion = work.maybe(OccasionFact, id=judged.id)
        if occasion is None:
            occasion = work.add(OccasionFact.judged(judged, event, period, _counted_at(period, judged.at)))
        occasion.end(judged)


def when(event: Event, work: Work) -> datetime:
    """When it happened, as claimed; when it was written down if nobody claimed; now if nobody wrote."""
    return event.occurred_at or event.recorded_at or work.now


def _counted_at(period: str | None, at: datetime) -> datetime:
    try:
        return read_period(period, HOME_ZONE).start if period else at
    except BadPeriod:
        return at
