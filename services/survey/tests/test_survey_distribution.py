"""Forms on paper go out by the plan, come back, are entered, and are accounted for area by area."""

import pytest

from closeloop.chassis.records.asking import RECORDS
from closeloop.chassis.store.tables import KeptRecord
from closeloop.contracts.every import AttemptRefused, TaskClosed, TaskOpened
from closeloop.contracts.survey import SheetReturned, SheetSent, SurveyClosed
from closeloop.survey.distribution.model import Area

ONE = {"area": "North", "answers": {"lifts": "very", "repair": "no"}}


@pytest.fixture
def move(api):
    async def moved(survey, area, *, out=0, back=0, status=201, **more):
        said = {"area": area, "handed_out": out, "brought_back": back}
        answer = await api.post(f"{survey['at']}/movements", json=said, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    return moved


async def test_what_goes_out_is_told_form_by_form(opinions, move, published):
    survey = await opinions()
    area = await move(survey, "North", out=4)
    assert (area["handed_out"], area["quantity"], area["rate"]) == (4, 10, 0.0)
    sent = await published(SheetSent)
    assert [(one.area, one.means) for one in sent] == [("North", "paper")] * 4
    assert len({one.sheet_id for one in sent}) == 4


async def test_only_the_staff_of_the_plan_carries_forms(opinions, move, house, published):
    survey = await opinions()
    head = house.headers("customer-service-head")
    refused = await move(survey, "North", out=4, status=403, headers=head)
    assert refused["clause"] == "P00-staff"
    assert [attempt.clause for attempt in await published(AttemptRefused)] == ["P00-staff"]
    await move(survey, "North", out=4, headers=house.headers("callback-1"))


async def test_whoever_works_at_an_area_hears_who_the_staff_of_the_plan_are(opinions, move, house):
    survey = await opinions(survey="opinions_by_place", areas=[{"area": "garden-estate", "quantity": 5}])
    by = house.headers("cleaning-head")
    refused = await move(survey, "garden-estate", out=1, status=403, headers=by)
    assert refused["clause"] == "P00-staff"
    await move(survey, "river-towers", out=1, status=404, headers=by)
    await move(survey, "garden-estate", out=1)


@pytest.mark.parametrize(
    "area, out, back, words",
    [
        ("West", 1, 0, "has no area"),
        ("North", 11, 0, "10 are left"),
        ("North", 0, 1, "Only 0 forms"),
        ("North", 0, 0, "how many"),
    ],
)
async def test_numbers_that_cannot_be_are_refused(opinions, move, area, out, back, words):
    survey = await opinions()
    assert words in (await move(survey, area, out=out, back=back, status=409))["detail"]


async def test_no_more_comes_back_than_went_out_and_no_more_is_entered_than_came_back(opinions, move, api):
    survey = await opinions()
    await move(survey, "North", out=10)
    assert "Only 10" in (await move(survey, "North", back=11, status=409))["detail"]
    await move(survey, "North", back=1)
    assert (await api.post(f"{survey['at']}/sheets", json=ONE)).status_code == 201
    again = await api.post(f"{survey['at']}/sheets", json=ONE)
    assert again.status_code == 409 and "entered" in again.json()["detail"]


async def test_nothing_goes_out_before_the_survey_is_open(opinions, move):
    survey = await opinions("approved")
    await move(survey, "North", out=1, status=409)


async def test_an_entered_form_is_counted_and_says_what_each_item_counts(opinions, move, api, published):
    survey = await opinions()
    await move(survey, "North", out=2)
    await move(survey, "North", back=1)
    entered = await api.post(f"{survey['at']}/sheets", json=ONE | {"serious": ["repair"]})
    assert entered.status_code == 201 and entered.json()["waits"] is False, "the case that it opened looks after it"
    [told] = await published(SheetReturned)
    assert (told.qualified, told.dissatisfied, told.unanswered) == (1, 1, 1)
    assert told.items == {"lifts": "qualified", "gates": "unanswered", "repair": "dissatisfied"}
    assert told.serious == ("repair",) and told.area == "North" and told.by == "desk-1"
    assert told.sheet_id in [one.sheet_id for one in await published(SheetSent)]


async def test_an_answer_outside_the_scale_is_refused_with_its_clause(opinions, move, api, published):
    survey = await opinions()
    await move(survey, "North", out=1)
    await move(survey, "North", back=1)
    answer = await api.post(f"{survey['at']}/sheets", json={"area": "North", "answers": {"lifts": "splendid"}})
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-steps")
    assert [attempt.clause for attempt in await published(AttemptRefused)] == ["P00-steps"]
    assert await published(SheetReturned) == []


async def test_unanswered_items_are_left_out_of_the_rate(opinions, move, api):
    survey = await opinions()
    await move(survey, "North", out=3)
    await move(survey, "North", back=3)
    for answers in ({"lifts": "fairly", "gates": "very", "repair": "no"}, {}, {"lifts": "satisfied"}):
        await api.post(f"{survey['at']}/sheets", json={"area": "North", "answers": answers})
    shown = (await api.get(survey["at"])).json()
    assert (shown["returned"], shown["rate"]) == (3, 75.0)


async def returned(survey, move, api, area, out, back):
    await move(survey, area, out=out)
    await move(survey, area, back=back)
    for _n in range(back):
        answer = await api.post(f"{survey['at']}/sheets", json={"area": area, "answers": {"lifts": "very"}})
        assert answer.status_code == 201, answer.text


async def test_an_area_that_stayed_too_low_is_closed_with_a_reason_only(opinions, move, api, published, running):
    survey = await opinions()
    await returned(survey, move, api, "North", 5, 4)
    await returned(survey, move, api, "South", 5, 3)
    refused = await api.post(f"{survey['at']}/close", json={})
    assert refused.status_code == 409 and "South" in refused.json()["detail"]
    closed = await api.post(f"{survey['at']}/close", json={"reasons": {"South": "Away over the holidays"}})
    assert closed.json()["status"] == "closed", closed.text
    [told] = await published(SurveyClosed)
    assert [(one.area, one.sent, one.returned, one.reason) for one in told.areas] == [
        ("North", 5, 4, None), ("South", 5, 3, "Away over the holidays"),
    ]  # fmt: skip
    made = await running.read.rows(KeptRecord, RECORDS.select().where(RECORDS.c.form == "list_form"))
    assert made[0].is_sealed and "South 5 3 60.0 Away over the holidays" in made[0].fields["rates"]
    kept = {judged.clause for event in await published() for judged in event.occasions if judged.end == "kept"}
    assert {"P00-desk", "P00-staff", "P00-steps", "P00-covers", "P00-form", "P00-list-form"} <= kept


async def test_what_came_back_is_entered_before_the_survey_is_closed(opinions, move, api):
    survey = await opinions()
    await move(survey, "North", out=1)
    await move(survey, "North", back=1)
    refused = await api.post(f"{survey['at']}/close", json={})
    assert refused.status_code == 409 and "not entered" in refused.json()["detail"]


async def test_some_days_before_the_end_the_areas_below_the_rate_are_chased(opinions, move, house, published):
    survey = await opinions()
    await move(survey, "North", out=5)
    await move(survey, "North", back=3)
    await move(survey, "South", out=5)
    await move(survey, "South", back=4)
    await house.advance(days=7)
    assert [task for task in await published(TaskOpened) if task.kind == "chase"] == []
    await house.advance(days=3)
    [task] = [task for task in await published(TaskOpened) if task.kind == "chase"]
    assert "North, 1 more" in task.title.en and task.desk == "customer_service"
    await move(survey, "North", back=1)
    assert [one.task_id for one in await published(TaskClosed) if one.kind == "chase"] == [task.task_id]


async def test_after_the_last_day_paper_is_still_entered_and_the_desk_closes(opinions, move, api, house, published):
    survey = await opinions()
    await move(survey, "North", out=1)
    await house.advance(days=13)
    assert (await api.get(survey["at"])).json()["status"] == "counting"
    assert (await published(TaskOpened))[-1].kind == "close"
    await move(survey, "North", out=1, status=409)
    await move(survey, "North", back=1)
    assert (await api.post(f"{survey['at']}/sheets", json=ONE)).status_code == 201
    assert (await api.post(f"{survey['at']}/close", json={})).json()["status"] == "closed"
    assert (await published(TaskClosed))[-1].kind == "close"


@pytest.mark.parametrize(
    "out, back, least, missing",
    [(5, 4, 80, 0), (5, 3, 80, 1), (10, 7, 80, 1), (3, 2, 80, 1), (7, 0, 33.3, 3), (0, 0, 80, 0)],
)
def test_so_many_more_must_come_back(out, back, least, missing):
    area = Area("s.1", "s", "North", 1, handed_out=out, brought_back=back)
    assert area.missing(least) == missing
    assert area.missing(None) == 0
