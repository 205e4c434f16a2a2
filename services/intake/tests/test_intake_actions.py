"""What people do at the desk: register, assess, close, open again."""

import asyncio

import pytest

from closeloop.chassis.work import Refused
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseRegistered, CaseReopened, ProcedureActivated
from closeloop.contracts.personal import personal_values
from closeloop.intake import actions
from closeloop.intake.forms import AssessmentForm, ReasonForm


async def test_a_case_whose_facts_suffice_is_assessed_at_once(register, a_repair, published):
    case = await register(a_repair)
    assert case["status"] == "handling"
    [assessed] = await published(CaseAssessed)
    assert (assessed.sequence, assessed.case.sequence) == (1, 1)
    assert assessed.in_register and not await published(CaseRegistered)
    assert assessed.case.facets == {"trade": "general"}
    assert assessed.by == "desk-1"
    assert assessed.place == "river-towers"
    assert assessed.customer.phone == "+442079460958"
    assert assessed.record.form == "qr_024"
    assert assessed.record.fields["register_number"] == case["number"]
    assert not await published(TaskOpened)


async def test_a_missing_fact_makes_a_task_with_its_limit(register, a_complaint, published):
    case = await register(a_complaint)
    assert (case["status"], case["facets"]) == ("registered", {"severity": "ordinary", "crosses_departments": "no"})
    assert not await published(CaseAssessed)
    [task] = await published(TaskOpened)
    assert (task.desk, task.kind, task.url) == ("customer_service", "assess", f"/intake/cases/{case['number']}")
    assert task.due_at.isoformat() == "2026-01-05T06:30:00+00:00"
    assert (task.sequence, task.case.sequence) == (2, 2)
    assert "李女士" not in task.title.zh


async def test_what_the_desk_rates_is_told_and_leaves_the_desk(register, a_complaint, house, published):
    case = await register(a_complaint)
    form = AssessmentForm(facets={"responsible_department": "cleaning"}, reason="电梯厅归保洁部")
    await house.do(actions.assess_case, form, by="desk-1", key=case["id"])
    [assessed] = await published(CaseAssessed)
    assert assessed.facets["responsible_department"] == "cleaning"
    assert assessed.rated_before == {}
    [closed] = await published(TaskClosed)
    [opened] = await published(TaskOpened)
    assert closed.task_id == opened.task_id


async def test_registering_keeps_the_clauses_of_the_register_and_shows_the_guidance_that_was_seen(
    register, a_complaint, published
):
    await register(a_complaint, guidance=["service"])
    [registered] = await published(CaseRegistered)
    ends = {(judged.clause, judged.of): judged.end.value for judged in registered.occasions}
    assert ends["P00-4.1-b1", "case:at_once"] == "kept"
    assert ends["P00-4.1-b2", "case"] == "kept"
    assert ends["P00-4.1-e1", "case"] == "shown"
    assert ends["P00-3.4", "facet:severity"] == "kept"
    assert ends["P00-3.3", "facet:responsible_department"] == "opened"
    assert ends["P00-4.1-e2", "case"] == "breached"


async def test_an_open_occasion_of_a_facet_is_kept_by_rating_it(register, a_complaint, house, published):
    case = await register(a_complaint)
    await house.do(
        actions.assess_case, AssessmentForm(facets={"responsible_department": "cleaning"}), by="desk-1", key=case["id"]
    )
    [registered] = await published(CaseRegistered)
    [assessed] = await published(CaseAssessed)
    opened = {judged.id for judged in registered.occasions if judged.end == "opened"}
    assert opened
    assert opened == {judged.id for judged in assessed.occasions if judged.end == "kept"}


async def test_numbers_have_no_gap_and_no_twin(api, a_repair, a_complaint):
    bad = {**a_repair, "kind": "wish"}
    answers = await asyncio.gather(
        *(api.post("/api/intake/cases", json=case) for case in (a_repair, bad, a_complaint) * 12)
    )
    serials = sorted(int(answer.json()["number"].split("-")[3]) for answer in answers if answer.status_code == 201)
    assert serials == list(range(1, 25))


async def test_a_new_year_begins_again_at_one(register, a_repair, house):
    first = await register(a_repair)
    await house.advance(days=400)
    second = await register(a_repair)
    assert first["number"].startswith("QR-022-2026-00001-")
    assert second["number"].startswith("QR-022-2027-00001-")


async def test_a_person_who_may_closes_a_case_and_opens_it_again(register, a_repair, house, published, mark):
    case = await register(a_repair)
    await mark(case, "handled")
    head = "customer-service-head"
    await house.do(actions.close_case, case["id"], ReasonForm(reason="同一事项已合并处理"), by=head)
    [closed] = await published(CaseClosed)
    assert (closed.how, closed.rounds, closed.customer.name) == ("person", 1, "Chen")
    await house.do(actions.reopen_case, ReasonForm(reason="仍在漏水"), by=head, key=case["id"])
    [reopened] = await published(CaseReopened)
    assert (reopened.case.round, reopened.reason) == (2, "仍在漏水")


async def test_activating_a_pack_again_changes_nothing_and_other_rules_need_a_new_version(
    running, house, pack, api, published
):
    procedures = running.procedures
    known = await house.do(actions.activate, pack, running.now(), procedures, by="operator", key=pack.id)
    assert known.hash == pack.hash
    assert not await published(ProcedureActivated)
    other = type(pack).from_json(pack.canonical.replace("接待原则", "原则"))
    with pytest.raises(Refused, match="new version"):
        await house.do(actions.activate, other, running.now(), procedures, by="operator", key=pack.id)
    written = pack.canonical.replace('"version":"1.0"', '"version":"1.1"', 1)
    newer = type(pack).from_json(written)
    told = await house.do(actions.activate, newer, running.now(), procedures, by="operator", key=pack.id)
    assert (told.pack, told.version, told.encoding) == ("P00", "1.1", "zlib+base64")
    assert running.procedures.in_force("P00", running.now()).version == "1.1"


async def test_nothing_personal_stands_outside_personal_fields(register, a_complaint, published, running):
    case = await register(a_complaint)
    for event in await published():
        personal = personal_values(event)
        plain = event.model_dump_json(exclude={"content", "customer", "remedy_sought", "record"})
        for value in ("李女士", "13800000001", "3-1502", "三号楼", "马上打扫"):
            assert value not in plain
            assert value not in f"{event.key}{event.id}{event.subject}"
        assert personal or isinstance(event, TaskOpened | CaseRegistered)
    assert case["number"]
