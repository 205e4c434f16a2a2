"""A duty that is each place's own, or each person's: everybody has theirs, and all of them are waited for."""

from __future__ import annotations

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.dispatch import DutyIssued


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "tellings.yaml")


@pytest.fixture
async def issued(hear, a_complaint, published):
    """A complaint that every place and every repair worker has a duty for."""
    await hear(a_complaint(facets={"crosses_departments": "yes"}))
    return await published(DutyIssued)


async def test_each_place_has_its_own(issued, house, api):
    everywhere = [one for one in issued if one.rule == "everywhere"]
    places = {place.id for place in house.people.organisation.places}
    assert len(everywhere) == len(places) > 1
    found = (await api.get("/api/dispatch/duties?case=case-1")).json()["items"]
    assert {one["place"] for one in found if one["rule"] == "everywhere"} <= places


async def test_each_person_has_their_own(issued, house, step):
    mine = {one.number for one in issued if one.rule == "everybody"}
    workers = [person for person in house.people if "repair_worker" in person.roles and person.at("garden-estate")]
    assert len(mine) == len(workers) > 1
    first = min(mine)
    taken = await step(workers[0].id, "finish", first, outcome="solved", conclusion="已读")
    assert taken["worker"] == workers[0].id
    assert (
        "is for" in (await step(workers[0].id, "finish", first + 1, 409, outcome="solved", conclusion="已读"))["detail"]
    )


async def test_nobody_gets_it_twice(issued, hear, a_complaint, published):
    await hear(a_complaint(facets={"crosses_departments": "yes", "mood": "calm"}))
    assert len(await published(DutyIssued)) == len(issued)


class TestSome:
    @pytest.fixture
    def pack(self, pack: Pack) -> Pack:
        """Only places of some kinds have the duty, and every department but one another."""
        written = json.loads(pack.canonical)
        duties = written["dispatch"]["duties"]
        duties["everywhere"]["each"] = {"places": ["estate"]}
        duties["everywhere_else"] = {**duties["everywhere"], "each": {"places": ["office"]}}
        duties["everybody"] |= {"each": None, "to": {"each": "department", "but": ["cleaning"]}}
        return Pack.from_json(json.dumps(written))

    async def test_places_of_some_kinds_and_every_department_but_some(self, issued, house, pack):
        estates = [place for place in house.people.organisation.places if place.kind == "estate"]
        assert len([one for one in issued if one.rule == "everywhere"]) == len(estates) > 1
        assert [one for one in issued if one.rule == "everywhere_else"] == [], "there is no office"
        assert {one.desk for one in issued if one.rule == "everybody"} == set(pack.head.departments) - {"cleaning"}
