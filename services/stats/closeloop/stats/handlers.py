"""What stats does by itself: of everything that is told it keeps the facts, and how each occasion stands."""

from datetime import UTC, datetime

from closeloop.chassis.coverage import note_waiver
from closeloop.chassis.hearing import Hears
from closeloop.chassis.parameters import keep_parameter
from closeloop.chassis.schedules.following import open_jobs_after
from closeloop.chassis.schedules.planning import plan_interval
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived, ParameterSet
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
    EntryPosted,
    LimitEnded,
    LimitExtended,
    LimitMissed,
    LimitMoved,
    LimitStarted,
    PaymentMade,
)
from closeloop.contracts.every import AttemptRefused, MarkSet, OccasionsJudged
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseRegistered, CaseReopened, RoundOpened
from closeloop.contracts.stats import AlarmRaised, AlarmWithdrawn
from closeloop.contracts.survey import SheetReturned, SheetSent, SurveyApproved, SurveyClosed, SurveyPlanned
from closeloop.contracts.vocabulary import DutyState
from closeloop.stats.duties import DutyFacts, LimitFacts, add_up, come_back, go_back
from closeloop.stats.expecting import expect_figures
from closeloop.stats.folding import callback_of, duty_of, facts_of, fold, limit_of, limit_told, reached, when
from closeloop.stats.inputs import note_a_job
from closeloop.stats.judging import judge_after_the_survey
from closeloop.stats.model import CaseFacts, SheetFacts
from closeloop.stats.sums.keeping import keep_sums

hears = Hears()
WHILE_IT_RESTS = datetime(9999, 1, 1, tzinfo=UTC)


@hears
def count_a_new_case(case: CaseRegistered, work: Work) -> None:
    """A case that was registered belongs to the day on which it was received; it waits to be rated."""
    facts = facts_of(case.case, case, work)
    facts.registered_at, facts.received_at = when(case, work), case.received_at
    expect_figures(facts, work)


@hears
def note_how_it_was_rated(case: CaseAssessed, work: Work) -> None:
    """The facets came with the header; the first assessment is the one that was waited for."""
    facts = facts_of(case.case, case, work)
    facts.received_at, facts.assessed_at = case.received_at, facts.assessed_at or when(case, work)
    if case.in_register:
        facts.registered_at = when(case, work)
    expect_figures(facts, work)


@hears
def note_another_round(round_: RoundOpened, work: Work) -> None:
    """The case is handled once more."""
    facts = facts_of(round_.case, round_, work)
    facts.round = max(facts.round, round_.number)


@hears
def note_that_it_closed(case: CaseClosed, work: Work) -> None:
    """The latest closing counts."""
    facts = facts_of(case.case, case, work)
    facts.closed_at = when(case, work)
    expect_figures(facts, work)


@hears
def note_that_it_opened_again(case: CaseReopened, work: Work) -> None:
    """A case that was opened again is not closed."""
    facts = facts_of(case.case, case, work)
    expect_figures(facts, work)
    facts.closed_at, facts.reopened = None, facts.reopened + 1


@hears
def note_a_mark(mark: MarkSet, work: Work) -> None:
    """The marks of a case say when it was handled and whether a waiver still stands."""
    facts = facts_of(mark.case, mark, work)
    expect_figures(facts, work)
    facts.mark(mark, when(mark, work))
    expect_figures(facts, work)


@hears
def note_a_planned_callback(callback: CallbackPlanned, work: Work) -> None:
    """The customer will be asked."""
    facts_of(callback.case, callback, work).callbacks_planned += 1
    callback_of(callback, work).due_at = callback.due_at


@hears
def note_an_attempt(callback: CallbackAttempted, work: Work) -> None:
    """The customer was asked, or nobody was reached."""
    facts = facts_of(callback.case, callback, work)
    facts.asked(callback)
    expect_figures(facts, work)
    callback_of(callback, work).tried(callback)


@hears
def note_a_waiver(callback: CallbackWaived, work: Work) -> None:
    """Nobody asks this customer."""
    at = when(callback, work)
    facts = facts_of(callback.case, callback, work)
    note_waiver(facts, callback, at)
    expect_figures(facts, work)
    callback_of(callback, work).left_out(callback, at)


@hears
def count_a_duty(duty: DutyIssued, work: Work) -> None:
    """Somebody must do something for the case; the case now lies on that desk, and its limits run."""
    _, limits = duty_of(duty, work)
    for limit in duty.limits:
        limit_of(limits, duty, limit.name, limit.due_at, work).stops = limit.stops
    case = work.one(CaseFacts)
    case.handled_by = case.handled_by or duty.desk
    add_up(case, work.all(DutyFacts), work.all(LimitFacts))


@hears
def note_the_acceptance(duty: DutyAccepted, work: Work) -> None:
    """The desk took the duty on."""
    reached(duty, DutyState.ACCEPTED, when(duty, work), work)


@hears
def note_the_worker(duty: DutyAssigned, work: Work) -> None:
    """The duty was given to a person."""
    reached(duty, DutyState.ASSIGNED, when(duty, work), work)


@hears
def note_the_arrival(duty: DutyArrived, work: Work) -> None:
    """The person is on site."""
    reached(duty, DutyState.ARRIVED, duty.arrived_at, work)


@hears
def note_the_end_of_work(duty: DutyFinished, work: Work) -> None:
    """The work is done, and this is what became of the matter."""
    reached(duty, DutyState.FINISHED, duty.finished_at, work).outcome = duty.outcome
    work.one(CaseFacts).outcome = duty.outcome


@hears
def note_the_signature(duty: DutySigned, work: Work) -> None:
    """The customer signed."""
    reached(duty, DutyState.SIGNED, when(duty, work), work)


