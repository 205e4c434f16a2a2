"""A closed case gets one sheet of each open survey that is about it; a survey ends on its last day."""

import pytest

from closeloop.contracts.every import MarkSet, TaskOpened
from closeloop.contracts.examples import an_example
from closeloop.contracts.survey import SheetSent, SurveyClosed

PLACE = "garden-estate"


@pytest.fixture
async def an_open_survey(plan, approve, api):
    survey = await approve(await plan())
    answer = await api.post(f"/api/survey/surveys/{survey['id']}/open")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_closed_case_gets_one_sheet_after_the_pause_of_the_pack(an_open_survey, hear, published, house, closed):
    await hear(closed())
    await house.advance(hours=23)
    assert await published(SheetSent) == []
    await house.advance(hours=2)
    [sheet] = await published(SheetSent)
    assert (sheet.case.id, sheet.area, sheet.survey_id, sheet.key) == (
        "case1", PLACE, an_open_survey["id"], an_open_survey["id"],
    )  # fmt: skip


async def test_a_case_closed_twice_gets_no_second_sheet(an_open_survey, hear, published, house, closed, reopened):
    await hear(closed())
    await house.advance(days=2)
    await hear(reopened())
    await hear(closed())
    await house.advance(days=2)
    assert len(await published(SheetSent)) == 1


async def test_a_case_opened_again_before_the_sheet_went_out_gets_it_after_its_next_closing(
    an_open_survey, hear, published, house, closed, reopened
):
    await hear(closed())
    await hear(reopened())
    await house.advance(days=2)
    assert await published(SheetSent) == []
    await hear(closed())
    await house.advance(days=2)
    assert len(await published(SheetSent)) == 1


async def test_cases_of_other_kinds_and_without_contact_get_none(an_open_survey, hear, published, house, closed):
    await hear(closed(1, "suggestion"))
    await hear(closed(2, contact_left=False))
    await house.advance(days=2)
    assert await published(SheetSent) == []


async def test_cases_closed_since_the_first_day_get_a_sheet_when_the_survey_is_opened(
    plan, approve, api, hear, published, house, closed
):
    await hear(closed(1))
    survey = await approve(await plan())
    await api.post(f"/api/survey/surveys/{survey['id']}/open")
    await house.advance(days=2)
    assert [sheet.case.id for sheet in await published(SheetSent)] == ["case1"]


async def test_no_more_sheets_go_out_than_planned(plan, approve, api, hear, published, house, closed):
    survey = await approve(await plan(quantity=2))
    await api.post(f"/api/survey/surveys/{survey['id']}/open")
    for number in range(1, 5):
        await hear(closed(number))
    await house.advance(days=2)
    assert len(await published(SheetSent)) == 2


async def test_a_survey_ends_with_its_last_day(plan, approve, api, hear, published, house, closed):
    survey = await approve(await plan(ends_on="2026-01-07"))
    await api.post(f"/api/survey/surveys/{survey['id']}/open")
    await house.advance(days=4)
    [over] = await published(SurveyClosed)
    assert (over.sent, over.returned, over.rate) == (0, 0, None)
    await hear(closed())
    await house.advance(days=2)
    assert await published(SheetSent) == []


async def test_without_an_open_survey_nothing_goes_out(hear, published, house, closed):
    await hear(closed())
    await house.advance(days=2)
    assert await published(SheetSent) == []
    assert await published(TaskOpened) == []


async def test_a_form_may_go_out_at_a_mark_of_the_case(hear, published, plan, approve, api, house):
    survey = await approve(await plan(survey="at_the_mark"))
    assert (await api.post(f"/api/survey/surveys/{survey['id']}/open")).status_code == 200
    known = {"key": "case1", "place": "garden-estate", "procedure": "P00", "procedure_version": "1.0", "round": 1}
    case = an_example(MarkSet, mark="handled", is_set=True, kind="complaint", **known)
    await hear(
        an_example(MarkSet, mark="satisfied", is_set=True, kind="complaint", id="main.callback.case1.1", **known)
    )
    while await house.fire():
        pass
    assert await published(SheetSent) == []
    await hear(case)
    await hear(case.model_copy(update={"id": "main.dispatch.case1.99"}))
    while await house.fire():
        pass
    [sent] = await published(SheetSent)
    assert sent.case.id == case.case.id, "one sheet, however often it is handled"
