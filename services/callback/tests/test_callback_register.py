"""The weekly check of the register: the head sees what is to be done, says who does it, and signs."""

import pytest

from closeloop.contracts.every import AttemptRefused, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.vocabulary import OccasionEnd

CHECK, HEAD = "register_check", "customer-service-head"
CALL = {"form": "telephone", "outcome": "satisfied", "note": "好"}
HTML = {"accept": "text/html", "origin": "http://closeloop"}


@pytest.fixture
async def plan(hear, house, about, handled):
    """Two complaints are to be asked about when the week begins."""
    await house.keep_schedules()
    await house.advance(days=5)
    for number in (1, 2):
        await hear(about(CaseAssessed, number=number))
        await hear(handled(number=number))
    await house.advance(days=2, hours=1)
    return (await house.jobs(CHECK))[-1].id


async def ends(published, clause):
    return [one.end for event in await published(OccasionsJudged) for one in event.occasions if one.clause == clause]


async def arranged(api, house, plan, login=HEAD, **form):
    answer = await api.post(f"/api/callback/jobs/{plan}/callers", json=form, headers=house.headers(login))
    await house.advance(minutes=1)
    return answer


async def test_the_head_finds_the_callbacks_of_the_week_with_what_the_customers_want(plan, api, house):
    job = (await api.get(f"/api/callback/jobs/{plan}", headers=house.headers(HEAD))).json()
    assert job["desk"] == "customer_service_head" and job["period"] == "2026-W03"
    callbacks = job["found"]["callbacks"]
    assert [one["id"] for one in callbacks] == ["case1.1", "case2.1"]
    assert all(one["requirement"] and one["caller"] is None for one in callbacks)


async def test_a_check_without_callers_is_refused_by_the_clause_that_asks_for_them(plan, api, house, published):
    url = f"/api/callback/jobs/{plan}/done"
    answer = await api.post(url, json={}, headers=house.headers(HEAD))
    assert answer.status_code == 409 and answer.json()["clause"] == "P00-4.4-b2"
    [refused] = await published(AttemptRefused)
    assert refused.clause == "P00-4.4-b2"
    assert (await house.jobs(CHECK))[-1].done_at is None


async def test_callers_are_arranged_and_the_signed_check_is_on_record(plan, api, house, published):
    answer = await arranged(api, house, plan, callers={"case1.1": "callback-1"}, everyone="desk-1")
    assert answer.status_code == 201, answer.text
    assert [one["caller"] for one in answer.json()["callbacks"]] == ["callback-1", "desk-1"]
    tasks = [task.person for task in await published(TaskOpened) if task.kind == "call" and task.person]
    assert sorted(tasks) == ["callback-1", "desk-1"]
    mine = (await api.get("/api/callback/callbacks?caller=callback-1")).json()["items"]
    assert [one["id"] for one in mine] == ["case1.1"]
    done = await api.post(
        f"/api/callback/jobs/{plan}/done", json={"fields": {"remark": "无异常"}}, headers=house.headers(HEAD)
    )
    assert done.status_code == 200, done.text
    record = (await api.get(f"/api/callback/records/{done.json()['record']}", headers=house.headers(HEAD))).json()
    assert record["form"] == CHECK and record["hash"] and record["fields"]["callbacks"] == 2
    assert "回访员一" in record["fields"]["plan"] and record["fields"]["remark"] == "无异常"
    assert [one["role"] for one in record["signatures"]] == ["customer_service_head"]
    for clause in ("P00-4.4-b1", "P00-4.4-b2"):
        assert OccasionEnd.KEPT in await ends(published, clause)


async def test_a_check_that_nobody_made_in_time_is_a_breach(plan, house, published):
    await house.advance(days=4)
    for clause in ("P00-4.4-b1", "P00-4.4-b2"):
        assert OccasionEnd.BREACHED in await ends(published, clause)


async def test_who_supervises_does_not_arrange_themselves(plan, api, house, published):
    answer = await arranged(api, house, plan, everyone=HEAD)
    assert answer.status_code == 409 and answer.json()["clause"] == "P00-4.8"
    assert [event.clause for event in await published(AttemptRefused)] == ["P00-4.8"]


@pytest.mark.parametrize(
    "login, form, status",
    [
        (HEAD, {"callers": {"case9.1": "desk-1"}}, 409),
        (HEAD, {"everyone": "nobody"}, 409),
        (HEAD, {"everyone": "repair-worker-1"}, 409),
        (HEAD, {"everyone": "desk-2"}, 409),  # works at another place
        ("desk-1", {"everyone": "desk-1"}, 403),
        (HEAD, {"everybody": "desk-1"}, 422),
    ],
)
async def test_what_cannot_be_arranged_changes_nothing(plan, api, house, published, login, form, status):
    answer = await arranged(api, house, plan, login, **form)
    assert answer.status_code == status, answer.text
    assert not any(task.person for task in await published(TaskOpened))


async def test_what_was_asked_meanwhile_needs_no_caller_any_more(plan, api, house):
    for number in (1, 2):
        await api.post(f"/api/callback/callbacks/case{number}.1/attempts", json=CALL)
    await house.advance(minutes=1)
    assert (await house.do_job(plan, by=HEAD)).done_at is not None


async def test_a_single_callback_is_given_to_a_person(hear, about, handled, api, house, published):
    await hear(about(CaseAssessed))
    await hear(handled())
    url = "/api/callback/callbacks/case1.1/caller"
    answer = await api.post(url, json={"caller": "callback-1"}, headers=house.headers(HEAD))
    assert answer.status_code == 201 and answer.json()["caller"] == "callback-1"
    assert [task.kind for task in await published(TaskClosed)] == ["call"]
    assert (await published(TaskOpened))[-1].person == "callback-1"


@pytest.mark.parametrize("language, words", [("zh", "本周回访计划"), ("en", "Plan of the week")])
async def test_the_plan_is_arranged_on_its_page(plan, api, house, language, words):
    head = HTML | house.headers(HEAD, language)
    page = await api.get(f"/callback/plan/{plan}", headers=head)
    assert page.status_code == 200 and words in page.text and 'name="case1.1"' in page.text
    assert plan in (await api.get("/callback/plan", headers=head)).text
    said = {"case1.1": "callback-1", "case2.1": ""}
    answer = await api.post(f"/callback/plan/{plan}", data=said, headers=head)
    assert answer.status_code == 303
    await house.advance(minutes=1)
    assert [one["caller"] for one in (await house.jobs(CHECK))[-1].found["callbacks"]] == ["callback-1", None]
    others = await api.get(f"/callback/plan/{plan}", headers=HTML)
    assert others.status_code == 200 and 'name="case1.1"' not in others.text


async def test_a_plan_that_is_refused_comes_back_with_what_was_chosen(plan, api, house):
    head = HTML | house.headers(HEAD) | {"referer": f"http://closeloop/callback/plan/{plan}"}
    said = {"case1.1": "callback-1", "case2.1": HEAD}
    answer = await api.post(f"/callback/plan/{plan}", data=said, headers=head)
    assert answer.status_code == 409 and "somebody else has to ask" in answer.text
    assert 'value="callback-1" selected' in answer.text
