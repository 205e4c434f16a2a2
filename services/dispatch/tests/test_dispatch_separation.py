"""Who checks what they did themselves: nobody; where the role has only one person, the next level does."""

from __future__ import annotations

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.every import TaskOpened

QUALITY, TOP, DESK, HEAD = "quality-1", "management-representative", "desk-1", "customer-service-head"
FOUND = {"fields": {"cause_found": "排班漏排", "part_obtained": False}, "rates": {"responsibility": "not_own"}}
CHECKED = {"fields": {"checked": "已核实"}}


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    """Quality finishes and verifies, and one person works there."""
    said = json.loads(with_duties(pack, "steps.yaml").canonical)
    steps = said["dispatch"]["duties"]["handling"]["steps"]
    steps["finish"]["by"] = steps["verify"]["by"] = "quality_officer"
    del steps["finish"]["needs"]
    return Pack.from_json(json.dumps(said))


@pytest.fixture
async def finished(hear, a_complaint, step):
    """The one person of quality has finished what quality verifies."""
    await hear(a_complaint(place="river-towers"))
    await step(DESK, "accept")
    await step(HEAD, "steps/investigate", 1, 200, **FOUND)
    return await step(QUALITY, "finish", outcome="solved", conclusion="已增派")


async def test_what_the_only_one_of_a_role_finished_is_verified_one_level_higher(finished, step, published):
    task = [task for task in await published(TaskOpened) if task.kind == "verify"][-1]
    assert (task.desk, task.person) == ("management_representative", None)
    own = await step(QUALITY, "steps/verify", 1, 409, **CHECKED)
    assert own["clause"] == "P00-verify"
    await step(DESK, "steps/verify", 1, 409, **CHECKED)
    duty = await step(TOP, "steps/verify", 1, 200, **CHECKED)
    assert duty["steps"]["verify"]["by"] == TOP
