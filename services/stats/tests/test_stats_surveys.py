"""Figures of answer sheets that stand for one survey: judged when it is closed, each area by itself."""

import json
from datetime import UTC, datetime

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.contracts.every import OccasionsJudged
from closeloop.contracts.examples import an_example
from closeloop.contracts.survey import SheetReturned, SheetSent, SurveyClosed

SENT = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)
RATE = {
    "title": {"zh": "回收率", "en": "Return rate"},
    "numerator": {"of": ["sheets_returned"]},
    "denominator": {"of": ["sheets_sent"]},
    "per": ["survey", "year"],
    "by": ["area"],
    "target": {"at_least": 80},
    "clauses": ["P00-returns"],
}
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure, in which enough has to come back from each area of each survey."""
    said = json.loads(pack.canonical)
    said["stats"]["indicators"]["returns"] = RATE
    clause = {"source": "1", "text": {"zh": "回收", "en": "Returns"}, "kind": "kpi", "check": "automatic"}
    said["clauses"]["clauses"]["P00-returns"] = clause
    return Pack.from_json(json.dumps(said))


@pytest.fixture
def sheets(hear, running):
    """`await sheets("s1", north=(5, 4))`: so many sheets of a survey went out to an area, and so many came back."""
    here.set(running)
    number = iter(range(1, 1000))

    async def told(survey, **areas):
        known = {"key": survey, "survey_id": survey, "procedure": "P00", "procedure_version": "1.0"}
        known |= {"case": None, "place": None, "occasions": ()}
        for area, (out, back) in areas.items():
            for n in range(out):
                sheet = {"sheet_id": f"{survey}.{area}.{n}", "area": area, **known}
                await hear(an_example(SheetSent, id=f"main.survey.{survey}.{next(number)}", sent_at=SENT, **sheet))
                if n < back:
                    at = {"id": f"main.survey.{survey}.{next(number)}", "returned_at": SENT}
                    await hear(an_example(SheetReturned, **at, **sheet))

    return told


@pytest.fixture
def close(hear, house):
    """The survey is over."""

    async def told(survey, sent):
        known = {"key": survey, "survey_id": survey, "procedure": "P00", "procedure_version": "1.0", "sent": sent}
        await hear(an_example(SurveyClosed, id=f"main.survey.{survey}.999", place=None, occasions=(), **known))
        while await house.fire():
            pass

    return told


async def ends(published):
    """How the areas ended, one after the other."""
    told = await published(OccasionsJudged)
    judged = [one for event in told for one in event.occasions if one.clause == "P00-returns"]
    return [(one.of.rpartition(":")[2], one.end.value) for one in judged]


async def test_each_area_is_judged_when_the_survey_was_closed(sheets, close, published, house):
    await sheets("s1", north=(5, 4), south=(5, 3))
    while await house.fire():
        pass
    assert sorted(await ends(published)) == [("north", "opened"), ("south", "opened")]
    await house.advance(days=40)
    assert len(await ends(published)) == 2, "nobody knows yet whether more comes back"
    await close("s1", 10)
    await house.advance(days=20)
    assert sorted((await ends(published))[2:]) == [("north", "kept"), ("south", "breached")]
    told = next(event for event in await published(OccasionsJudged) if event.figure)
    assert (told.period, told.figure.numerator, told.figure.denominator) == ("survey-s1", 7, 10)


async def test_one_survey_counts_only_its_own_sheets(sheets, close, api, house):
    await sheets("s1", north=(5, 4))
    await sheets("s2", north=(2, 0))
    shown = (await api.get("/api/stats/indicators/returns?procedure=P00&period=survey-s1")).json()
    assert (shown["numerator"], shown["denominator"], shown["value"]) == (4, 5, 80)
    [north] = shown["groups"]["area"]
    assert (north["value"], north["met"]) == ("north", True)
    opened = (await api.get(shown["denominator_cases"])).json()
    assert len(opened["items"]) == 5


async def test_the_page_of_a_survey_has_no_weeks_and_no_months(sheets, api):
    await sheets("s1", north=(5, 4))
    page = await api.get("/stats?procedure=P00&period=survey-s1", headers=HTML)
    assert page.status_code == 200, page.text
    assert "Return rate" in page.text and "Cases per week" not in page.text and 'rel="prev"' not in page.text


async def test_a_survey_of_which_nothing_went_out_is_not_judged(close, published, house):
    await close("s1", 0)
    await house.advance(days=20)
    assert await ends(published) == []
