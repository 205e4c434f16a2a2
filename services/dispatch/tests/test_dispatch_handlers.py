"""What dispatch does by itself: duties for an assessed case, further rounds, limits, and the common desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.store.tables import Task
from closeloop.contracts.dispatch import DutyIssued, DutyRejected, LimitMissed
from closeloop.contracts.every import MarkSet, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseClosed, CaseReopened
from closeloop.contracts.loop import HEARS
from closeloop.contracts.personal import Customer
from closeloop.contracts.vocabulary import Outcome, Text
from closeloop.dispatch import actions
from closeloop.dispatch.app import service as dispatch
from closeloop.dispatch.model import Duty
from closeloop.dispatch.queries import CASES, DUTIES, TASKS, on_the_desk_of
from closeloop.dispatch.steps.forms import ResultForm, ReturnForm, StepForm


@pytest.fixture
def answer(house, running, people):
    """A department answers a sheet: accepts it, says what was done, hands it back."""

    async def by(login: str, number: int = 1, case: str = "case-1") -> None:
        here.set(running)
        desks = desks_of(people.person(login), people, running.procedures.current(running.now()))
        done = ResultForm(outcome=Outcome.SOLVED, result="已清扫", fields={"measures": "补扫"})
        await house.do(actions.accept_duty, number, StepForm(), desks, by=login, key=case)
        await house.do(actions.finish_duty, number, done, desks, by=login, key=case)
        await house.do(actions.return_duty, number, ReturnForm(), desks, by=login, key=case)

    return by


def test_dispatch_hears_what_the_table_of_the_loop_says():
    heard = {service: set(events) for service, events in dispatch.hears.publishers("dispatch").items()}
    by_the_chassis = {"ProcedureActivated", "OrganisationChanged", "AbsenceNoted"}
    for teller, events in HEARS["dispatch"].items():
        assert {event for event in events if event.__name__ not in by_the_chassis} == heard.pop(teller)
    assert not heard


async def test_a_case_heard_of_twice_gets_its_duties_once(hear, a_repair, published):
    await hear(a_repair())
    await hear(a_repair())
    [duty] = await published(DutyIssued)
    assert (duty.form, duty.desk, duty.duty_id) == ("qr_024", "repair_leader", "case-1.1")
    assert [limit.name for limit in duty.limits] == ["accept_order", "repair"]
    assert duty.due_at == min(limit.due_at for limit in duty.limits)


async def test_the_form_carries_on_what_the_register_says(hear, a_repair, published):
    await hear(a_repair())
    [duty] = await published(DutyIssued)
    fields = duty.record.fields
    assert fields["register_number"] == "QR-022/2026-0001"
    assert (fields["content"], fields["customer"], fields["contact"]) == ("厨房水管漏水", "王先生", "+8613800000002")


async def test_a_complaint_goes_to_the_department_that_the_facet_names(hear, a_complaint, published):
    await hear(a_complaint())
    [duty] = await published(DutyIssued)
    assert (duty.rule, duty.desk) == ("handling_sheet", "cleaning")
    ends = {judged.clause: judged.end for judged in duty.occasions}
    assert ends["P00-3.3"] == "kept"  # the right desk has it: nothing else is asked
    assert ends["P00-4.3.1-b"] == ends["P00-4.3.1-a"] == "opened"


async def test_a_major_complaint_goes_to_the_management_representative(hear, a_complaint, published):
    await hear(a_complaint(facets={"severity": "major"}))
    [duty] = await published(DutyIssued)
    assert (duty.rule, duty.desk) == ("major_handling", "management_representative")


async def test_a_new_rating_withdraws_what_no_longer_applies(hear, a_complaint, published, running):
    await hear(a_complaint())
    await hear(a_complaint(facets={"severity": "major"}))
    assert [duty.rule for duty in await published(DutyIssued)] == ["handling_sheet", "major_handling"]
    [gone] = await published(DutyRejected)
    assert (gone.number, gone.state) == (1, "withdrawn")
    assert not any(judged.end == "breached" for judged in gone.occasions)
    still = {
        judged.id: judged.end for event in await published() for judged in event.occasions if "duty:1" in judged.of
    }
    assert "opened" not in still.values()
    open_tasks = await running.read.rows(Task, TASKS.select().where(TASKS.c.closed_at.is_(None)))
    assert [task.of for task in open_tasks] == ["duty:2"]


async def test_a_case_is_handled_when_every_duty_of_the_round_is_back(hear, a_complaint, answer, published):
    await hear(a_complaint(facets={"crosses_departments": "yes"}))
    assert [duty.desk for duty in await published(DutyIssued)] == ["cleaning", "management_representative"]
    await answer("cleaning-head", 1)
    assert await published(MarkSet) == []
    await answer("management-representative", 2)
    [handled] = await published(MarkSet)
    assert (handled.mark, handled.round) == ("handled", 1)


async def test_a_further_round_is_a_duty_of_its_own_with_the_limit_for_rework(
    hear, a_complaint, answer, another_round, published
):
    case = a_complaint()
    await hear(case)
    await answer("cleaning-head")
    await hear(another_round(case))
    again = (await published(DutyIssued))[-1]
    assert (again.number, again.round, again.again_of, again.desk) == (2, 2, "case-1.1", "cleaning")
    assert [limit.name for limit in again.limits] == ["arrange_handling", "rework"]
    await answer("cleaning-head", 2)
    await hear(another_round(case, 3))
    higher = (await published(DutyIssued))[-1]
    assert higher.desk == "management_representative"
    assert [(mark.round, mark.is_set) for mark in await published(MarkSet)] == [(1, True), (2, True)]


async def test_a_case_that_no_duty_fits_is_not_forgotten(hear, a_complaint, published, running):
    await hear(a_complaint(facets={"severity": "unheard_of"}))
    assert await published(DutyIssued) == []
    [task] = await published(TaskOpened)
    assert (task.desk, task.kind) == ("customer_service", "no_duty")
    await hear(a_complaint())
    assert task.task_id in {closed.task_id for closed in await published(TaskClosed)}


async def test_a_closed_case_asks_nothing_of_anybody(hear, a_repair, published, running, told_of):
    case = a_repair()
    await hear(case)
    await hear(told_of(case, CaseClosed, how="person", received_at=case.received_at, customer=Customer()))
    [gone] = await published(DutyRejected)
    assert gone.state == "withdrawn"
    assert await running.read.rows(Task, TASKS.select().where(TASKS.c.closed_at.is_(None))) == []
    assert (await running.timers.next_due()) is None
    await hear(case.model_copy(update={"id": "main.intake.case-1.late"}))
    assert len(await published(DutyIssued)) == 1
    header = case.case.model_copy(update={"round": 2})
    await hear(told_of(case, CaseReopened, case=header, reason="又漏了"))
    assert [duty.round for duty in await published(DutyIssued)] == [1, 2]


async def test_a_limit_that_passes_is_said_once_and_goes_up(hear, a_repair, house, published, running):
    await hear(a_repair())
    await house.advance(minutes=61)
    [missed] = await published(LimitMissed)
    assert (missed.limit, missed.goes_to, missed.level, missed.said_late) == (
        "accept_order",
        "responsible_department",
        1,
        False,
    )
    await house.advance(hours=1)
    levels = [(one.level, one.goes_to) for one in await published(LimitMissed)]
    assert levels == [(1, "responsible_department"), (2, "customer_service_head")]
    await house.advance(hours=20)
    assert len(await published(LimitMissed)) == 2
    [duty] = await running.read.rows(Duty, DUTIES.select())
    assert duty.missed_at is not None


async def test_a_miss_that_is_said_after_downtime_is_said_to_be_late(hear, a_repair, clock, running, published):
    await hear(a_repair())
    clock.advance_to(clock.now() + timedelta(hours=3))
    await running.timers.fire()
    [missed] = await published(LimitMissed)
    assert missed.said_late


async def test_accepting_late_closes_what_was_told_to_the_head(hear, a_repair, house, running, people, published):
    await hear(a_repair())
    await house.advance(minutes=61)
    here.set(running)
    await house.do(actions.accept_duty, 1, StepForm(), frozenset({"repair_leader"}), by="repair-leader", key="case-1")
    kinds = {task.task_id: task.kind for task in await published(TaskOpened)}
    assert [kinds[closed.task_id] for closed in await published(TaskClosed)] == ["overdue", "accept"]


async def test_a_breached_limit_is_an_occasion_that_a_stop_in_time_withdraws(
    hear, a_complaint, house, running, published
):
    await hear(a_complaint())
    await house.advance(hours=9)
    [missed] = await published(LimitMissed)
    assert [(judged.clause, judged.end) for judged in missed.occasions] == [("P00-4.3.1-a", "breached")]
    early = StepForm(happened_at=datetime(2026, 1, 5, 2, 0, tzinfo=UTC))
    here.set(running)
    desks = frozenset({"cleaning"})
    head = running.people.person("customer-service-head")
    await house.do(actions.accept_duty, 1, early, desks, by=head, key="case-1")
    judged = {one.id: one.end for event in await published() for one in event.occasions if one.clause == "P00-4.3.1-a"}
    assert sorted(judged.values()) == ["kept", "withdrawn"]


async def test_tasks_of_every_service_meet_on_one_desk(hear, a_repair, running, people):
    await hear(a_repair())
    due_at = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
    task = TaskOpened(
        id="main.callback.case-1.1",
        key="case-1",
        sequence=1,
        task_id="t-1",
        kind="call",
        of="callback:1",
        desk="repair_leader",
        title=Text(zh="电话回访", en="Call back"),
        url="/callback/callbacks/case-1.1",
        due_at=due_at,
        place="garden-estate",
        occurred_at=due_at,
        recorded_at=due_at,
    )
    await hear(task, teller="callback")
    await hear(task, teller="callback")
    leader = people.person("repair-leader")
    page = await on_the_desk_of(running.read, leader, frozenset({"repair_leader"}))
    assert [(one.service, one.kind, one.case_number) for one in page.items] == [
        ("callback", "call", "QR-022/2026-0001"),
        ("dispatch", "accept", "QR-022/2026-0001"),
    ]
    elsewhere = people.person("desk-2")
    assert (await on_the_desk_of(running.read, elsewhere, frozenset({"repair_leader"}))).items == []
    closed = TaskClosed(
        id="main.callback.case-1.2",
        key="case-1",
        sequence=2,
        task_id="t-1",
        kind="call",
        of="callback:1",
        occurred_at=due_at,
        recorded_at=due_at,
    )
    await hear(closed, teller="callback")
    page = await on_the_desk_of(running.read, leader, frozenset({"repair_leader"}))
    assert [one.service for one in page.items] == ["dispatch"]
    assert await running.read.value(CASES.select().with_only_columns(CASES.c.number)) == "QR-022/2026-0001"


async def test_nothing_is_judged_without_an_event_that_says_so(hear, a_repair, published):
    await hear(a_repair())
    assert await published(OccasionsJudged) == []
