"""Steps that a procedure makes up: their order, what they need, what they bring, who may take them, and a no."""

from __future__ import annotations

from typing import Any

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.dispatch import DutyIssued, DutyRejected, DutyStepped
from closeloop.contracts.every import MarkSet

DESK, OTHER, HEAD, CLEANING, TOP = (
    "desk-1",
    "desk-2",
    "customer-service-head",
    "cleaning-head",
    "management-representative",
)
FOUND: dict[str, Any] = {
    "fields": {"cause_found": "排班漏排", "part_obtained": False},
    "rates": {"responsibility": "own"},
}
UNNECESSARY = {"two_ways": {"needed": False, "reason": "一次即可解决"}}


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "steps.yaml")


@pytest.fixture
def own(step):
    """`await own("desk-1", "investigate", fields=…)`: somebody takes a step of the procedure's own."""

    async def take(login, word, number=1, status=200, **said):
        return await step(login, f"steps/{word}", number, status, **said)

    return take


@pytest.fixture
async def looked_into(hear, a_complaint, step, own):
    """A complaint that was accepted and investigated, with whatever was found."""

    async def found(**said):
        await hear(a_complaint(place="river-towers"))
        await step(DESK, "accept")
        return await own(HEAD, "investigate", **{**FOUND, **said})

    return found


async def the_measure(step) -> None:
    await step(CLEANING, "accept", 2)
    await step(CLEANING, "finish", 2, outcome="solved", conclusion="已增派")
    await step(CLEANING, "return", 2)


async def test_steps_are_taken_in_the_order_of_the_procedure(hear, a_complaint, step, own, published):
    await hear(a_complaint())
    early = await own(HEAD, "investigate", status=409, **FOUND)
    assert "comes after “Accept”" in early["detail"] and early["clause"] == "P00-look"
    await step(DESK, "accept")
    duty = await own(HEAD, "investigate", **FOUND)
    assert list(duty["steps"]) == ["accept", "investigate"] and duty["status"] == "accepted"
    assert duty["steps"]["investigate"]["by"] == HEAD and duty["steps"]["investigate"]["rated"] == FOUND["rates"]
    [stepped] = await published(DutyStepped)
    assert (stepped.step, stepped.title.en, stepped.rated) == ("investigate", "Investigate", FOUND["rates"])
    assert (await own(HEAD, "investigate", status=409, **FOUND))["detail"].startswith("“Investigate” was done already")


async def test_a_step_is_for_whom_it_names(hear, a_complaint, step, own):
    await hear(a_complaint())
    await step(DESK, "accept")
    assert (await own(DESK, "investigate", status=409, **FOUND))["clause"] == "P00-look"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"fields": {"cause_found": "x"}, "rates": {"responsibility": "own"}}, "Failed part obtained"),
        ({"fields": FOUND["fields"]}, "rate “Responsibility” first"),
        ({**FOUND, "rates": {"responsibility": "somebody"}}, "cannot be rated as somebody"),
        ({**FOUND, "rates": {"severity": "major"}}, "cannot be rated as major"),
        ({**FOUND, "fields": {"cause_found": "x", "part_obtained": "perhaps"}}, "true or false"),
        ({**FOUND, "fields": {**FOUND["fields"], "magic": "1"}}, "has no field magic"),
    ],
)
async def test_a_step_asks_for_its_fields_and_ratings(hear, a_complaint, step, own, said, sentence):
    await hear(a_complaint())
    await step(DESK, "accept")
    refused = await own(HEAD, "investigate", status=409, **said)
    assert sentence in refused["detail"]


async def test_a_limit_may_stop_at_a_step_of_ones_own(hear, a_complaint, step, own, ends, house):
    await hear(a_complaint())
    await step(DESK, "accept")
    assert await ends("soon") == [("duty:1:look", "opened")]
    await house.advance(hours=1)
    await own(HEAD, "investigate", **FOUND)
    assert await ends("soon") == [("duty:1:look", "kept")]
    assert await ends("look") == [("duty:1:investigate", "kept")]


async def test_what_a_step_brings_decides_waiting_duties_at_once(looked_into, published):
    await looked_into(fields={"cause_found": "x", "part_obtained": True})
    issued = await published(DutyIssued)
    assert [(duty.rule, duty.desk) for duty in issued] == [
        ("handling", "customer_service"),
        ("measure", "cleaning"),
        ("analysis", "engineering"),
    ]
    assert issued[1].case.facets["responsibility"] == "own"


