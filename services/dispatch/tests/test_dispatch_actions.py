"""What people do with a duty, from accepting it to handing it back."""

from __future__ import annotations

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.contracts.dispatch import DutyFinished, DutyIssued, DutyRejected, DutyReturned, DutySigned, LimitExtended
from closeloop.contracts.every import AttemptRefused, MarkSet, TaskClosed, TaskOpened
from closeloop.contracts.vocabulary import DutyState, Outcome
from closeloop.dispatch import actions
from closeloop.dispatch.limits import pausing
from closeloop.dispatch.limits.forms import ExtendForm
from closeloop.dispatch.signing import actions as signing
from closeloop.dispatch.steps import putting_right
from closeloop.dispatch.steps.forms import AssignForm, RejectForm, ResultForm, ReturnForm, SignForm, StepForm


@pytest.fixture
def act(house, running, people):
    """`await act("repair-leader", actions.accept_duty, StepForm())` on the first duty of the first case."""

    async def somebody(login, action, form, *more, number=1, case="case-1"):
        here.set(running)
        person = people.person(login)
        desks = desks_of(person, people, running.procedures.current(running.now()))
        return await house.do(action, number, form, *more, desks, by=person, key=case)

    return somebody


@pytest.fixture
def repaired(act, people):
    """A repair taken as far as somebody wants."""

    async def as_far_as(step: str):
        worker = people.person("repair-worker-1")
        steps = {
            "accept": lambda: act("repair-leader", actions.accept_duty, StepForm()),
            "assign": lambda: act("repair-leader", actions.assign_duty, AssignForm(to=worker.id), (worker,)),
            "arrive": lambda: act(worker.id, actions.arrive_at_duty, StepForm(guidance=["tools"])),
            "finish": lambda: act(
                worker.id, actions.finish_duty, ResultForm(outcome=Outcome.SOLVED, fields={"work_done": "更换角阀"})
            ),
            "sign": lambda: act(worker.id, signing.sign_duty, SignForm(opinion="很及时", satisfied=True)),
            "return": lambda: act(worker.id, actions.return_duty, ReturnForm()),
        }
        duty = None
        for name, take in steps.items():
            duty = await take()
            if name == step:
                break
        return duty

    return as_far_as


async def test_a_repair_goes_from_desk_to_signature_and_back(hear, a_repair, repaired, published):
    await hear(a_repair())
    duty = await repaired("return")
    assert duty.state is DutyState.RETURNED
    assert duty.record["work_done"] == "更换角阀"
    assert duty.record["customer_opinion"] == "很及时"
    assert duty.record["signature"] == "王先生"
    [signed] = await published(DutySigned)
    [returned] = await published(DutyReturned)
    [on_paper] = returned.record.signatures
    assert signed.signature.hash == on_paper.hash and returned.record.hash is not None
    [handled] = await published(MarkSet)
    assert (handled.mark, handled.is_set, handled.customer.name) == ("handled", True, "王先生")


async def test_everything_that_was_opened_for_a_duty_is_judged_when_it_is_back(
    hear, a_repair, repaired, published, pack
):
    await hear(a_repair())
    await repaired("return")
    judged = [judged for event in await published() for judged in event.occasions]
    texts = {number for text in pack.guidance.texts for number in text.clauses}
    ends = {one.id: one.end for one in judged if one.clause not in texts}
    assert ends
    assert "opened" not in ends.values() and "breached" not in ends.values()
    assert "shown" in {one.end for one in judged}


async def test_each_step_lies_on_the_desk_of_whoever_takes_it(hear, a_repair, repaired, published):
    await hear(a_repair())
    await repaired("return")
    opened = await published(TaskOpened)
    assert [(task.kind, task.desk, task.person) for task in opened] == [
        ("accept", "repair_leader", None),
        ("assign", "repair_leader", None),
        ("arrive", "repair_leader", "repair-worker-1"),
        ("finish", "repair_leader", "repair-worker-1"),
        ("sign", "repair_leader", "repair-worker-1"),
        ("return", "repair_leader", "repair-worker-1"),
    ]
    assert {task.task_id for task in await published(TaskClosed)} == {task.task_id for task in opened}


