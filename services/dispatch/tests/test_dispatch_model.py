"""The rules of a duty and of desks, as plain functions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.step_rules import Steps
from closeloop.chassis.people import Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.dispatch.model import Duty, clause_of, signs_first

MORNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
WORKER = Person("worker", "Worker", frozenset({"worker"}))


def a_rule(*steps: str, **more) -> DutyRule:
    because = {"own_practice": "To try it."}
    return DutyRule.model_validate(
        {
            "title": {"zh": "任务", "en": "Duty"},
            "to": "workshop",
            "form": "sheet",
            "steps": dict.fromkeys(steps, because),
            **because,
            **more,
        }
    )


def a_duty(*taken: str, **more) -> Duty:
    duty = Duty(
        id="case.1",
        case_id="case",
        number=1,
        case_number="B-1",
        rule="answer",
        title={"zh": "任务", "en": "Duty"},
        kind="handling",
        round=1,
        desk="workshop",
        issued_to="workshop",
        of_department="workshop",
        tracked_by="front",
        form="sheet",
        place="estate",
        audience="internal",
        procedure="P00",
        procedure_version="1.0",
        content="",
        issued_at=MORNING,
        **more,
    )
    for step in taken:
        duty.take(step, at=MORNING, by="worker", steps=Steps(a_rule(*taken), {}))
    return duty


def check(duty: Duty, step: str, rule: DutyRule, *, by: Person = WORKER, desks: str = "workshop") -> None:
    duty.check(step, rule, Steps(rule, {}), {}, by=by, desks=frozenset({desks}))


WHOLE: tuple[str, ...] = ("accept", "assign", "arrive", "finish", "sign", "return")


@given(chosen=st.sets(st.sampled_from(WHOLE)).map(lambda some: [step for step in WHOLE if step in some]))
def test_every_duty_reaches_its_last_step_and_none_twice(chosen):
    steps, duty, taken = Steps(a_rule(*chosen), {}), a_duty(), []
    while (step := duty.next_step(steps, {})) is not None:
        taken.append(step.name)
        duty.take(step.name, at=MORNING, by="worker", steps=steps)
    assert taken == chosen


@given(taken=st.integers(0, 6), step=st.sampled_from(WHOLE))
def test_only_the_next_step_may_be_taken(taken, step):
    rule, duty = a_rule(*WHOLE), a_duty(*WHOLE[:taken])
    allowed = {*WHOLE[taken : taken + 1]} | ({"assign"} if duty.state in ("assigned", "arrived") else set())
    try:
        check(duty, step, rule)
        assert step in allowed
    except Refused:
        assert step not in allowed


def test_a_signature_that_is_not_required_may_be_left_out():
    because = {"own_practice": "To try it."}
    rule = a_rule("finish", "sign", "return", signatures={"opinion": {"required": False, **because}})
    assert not signs_first(rule)
    check(a_duty("finish"), "return", rule)


def test_what_was_assigned_is_for_the_worker_alone():
    rule, duty = a_rule(*WHOLE), a_duty("accept", "assign", worker="worker")
    check(duty, "arrive", rule, desks="elsewhere")
    with pytest.raises(Refused, match="is for worker"):
        check(duty, "arrive", rule, by=Person("other", "Other"))


def test_a_step_that_the_procedure_does_not_know_is_refused():
    with pytest.raises(Refused, match="not a step"):
        check(a_duty(), "sign", a_rule("accept", "return"))


def test_the_clause_of_a_step_is_its_own_or_that_of_the_duty():
    steps = {"accept": {"clauses": ["P00-1"]}, "return": {"own_practice": "To try it."}}
    rule = a_rule(steps=steps, clauses=["P00-2"])
    assert (clause_of(rule, "accept"), clause_of(rule, "return")) == ("P00-1", "P00-2")


def test_a_duty_of_another_place_or_audience_is_not_there():
    with pytest.raises(NotFound):
        a_duty().shown_to(Person("p", "P", places=frozenset({"elsewhere"})))
    restricted = a_duty()
    restricted.audience = "restricted"
    with pytest.raises(NotFound):
        restricted.shown_to(Person("p", "P"))


def test_a_desk_without_a_person_goes_up_not_away(pack: Pack):
    head = Person("head", "Head", frozenset({"responsible_department"}), "engineering")
    top = Person("top", "Top", frozenset({"management_representative"}))
    service = Person("service", "Service", frozenset({"desk"}), "customer_service")
    everybody = [head, top, service]
    assert "repair_leader" in desks_of(head, everybody, [pack])  # there is no team leader
    assert "repair_leader" not in desks_of(top, everybody, [pack])
    leader = Person("leader", "Leader", frozenset({"repair_leader"}), "engineering")
    assert "repair_leader" not in desks_of(head, [*everybody, leader], [pack])
    assert "repair_leader" in desks_of(top, [top, service], [pack])  # nor a head of the department
    assert "repair_leader" in desks_of(service, [service], [pack])  # nobody above: the desk of the procedure
