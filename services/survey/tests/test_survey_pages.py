"""The pages of survey: for whoever asks, and for the customer."""

import re

import pytest

from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.contracts.survey import SheetReturned, SurveyPlanned

HTML = {"accept": "text/html"}


@pytest.fixture
def browser(api, a_sheet):
    """A customer's browser: no login, English."""
    api.headers.pop("authorization")
    api.headers.update(
        HTML | {"origin": "http://closeloop", "referer": f"http://closeloop{a_sheet['address']}?lang=en"}
    )
    return api


@pytest.mark.parametrize("language, words", [("zh", "征询"), ("en", "Surveys")])
async def test_the_list_and_the_plan_are_shown_in_both_languages(plan, api, house, language, words):
    survey = await plan()
    headers = HTML | house.headers("desk-1", language)
    listed = await api.get("/survey", headers=headers)
    assert listed.status_code == 200 and words in listed.text and f"/survey/surveys/{survey['id']}" in listed.text
    assert (await api.get("/survey/surveys/new", headers=headers)).status_code == 200
    assert (await api.get(f"/survey/surveys/{survey['id']}", headers=headers)).status_code == 200
    assert (await api.get("/survey?status=open", headers=headers)).status_code == 200


async def test_a_survey_is_planned_approved_opened_and_closed_from_its_page(api, house, published):
    desk, head = HTML | house.headers("desk-1"), HTML | house.headers("management-representative")
    form = {"what": "P00/after_closing", "starts_on": "2026-01-05", "ends_on": "", "quantity": ""}
    planned = await api.post("/survey/surveys", data=form, headers=desk)
    assert planned.status_code == 303, planned.text
    address = planned.headers["location"]
    page = await api.get(address, headers=head)
    [fingerprint] = set(re.findall(r'name="plan_hash" value="(\w+)"', page.text))
    assert "Approve the plan" not in (await api.get(address, headers=desk)).text
    await api.post(f"{address}/approve", data={"plan_hash": fingerprint}, headers=head)
    assert "Open the survey" in (await api.get(address, headers=desk)).text
    assert (await api.post(f"{address}/open", headers=desk)).status_code == 303
    assert "Close the survey" in (await api.get(address, headers=desk)).text
    assert (await api.post(f"{address}/close", headers=desk)).status_code == 303


async def test_questions_of_ones_own_are_written_line_by_line(api, house, published):
    form = {
        "what": "P00/own",
        "starts_on": "2026-01-05",
        "title": "保洁征询 | On cleaning",
        "purpose": "了解",
        "population": "业主 | Owners",
        "questions": "干净吗？ | Clean?\n\n及时吗？ | In time?",
        "scale": "five_steps",
        "approver": "management_representative",
        "kinds": ["complaint", "repair"],
    }
    answer = await api.post("/survey/surveys", data=form, headers=HTML)
    assert answer.status_code == 303, answer.text
    [told] = await published(SurveyPlanned)
    assert (told.title.zh, told.title.en, told.purpose.en) == ("保洁征询", "On cleaning", "了解")
    page = await api.get(answer.headers["location"], headers=HTML)
    assert "Clean?" in page.text and "In time?" in page.text


async def test_a_plan_with_a_mistake_comes_back_with_what_was_entered(api):
    headers = HTML | {"referer": "http://closeloop/survey/surveys/new", "origin": "http://closeloop"}
    form = {"what": "P00/after_closing", "starts_on": "2026-01-05", "ends_on": "2025-01-05", "quantity": "7"}
    answer = await api.post("/survey/surveys", data=form, headers=headers)
    assert answer.status_code == 409
    assert "lies before the first one" in answer.text and 'value="7"' in answer.text


async def test_a_customer_is_asked_one_question_first(a_sheet, browser):
    page = await browser.get(a_sheet["address"] + "?lang=en")
    assert page.text.count('name="result"') == 5
    assert 'name="speed"' not in page.text
    for name in ("case1", a_sheet["case_number"], "Desk 1"):
        assert name not in page.text


@pytest.mark.parametrize("chosen, asks", [("satisfied", False), ("dissatisfied", True)])
async def test_text_is_asked_for_only_when_something_displeased(a_sheet, browser, chosen, asks):
    page = await browser.get(f"{a_sheet['address']}?lang=en&result={chosen}")
    assert f'value="{chosen}" checked' in page.text and 'name="speed"' in page.text
    assert ('name="remark"' in page.text) is asks


async def test_a_sheet_is_in_the_language_of_its_case_until_another_is_chosen(a_sheet, browser):
    browser.headers.pop("accept-language")
    assert '<html lang="zh-CN">' in (await browser.get(a_sheet["address"], headers={"accept-language": "en"})).text
    assert '<html lang="en">' in (await browser.get(a_sheet["address"] + "?lang=en")).text