async def test_nobody_is_asked_to_sign_before_the_work_is_done(hear, a_repair, repaired, act, published):
    await hear(a_repair())
    await repaired("arrive")
    with pytest.raises(Refused) as refused:
        await act("repair-worker-1", signing.sign_duty, SignForm(signer="王先生"))
    assert refused.value.clause == "P00-4.5-c"
    [attempt] = await published(AttemptRefused)
    assert attempt.clause == "P00-4.5-c"


@pytest.mark.parametrize(
    ("until", "login", "action", "form"),
    [
        ("", "cleaning-head", actions.accept_duty, StepForm()),
        ("accept", "repair-leader", actions.accept_duty, StepForm()),
        ("accept", "repair-worker-1", actions.arrive_at_duty, StepForm()),
        ("assign", "repair-worker-2", actions.arrive_at_duty, StepForm()),
        ("finish", "repair-worker-1", actions.return_duty, ReturnForm()),
        ("return", "repair-worker-1", actions.return_duty, ReturnForm()),
    ],
    ids=["another desk", "twice", "before it is assigned", "another worker", "unsigned", "returned already"],
)
async def test_wrong_state_and_wrong_person_are_refused_with_a_clause(
    hear, a_repair, repaired, act, until, login, action, form
):
    await hear(a_repair())
    if until:
        await repaired(until)
    with pytest.raises(Refused) as refused:
        await act(login, action, form)
    assert refused.value.clause


async def test_a_person_of_another_place_does_not_find_the_duty(hear, a_repair, act):
    await hear(a_repair())
    with pytest.raises(NotFound):
        await act("desk-2", actions.accept_duty, StepForm())


async def test_a_duty_goes_only_to_somebody_of_the_right_role_and_trade(hear, a_repair, repaired, act, people):
    await hear(a_repair())
    await repaired("accept")
    wrong = people.person("desk-1")
    for form, person in (
        (AssignForm(to="desk-1"), wrong),
        (AssignForm(to="nobody"), None),
        (AssignForm(to="repair-worker-1", trade="magic"), people.person("repair-worker-1")),
    ):
        with pytest.raises(Refused) as refused:
            await act("repair-leader", actions.assign_duty, form, (person,))
        assert refused.value.clause == "P00-4.5-a2"


async def test_a_duty_may_be_given_to_somebody_else_on_the_way(hear, a_repair, repaired, act, people):
    await hear(a_repair())
    await repaired("arrive")
    other = people.person("repair-worker-2")
    duty = await act("repair-leader", actions.assign_duty, AssignForm(to=other.id), (other,))
    assert (duty.worker, duty.state, duty.at("arrive")) == ("repair-worker-2", DutyState.ASSIGNED, None)


async def test_the_form_has_to_say_what_was_done(hear, a_repair, repaired, act):
    await hear(a_repair())
    await repaired("arrive")
    for form in (ResultForm(outcome=Outcome.SOLVED), ResultForm(outcome=Outcome.SOLVED, fields={"magic": "1"})):
        with pytest.raises(Refused):
            await act("repair-worker-1", actions.finish_duty, form)


async def test_a_customer_may_refuse_to_sign_before_a_witness(hear, a_repair, repaired, act, published):
    await hear(a_repair())
    await repaired("finish")
    with pytest.raises(Refused):
        await act("repair-worker-1", signing.sign_duty, SignForm(means="refused"))
    duty = await act("repair-worker-1", signing.sign_duty, SignForm(means="refused", witness="repair-leader"))
    assert duty.signature["witness"] == "repair-leader"


async def test_a_drawn_name_is_kept_with_its_hash(hear, a_repair, repaired, act, published):
    await hear(a_repair())
    await repaired("finish")
    duty = await act("repair-worker-1", signing.sign_duty, SignForm(drawing="M 1 2 L 3 4"))
    [signed] = await published(DutySigned)
    assert signed.signature.means == "drawn" and signed.signature.image.size == len(duty.drawing)