async def test_what_does_not_follow_from_the_step_is_not_issued(looked_into, published):
    await looked_into(rates={"responsibility": "not_own"})
    assert [duty.rule for duty in await published(DutyIssued)] == ["handling"]


async def test_what_intake_tells_late_takes_nothing_back(looked_into, hear, a_complaint, published):
    await looked_into()
    await hear(a_complaint(place="river-towers"))
    assert [duty.rule for duty in await published(DutyIssued)] == ["handling", "measure"]
    assert await published(DutyRejected) == []
    told = a_complaint(place="river-towers", facets={"responsibility": "own"})
    await hear(told)
    await hear(a_complaint(place="river-towers", facets={"responsibility": "not_own"}))
    assert [rejected.rule for rejected in await published(DutyRejected)] == ["measure"]


async def test_a_step_waits_for_the_duties_that_it_needs(looked_into, step, ends):
    await looked_into()
    finish = {"outcome": "solved", "conclusion": "已处理", "necessary": UNNECESSARY}
    refused = await step(DESK, "finish", status=409, **finish)
    assert refused["detail"] == "This has to be there first: every measure is done."
    assert refused["clause"] == "P00-measures"
    await the_measure(step)
    await step(DESK, "finish", **finish)
    of = "duty:1:finish:need"
    assert await ends("measures") == [(f"{of}:measures", "kept"), ("attempt:finish_duty", "prevented")]
    assert await ends("ways") == [(f"{of}:two_ways", "not_applicable")]


async def test_a_rule_that_still_waits_is_not_passed(hear, a_complaint, pack, published):
    """Before the investigation nobody knows whether there will be measures: that is not the same as none."""
    facts = {"kind": "complaint", "round": 1}
    rule = pack.dispatch.duty("measure")
    assert pack.dispatch.may_still_come(rule, facts)
    assert not pack.dispatch.may_still_come(rule, {**facts, "responsibility": "not_own"})


async def test_no_measures_is_an_answer(looked_into, step):
    await looked_into(rates={"responsibility": "not_own"})
    duty = await step(DESK, "finish", outcome="unfounded", conclusion="非本方责任", necessary=UNNECESSARY)
    assert duty["status"] == "finished" and duty["steps"]["finish"]["necessary"]["two_ways"]["needed"] is False


@pytest.mark.parametrize(
    ("necessary", "fields", "sentence"),
    [
        ({}, {}, "Say whether this is necessary: at least two ways out."),
        ({"two_ways": {"needed": False}}, {}, "Say why this is not necessary: at least two ways out."),
        ({"two_ways": {"needed": True}}, {}, "This has to be there first: at least two ways out."),
        ({"two_ways": {"needed": True}}, {"ways_out": 1}, "This has to be there first: at least two ways out."),
    ],
)
async def test_when_necessary_somebody_says_so(looked_into, step, necessary, fields, sentence):
    await looked_into(rates={"responsibility": "not_own"})
    said = {"outcome": "solved", "fields": {"conclusion": "x", **fields}, "necessary": necessary}
    refused = await step(DESK, "finish", status=409, **said)
    assert refused["detail"] == sentence and refused["clause"] == "P00-ways"


async def test_what_is_necessary_and_there_is_kept(looked_into, step, ends):
    await looked_into(rates={"responsibility": "not_own"})
    said = {"conclusion": "x", "ways_out": 2}
    await step(DESK, "finish", outcome="solved", fields=said, necessary={"two_ways": {"needed": True}})
    assert await ends("ways") == [("duty:1:finish:need:two_ways", "kept")]


async def test_a_step_for_some_cases_is_asked_only_there(looked_into, own, step, ends):
    await looked_into(rates={"responsibility": "not_own"})
    refused = await own(DESK, "report_up", status=409)
    assert refused["detail"] == "“Report upwards” is not taken in this case."
    await step(DESK, "finish", outcome="solved", conclusion="x", necessary=UNNECESSARY)
    assert await ends("report") == [("duty:1:report_up", "not_applicable"), ("attempt:take_step", "prevented")]