async def test_who_sent_the_sheet_is_thanked_and_cannot_send_it_twice(a_sheet, browser, published):
    sent = await browser.post(a_sheet["address"], data={"result": "satisfied", "speed": "fair", "remark": ""})
    assert sent.status_code == 303 and sent.headers["location"] == a_sheet["address"]
    assert "Thank you" in (await browser.get(a_sheet["address"] + "?lang=en")).text
    again = await browser.post(a_sheet["address"], data={"result": "satisfied"})
    assert again.status_code == 409 and "answered already" in again.text
    assert len(await published(SheetReturned)) == 1


async def test_a_sheet_with_a_mistake_comes_back(a_sheet, browser, published):
    wrong = await browser.post(a_sheet["address"], data={"result": "splendid", "speed": "fair"})
    assert wrong.status_code == 422
    assert "Please choose one of" in wrong.text
    assert await published(SheetReturned) == []


async def test_a_sheet_that_is_over_explains_itself(a_sheet, browser, house):
    await house.advance(days=31)
    page = await browser.get(a_sheet["address"] + "?lang=en")
    assert page.status_code == 200 and "This survey is over" in page.text and 'name="result"' not in page.text


async def test_what_displeased_a_customer_is_looked_into(a_sheet, api, house, published):
    await api.post(a_sheet["address"], json={"answers": {"result": "dissatisfied", "remark": "还是慢"}})
    task = (await published(TaskOpened))[-1]
    assert task.kind == "low_answer"
    page = await api.get(task.url, headers=HTML)
    assert page.status_code == 200 and "还是慢" in page.text
    answer = await api.post(f"{task.url}/follow-up", data={"follow_up": "已电话致歉"}, headers=HTML)
    assert answer.status_code == 303
    assert "已电话致歉" in (await api.get(task.url, headers=HTML)).text
    assert (await published(TaskClosed))[-1].task_id == task.task_id
    again = await api.post(f"/api/survey{task.url.removeprefix('/survey')}/follow-up", json={"follow_up": "再来"})
    assert again.status_code == 409


async def test_forms_on_paper_are_carried_entered_and_accounted_for_on_pages(opinions, api, published):
    survey = await opinions()
    page = f"/survey/surveys/{survey['id']}"
    for what, number in (("handed_out", 5), ("brought_back", 1)):
        moved = await api.post(
            f"{page}/movements", data={"area": "North", "what": what, "number": str(number)}, headers=HTML
        )
        assert moved.status_code == 303, moved.text
    form = await api.get(f"{page}/sheets/new", headers=HTML)
    assert 'name="answer.lifts"' in form.text and 'value="North"' in form.text and "answer.area" not in form.text
    said = {"area": "North", "answer.lifts": "no", "answer.name": "周女士", "serious": "answer.lifts"}
    entered = await api.post(f"{page}/sheets", data=said, headers=HTML)
    assert entered.status_code == 303, entered.text
    [told] = await published(SheetReturned)
    assert (told.answers, told.serious) == ({"lifts": "no", "name": "周女士"}, ("lifts",))
    shown = (await api.get(page, headers=HTML)).text
    assert "Still missing" in shown and "周女士" not in shown and 'name="reason.North"' in shown
    assert (await api.post(f"{page}/close", data={"reason.North": " "}, headers=HTML)).status_code == 409
    assert (await api.post(f"{page}/close", data={"reason.North": "Rain"}, headers=HTML)).status_code == 303


async def test_a_plan_is_written_and_sent_back_on_pages(api, house, published):
    desk, head = HTML | house.headers("desk-1"), HTML | house.headers("management-representative")
    form = {
        "what": "P00/opinions",
        "purpose": "了解 | To learn",
        "areas": "North | 10\n\nSouth｜5",
        "staff": "desk-1, callback-1",
        "starts_on": "2026-01-05",
        "ends_on": "2026-01-16",
    }
    wrong = await api.post("/survey/surveys", data=form | {"areas": "North"}, headers=desk)
    assert wrong.status_code == 409 and "parted by a bar" in wrong.text
    planned = await api.post("/survey/surveys", data=form, headers=desk)
    assert planned.status_code == 303, planned.text
    [told] = await published(SurveyPlanned)
    assert [(one.area, one.quantity) for one in told.areas] == [("North", 10), ("South", 5)]
    address = planned.headers["location"]
    said = {"plan_hash": told.plan_hash, "reason": "Ask West, too."}
    assert (await api.post(f"{address}/send-back", data=said, headers=head)).status_code == 303
    assert "Ask West, too." in (await api.get(address, headers=desk)).text
