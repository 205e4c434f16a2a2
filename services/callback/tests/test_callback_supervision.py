"""Supervision: a share of every caller's work is checked by somebody else, and a signed record is kept."""

import pytest

from closeloop.contracts.every import AttemptRefused, OccasionsJudged
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.vocabulary import OccasionEnd

CHECK, HEAD, CLAUSE = "callback_check", "customer-service-head", "P00-4.8"
CALL = {"form": "telephone", "outcome": "satisfied", "note": "好"}
HTML = {"accept": "text/html", "origin": "http://closeloop"}


async def ask(api, house, number, login):
    answer = await api.post(f"/api/callback/callbacks/case{number}.1/attempts", json=CALL, headers=house.headers(login))
    assert answer.status_code == 201, answer.text


@pytest.fixture
async def check(hear, house, about, handled, api):
    """Two people called last week; the check of the callers has come."""
    await house.keep_schedules()
    for number in range(1, 14):
        await hear(about(CaseAssessed, number=number))
        await hear(handled(number=number))
        await ask(api, house, number, "desk-1" if number < 13 else HEAD)
    await house.advance(days=8, hours=1)
    return (await house.jobs(CHECK))[-1]


def findings(check, finding="correct"):
    return {"findings": {one["attempt"]: {"finding": finding, "remark": "抽查录音"} for one in check.found["checks"]}}


async def test_of_every_caller_the_share_is_chosen_and_at_least_one(check):
    callers = [one["caller"] for one in check.found["checks"]]
    assert sorted(callers) == [HEAD, "desk-1", "desk-1"]


async def test_the_caller_does_not_check_themselves(check, api, house, published):
    url = f"/api/callback/jobs/{check.id}/findings"
    answer = await api.post(url, json=findings(check), headers=house.headers(HEAD))
    assert answer.status_code == 409 and answer.json()["clause"] == CLAUSE
    assert [event.clause for event in await published(AttemptRefused)] == [CLAUSE]
    assert all(one["finding"] is None for one in (await house.jobs(CHECK))[-1].found["checks"])


async def test_a_check_without_findings_is_not_signed(check, api, house):
    answer = await api.post(f"/api/callback/jobs/{check.id}/done", json={}, headers=house.headers(HEAD))
    assert answer.status_code == 409 and answer.json()["clause"] == CLAUSE


async def test_the_check_is_on_record_signed_by_whoever_supervises(check, api, house, published):
    url = f"/api/callback/jobs/{check.id}/findings"
    for one in check.found["checks"]:
        checker = "management-representative" if one["caller"] == HEAD else HEAD
        body = {"findings": {one["attempt"]: {"finding": "correct"}}}
        answer = await api.post(url, json=body, headers=house.headers(checker))
        assert answer.status_code == 201, answer.text
    done = await api.post(
        f"/api/callback/jobs/{check.id}/done", json={"fields": {"remark": "合格"}}, headers=house.headers(HEAD)
    )
    assert done.status_code == 200, done.text
    record = (await api.get(f"/api/callback/records/{done.json()['record']}", headers=house.headers(HEAD))).json()
    assert record["form"] == CHECK and record["hash"] and record["fields"]["checked"] == 3
    assert "管理者代表" in record["fields"]["findings"]
    assert [one["role"] for one in record["signatures"]] == ["customer_service_head"]
    judged = [one.end for e in await published(OccasionsJudged) for one in e.occasions if one.clause == CLAUSE]
    assert OccasionEnd.KEPT in judged and OccasionEnd.BREACHED not in judged


async def test_a_check_that_nobody_made_is_a_breach(check, house, published):
    await house.advance(days=6)
    judged = [one.end for e in await published(OccasionsJudged) for one in e.occasions if one.clause == CLAUSE]
    assert OccasionEnd.BREACHED in judged


async def test_where_nobody_called_there_is_nothing_to_check(house, published):
    await house.keep_schedules()
    await house.advance(days=8, hours=1)
    assert (await house.jobs(CHECK))[-1].done_at is not None
    judged = [one.end for e in await published(OccasionsJudged) for one in e.occasions if one.clause == CLAUSE]
    assert set(judged) == {OccasionEnd.OPENED, OccasionEnd.NOT_APPLICABLE}


@pytest.mark.parametrize(
    "login, body, status",
    [
        ("desk-1", {"findings": {"case1.1.1": {"finding": "correct"}}}, 403),
        (HEAD, {"findings": {"case99.1.1": {"finding": "correct"}}}, 409),
        (HEAD, {"findings": {"case1.1.1": {"finding": "splendid"}}}, 422),
        (HEAD, {"findings": {}}, 422),
    ],
)
async def test_a_finding_that_does_not_fit_changes_nothing(check, api, house, login, body, status):
    url = f"/api/callback/jobs/{check.id}/findings"
    assert (await api.post(url, json=body, headers=house.headers(login))).status_code == status
    assert all(one["finding"] is None for one in (await house.jobs(CHECK))[-1].found["checks"])


@pytest.mark.parametrize("language, words", [("zh", "回访检查"), ("en", "Check of the callers")])
async def test_findings_are_written_down_on_the_page(check, api, house, language, words):
    head = HTML | house.headers(HEAD, language)
    page = await api.get(f"/callback/checks/{check.id}", headers=head)
    assert page.status_code == 200 and words in page.text
    assert check.id in (await api.get("/callback/checks", headers=head)).text
    of_desk = [one["attempt"] for one in check.found["checks"] if one["caller"] == "desk-1"]
    answer = await api.post(
        f"/callback/checks/{check.id}", data={of_desk[0]: "incorrect", f"remark {of_desk[0]}": "未回访"}, headers=head
    )
    assert answer.status_code == 303
    found = {one["attempt"]: one for one in (await house.jobs(CHECK))[-1].found["checks"]}
    assert (found[of_desk[0]]["finding"], found[of_desk[0]]["remark"]) == ("incorrect", "未回访")
    nothing = await api.post(f"/callback/checks/{check.id}", data={}, headers=head)
    assert nothing.status_code == 409