async def test_the_original_of_a_complaint_sheet_has_to_come_back(hear, a_complaint, act):
    await hear(a_complaint())
    await act("cleaning-head", actions.accept_duty, StepForm())
    said = ResultForm(outcome=Outcome.SOLVED, result="已清扫", fields={"measures": "补扫"})
    await act("cleaning-head", actions.finish_duty, said)
    with pytest.raises(Refused) as refused:
        await act("cleaning-head", actions.return_duty, ReturnForm(with_original=False))
    assert refused.value.clause == "P00-4.3.1-b"
    assert (await act("cleaning-head", actions.return_duty, ReturnForm())).state is DutyState.RETURNED


async def test_work_that_is_not_good_enough_goes_back_and_the_mark_is_lifted(hear, a_repair, repaired, act, published):
    await hear(a_repair())
    await repaired("return")
    duty = await act("customer-service-head", putting_right.reject_duty, RejectForm(reason="还在漏"))
    assert (duty.state, duty.worker, duty.outcome) == (DutyState.ASSIGNED, "repair-worker-1", None)
    assert [mark.is_set for mark in await published(MarkSet)] == [True, False]
    assert duty.due_at is not None
    await act("repair-worker-1", actions.arrive_at_duty, StepForm())
    done = ResultForm(outcome=Outcome.SOLVED, fields={"work_done": "换管"})
    await act("repair-worker-1", actions.finish_duty, done)
    await act("repair-worker-1", signing.sign_duty, SignForm())
    await act("repair-worker-1", actions.return_duty, ReturnForm())
    assert [mark.is_set for mark in await published(MarkSet)] == [True, False, True]
    assert len(await published(DutyFinished)) == 2


async def test_a_duty_on_the_wrong_desk_goes_back_and_is_sent_elsewhere(hear, a_complaint, act, published):
    await hear(a_complaint())
    duty = await act("cleaning-head", putting_right.reject_duty, RejectForm(reason="不是我们的电梯厅"))
    assert (duty.desk, duty.state) == ("customer_service", DutyState.ISSUED)
    with pytest.raises(Refused):
        await act("cleaning-head", putting_right.reject_duty, RejectForm(reason="还是不对"))
    await hear(a_complaint(facets={"responsible_department": "security"}))
    issued = await published(DutyIssued)
    assert [(one.number, one.desk) for one in issued] == [(1, "cleaning"), (2, "security")]
    assert [one.state for one in await published(DutyRejected)] == ["issued", "withdrawn"]


async def test_a_limit_is_put_off_by_whoever_may_and_as_often_as_allowed(hear, a_repair, act, published):
    await hear(a_repair())
    with pytest.raises(Refused):
        await act("repair-leader", pausing.extend_limit_of_duty, ExtendForm(hours=4, reason="等配件"))
    with pytest.raises(Refused):
        await act(
            "customer-service-head",
            pausing.extend_limit_of_duty,
            ExtendForm(limit="accept_order", hours=4, reason="等配件"),
        )
    for _n in range(2):
        await act("customer-service-head", pausing.extend_limit_of_duty, ExtendForm(hours=4, reason="等配件"))
    with pytest.raises(Refused) as refused:
        await act("customer-service-head", pausing.extend_limit_of_duty, ExtendForm(hours=4, reason="等配件"))
    assert "2" in refused.value.sentence.en
    extended = await published(LimitExtended)
    assert [one.approved_by for one in extended] == ["customer-service-head"] * 2


async def test_only_whoever_may_backdate_writes_down_something_later(hear, a_repair, act, clock, people):
    await hear(a_repair())
    issued = clock.now()
    clock.advance_to(issued.replace(hour=3))
    earlier = issued.replace(minute=30)
    with pytest.raises(Refused):
        await act("repair-leader", actions.accept_duty, StepForm(happened_at=earlier))
    with pytest.raises(Refused):
        await act("repair-leader", actions.accept_duty, StepForm(happened_at=issued.replace(hour=9)))
