"""A plan says what it must, asks about what it must, and is approved as it stands before anything goes out."""

import pytest

from closeloop.chassis.records.asking import RECORDS
from closeloop.chassis.store.tables import KeptRecord
from closeloop.contracts.every import AttemptRefused, TaskClosed, TaskOpened
from closeloop.contracts.survey import SurveyApproved, SurveyPlanned


def ends(events, clause):
    """How the occasions of a clause stand, in the order in which they were told."""
    return [judged.end.value for event in events for judged in event.occasions if judged.clause == clause]


@pytest.mark.parametrize("fact", ["purpose", "areas", "ends_on", "staff"])
async def test_a_plan_that_leaves_something_out_is_refused_with_its_clause(api, a_plan, published, fact):
    answer = await api.post("/api/survey/surveys", json={name: v for name, v in a_plan.items() if name != fact})
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-plan"), answer.text
    assert await published(SurveyPlanned) == []


async def test_an_area_without_its_number_of_forms_is_no_area(api, a_plan):
    answer = await api.post("/api/survey/surveys", json=a_plan | {"areas": [{"area": "North"}]})
    assert answer.status_code == 422
    twice = [{"area": "North", "quantity": 1}, {"area": "North", "quantity": 2}]
    answer = await api.post("/api/survey/surveys", json=a_plan | {"areas": twice})
    assert answer.status_code == 409 and "twice" in answer.json()["detail"]


async def test_another_department_does_not_plan_the_survey_of_a_desk(api, a_plan, house):
    answer = await api.post("/api/survey/surveys", json=a_plan, headers=house.headers("repair-leader"))
    assert (answer.status_code, answer.json()["clause"]) == (403, "P00-desk")


async def test_staff_that_nobody_knows_is_said(api, a_plan):
    answer = await api.post("/api/survey/surveys", json=a_plan | {"staff": ["nobody"]})
    assert answer.status_code == 409 and "nobody" in answer.json()["detail"]


@pytest.mark.parametrize("items, status", [(["lifts", "repair"], 201), (["repair"], 409), (["lifts", "gates"], 409)])
async def test_a_questionnaire_asks_about_what_it_must(api, a_plan, items, status):
    answer = await api.post("/api/survey/surveys", json=a_plan | {"items": items})
    assert answer.status_code == status, answer.text
    if status == 409:
        assert answer.json()["clause"] == "P00-covers"
        return
    shown = (await api.get(f"/api/survey/surveys/{answer.json()['id']}")).json()["questionnaire"]
    assert list(shown["fields"]) == ["lifts", "repair", "name", "remark"] and shown["version"] == "3"


async def test_an_item_that_is_not_on_the_form_is_said(api, a_plan):
    answer = await api.post("/api/survey/surveys", json=a_plan | {"items": ["lifts", "repair", "roof"]})
    assert answer.status_code == 409 and "roof" in answer.json()["detail"]


async def test_nothing_goes_out_before_the_approval_and_the_clause_counts_the_attempt(opinions, api, published):
    survey = await opinions("planned")
    answer = await api.post(f"{survey['at']}/open")
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-approval")
    assert [attempt.clause for attempt in await published(AttemptRefused)] == ["P00-approval"]
    assert ends(await published(SurveyPlanned), "P00-approval") == ["opened"]


@pytest.mark.parametrize("login", ["management-representative", "customer-service-head"])
async def test_any_one_of_those_who_approve_is_enough(opinions, api, house, published, login):
    survey = await opinions("planned")
    assert sorted(task.desk for task in await published(TaskOpened)) == [
        "customer_service_head", "management_representative",
    ]  # fmt: skip
    said = {"plan_hash": survey["plan_hash"]}
    approved = await api.post(f"{survey['at']}/approve", json=said, headers=house.headers(login))
    assert approved.json()["status"] == "approved", approved.text
    assert ends(await published(SurveyApproved), "P00-approval") == ["kept"]
    assert len(await published(TaskClosed)) == 2
    again = await api.post(f"{survey['at']}/approve", json=said, headers=house.headers("management-representative"))
    assert again.status_code == 409


async def test_where_all_must_approve_one_is_not_enough(opinions, api, house):
    survey = await opinions("planned", survey="opinions_of_all")
    said = {"plan_hash": survey["plan_hash"]}
    first = await api.post(f"{survey['at']}/approve", json=said, headers=house.headers("management-representative"))
    assert (first.json()["status"], first.json()["awaited"]) == ("planned", ["customer_service_head"])
    assert (await api.post(f"{survey['at']}/open")).status_code == 409
    second = await api.post(f"{survey['at']}/approve", json=said, headers=house.headers("customer-service-head"))
    assert second.json()["status"] == "approved"


async def test_a_change_voids_the_approval_and_its_occasion_opens_again(opinions, api, published):
    survey = await opinions("approved")
    await api.post(f"{survey['at']}/plan", json={"areas": [{"area": "North", "quantity": 11}]})
    assert (await api.post(f"{survey['at']}/open")).json()["clause"] == "P00-approval"
    assert ends(await published(SurveyPlanned), "P00-approval") == ["opened", "opened"]


async def test_a_changed_plan_still_says_everything(opinions, api):
    survey = await opinions("planned")
    answer = await api.post(f"{survey['at']}/plan", json={"staff": []})
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-plan")


async def test_a_no_goes_back_with_its_reason(opinions, api, house, published):
    survey = await opinions("planned")
    said = {"plan_hash": survey["plan_hash"], "reason": "Ask about the roof as well."}
    by = house.headers("management-representative")
    back = await api.post(f"{survey['at']}/send-back", json=said, headers=by)
    assert back.json()["sent_back"] == "Ask about the roof as well."
    assert (await published(TaskOpened))[-1].desk == "customer_service"
    assert (await api.post(f"{survey['at']}/send-back", json=said)).status_code == 409


async def test_the_plan_is_a_record_signed_by_author_and_approver_and_sealed(opinions, running, published):
    survey = await opinions()
    [record] = await running.read.rows(KeptRecord, RECORDS.select().where(RECORDS.c.key == survey["id"]))
    assert record.form == "plan_form" and record.is_sealed
    assert record.fields["areas"] == [{"area": "North", "quantity": 10}, {"area": "South", "quantity": 5}]
    assert [one["signer"] for one in record.signatures] == ["desk-1", "management-representative"]
    told = await published()
    assert ends(told, "P00-plan") == ["opened", "kept"] and ends(told, "P00-plan-form") == ["kept"]


async def test_the_plan_lies_on_the_page_of_whatever_is_to_be_signed(opinions, api, house):
    survey = await opinions("planned")
    head = house.headers("management-representative")
    [turn, _other] = (await api.get("/api/survey/sign-offs", headers=head)).json()["items"]
    page = await api.get(f"/survey/sign-offs/{turn['id']}", headers=head | {"accept": "text/html"})
    assert page.status_code == 200 and "North" in page.text
    assert (await api.get(survey["at"])).json()["awaited"] == ["management_representative", "customer_service_head"]
