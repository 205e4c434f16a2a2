"""Stats hears everything and keeps facts; figures are made of nothing else."""

from datetime import UTC, datetime, timedelta

from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived
from closeloop.contracts.dispatch import (
    DutyArrived,
    DutyIssued,
    DutyRejected,
    DutyReturned,
    LimitExtended,
    LimitMissed,
    LimitSet,
)
from closeloop.contracts.envelope import decode
from closeloop.contracts.every import AttemptRefused, MarkSet, OccasionsJudged
from closeloop.contracts.examples import message, messages_of
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseRegistered, CaseReopened, RoundOpened
from closeloop.contracts.loop import HEARS, every_event
from closeloop.contracts.survey import SheetReturned, SheetSent
from closeloop.stats.duties import DutyFacts, LimitFacts
from closeloop.stats.handlers import hears
from closeloop.stats.model import CaseFacts, OccasionFact, SheetFacts

MORNING = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def handled(about, case, at=MORNING, is_set=True):
    return about(MarkSet, case, mark="handled", is_set=is_set, round=case.round, occurred_at=at)


async def test_every_example_of_the_contracts_is_heard_without_being_parked(hear, running):
    for event in (event for event in every_event() if event in hears.events):
        for name, _ in messages_of(event):
            await hear(decode(message(name)))
    assert await running.store.fetch("select reason from parked") == []


def test_stats_hears_what_the_table_of_the_loop_says():
    told = {event for events in HEARS["stats"].values() for event in events}
    assert {event.__name__ for event in told} - {"ProcedureActivated", "OrganisationChanged", "AbsenceNoted"} == {
        event.__name__ for event in hears.events
    }


async def test_a_case_that_is_rated_as_it_is_written_down_counts_from_one_event(hear, rows, a_case, about):
    await hear(about(CaseAssessed, a_case(), occurred_at=MORNING, in_register="repair"))
    [facts] = await rows(CaseFacts)
    assert facts.registered_at == facts.assessed_at == MORNING


async def test_a_case_is_known_from_its_first_word_to_its_closing(hear, rows, a_case, about):
    case = a_case(kind="complaint")
    rated = a_case(sequence=2, facets={"severity": "major"})
    await hear(about(CaseRegistered, case, occurred_at=MORNING))
    await hear(about(CaseAssessed, rated, occurred_at=MORNING + DAY))
    await hear(handled(about, rated, MORNING + 2 * DAY))
    await hear(about(CallbackPlanned, rated))
    await hear(about(CallbackAttempted, rated, outcome="satisfied", counts=True))
    await hear(about(CaseClosed, rated, occurred_at=MORNING + 3 * DAY))
    [facts] = await rows(CaseFacts)
    assert (facts.number, facts.kind, facts.place) == (case.number, "complaint", "garden-estate")
    assert '"severity":"major"' in facts.traits
    assert [facts.registered_at, facts.assessed_at, facts.handled_at, facts.closed_at] == [
        MORNING + days * DAY for days in range(4)
    ]
    assert (facts.callbacks_planned, facts.callbacks_made, facts.opinion) == (1, 1, "satisfied")


async def test_it_does_not_matter_which_service_tells_first(hear, rows, a_case, about):
    newer = a_case(sequence=2, facets={"severity": "major"})
    await hear(about(DutyIssued, newer))
    await hear(about(CaseRegistered, a_case(), occurred_at=MORNING))
    [facts] = await rows(CaseFacts)
    assert '"severity":"major"' in facts.traits
    assert facts.registered_at == MORNING


async def test_a_later_round_does_not_move_the_day_on_which_a_case_was_handled(hear, rows, a_case, about):
    case, again = a_case(), a_case(round=2, sequence=3)
    await hear(handled(about, case))
    await hear(about(CallbackAttempted, case, outcome="dissatisfied", counts=True))
    await hear(about(RoundOpened, again, number=2))
    await hear(handled(about, again, MORNING + 30 * DAY))
    [facts] = await rows(CaseFacts)
    assert (facts.round, facts.handled_at, facts.opinion) == (2, MORNING, "dissatisfied")


async def test_handled_that_is_taken_back_counts_when_it_is_said_again(hear, rows, a_case, about):
    case = a_case()
    await hear(handled(about, case))
    await hear(handled(about, case, is_set=False))
    await hear(handled(about, case, MORNING + 30 * DAY))
    [facts] = await rows(CaseFacts)
    assert facts.handled_at == MORNING + 30 * DAY


async def test_a_case_that_is_opened_again_is_not_closed(hear, rows, a_case, about):
    case = a_case()
    await hear(about(CaseClosed, case))
    await hear(about(CaseReopened, a_case(round=2, sequence=4)))
    [facts] = await rows(CaseFacts)
    assert (facts.closed_at, facts.reopened) == (None, 1)