@hears
def note_a_step(duty: DutyStepped, work: Work) -> None:
    """A step of the procedure's own was taken; the limits that waited for it stop."""
    reached(duty, duty.step, when(duty, work), work)


@hears
def note_the_return(duty: DutyReturned, work: Work) -> None:
    """The result and the completed form came back."""
    facts, limits = duty_of(duty, work)
    come_back(facts, limits, duty.returned_at)
    case = work.one(CaseFacts)
    case.outcome = facts.outcome = duty.outcome
    add_up(case, work.all(DutyFacts), work.all(LimitFacts))


@hears
def note_a_rejection(duty: DutyRejected, work: Work) -> None:
    """The duty goes back and is not returned any more."""
    go_back(*duty_of(duty, work))
    add_up(work.one(CaseFacts), work.all(DutyFacts), work.all(LimitFacts))


@hears
def note_that_it_was_handed_up(duty: DutyRaised, work: Work) -> None:
    """The next level has the case; this duty never comes back."""
    go_back(*duty_of(duty, work))
    add_up(work.one(CaseFacts), work.all(DutyFacts), work.all(LimitFacts))


@hears
def note_a_start(limit: LimitStarted, work: Work) -> None:
    """A limit runs: for a case, or for a duty after it was issued."""
    facts = limit_told(limit, work)
    facts.due_at, facts.stops, facts.stopped_at = limit.due_at, limit.stops, None


@hears
def note_a_miss(limit: LimitMissed, work: Work) -> None:
    """A limit that passed without its stop is missed once, however often it goes up."""
    limit_told(limit, work).missed = True
    add_up(work.one(CaseFacts), work.all(DutyFacts), work.all(LimitFacts))


@hears
def note_more_time(limit: LimitExtended, work: Work) -> None:
    """A limit was put off: from now on the later moment counts."""
    limit_told(limit, work).due_at = limit.new_due_at


@hears
def note_a_move(limit: LimitMoved, work: Work) -> None:
    """A limit ends at another moment; nobody can miss it while it rests."""
    facts = limit_told(limit, work)
    facts.due_at = limit.new_due_at or WHILE_IT_RESTS
    facts.missed = facts.missed and facts.due_at <= when(limit, work)
    add_up(work.one(CaseFacts), work.all(DutyFacts), work.all(LimitFacts))


@hears
def note_an_end(limit: LimitEnded, work: Work) -> None:
    """A limit runs no longer; one that was withdrawn is neither kept nor missed."""
    facts = limit_told(limit, work)
    if limit.how != "withdrawn":
        facts.stopped_at = limit.ended_at
        facts.missed = limit.how == "late"
    add_up(work.one(CaseFacts), work.all(DutyFacts), work.all(LimitFacts))


@hears
def note_a_payment(payment: PaymentMade, work: Work) -> None:
    """Something was given to the customer: the ceiling was kept."""
    facts_of(payment.case, payment, work)


@hears
def note_an_entry(entry: EntryPosted, work: Work) -> None:
    """Parts or money were moved, for a case or without one: the clauses of the posting are judged."""
    if entry.case is not None:
        facts_of(entry.case, entry, work)
    else:
        fold(entry, work)


def on_the_sheet(sheet: SheetSent | SheetReturned) -> tuple[str, ...]:
    """A sheet is a thing of its own: its survey may have thousands, which need not be read with it."""
    return (sheet.key, sheet.sheet_id)


@hears(keys=on_the_sheet)
def count_a_sheet(sheet: SheetSent, work: Work) -> None:
    """A sheet went out."""
    fold(sheet, work)
    expect_figures(work.add(SheetFacts.sent(sheet)), work)


@hears(keys=on_the_sheet)
def note_the_answers(sheet: SheetReturned, work: Work) -> None:
    """A sheet came back; how many of its items count as satisfied is survey's judgement."""
    fold(sheet, work)
    facts = work.one(SheetFacts, key=sheet.sheet_id)
    facts.come_back(sheet)
    expect_figures(facts, work)


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
    """The sheets were counted one by one; what follows is on its desk from now on."""
    fold(survey, work)
    day = work.now.astimezone(work.calendar(survey.place).zone).date().isoformat()
    told = {"of": survey.survey_id, "period": day}
    pack = work.pack(survey)
    judge_after_the_survey(survey, pack, work)
    open_jobs_after(work, "stats", pack, "survey_closed", survey.survey, place=survey.place, **told)


@hears
def note_a_parameter(parameter: ParameterSet, work: Work) -> None:
    """A target that the procedure leaves to a role has a value from a day on."""
    fold(parameter, work)
    keep_parameter(parameter, work)
    plan_interval(work, work.pack(parameter), parameter)


@hears
def judge_a_refused_attempt(attempt: AttemptRefused, work: Work) -> None:
    """A clause prevented something."""
    fold(attempt, work)


@hears
def judge_an_alarm(alarm: AlarmRaised, work: Work) -> None:
    """Stats itself said it; of it the occasions count, in the period of the figure."""
    fold(alarm, work, alarm.period)
    pack = work.pack(alarm)
    told = {"of": alarm.alarm_id, "period": alarm.period}
    open_jobs_after(work, "stats", pack, "alarm_raised", alarm.alarm, **told)


@hears
def judge_a_withdrawn_alarm(alarm: AlarmWithdrawn, work: Work) -> None:
    """There was no cause for it: its occasions leave the counts."""
    fold(alarm, work, alarm.period)


@hears
def judge_occasions(judged: OccasionsJudged, work: Work) -> None:
    """Occasions opened or ended by themselves, such as at the end of a period."""
    fold(judged, work, judged.period)
    if judged.job is not None:
        note_a_job(judged, judged.job, work)


keep_sums(hears)
