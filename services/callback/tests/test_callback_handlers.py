"""Callback hears of cases, plans, and says what was not done in time."""

from datetime import timedelta

from closeloop.callback.asking.actions import record_attempt
from closeloop.callback.asking.forms import AttemptForm
from closeloop.chassis.coverage import HANDLED
from closeloop.contracts.callback import CallbackPlanned, CallbackWaived
from closeloop.contracts.dispatch import DutyFinished
from closeloop.contracts.every import MarkSet, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseReopened, RoundOpened
from closeloop.contracts.vocabulary import OccasionEnd


def ends(events):
    """The ends of all occasions that the events tell about."""
    return {(judged.clause, judged.of): judged.end for event in events for judged in event.occasions}


async def test_a_handled_complaint_is_to_be_called_back_within_the_time_of_the_pack(
    hear, published, clock, pack, about, handled
):
    await hear(about(CaseAssessed))
    await hear(handled())
    [planned] = await published(CallbackPlanned)
    assert (planned.callback_id, planned.number, planned.round, planned.reason) == ("case1.1", 1, 1, "handled")
    assert (planned.due_at - clock.now()).days == 7
    assert planned.desk == pack.callback.said.coverage["complaints"].desk.desk
    [task] = await published(TaskOpened)
    assert task.kind == "call" and task.due_at == planned.due_at and task.url == "/callback/callbacks/case1.1"
    assert {judged.clause: judged.end for judged in planned.occasions} == {
        "P00-4.4-a": OccasionEnd.KEPT,
        "P00-4.4-d1": OccasionEnd.OPENED,
    }


async def test_a_case_that_is_not_known_yet_is_planned_from_its_mark(hear, published, about, handled):
    await hear(handled())
    await hear(about(CaseAssessed))
    assert len(await published(CallbackPlanned)) == 1


async def test_a_mark_said_twice_plans_once(hear, published, handled):
    await hear(handled())
    await hear(handled())
    assert len(await published(CallbackPlanned)) == 1


async def test_another_mark_plans_nothing(hear, published, about):
    await hear(about(MarkSet, mark="measures_complete"))
    assert await published(CallbackPlanned) == []


async def test_who_left_no_contact_is_not_asked_and_the_reason_is_on_record(hear, published, about, handled):
    await hear(about(CaseAssessed, contact_left=False))
    await hear(handled(contact_left=False))
    [waived] = await published(CallbackWaived)
    assert waived.reason == "no_contact" and waived.note
    assert OccasionEnd.WAIVED in ends([waived]).values()
    [mark] = await published(MarkSet)
    assert mark.mark == "waived" and mark.is_set and mark.round == 1
    assert await published(TaskOpened) == []


async def test_who_wants_no_callback_is_not_asked(hear, published, handled):
    await hear(handled(wants_callback=False))
    [waived] = await published(CallbackWaived)
    assert waived.reason == "declined"


async def test_handling_taken_back_takes_the_callback_off_the_desk_until_it_is_handled_again(
    hear, published, about, handled
):
    await hear(handled())
    await hear(about(MarkSet, mark=HANDLED, is_set=False))
    assert [task.kind for task in await published(TaskClosed)] == ["call"]
    assert set(ends(await published(OccasionsJudged)).values()) == {OccasionEnd.WITHDRAWN}
    await hear(handled())
    first, again = await published(CallbackPlanned)
    assert first.callback_id == again.callback_id


async def test_a_required_callback_that_nobody_made_is_a_breach_and_goes_up(hear, published, house, pack, handled):
    await hear(handled())
    await house.advance(days=8)
    assert set(ends(await published(OccasionsJudged)).values()) == {OccasionEnd.BREACHED}
    call, overdue = await published(TaskOpened)
    assert overdue.kind == "overdue" and overdue.desk == pack.superior_of(call.desk)
    await house.advance(days=30)
    assert len(await published(TaskOpened)) == 2


async def test_a_further_round_is_asked_about_once_more_and_always(hear, published, house, about, handled):
    await hear(about(CaseAssessed, "repair", 2))
    await hear(handled("repair", 1))
    await hear(handled("repair", 2))
    await house.do(
        record_attempt, 1, AttemptForm(form="telephone", outcome="dissatisfied"), by="callback-1", key="case2"
    )
    await hear(about(RoundOpened, "repair", 2, round=2))
    await hear(handled("repair", 2, round=2))
    again = (await published(CallbackPlanned))[-1]
    assert (again.callback_id, again.round, again.reason) == ("case2.2", 2, "another_round")
    assert again.occasions


async def test_a_closed_case_leaves_nothing_on_the_desk(hear, published, house, about, handled):
    await hear(handled())
    await hear(about(CaseClosed, how="person"))
    assert [task.kind for task in await published(TaskClosed)] == ["call"]
    assert set(ends(await published(OccasionsJudged)).values()) == {OccasionEnd.NOT_APPLICABLE}
    await house.advance(days=30)
    assert len(await published(TaskOpened)) == 1


async def test_a_case_opened_again_is_asked_about_in_its_new_round(hear, published, about, handled):
    await hear(handled())
    await hear(about(CaseClosed))
    await hear(about(CaseReopened, round=2))
    await hear(handled(round=2))
    assert [event.round for event in await published(CallbackPlanned)] == [1, 2]


async def test_what_was_done_is_remembered_for_whoever_calls(hear, api, about, handled):
    await hear(about(CaseAssessed))
    await hear(about(DutyFinished, round=1))
    await hear(handled())
    page = await api.get("/callback/callbacks/case1.1", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert an_example(DutyFinished).result in page.text


async def test_the_customer_is_asked_before_the_moment_that_the_case_names(hear, published, about, handled, clock):
    leaves = clock.now() + timedelta(days=2)
    await hear(about(CaseAssessed, facts={"leaves_at": leaves.isoformat()}))
    await hear(handled())
    [planned] = await published(CallbackPlanned)
    assert planned.due_at == leaves - timedelta(hours=2)
    earlier = leaves - timedelta(days=1)
    await hear(about(CaseAssessed, facts={"leaves_at": earlier.isoformat()}, id="main.intake.case1.7"))
    tasks = [task for task in await published(TaskOpened) if task.kind == "call"]
    assert tasks[-1].due_at == earlier - timedelta(hours=2)
