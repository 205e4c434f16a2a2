"""Several departments write on one form: each signs its part, and the form goes back when all are there."""

from __future__ import annotations

import pytest

from closeloop.chassis.packs import Pack

CLEANING = "cleaning-head"
DONE = {"outcome": "solved", "conclusion": "已补打扫"}


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "tellings.yaml")


@pytest.fixture
async def parts(hear, a_complaint, api, house, step):
    """The parts of a form that is written as far as its own desk writes it: number to desk."""
    await hear(a_complaint(facets={"mood": "gloomy"}))
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    await step(CLEANING, "tell", what="measure", text="今晚补打扫")
    found = (await api.get("/api/dispatch/duties?case=case-1&limit=50")).json()["items"]
    return {one["number"]: one["desk"] for one in found if one["rule"] == "opinion"}


def head_of(house, desk):
    return next(one.id for one in house.people if one.department == desk or desk in one.roles)


async def test_a_form_goes_back_when_every_part_is_written(parts, step, house, api):
    assert len(parts) > 2
    for n, (number, desk) in enumerate(sorted(parts.items())):
        refused = await step(CLEANING, "return", status=409)
        assert refused["clause"] == "P00-part"
        somebody = head_of(house, desk)
        await step(somebody, "finish", number, outcome="solved", fields={"found": f"看法{n}"})
        await step(somebody, "return", number)
    returned = await step(CLEANING, "return")
    assert all(f"看法{n}" in returned["fields"]["found"] for n in range(len(parts)))
    records = (await api.get("/api/dispatch/records?key=case-1&limit=50")).json()["items"]
    assert len(records) == len(parts) + 1 and all(one["is_as_sealed"] for one in records)
    signers = {one["role"] for record in records for one in record["signatures"]}
    assert signers >= set(parts.values())


async def test_the_page_shows_the_parts_and_the_whole(parts, api, house):
    page = (await api.get("/dispatch/cases/case-1/duties/1?lang=en", headers=house.headers(CLEANING))).text
    assert "Parts of this form" in page and "What each department finds" in page
    number, desk = min(parts.items())
    url = f"/dispatch/cases/case-1/duties/{number}?lang=en"
    page = (await api.get(url, headers=house.headers(head_of(house, desk)))).text
    assert "Part of" in page and "/dispatch/cases/case-1/duties/1" in page