async def test_report_first_then_handle_and_whoever_was_told_reads_it(looked_into, own, step, ends, api, house):
    await looked_into(rates={"responsibility": "unclear"})
    refused = await step(DESK, "finish", status=409, outcome="solved", conclusion="x", necessary=UNNECESSARY)
    assert "comes after “Report upwards”" in refused["detail"]
    await own(DESK, "report_up")
    assert await ends("report") == [("duty:1:report_up", "kept")]
    tasks = (await api.get("/api/dispatch/tasks", headers=house.headers(TOP))).json()["items"]
    assert [task["kind"] for task in tasks] == ["read_notice"]
    assert (await own(DESK, "report_up/read", status=409))["detail"].startswith("There is nothing to read")
    duty = await own(TOP, "report_up/read")
    assert duty["steps"]["report_up"]["read"]["management_representative"]["by"] == TOP
    assert (await api.get("/api/dispatch/tasks", headers=house.headers(TOP))).json()["items"] == []


async def test_nobody_verifies_what_they_finished(looked_into, own, step):
    await looked_into(rates={"responsibility": "not_own"})
    await step(DESK, "finish", outcome="solved", conclusion="x", necessary=UNNECESSARY)
    refused = await own(DESK, "verify", status=409, fields={"checked": "好"})
    assert "somebody else" in refused["detail"] and refused["clause"] == "P00-verify"
    await own(OTHER, "verify", fields={"checked": "好"})
    await step(DESK, "return")


async def test_a_no_sends_the_duty_back_to_the_step_that_is_named(looked_into, own, step, ends, published):
    await looked_into(rates={"responsibility": "not_own"})
    await step(DESK, "finish", outcome="solved", conclusion="x", necessary=UNNECESSARY)
    await own(OTHER, "verify/refuse", status=422, reason="")
    duty = await own(OTHER, "verify/refuse", reason="原因不对", fields={"checked": "复查不合格"})
    assert list(duty["steps"]) == ["accept"] and duty["fields"]["checked"] == "复查不合格"
    [back] = await published(DutyRejected)
    assert (back.reason, back.from_desk) == ("原因不对", "customer_service")
    assert (await step(DESK, "finish", status=409, outcome="solved"))["clause"] == "P00-finish"
    await own(HEAD, "investigate", **{**FOUND, "rates": {"responsibility": "not_own"}})
    await step(DESK, "finish", outcome="solved", conclusion="y", necessary=UNNECESSARY)
    await own(OTHER, "verify", fields={"checked": "合格"})
    await step(DESK, "return")
    assert [end for _of, end in await ends("verify")] == ["kept"]
    assert [mark.is_set for mark in await published(MarkSet) if mark.mark == "handled"] == [True]


async def test_a_step_that_offers_no_way_back_cannot_be_refused(looked_into, own):
    await looked_into(rates={"responsibility": "unclear"})
    refused = await own(DESK, "report_up/refuse", status=409, reason="不必上报")
    assert refused["detail"].startswith("There is no saying no at “Report upwards”.")


async def test_the_page_asks_for_exactly_what_the_step_needs(hear, a_complaint, step, api, house):
    await hear(a_complaint(place="river-towers"))
    await step(DESK, "accept")
    page = (await api.get("/dispatch/cases/case-1/duties/1", headers=house.headers(HEAD))).text
    assert "Next: Investigate" in page and "Report upwards" in page
    for name in ("fields.cause_found", "fields.part_obtained", "rates.responsibility"):
        assert f'name="{name}"' in page
    assert 'name="fields.conclusion"' not in page
    sent = {"fields.cause_found": "排班漏排", "fields.part_obtained": "false", "rates.responsibility": "not_own"}
    taken = await api.post("/dispatch/cases/case-1/duties/1/steps/investigate", data=sent, headers=house.headers(HEAD))
    assert taken.status_code == 303
    page = (await api.get("/dispatch/cases/case-1/duties/1", headers=house.headers(DESK, "zh-CN"))).text
    assert "下一步：完成" in page and "是否需要：至少两个方案" in page and "上报" not in page
    sent = {"outcome": "solved", "fields.conclusion": "x", "necessary.two_ways.needed": "false"}
    at = "/dispatch/cases/case-1/duties/1/finish"
    gap = await api.post(at, data=sent, headers=house.headers(DESK))
    assert gap.status_code == 409 and "Say why this is not necessary" in gap.text
    done = await api.post(at, data={**sent, "necessary.two_ways.reason": "一次解决"}, headers=house.headers(DESK))
    assert done.status_code == 303
    page = (await api.get("/dispatch/cases/case-1/duties/1", headers=house.headers(OTHER))).text
    assert "Say no" in page and "It is done once more from “Investigate” on." in page
