"""Survey for machines: plans are approved by somebody else, sheets are answered once."""

import pytest

from closeloop.contracts.every import AttemptRefused, TaskClosed, TaskOpened
from closeloop.contracts.survey import SheetReturned, SurveyApproved, SurveyClosed, SurveyPlanned

OWN = {
    "procedure": "P00",
    "title": {"zh": "保洁征询", "en": "On cleaning"},
    "purpose": {"zh": "了解", "en": "To learn"},
    "population": {"zh": "业主", "en": "Owners"},
    "starts_on": "2026-01-05",
    "kinds": ["suggestion"],
    "approver": "management_representative",
    "questions": {
        "clean": {
            "title": {"zh": "干净吗？", "en": "Clean?"},
            "type": "scale",
            "scale": "five_steps",
            "required": True,
        },
        "grade": {"title": {"zh": "打分", "en": "Points"}, "type": "points", "full_points": 10},
    },
}
"""A survey with questions of one's own."""
STARS = {"title": {"zh": "问", "en": "Q"}, "type": "scale", "scale": "stars"}


@pytest.fixture
def customer(api):
    """Somebody without a login."""
    api.headers.pop("authorization")
    return api


async def test_a_plan_of_the_pack_waits_for_its_approver(plan, published):
    survey = await plan()
    [told] = await published(SurveyPlanned)
    assert told.plan_hash == survey["plan_hash"] and told.author == "desk-1"
    assert survey["status"] == "planned" and survey["approvers"] == ["management_representative"]
    [task] = await published(TaskOpened)
    assert (task.kind, task.desk) == ("sign_off", "management_representative")


async def test_an_approval_names_what_was_read(plan, approve, published):
    survey = await approve(await plan())
    [told] = await published(SurveyApproved)
    assert (told.approved_by, told.plan_hash) == ("management-representative", survey["plan_hash"])
    assert survey["status"] == "approved"
    assert [task.kind for task in await published(TaskClosed)] == ["sign_off"]


async def test_an_approval_of_something_else_is_refused(plan, api, house):
    survey = await plan()
    answer = await api.post(
        f"/api/survey/surveys/{survey['id']}/approve",
        json={"plan_hash": "0" * 64},
        headers=house.headers("management-representative"),
    )
    assert answer.status_code == 409


async def test_a_change_of_the_plan_voids_its_approval(plan, approve, api):
    survey = await approve(await plan())
    changed = (await api.post(f"/api/survey/surveys/{survey['id']}/plan", json={"quantity": 50})).json()
    assert changed["status"] == "planned" and changed["plan_hash"] != survey["plan_hash"]
    assert (await api.post(f"/api/survey/surveys/{survey['id']}/open")).status_code == 409
    assert (await approve(changed))["status"] == "approved"


async def test_nobody_approves_a_plan_of_their_own(api, house):
    approver = house.headers("management-representative")
    answer = await api.post("/api/survey/surveys", json=OWN, headers=approver)
    assert answer.status_code == 201, answer.text
    survey = answer.json()
    refused = await api.post(
        f"/api/survey/surveys/{survey['id']}/approve", json={"plan_hash": survey["plan_hash"]}, headers=approver
    )
    assert refused.status_code == 409
    assert "own work" in refused.json()["detail"]


async def test_who_is_not_the_approver_may_not_approve(plan, api, house):
    survey = await plan()
    for login in ("desk-1", "callback-1"):
        answer = await api.post(
            f"/api/survey/surveys/{survey['id']}/approve",
            json={"plan_hash": survey["plan_hash"]},
            headers=house.headers(login),
        )
        assert answer.status_code == 403


