"""Nobody approves their own work: where nobody else has the role, a deputy does, or the next level."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from closeloop.chassis.packs import load_pack
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.absence import Absence
from closeloop.chassis.people.keys import keys_in
from closeloop.contracts.every import TaskOpened

from .conftest import ASKED

GOAL = {"goal": "No more leaks"}
APPROVAL = {"by": "workshop", "decides": True, "before": "close"}
ORGANISATION = """
places:
  - {id: garden-estate, kind: estate, name: {zh: 云栖花园, en: Garden Estate}}
departments:
  - {id: front, name: {zh: 前台, en: Front office}}
  - {id: workshop, name: {zh: 车间, en: Workshop}}
people:
  - {login: desk-1, name: 前台一, roles: [clerk], department: front, sees: all}
  - {login: worker-1, name: 工人一, department: workshop, sees: all%s}
  - {login: manager-1, name: 经理一, roles: [manager], sees: all}
"""


@pytest.fixture
def deputy() -> str:
    return ""


@pytest.fixture
def people(tmp_path: Path, deputy: str) -> People:
    file = tmp_path / "organisation.yaml"
    file.write_text(ORGANISATION % deputy, encoding="utf-8")
    return People(load_organisation(file), keys_in(tmp_path / "keys"))


@pytest.fixture
def pack(folder_with_heads: Path):
    return load_pack(folder_with_heads)


@pytest.fixture
def folder_with_heads(tmp_path: Path) -> Path:
    """The workshop answers to the manager."""
    import shutil

    copied = tmp_path / "P00"
    shutil.copytree(Path(__file__).parents[1] / "packs" / "P00", copied)
    head = copied / "procedure.yaml"
    text = head.read_text("utf-8")
    written = "    title: {zh: 车间, en: Workshop}\n"
    assert written in text
    head.write_text(text.replace(written, f"{written}    head: manager\n"), "utf-8")
    return copied


async def test_what_the_only_holder_of_a_role_wrote_is_approved_one_level_higher(write, sign, published, api, house):
    ASKED["approval"] = APPROVAL
    await write("worker-1", GOAL)
    [task] = await published(TaskOpened)
    assert (task.desk, task.person) == ("manager", None)
    mine = await api.get("/api/chassis/sign-offs?mine=true&state=waiting", headers=house.headers("manager-1"))
    assert [one["taker"] for one in mine.json()["items"]] == ["manager"]
    own = await sign("worker-1", "approval", 409, approves=True)
    assert "own work" in own["detail"]
    given = await sign("manager-1", "approval", approves=True)
    assert (given["role"], given["given_by"]) == ("workshop", "manager-1")


async def test_what_somebody_else_wrote_stays_with_the_role(write, published):
    ASKED["approval"] = APPROVAL
    await write("desk-1", GOAL)
    [task] = await published(TaskOpened)
    assert (task.desk, task.person) == ("workshop", None)


@pytest.mark.parametrize("deputy", [", deputy: desk-1"])
async def test_a_deputy_approves_before_the_next_level(write, sign, published):
    ASKED["approval"] = APPROVAL
    await write("worker-1", GOAL)
    [task] = await published(TaskOpened)
    assert (task.desk, task.person) == ("workshop", "desk-1")
    given = await sign("desk-1", "approval", approves=True)
    assert given["given_by"] == "desk-1" and given["deputy"] == "desk-1"


async def test_whoever_stands_in_signs_and_it_says_for_whom(write, sign, published, people, running, api, house):
    ASKED["approval"] = APPROVAL
    now = running.now()
    people.presence.note(Absence("a1", "worker-1", now, now + timedelta(days=2), "manager-1"))
    await write("desk-1", GOAL)
    given = await sign("manager-1", "approval", approves=True)
    assert (given["given_by"], given["in_stead_of"]) == ("manager-1", "worker-1")
    page = await api.get(f"/chassis/sign-offs/{given['id']}", params={"lang": "en"}, headers=house.headers("manager-1"))
    assert "In place of" in page.text and "工人一" in page.text
    told = [event for event in await published() if event.by == "manager-1"]
    assert told and {event.on_behalf_of for event in told} == {"worker-1"}