async def test_an_attempt_that_does_not_count_is_no_callback(hear, rows, a_case, about):
    await hear(about(CallbackAttempted, a_case(), outcome="unreachable", counts=False))
    await hear(about(CallbackWaived, a_case(), occurred_at=MORNING))
    [facts] = await rows(CaseFacts)
    assert (facts.callbacks_made, facts.opinion, facts.waived_at) == (0, None, MORNING)


def limits(due_at, **more):
    return tuple(
        LimitSet(name=name, due_at=at, stops=stops)
        for name, (at, stops) in {"return": (due_at, "returned"), **more}.items()
    )


async def test_a_duty_comes_back_in_time_or_late(hear, rows, a_case, about):
    case = a_case()
    for number, back in ((1, MORNING), (2, MORNING + 2 * DAY)):
        await hear(about(DutyIssued, case, number=number, limits=limits(MORNING + DAY)))
        await hear(about(DutyReturned, case, number=number, returned_at=back))
    found = {duty.id: duty.returned_in_time for duty in await rows(DutyFacts)}
    assert found == {f"{case.id}.1": True, f"{case.id}.2": False}


async def test_more_time_counts_and_a_rejected_duty_is_not_back(hear, rows, a_case, about):
    case = a_case()
    await hear(about(DutyIssued, case, limits=limits(MORNING)))
    await hear(about(LimitExtended, case, limit="return", due_at=MORNING, new_due_at=MORNING + 3 * DAY))
    await hear(about(DutyReturned, case, returned_at=MORNING + 2 * DAY))
    [duty] = await rows(DutyFacts)
    assert duty.returned_in_time
    await hear(about(DutyRejected, case))
    [duty] = await rows(DutyFacts)
    assert duty.returned_at is None


async def test_a_limit_is_missed_once_however_often_it_goes_up(hear, rows, a_case, about):
    case = a_case()
    await hear(about(DutyIssued, case, limits=limits(MORNING)))
    for level in (1, 2):
        await hear(about(LimitMissed, case, limit="return", due_at=MORNING, level=level))
    [case] = await rows(CaseFacts)
    assert case.limits_missed == 1


async def test_an_arrival_in_time_that_is_told_late_takes_the_miss_back(hear, rows, a_case, about):
    case = a_case(kind="repair")
    await hear(about(DutyIssued, case, limits=limits(MORNING + DAY, there=(MORNING, "arrived"))))
    await hear(about(LimitMissed, case, limit="there", due_at=MORNING))
    await hear(about(DutyArrived, case, arrived_at=MORNING - timedelta(minutes=5)))
    [facts] = await rows(CaseFacts)
    assert (facts.limits_missed, facts.limits_kept) == (0, 1)
    assert {limit.name: limit.stopped_at for limit in await rows(LimitFacts)} == {
        "return": None,
        "there": MORNING - timedelta(minutes=5),
    }


async def test_an_occasion_opens_ends_and_may_be_withdrawn(hear, rows, a_case, about, judged):
    case = a_case()
    for end in ("opened", "breached", "withdrawn"):
        await hear(about(CallbackPlanned, case, occasions=(judged("P00-4.1", end),)))
        [occasion] = await rows(OccasionFact)
        assert occasion.ended_as == end
    assert occasion.key == case.id


async def test_a_refused_attempt_is_an_occasion_of_its_own(hear, rows, a_case, about, judged):
    refused = about(AttemptRefused, a_case(), occasions=(judged("P00-4.5", "prevented", of="attempt:sign"),))
    await hear(refused.model_copy(update={"case": None, "place": None}))
    [occasion] = await rows(OccasionFact)
    assert (occasion.procedure, occasion.ended_as) == ("P00", "prevented")


async def test_an_occasion_of_a_period_belongs_to_that_period(hear, rows, a_case, about, judged):
    late = datetime(2026, 1, 19, 2, tzinfo=UTC)
    left_out = about(OccasionsJudged, a_case(), period="2026-W03", occasions=(judged("P00-4.4", "breached", at=late),))
    await hear(left_out.model_copy(update={"case": None, "key": "register"}))
    [occasion] = await rows(OccasionFact)
    assert occasion.counted_at == datetime(2026, 1, 11, 16, tzinfo=UTC)
    assert (occasion.opened_at, occasion.period) == (late, "2026-W03")


async def test_a_sheet_goes_out_and_comes_back(hear, rows, a_case, about):
    case = a_case(kind="repair")
    told = {"key": "survey1", "survey_id": "survey1", "sheet_id": "sheet1"}
    await hear(about(SheetSent, case, sent_at=MORNING).model_copy(update=told))
    answers = about(SheetReturned, case, returned_at=MORNING + DAY, qualified=4, dissatisfied=1, unanswered=0)
    await hear(answers.model_copy(update=told))
    [sheet] = await rows(SheetFacts)
    assert (sheet.number, sheet.qualified, sheet.dissatisfied) == (case.number, 4, 1)
    assert sheet.returned_at == MORNING + DAY