async def test_another_department_neither_plans_nor_sees_it(plan, api, house):
    survey = await plan()
    leader = house.headers("repair-leader")
    assert (await api.get(f"/api/survey/surveys/{survey['id']}", headers=leader)).status_code == 404
    assert (await api.post(f"/api/survey/surveys/{survey['id']}/open", headers=leader)).status_code == 404
    assert (await api.get("/api/survey/surveys", headers=leader)).json()["items"] == []
    body = {"procedure": "P00", "survey": "after_closing", "starts_on": "2026-01-05"}
    assert (await api.post("/api/survey/surveys", json=body, headers=leader)).status_code == 403


@pytest.mark.parametrize(
    "changes, status",
    [
        ({"procedure": "P77"}, 409),
        ({"survey": "no_such_survey"}, 409),
        ({"starts_on": "soon"}, 422),
        ({"ends_on": "2025-12-31"}, 409),
        ({"quantity": 0}, 422),
        ({"colour": "red"}, 422),
        ({"questions": OWN["questions"]}, 409),
        ({"survey": None}, 409),
        ({**OWN, "survey": None, "kinds": ["riddle"]}, 409),
        ({**OWN, "survey": None, "approver": "emperor"}, 409),
        ({**OWN, "survey": None, "questions": {"a": STARS}}, 409),
    ],
)
async def test_a_plan_that_does_not_fit_is_one_clear_sentence(api, published, changes, status):
    body = {"procedure": "P00", "survey": "after_closing", "starts_on": "2026-01-05"} | changes
    answer = await api.post("/api/survey/surveys", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json" and answer.json()["detail"]
    assert await published(SurveyPlanned) == []


async def test_a_survey_is_opened_and_closed_once(plan, approve, api, published):
    survey = await approve(await plan())
    address = f"/api/survey/surveys/{survey['id']}"
    assert (await api.post(f"{address}/close")).status_code == 409
    assert (await api.post(f"{address}/open")).json()["status"] == "open"
    assert (await api.post(f"{address}/open")).status_code == 409
    assert (await api.post(f"{address}/plan", json={"quantity": 3})).status_code == 409
    assert (await api.post(f"{address}/close")).json()["status"] == "closed"
    assert (await api.post(f"{address}/close")).status_code == 409
    assert len(await published(SurveyClosed)) == 1


async def test_a_customer_answers_without_signing_in_and_the_answers_are_counted(a_sheet, api, customer, published):
    given = {"speed": "fair", "manner": "very_satisfied", "result": "dissatisfied", "remark": "还是慢"}
    answer = await customer.post(a_sheet["address"], json={"answers": given})
    assert answer.status_code == 201, answer.text
    [told] = await published(SheetReturned)
    assert (told.qualified, told.dissatisfied, told.unanswered, told.score) == (2, 1, 0, 10)
    assert told.answers == given and told.sheet_id == a_sheet["id"] and told.by == "customer"


async def test_a_sheet_is_answered_once(a_sheet, customer, published):
    assert (await customer.post(a_sheet["address"], json={"answers": {"result": "fair"}})).status_code == 201
    again = await customer.post(a_sheet["address"], json={"answers": {"result": "satisfied"}})
    assert again.status_code == 409 and "Thank you" in again.json()["detail"]
    assert len(await published(SheetReturned)) == 1


@pytest.mark.parametrize(
    "body, status, field",
    [
        ({"answers": {"result": "splendid"}}, 422, "answers.result"),
        ({"answers": {"result": 5}}, 422, "answers.result"),
        ({"answers": {"speed": "fair"}}, 422, "answers.result"),
        ({"answers": {"result": "fair", "shoe_size": "43"}}, 422, "answers.shoe_size"),
        ({"answers": {"result": "fair", "remark": "x" * 10_001}}, 422, "answers.remark"),
        ({"answers": {"result": "fair", "remark": ["x"]}}, 422, "answers.remark"),
        ({"answers": "fair"}, 422, "answers"),
        ({}, 422, "answers"),
        ([], 422, "answers"),
    ],
)
async def test_answers_that_do_not_fit_are_said_question_by_question(a_sheet, customer, published, body, status, field):
    answer = await customer.post(a_sheet["address"], json=body)
    assert answer.status_code == status, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await published(SheetReturned) == []


async def test_garbage_is_not_read(a_sheet, customer):
    answer = await customer.post(a_sheet["address"], content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400


async def test_whoever_guesses_finds_nothing(a_sheet, customer):
    assert (await customer.post("/public/survey/sheets/guess", json={"answers": {"result": "fair"}})).status_code == 404
    assert (await customer.get("/public/survey/sheets/guess")).status_code == 404
    assert (await customer.get(f"/public/survey/sheets/{a_sheet['id']}")).status_code == 404


async def test_looking_at_a_sheet_stores_nothing(a_sheet, customer, published):
    before = len(await published())
    page = await customer.get(f"{a_sheet['address']}?result=very_satisfied", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert len(await published()) == before


async def test_after_closing_answers_are_taken_no_more(a_sheet, api, house, published):
    await api.post(f"/api/survey/surveys/{a_sheet['survey']}/close")
    late = await api.post(a_sheet["address"], json={"answers": {"result": "fair"}})
    assert late.status_code == 409 and "over" in late.json()["detail"]
    assert await published(SheetReturned) == []


async def test_after_thirty_days_a_sheet_is_over(a_sheet, api, house):
    await house.advance(days=31)
    assert (await api.post(a_sheet["address"], json={"answers": {"result": "fair"}})).status_code == 409


async def test_the_figures_stand_after_closing(a_sheet, api, published):
    await api.post(a_sheet["address"], json={"answers": {"result": "dissatisfied", "manner": "fair", "speed": "fair"}})
    closing = (await api.post(f"/api/survey/surveys/{a_sheet['survey']}/close")).json()
    assert (closing["sent"], closing["returned"], closing["return_rate"], closing["rate"]) == (1, 1, 100.0, 66.67)
    [told] = await published(SurveyClosed)
    assert (told.sent, told.returned, str(told.rate)) == (1, 1, "66.67")
    shown = (await api.get(f"/api/survey/surveys/{a_sheet['survey']}")).json()
    assert {"value": "dissatisfied", "n": 1}.items() <= shown["results"][2]["answers"][3].items()


async def test_a_repeated_plan_is_one_plan(api, published):
    body = {"procedure": "P00", "survey": "after_closing", "starts_on": "2026-01-05"}
    first = await api.post("/api/survey/surveys", json=body, headers={"idempotency-key": "abc"})
    again = await api.post("/api/survey/surveys", json=body, headers={"idempotency-key": "abc"})
    assert first.json() == again.json() and len(await published(SurveyPlanned)) == 1


async def test_a_stale_change_is_refused(plan, api):
    survey = await plan()
    answer = await api.post(
        f"/api/survey/surveys/{survey['id']}/plan", json={"quantity": 5}, headers={"if-match": '"99"'}
    )
    assert answer.status_code == 412


async def test_lists_go_on_where_the_cursor_stands(plan, api):
    for _n in range(3):
        await plan()
    first = (await api.get("/api/survey/surveys?limit=2")).json()
    rest = (await api.get(f"/api/survey/surveys?limit=2&cursor={first['next']}")).json()
    assert len(first["items"]) == 2 and len(rest["items"]) == 1 and rest["next"] is None
    assert (await api.get("/api/survey/surveys?status=open")).json()["items"] == []
    assert (await api.get("/api/survey/surveys?cursor=nonsense")).status_code == 422


async def test_only_who_is_signed_in_sees_surveys(api):
    api.headers.pop("authorization")
    assert (await api.get("/api/survey/surveys")).status_code == 401


async def test_a_refused_approval_of_ones_own_changes_nothing(plan, api, published):
    survey = await plan()
    await api.post(f"/api/survey/surveys/{survey['id']}/open")
    assert await published(AttemptRefused) == []
    assert (await api.get(f"/api/survey/surveys/{survey['id']}")).json()["status"] == "planned"
