"""Somebody is away: their deputy has their desk and their duties, and what is done there says for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack, packs_for
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.keys import keys_in
from closeloop.contracts.dispatch import DutyAccepted, DutyArrived
from closeloop.contracts.examples import an_example
from closeloop.contracts.people import AbsenceNoted, OrganisationChanged

EXAMPLE = Path(__import__("closeloop.chassis.people", fromlist=["x"]).__file__ or "").parent / "example.yaml"
LEADER, WORKER, OTHER, CLEANING = "repair-leader", "repair-worker-1", "repair-worker-2", "cleaning-head"


@pytest.fixture
def people(tmp_path: Path) -> People:
    """People of one's own: absences stay with them."""
    return People(load_organisation(EXAMPLE), keys_in(tmp_path / "keys"))


@pytest.fixture
def pack(people: People) -> Pack:
    name, folder = packs_for(people.organisation.desks)[0]
    return Pack.from_json(load_pack(folder).canonical.replace(name, "P00"))


@pytest.fixture
def away(hear, running):
    """`await away("repair-leader", "repair-worker-1")`: intake says that somebody is away from now on."""

    async def told(person: str, deputy: str | None) -> None:
        said: dict[str, Any] = {"absence_id": f"a-{person}", "person": person, "deputy": deputy}
        now = running.now()
        times = {"starts_at": now, "ends_at": now.replace(year=now.year + 1)}
        key = f"person:{person}"
        await hear(an_example(AbsenceNoted, key=key, id=f"main.intake.{key}.1", **said, **times))

    return told


@pytest.fixture
def lies_with(api, house):
    """`await lies_with("repair-worker-1")`: what lies on somebody's desk."""

    async def tasks(login: str) -> list[str]:
        found = await api.get("/api/dispatch/tasks", headers=house.headers(login))
        return [one["kind"] for one in found.json()["items"]]

    return tasks


async def test_a_deputy_has_the_desk_of_whoever_is_away_and_acts_on_their_behalf(
    hear, a_repair, away, step, lies_with, published
):
    await hear(a_repair())
    assert await lies_with(OTHER) == []
    await away(LEADER, OTHER)
    assert await lies_with(OTHER) == ["accept"]
    await step(OTHER, "accept")
    [accepted] = await published(DutyAccepted)
    assert (accepted.by, accepted.on_behalf_of) == (OTHER, LEADER)


async def test_a_deputy_does_what_was_given_to_whoever_is_away(hear, a_repair, away, step, lies_with, published):
    await hear(a_repair())
    await step(LEADER, "accept")
    await step(LEADER, "assign", to=WORKER, trade="plumbing")
    assert await lies_with(OTHER) == []
    await away(WORKER, OTHER)
    assert await lies_with(OTHER) != []
    await step(OTHER, "arrive")
    [arrived] = await published(DutyArrived)
    assert (arrived.by, arrived.on_behalf_of) == (OTHER, WORKER)


async def test_whoever_is_here_acts_for_nobody(hear, a_repair, away, step, published):
    await hear(a_repair())
    await away(WORKER, OTHER)
    await step(LEADER, "accept")
    [accepted] = await published(DutyAccepted)
    assert (accepted.by, accepted.on_behalf_of) == (LEADER, None)


async def test_another_organisation_counts_here_as_soon_as_intake_says_so(hear, people, running):
    assert people.maybe("security-head") is not None
    await hear(an_example(OrganisationChanged, active_from=running.now()))
    assert people.maybe("security-head") is None and people.maybe("desk-1") is not None


async def test_the_printed_form_says_for_whom_a_deputy_signed(hear, a_complaint, away, step, api, house, people):
    await hear(a_complaint())
    await step(CLEANING, "accept")
    await away(CLEANING, OTHER)
    await step(OTHER, "finish", outcome="solved", fields={"measures": "补打扫", "result": "已补打扫"})
    await step(OTHER, "return")
    [record] = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    [signature] = record["signatures"]
    absent = people.person(CLEANING).name
    assert (signature["signer"], signature["in_stead_of"]) == (people.person(OTHER).name, absent)
    assert record["is_as_sealed"]
    form = await api.get("/dispatch/cases/case-1/duties/1/form", headers=house.headers("customer-service-head"))
    assert "In place of" in form.text and absent in form.text


async def test_the_printed_form_says_nothing_of_whoever_signed_for_themselves(hear, a_complaint, step, api, house):
    await hear(a_complaint())
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", outcome="solved", fields={"measures": "补打扫", "result": "已补打扫"})
    await step(CLEANING, "return")
    [record] = (await api.get("/api/dispatch/records?key=case-1")).json()["items"]
    assert "in_stead_of" not in record["signatures"][0]
    form = await api.get("/dispatch/cases/case-1/duties/1/form", headers=house.headers("customer-service-head"))
    assert "In place of" not in form.text
