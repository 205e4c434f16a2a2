"""The periodic jobs of stats: what is found is frozen, a person does and signs it, and the clause is kept."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.every import OccasionsJudged
from closeloop.contracts.intake import CaseClosed

MONTH_FORMS = {
    "monthly_handover": ("P00-4.12-b", "desk-1", {"received_by": "品质员一"}),
    "monthly_register_check": ("P00-4.12-a1", "quality-1", {"incomplete": 2, "findings": "两件缺地址"}),
    "complaint_follow_up": ("P00-4.12-a2", "quality-1", {"findings": "处理及时", "conclusion": "无"}),
    "callback_analysis": ("P00-4.11-a", "desk-1", {"conclusions": "噪音类不满意较多"}),
}
A_WEEK_LATER = "callback_analysis"
"""It begins on the ninth, when the callbacks of the month are over."""


@pytest.fixture
async def february(house, a_busy_time, clock):
    """The jobs of February have been opened, those of the weeks before too."""
    await house.keep_schedules()
    await house.advance(days=10)  # Monday the second of March, nine o'clock
    return a_busy_time


async def the(house, name, period="2026-03"):
    if name == A_WEEK_LATER and house.clock.now().day < 9:
        await house.advance(days=7)
    [job] = [job for job in await house.jobs(name) if job.period == period]
    return job


async def ends_of(published, job, clause):
    """How the occasion of a clause on a job went."""
    told = [event for event in await published(OccasionsJudged) if event.key == job.id]
    return [one.end.value for event in told for one in event.occasions if one.clause == clause]


async def test_a_job_of_every_month_is_opened_on_its_desk_and_its_clause_applies(february, house, published):
    for name, (clause, _login, _fields) in MONTH_FORMS.items():
        job = await the(house, name)
        assert job.found["summary"]["zh"]
        assert await ends_of(published, job, clause) == ["opened"]


@pytest.mark.parametrize("name", MONTH_FORMS)
async def test_who_does_it_signs_its_record_and_keeps_the_clause(february, house, published, api, name, people):
    clause, login, fields = MONTH_FORMS[name]
    job = await the(house, name)
    await house.do_job(job.id, by=people.person(login), fields=fields)
    done = await the(house, name)
    assert await ends_of(published, job, clause) == ["opened", "kept"]
    record = (await api.get(f"/api/stats/records/{done.record}")).json()
    assert record["fields"] | fields == record["fields"]
    assert record["fields"]["period"] == "2026年2月"
    assert record["is_as_sealed"] and record["signatures"][0]["role"]
    page = await api.get(f"/stats/records/{done.record}", headers={"accept": "text/html", "accept-language": "zh-CN"})
    assert page.status_code == 200 and "2026年2月" in page.text


async def test_what_is_missing_on_the_form_is_asked_for(february, house, api):
    job = await the(house, "monthly_handover")
    answer = await api.post(f"/api/stats/jobs/{job.id}/done", json={"fields": {}})
    assert answer.status_code == 422
    assert "received_by" in answer.text


async def test_a_job_that_nobody_did_in_time_is_a_breach(february, house, published):
    await house.advance(days=20)
    job = await the(house, "monthly_register_check")
    assert await ends_of(published, job, "P00-4.12-a1") == ["opened", "breached"]


def closed_in_february(told):
    last = {event.key: event for event in told if isinstance(event, CaseClosed)}
    begin, end = datetime(2026, 1, 31, 16, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC)
    return [
        e.case for e in last.values() if e.occurred_at and begin <= e.occurred_at < end and e.case.kind == "complaint"
    ]


async def test_the_handover_lists_exactly_the_completed_complaints_of_the_month(february, house, api):
    job = await the(house, "monthly_handover")
    expected = sorted(case.number for case in closed_in_february(february))
    assert expected
    assert re.findall(r"^(\S+)　", job.found["fields"]["cases"], re.M) == expected
    assert job.found["fields"]["total"] == len(expected)
    for item in job.found["items"]:
        query = item["url"].partition("?")[2]
        assert (await api.get(f"/api/stats/cases?{query}")).json()["total"] == item["value"]


async def test_the_follow_up_is_drawn_so_that_anybody_can_draw_it_again(february, house, running):
    from closeloop.stats.jobs import complaints_to_look_into

    job = await the(house, "complaint_follow_up")
    assert job.found["fields"]["sampled"] == min(5, job.found["fields"]["handled"])
    again = await complaints_to_look_into(running.read, job)
    assert again["fields"]["cases"] == job.found["fields"]["cases"]


async def test_opinions_of_a_week_are_listed_by_class_and_the_unrated_ones_are_named(hear, house, about, a_case, api):
    from closeloop.contracts.intake import CaseRegistered

    await house.keep_schedules()
    for number, cause in ((1, "noise"), (2, "noise"), (3, "parking"), (4, None)):
        received = datetime(2026, 1, 7, 2, tzinfo=UTC)
        facets = {"cause": cause} if cause else {}
        await hear(about(CaseRegistered, a_case(number, kind="opinion", facets=facets, received_at=received)))
    await hear(about(CaseRegistered, a_case(5, kind="complaint", received_at=received)))
    await house.advance(days=8)
    job = await the(house, "opinion_classification", "2026-W03")
    fields = job.found["fields"]
    assert fields["total"] == 4
    assert fields["classes"].splitlines()[0] == "噪音扰民（2）：QR-022-2026-0001、QR-022-2026-0002"
    assert fields["unclassified"] == "QR-022-2026-0004"
    page = await api.get(f"/stats/jobs/{job.id}", headers={"accept": "text/html"})
    assert "Noise" in page.text and "Not rated yet" in page.text


async def test_the_analysis_counts_what_customers_said(february, house):
    job = await the(house, "callback_analysis")
    total = sum(item["value"] for item in job.found["items"])
    assert total == job.found["fields"]["total"]
    asked = Counter(e.key for e in february if isinstance(e, CallbackAttempted | CallbackWaived))
    assert 0 < total <= 60 and asked
