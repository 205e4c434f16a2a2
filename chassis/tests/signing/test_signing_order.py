"""Who is asked to sign, in which order, and what waits for it; on SQLite and on PostgreSQL."""

import pytest

from closeloop.chassis.refusals import Refused
from closeloop.contracts.every import AttemptRefused, TaskOpened

from .conftest import ASKED, close_plan

GOAL = {"goal": "No more leaks"}
APPROVAL = {"by": "manager", "decides": True, "back_to": "finished", "before": "close"}


async def close(house, by: str = "desk-1"):
    return await house.do(close_plan, by=by, key="plan-1")


async def test_an_approval_is_asked_for_given_and_kept(write, sign, waiting, ends, house, published):
    ASKED["approval"] = APPROVAL
    await write("desk-1", GOAL, past=())
    assert await waiting() == []
    await write("desk-1", GOAL)
    assert await waiting() == [("approval", "manager")]
    [task] = await published(TaskOpened)
    assert (task.desk, task.kind) == ("manager", "sign_off")
    assert await ends() == [("plan:approval", "opened")]
    with pytest.raises(Refused, match="not given yet"):
        await close(house)
    [attempt] = await published(AttemptRefused)
    assert attempt.clause == "P00-1"
    given = await sign("manager-1", "approval", approves=True)
    assert given["approves"] is True and given["signer"] == "经理一" and len(given["hash"]) == 64
    assert ("plan:approval", "kept") in await ends()
    await close(house)


async def test_a_no_says_why_and_sends_the_work_back(write, sign, waiting, house):
    ASKED["approval"] = APPROVAL
    await write("desk-1", GOAL)
    await sign("manager-1", "approval", 409, approves=False)
    await sign("manager-1", "approval", approves=False, reason="No measure is named.")
    assert await waiting() == []
    with pytest.raises(Refused, match="refused"):
        await close(house)
    await write("desk-1", {"measure": "New pipes"})
    assert await waiting() == [("approval", "manager")]
    await sign("manager-1", "approval", approves=True)
    await close(house)


async def test_a_change_voids_what_was_approved_and_it_is_asked_for_again(write, sign, waiting, ends, house, api):
    ASKED["approval"] = APPROVAL
    await write("desk-1", GOAL)
    await sign("manager-1", "approval", approves=True)
    await write("desk-1", {"remark": "Something that was not there before leaves it as it was."})
    assert await waiting() == []
    await write("desk-1", {"goal": "No more leak"})
    assert await waiting() == [("approval", "manager")]
    assert (await ends()).count(("plan:approval", "opened")) == 1
    with pytest.raises(Refused):
        await close(house)
    [void] = (await api.get("/api/chassis/sign-offs?state=void")).json()["items"]
    assert void["voided_at"] is not None


async def test_nobody_approves_their_own_work(write, sign, waiting, house):
    ASKED["approval"] = {"by": "manager", "decides": True}
    await write("manager-1", GOAL)
    refused = await sign("manager-1", "approval", 409, approves=True)
    assert refused["clause"] == "P00-1"
    await sign("manager-2", "approval", approves=True)


async def test_a_signature_may_be_that_of_the_author(write, sign, house):
    ASKED["signature"] = {"by": "manager"}
    await write("manager-1", GOAL)
    await sign("manager-1", "signature", 409, approves=True)
    await sign("manager-1", "signature")
    await close(house)


async def test_who_is_not_asked_does_not_sign(write, sign):
    ASKED["approval"] = APPROVAL
    await write("desk-1", GOAL)
    refused = await sign("worker-1", "approval", 403, approves=True)
    assert refused["clause"] == "P00-1"


@pytest.mark.parametrize(
    ("chain", "first", "then"),
    [
        ("all", ["manager", "workshop"], ["workshop"]),
        ("in_turn", ["manager"], ["workshop"]),
        ("any", ["manager", "workshop"], []),
    ],
)
async def test_several_sign_together_one_after_the_other_or_one_for_all(chain, first, then, write, sign, waiting):
    ASKED["agreement"] = {"by": ("manager", "workshop"), "chain": chain}
    await write("desk-1", GOAL)
    assert [role for _, role in await waiting()] == first
    await sign("manager-1", "agreement")
    assert [role for _, role in await waiting()] == then


async def test_what_is_kept_only_when_all_have_signed(write, sign, ends):
    ASKED["agreement"] = {"by": ("manager", "workshop")}
    await write("desk-1", GOAL)
    await sign("manager-1", "agreement")
    assert await ends() == [("plan:agreement", "opened")]
    await sign("worker-1", "agreement")
    assert await ends() == [("plan:agreement", "kept")]


async def test_one_sign_off_waits_for_another(write, sign, waiting, house):
    ASKED["analysis"] = {"by": "workshop", "when": {"abnormal": {"is": True}}, "before": "agreement"}
    ASKED["agreement"] = {"by": "manager", "decides": True}
    await write("desk-1", GOAL, abnormal=True)
    assert await waiting() == [("analysis", "workshop")]
    await sign("worker-1", "analysis")
    assert await waiting() == [("agreement", "manager")]


async def test_where_it_does_not_apply_nobody_is_asked(write, waiting, house, ends):
    ASKED["analysis"] = {"by": "workshop", "when": {"abnormal": {"is": True}}}
    await write("desk-1", GOAL)
    assert await waiting() == []
    with pytest.raises(Refused, match="not known yet"):
        await close(house)
    await write("desk-1", GOAL, abnormal=True)
    assert await waiting() == [("analysis", "workshop")]
    await write("desk-1", GOAL, abnormal=False)
    assert await waiting() == []
    await close(house)
    assert ("plan:analysis", "not_applicable") in await ends()


async def test_a_decision_that_locks_nothing_is_made_by_a_no_as_well(write, sign, house, ends):
    ASKED["responsibility"] = {"by": "manager", "decides": True}
    await write("desk-1", GOAL)
    await sign("manager-1", "responsibility", approves=False, reason="The supplier answers for it.")
    assert await ends() == [("plan:responsibility", "kept")]
    await close(house)


async def test_what_nobody_had_to_sign_and_nobody_signed_is_left_out(write, house, ends, waiting):
    ASKED["opinion"] = {"by": "manager", "required": False}
    await write("desk-1", GOAL)
    await close(house)
    assert await ends() == [("plan:opinion", "breached")] and await waiting() == []


async def test_whoever_does_not_sign_in_time_breaches_it_once(write, sign, house, ends):
    ASKED["approval"] = {**APPROVAL, "within": "4 hours"}
    await write("desk-1", GOAL)
    await house.advance(hours=5)
    assert await ends() == [("plan:approval", "breached")]
    await sign("manager-1", "approval", approves=True)
    assert await ends() == [("plan:approval", "breached")]
    await close(house)
