"""When necessary: who decides, what waits for it, which desks get a duty of their own, and what is issued by hand."""

from __future__ import annotations

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.dispatch import DutyIssued, DutyRejected
from closeloop.contracts.every import MarkSet, TaskOpened
from closeloop.contracts.intake import CaseClosed
from closeloop.dispatch.issuing.coming import may_come
from closeloop.dispatch.model import HandledCase

DESK, HEAD, CLEANING, REPAIR, SECURITY = (
    "desk-1",
    "customer-service-head",
    "cleaning-head",
    "repair-leader",
    "security-head",
)
NO = {"needed": False, "reason": "一个部门即可"}
FINISHED = {"outcome": "solved", "fields": {"conclusion": "已处理", "departments_concerned": ["cleaning", "security"]}}


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "decisions.yaml")


@pytest.fixture
def decide(api, house):
    """`await decide("analysis", needed=True)`: the head of customer service decides, or whoever is named."""

    async def say(rule, login=HEAD, status=200, what="decisions", **said):
        url = f"/api/dispatch/cases/case-1/{what}/{rule}"
        answer = await api.post(url, json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        return answer.json()

    return say


@pytest.fixture
def issued(published):
    """The duties that were issued so far: rule and desk."""

    async def so_far():
        return [(duty.rule, duty.desk) for duty in await published(DutyIssued)]

    return so_far


async def test_the_step_that_waits_is_refused_until_somebody_decided(hear, a_complaint, step, decide, ends, published):
    await hear(a_complaint())
    tasks = [(task.kind, task.desk) for task in await published(TaskOpened)]
    assert ("decide", "customer_service_head") in tasks and tasks.count(("decide", "customer_service_head")) == 2
    assert await ends("together") == [("decision:1", "opened")]
    await step(DESK, "accept")
    refused = await step(DESK, "finish", status=409, **FINISHED)
    assert refused["clause"] == "P00-together" and "has to decide whether this is necessary" in refused["detail"]
    await decide("analysis", **NO)
    await step(DESK, "finish", **FINISHED)
    assert await ends("together") == [("decision:1", "kept"), ("attempt:finish_duty", "prevented")]
    assert (await step(DESK, "return", status=409))["clause"] == "P00-check"


@pytest.mark.parametrize(
    ("login", "said", "sentence"),
    [
        (DESK, NO, "This is for “Head of customer service”."),
        (HEAD, {"needed": False}, "Say why it is not necessary."),
        (HEAD, {"needed": True}, "Choose one or more of: "),
        (HEAD, {"needed": True, "desks": ["customer_service"]}, "Choose one or more of: "),
    ],
)
async def test_a_decision_is_taken_by_whom_it_names_and_says_enough(hear, a_complaint, decide, login, said, sentence):
    await hear(a_complaint())
    refused = await decide("analysis", login, 409, **said)
    assert refused["clause"] == "P00-together" and refused["detail"].startswith(sentence)


async def test_each_desk_that_was_picked_gets_a_duty_of_its_own(hear, a_complaint, decide, issued, ends, api):
    await hear(a_complaint())
    said = {"needed": True, "desks": ["engineering", "cleaning", "engineering"], "reason": "需要两个部门"}
    answer = await decide("analysis", **said)
    assert answer["answer"] == "needed" and answer["desks"] == ["engineering", "cleaning"]
    assert await issued() == [("handling", "customer_service"), ("analysis", "engineering"), ("analysis", "cleaning")]
    assert await ends("technical") == [("duty:2", "kept")]
    duty = (await api.get("/api/dispatch/cases/case-1/duties/2")).json()
    assert (duty["issued_by"], duty["because"]) == (HEAD, "需要两个部门")
    assert (await decide("analysis", status=409, **NO))["detail"].startswith("This was decided already")


async def test_where_nobody_has_to_decide_it_is_simply_due(hear, a_complaint, issued, api):
    await hear(a_complaint(facets={"severity": "major"}))
    assert await issued() == [("handling", "customer_service"), ("check", "responsible_department")]
    asked = (await api.get("/api/dispatch/cases/case-1/decisions")).json()["items"]
    assert [question["rule"] for question in asked] == ["analysis"]


async def test_a_question_that_is_over_is_dropped(hear, a_complaint, issued, ends, told_of, api, house):
    case = a_complaint()
    await hear(case)
    assert await ends("check") == [("decision:2", "opened")]
    await hear(a_complaint(facets={"severity": "major"}))
    assert await ends("check") == [("decision:2", "not_applicable")]
    await hear(told_of(case, CaseClosed, received_at=case.received_at, customer=case.customer))
    assert await ends("together") == [("decision:1", "not_applicable")]
    assert (await api.get("/api/dispatch/tasks", headers=house.headers(HEAD))).json()["items"] == []


async def test_what_a_person_issued_is_not_taken_back_by_a_new_rating(hear, a_complaint, decide, published):
    await hear(a_complaint())
    await decide("check", needed=True)
    await hear(a_complaint(facets={"responsible_department": "security"}))
    assert await published(DutyRejected) == []


async def test_when_necessary_may_also_be_at_any_time_or_never(hear, a_complaint, decide, issued):
    await hear(a_complaint())
    await decide("authorities", status=404, **NO)
    await decide("authorities", DESK, 409, "further", reason="需要公安协助")
    await decide("authorities", status=422, what="further", reason="")
    first = await decide("authorities", what="further", reason="需要公安协助")
    second = await decide("authorities", what="further", reason="还需街道协助")
    assert [first["number"], second["number"]] == [2, 3] and first["desk"] == "security"
    assert (await decide("handling", status=409, what="further", reason="再来一次"))["clause"] == "P00-handle"


async def test_a_duty_comes_after_those_that_the_case_gets_and_waits_for_no_others(
    hear, a_complaint, decide, step, issued, published
):
    await hear(a_complaint())
    await decide("analysis", **NO)
    await decide("check", **NO)
    await step(DESK, "accept")
    await step(DESK, "finish", **FINISHED)
    assert await issued() == [
        ("handling", "customer_service"),
        ("cooperation", "cleaning"),
        ("cooperation", "security"),
    ]
    await step(DESK, "return")
    assert await published(MarkSet) == [] or not any(mark.mark == "handled" for mark in await published(MarkSet))
    await step(CLEANING, "return", 2)
    assert not any(mark.mark == "handled" for mark in await published(MarkSet))
    await step(SECURITY, "return", 3)
    assert [mark.is_set for mark in await published(MarkSet) if mark.mark == "handled"] == [True]


async def test_a_duty_waits_for_what_must_be_returned_before(hear, a_complaint, decide, step, issued):
    await hear(a_complaint())
    await decide("analysis", needed=True, desks=["engineering"])
    await step(DESK, "accept")
    await step(DESK, "finish", **FINISHED)
    assert ("cooperation", "cleaning") not in await issued()
    await step(REPAIR, "return", 2)
    assert ("cooperation", "cleaning") in await issued()


async def test_a_mark_waits_for_duties_that_may_still_come(hear, a_complaint, decide, step, published):
    await hear(a_complaint())
    await decide("analysis", **NO)
    await decide("check", **NO)
    await step(DESK, "accept")
    await step(DESK, "finish", outcome="solved", fields={"conclusion": "x", "departments_concerned": ["cleaning"]})
    await step(DESK, "return")
    assert not any(mark.mark == "handled" for mark in await published(MarkSet))


async def test_a_further_round_issues_again_but_not_what_never_comes_again(hear, a_complaint, another_round, issued):
    case = a_complaint(facets={"severity": "major"})
    await hear(case)
    await hear(another_round(case))
    assert (await issued())[2:] == [("handling", "customer_service")]


async def test_the_pages_ask_and_say_what_was_decided(hear, a_complaint, step, api, house):
    await hear(a_complaint())
    await step(DESK, "accept")
    duty = (await api.get("/dispatch/cases/case-1/duties/1", headers=house.headers(HEAD))).text
    assert "Is this necessary: Joint analysis?" in duty and "before “Finish”" in duty and "Issue a further duty" in duty
    at, head = "/dispatch/cases/case-1/decisions/analysis", house.headers(HEAD)
    page = (await api.get(at, headers=head)).text
    assert "Is this necessary: Joint analysis?" in page and 'name="desks"' in page and "P00-together" in page
    waits = (await api.get(at, headers=house.headers(DESK, "zh-CN"))).text
    assert "等待" in waits and 'name="needed"' not in waits
    gap = await api.post(at, data={"needed": "false"}, headers=head)
    assert gap.status_code == 409 and "Say why it is not necessary." in gap.text
    sent = {"needed": "true", "desks": ["cleaning", "security"], "reason": "共同分析"}
    assert (await api.post(at, data=sent, headers=head)).status_code == 303
    page = (await api.get(at, headers=head)).text
    assert "Needed" in page and "共同分析" in page and "/dispatch/cases/case-1/duties/3" in page


async def test_no_department_concerned_is_an_answer(hear, a_complaint, decide, step, published):
    await hear(a_complaint())
    await decide("analysis", **NO)
    await decide("check", **NO)
    await step(DESK, "accept")
    said = {"conclusion": "x", "departments_concerned": []}
    await step(DESK, "finish", outcome="solved", fields=said)
    await step(DESK, "return")
    assert [mark.is_set for mark in await published(MarkSet) if mark.mark == "handled"] == [True]


async def test_what_no_step_will_tell_is_waited_for_by_nobody(hear, a_repair, pack):
    """A repair is never rated by the severity of complaints: a duty that asks for it does not hold up its marks."""
    rule = pack.dispatch.duty("check")
    case = HandledCase("c", "n", 1, None, "internal", a_repair().case.model_dump(mode="json"), "", {}, {})
    assert not may_come(pack, case, [], rule, {"kind": "repair", "round": 1}, ())
    assert not may_come(pack, case, [], pack.dispatch.duty("handling"), {"round": 1}, ())
    assert may_come(pack, case, [], pack.dispatch.duty("handling"), {"kind": "complaint", "round": 1}, ())
