"""What intake does by itself: marks are kept, and lead to another round or to closing."""

import pytest

from closeloop.contracts.every import TaskOpened
from closeloop.contracts.intake import CaseClosed, CaseReopened, RoundOpened
from closeloop.intake.forms import AssessmentForm


async def test_handled_and_satisfied_closes(register, see, a_repair, mark, published):
    case = await register(a_repair)
    await mark(case, "handled")
    assert (await see(case["number"]))["status"] == "handled"
    assert not await published(CaseClosed)
    await mark(case, "satisfied", by="callback")
    [closed] = await published(CaseClosed)
    assert (closed.how, closed.rounds, set(closed.marks)) == ("rule", 1, {"handled", "satisfied"})
    assert {judged.clause: judged.end.value for judged in closed.occasions} == {"P00-4.11-c": "kept"}
    seen = await see(case["number"])
    assert (seen["status"], seen["marks"]) == ("closed", {"handled": True, "satisfied": True})


@pytest.mark.parametrize("word", ["waived", "unreachable"])
async def test_handled_and_excused_from_a_callback_closes(register, a_repair, mark, published, word):
    case = await register(a_repair)
    await mark(case, word, by="callback")
    assert not await published(CaseClosed)
    await mark(case, "handled")
    assert len(await published(CaseClosed)) == 1


async def test_dissatisfied_opens_another_round_in_which_nothing_is_judged_yet(
    register, see, a_repair, mark, published
):
    case = await register(a_repair)
    await mark(case, "handled")
    await mark(case, "dissatisfied", by="callback", reason="第二天又漏水")
    [opened] = await published(RoundOpened)
    assert (opened.number, opened.case.round, opened.reason, opened.opinion) == (2, 2, "dissatisfied", "第二天又漏水")
    seen = await see(case["number"])
    assert (seen["status"], seen["round"], seen["marks"]) == ("handling", 2, {})
    await mark(case, "satisfied", by="callback", round_=2)
    assert not await published(CaseClosed)
    await mark(case, "handled", round_=2)
    [closed] = await published(CaseClosed)
    assert closed.rounds == 2


async def test_a_mark_of_an_earlier_round_is_kept_and_moves_nothing(register, see, a_repair, mark, published):
    case = await register(a_repair)
    await mark(case, "dissatisfied", by="callback")
    await mark(case, "handled", round_=1)
    await mark(case, "dissatisfied", by="callback", round_=1)
    assert len(await published(RoundOpened)) == 1
    seen = await see(case["number"])
    assert (seen["round"], len(seen["marks_by_round"])) == (2, 2)


async def test_a_mark_that_is_taken_back_holds_the_case_open(register, see, a_repair, mark, published):
    case = await register(a_repair)
    await mark(case, "handled")
    await mark(case, "handled", False)
    await mark(case, "satisfied", by="callback")
    assert not await published(CaseClosed)
    assert (await see(case["number"]))["status"] == "handling"


async def test_an_occasion_that_a_service_says_is_open_holds_the_case_open(register, a_repair, mark, published):
    case = await register(a_repair)
    await mark(case, "occasions_settled", False)
    await mark(case, "handled")
    await mark(case, "satisfied", by="callback")
    assert not await published(CaseClosed)
    await mark(case, "occasions_settled")
    assert len(await published(CaseClosed)) == 1


async def test_a_case_that_is_not_rated_yet_stays_open_until_it_is(register, a_complaint, mark, published, api):
    case = await register(a_complaint)
    await mark(case, "handled")
    await mark(case, "satisfied", by="callback")
    assert not await published(CaseClosed)
    form = AssessmentForm(facets={"responsible_department": "cleaning"})
    answer = await api.post(f"/api/intake/cases/{case['id']}/assessment", json=form.model_dump())
    assert answer.json()["status"] == "closed"


async def test_a_late_word_of_dissatisfaction_opens_a_closed_case_again(register, see, a_repair, mark, published):
    case = await register(a_repair)
    await mark(case, "handled")
    await mark(case, "satisfied", by="callback")
    await mark(case, "dissatisfied", by="survey", reason="还是漏")
    [reopened] = await published(CaseReopened)
    assert (reopened.case.round, reopened.reason) == (2, "还是漏")
    assert not await published(RoundOpened)
    assert (await see(case["number"]))["status"] == "handling"


async def test_a_mark_taken_back_after_closing_opens_the_case_again(register, a_repair, mark, published):
    case = await register(a_repair)
    await mark(case, "handled")
    await mark(case, "satisfied", by="callback")
    await mark(case, "handled", False)
    assert len(await published(CaseReopened)) == 1


async def test_a_late_fact_that_changes_nothing_leaves_a_case_closed(register, see, a_repair, mark, published):
    case = await register(a_repair)
    await mark(case, "handled")
    await mark(case, "satisfied", by="callback")
    await mark(case, "occasions_settled", by="stats")
    assert not await published(CaseReopened)
    assert (await see(case["number"]))["status"] == "closed"


async def test_a_case_that_a_person_closed_stays_closed_when_marks_come_late(
    register, a_repair, mark, published, api, house
):
    case = await register(a_repair)
    head = house.headers("customer-service-head")
    await mark(case, "handled")
    await api.post(f"/api/intake/cases/{case['id']}/closing", json={"reason": "重复登记"}, headers=head)
    await mark(case, "satisfied", by="callback")
    assert not await published(CaseReopened)
    assert len(await published(CaseClosed)) == 1


async def test_after_many_rounds_the_head_is_warned(register, a_repair, mark, published):
    case = await register(a_repair)
    for round_ in (1, 2, 3):
        await mark(case, "dissatisfied", by="callback", round_=round_)
    [task] = await published(TaskOpened)
    assert (task.desk, task.kind, task.of) == ("customer_service_head", "many_rounds", "round:4")


async def test_a_mark_heard_twice_has_its_effect_once(register, a_repair, hear, mark, published):
    case = await register(a_repair)
    await mark(case, "handled")
    await mark(case, "handled")
    await mark(case, "satisfied", by="callback")
    await mark(case, "satisfied", by="callback")
    assert len(await published(CaseClosed)) == 1


async def test_a_mark_of_an_unknown_case_is_parked_and_not_lost(a_repair, mark, running):
    await _fails(mark({"id": "nobody", "number": "QR-022-2026-99999-X"}, "handled"))
    [parked] = await running.store.fetch("select key from parked")
    assert tuple(parked) == ("nobody",)


async def _fails(coming):
    with pytest.raises(Exception, match="nothing at this address"):
        await coming
