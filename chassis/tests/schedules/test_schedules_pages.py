"""Periodic jobs as programs and people see them."""

import pytest

WRITTEN = {"finding": "all entries are complete"}


async def test_jobs_are_listed_by_period_and_state(api, house):
    await house.advance(days=15)
    found = (await api.get("/api/chassis/jobs", params={"period": "2026-W03"})).json()
    assert {item["name"] for item in found["items"]} == {"check", "plan"}
    overdue = (await api.get("/api/chassis/jobs", params={"state": "overdue", "procedure": "P00"})).json()
    assert "job:P00.check.2026-W03" in {item["id"] for item in overdue["items"]}
    done = (await api.get("/api/chassis/jobs", params={"state": "done"})).json()
    assert {item["name"] for item in done["items"]} == {"plan"}
    first = (await api.get("/api/chassis/jobs", params={"limit": 1})).json()
    second = (await api.get("/api/chassis/jobs", params={"limit": 1, "cursor": first["next"]})).json()
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert (await api.get("/api/chassis/jobs", params={"state": "lost"})).status_code == 422


async def test_a_program_does_a_job_once_with_its_key(api, the_check):
    address = f"/api/chassis/jobs/{the_check.id}/done"
    wrong = await api.post(address, json={"fields": {"checked": "many", "else": 1}})
    assert wrong.status_code == 422
    assert {error["field"] for error in wrong.json()["errors"]} == {"fields.finding", "fields.checked", "fields.else"}
    said = {"fields": {**WRITTEN, "checked": 12}, "signature": {"means": "drawn", "signer": "Chen"}}
    for replayed in (False, True):
        answer = await api.post(address, json=said, headers={"Idempotency-Key": "k-1"})
        assert answer.status_code == 200 and ("Idempotency-Replayed" in answer.headers) is replayed
        assert answer.json()["state"] == "done" and answer.json()["in_time"] is True
    shown = (await api.get(f"/api/chassis/jobs/{the_check.id}")).json()
    record = (await api.get(f"/api/chassis/records/{shown['record']}")).json()
    assert record["fields"] == {**WRITTEN, "checked": 12}
    assert record["signatures"][0]["signer"] == "Chen" and record["signatures"][0]["means"] == "drawn"


@pytest.mark.parametrize(
    "language, words",
    [
        ("en", ["Weekly check", "Cases in the register", "Finding", "Record of the check", "Sign and finish"]),
        ("zh", ["每周检查", "登记表中的事项", "检查情况", "检查记录", "签署并完成"]),
    ],
)
async def test_the_page_of_a_job_shows_what_was_found_and_takes_its_form(api, the_check, language, words):
    page = f"/chassis/jobs/{the_check.id}"
    shown = await api.get(page, params={"lang": language})
    assert shown.status_code == 200
    assert [word for word in words if word not in shown.text] == []
    browser = {"accept": "text/html", "referer": f"http://closeloop{page}"}
    again = await api.post(f"{page}/done", data={"fields.checked": "x"}, headers=browser)
    assert again.status_code == 422 and 'aria-invalid="true"' in again.text
    gone = await api.post(f"{page}/done", data={"fields.finding": "complete"}, headers=browser)
    assert gone.status_code == 303 and gone.headers["location"] == page
    done = await api.get(page)
    assert "前台一" in done.text and "/chassis/records/" in done.text
    assert (await api.get("/chassis/jobs", params={"state": "done", "period": "2026-W03"})).status_code == 200


async def test_who_may_not_do_a_job_sees_whose_it_is(api, house, the_check):
    page = f"/chassis/jobs/{the_check.id}"
    shown = await api.get(page, params={"lang": "en"}, headers=house.headers("worker-1"))
    assert "This job is on the desk of Front office." in shown.text and "<textarea" not in shown.text
    assert (await api.post(f"/api{page}/done", json={}, headers=house.headers("worker-1"))).status_code == 422
    said = {"fields": WRITTEN}
    assert (await api.post(f"/api{page}/done", json=said, headers=house.headers("worker-1"))).status_code == 403
    assert (await api.get("/chassis/jobs/job:P00.check.1999-W01")).status_code == 404
