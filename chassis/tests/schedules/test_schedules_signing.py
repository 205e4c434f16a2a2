"""Jobs that others sign: written by the desk, on record when everybody has signed, written once more after a no."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import lint
from closeloop.chassis.refusals import Refused
from closeloop.contracts.every import OccasionsJudged, TaskClosed, TaskOpened

REPORT = """
  report:
    title: {zh: 月报, en: Monthly report}
    service: callback
    every: month
    on: first working day
    desk: front
    form: report
    within: 2 working days
    clauses: [P00-4]
    signatures:
      review:
        title: {zh: 审核, en: Review}
        by: manager
        decides: true
        within: 3 working days
        clauses: [P00-3]
"""
FORM = """
title: {zh: 月报, en: Monthly report}
version: "1"
own_practice: It is kept.
fields:
  finding: {title: {zh: 结论, en: Finding}, type: long_text, required: true}
  verdict: {title: {zh: 审核意见, en: Verdict}, type: long_text}
distribution: {to: [workshop], within: 2 working days, clauses: [P00-3]}
"""
JOB = "job:P00.report.2026-02"
WRITTEN = {"finding": "all is well"}


@pytest.fixture
def folder(folder: Path) -> Path:
    file = folder / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8") + REPORT, encoding="utf-8")
    (folder / "forms" / "report.yaml").write_text(FORM, encoding="utf-8")
    return folder


@pytest.fixture
def sign(api, house):
    """`await sign("manager-1", approves=True)`: whoever is asked signs; answers what the service said."""

    async def signed(login: str, status: int = 200, **said: Any) -> Any:
        found = await api.get("/api/chassis/sign-offs?state=waiting", headers=house.headers(login))
        [one] = found.json()["items"]
        answer = await api.post(f"/api/chassis/sign-offs/{one['id']}", json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        return answer.json()

    return signed


@pytest.fixture
async def written(house):
    """The report of January was written on the first working day of February."""
    await house.advance(days=28.5)
    return await house.do_job(JOB, by="desk-1", fields=WRITTEN)


async def ends_of(published: Any, of: str) -> list[tuple[str, str | None]]:
    told = [event for event in await published(OccasionsJudged) if event.key == JOB]
    return [(one.end.value, event.period) for event in told for one in event.occasions if one.of == of]


async def test_what_was_written_is_done_when_it_was_approved(house, running, written, sign, published, api):
    assert written.state(running.now()) == "written" and written.record is None
    assert await ends_of(published, "job") == [("opened", "2026-02"), ("kept", "2026-02")]
    assert await ends_of(published, "job:review") == [("opened", "2026-02")]
    [asked] = [task for task in await published(TaskOpened) if task.kind == "sign_off"]
    assert asked.desk == "manager" and asked.title.en == "Monthly report: Review"
    with pytest.raises(Refused, match="waits for those who sign"):
        await house.do_job(JOB, by="desk-1", fields=WRITTEN)
    [shown] = (await api.get("/api/chassis/jobs", params={"state": "written"})).json()["items"]
    assert shown["id"] == JOB and shown["written_at"] and shown["done_at"] is None

    await sign("manager-1", approves=True)
    [done] = await house.jobs("report")
    assert (done.done_by, done.in_time, done.state(running.now())) == ("desk-1", True, "done")
    assert await ends_of(published, "job:review") == [("opened", "2026-02"), ("kept", "2026-02")]
    [[signatures, made_by, sealed]] = await running.store.fetch("select signatures, made_by, sealed_at from records")
    assert [(one["signer"], one["role"]) for one in json.loads(signatures)] == [
        ("前台一", "front"),
        ("经理一", "manager"),
    ]
    assert made_by == "desk-1" and sealed
    given = [task for task in await published(TaskOpened) if task.kind == "read"]
    assert [task.desk for task in given] == ["workshop"]  # only now


async def test_a_no_goes_back_to_the_desk_with_its_reason(house, running, written, sign, published, api):
    await sign("manager-1", approves=False, reason="the month is missing")
    [job] = await house.jobs("report")
    assert job.written_at is None and job.standing == WRITTEN  # what was written stands there still
    open_ = {task.task_id for task in await published(TaskOpened) if task.kind == "job" and task.key == JOB}
    assert len(open_ - {task.task_id for task in await published(TaskClosed)}) == 1
    page = await api.get(f"/chassis/jobs/{JOB}", params={"lang": "en"}, headers=house.headers("desk-1"))
    assert "the month is missing" in page.text and "Sign and finish" in page.text
    await house.do_job(JOB, by="desk-1", fields={"finding": "all is well in January"})
    await sign("manager-1", approves=True)
    [job] = await house.jobs("report")
    assert job.done_at is not None
    assert await ends_of(published, "job:review") == [("opened", "2026-02"), ("kept", "2026-02")]
    assert await ends_of(published, "job") == [("opened", "2026-02"), ("kept", "2026-02")]


async def test_whoever_signs_late_is_a_breach_of_the_period_and_not_of_the_desk(house, written, sign, published):
    await house.advance(days=5)
    assert await ends_of(published, "job:review") == [("opened", "2026-02"), ("breached", "2026-02")]
    await sign("manager-1", approves=True)
    [job] = await house.jobs("report")
    assert job.in_time is True
    assert await ends_of(published, "job") == [("opened", "2026-02"), ("kept", "2026-02")]


async def test_the_desk_fills_in_what_the_form_asks_for_before_anybody_signs(house):
    await house.advance(days=28.5)
    with pytest.raises(Refused, match="Finding"):
        await house.do_job(JOB, by="desk-1", fields={"verdict": "good"})


@pytest.mark.parametrize("language, words", [("en", ["To be signed", "Written by"]), ("zh", ["待签署", "填写"])])
async def test_the_page_says_that_it_waits_for_whoever_signs(api, house, written, language, words):
    page = await api.get(f"/chassis/jobs/{JOB}", params={"lang": language}, headers=house.headers("desk-1"))
    assert page.status_code == 200 and [word for word in words if word not in page.text] == []
    assert "<textarea" not in page.text
    listed = await api.get("/chassis/jobs", params={"state": "written", "lang": language})
    assert JOB in listed.text


@pytest.mark.parametrize(
    "instead, sentence",
    [
        ("by: managre", "There is no desk 'managre'"),
        ("by: customer", "a job has no customer who signs"),
        ("by: manager\n        back_to: nowhere", "There is no step 'nowhere'"),
    ],
)
def test_lint_says_who_cannot_sign_a_job(folder: Path, instead: str, sentence: str) -> None:
    file = folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8").replace("by: manager", instead)
    file.write_text(text if "customer" not in instead else text.replace("        decides: true\n", ""), "utf-8")
    assert sentence in "".join(lint(folder).lines())


def test_what_is_signed_is_written_on_a_form(folder: Path) -> None:
    file = folder / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("    form: report\n", ""), "utf-8")
    assert "what is signed is written on a form" in "".join(lint(folder).lines())
