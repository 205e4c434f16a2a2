"""A job that reviews others has their records before it; a job may follow an alarm or the end of a survey."""

import json
from datetime import UTC, datetime

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import Refused
from closeloop.contracts.every import JobDone, OccasionsJudged
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseRegistered
from closeloop.contracts.stats import AlarmRaised
from closeloop.contracts.survey import SurveyClosed

CLAUSE, OF_THE_ALARM = "P00-4.12-b", "P00-4.11-a"
OWN = {"own_practice": "To know."}


def job(title, **said):
    return {"title": {"zh": title, "en": title}, "service": "stats", "desk": "quality", **said}


JOBS = {
    "report": job("月报", every="month", form="summary", within="5 working days", **OWN),
    "summary": job("调查汇总", service="survey", every="month", within="5 working days", **OWN),
    "review": job(
        "评审",
        every="month",
        on="day 10",
        form="review",
        inputs=["report", "summary"],
        within="5 days",
        clauses=[CLAUSE],
    ),
    "look_into": job(
        "查明", after="alarm_raised", about="rises", form="summary", within="3 working days", clauses=[OF_THE_ALARM]
    ),
    "other_alarm": job("别的", after="alarm_raised", about="other", within="3 working days", **OWN),
    "analysis": job("分析", after="survey_closed", within="15 working days", **OWN),
}
SUMMARY = {"title": {"zh": "汇总", "en": "Summary"}, "version": "1", **OWN}
TEXT = {"title": {"zh": "内容", "en": "Content"}, "type": "long_text"}


@pytest.fixture(scope="session")
def pack(pack):
    written = json.loads(pack.canonical)
    written["stats"]["indicators"]["received"] = {
        "title": {"zh": "件数", "en": "Cases"},
        "numerator": {"of": ["cases_received"]},
        "unit": "count",
        **OWN,
    }
    alarm = {"title": {"zh": "多", "en": "Many"}, "of": "received", "per": "month", **OWN}
    written["stats"]["alarms"] = {"rises": {**alarm, "above": 1}, "other": {**alarm, "above": 99}}
    written["schedule"]["jobs"] = JOBS
    written["forms/summary"] = {**SUMMARY, "fields": {"text": TEXT}}
    written["forms/review"] = {**SUMMARY, "fields": {"read": {**TEXT, "from": "job.inputs"}, "text": TEXT}}
    return Pack.from_json(json.dumps(written))


@pytest.fixture
async def own(hear, published, running, house):
    """`await own()`: stats hears what it told itself, and what follows is done."""
    here.set(running)
    heard = set()

    async def hear_all():
        for kind in (OccasionsJudged, AlarmRaised):
            for event in await published(kind):
                if event.id not in heard:
                    heard.add(event.id)
                    await hear(event, teller="stats")
        while await house.fire():
            pass

    return hear_all


@pytest.fixture
async def review(house, own):
    """The review of February lies on its desk, the report of the month has been opened too."""
    await house.keep_schedules()
    await house.advance(days=36)
    await own()
    [lies] = [one for one in await house.jobs("review") if one.period == "2026-02"]
    return lies


@pytest.fixture
def summed_up(hear):
    """`await summed_up()`: survey tells that its summary was done, sealed under this hash."""

    async def tell():
        done = JobDone(job="summary", record="r7", record_hash="ab" * 32)
        at = datetime(2026, 2, 5, 2, tzinfo=UTC)
        told = an_example(
            OccasionsJudged, procedure="P00", period="2026-02", place=None, figure=None, job=done, occasions=()
        )
        update = {"key": "job:P00.summary.2026-02", "occurred_at": at, "case": None}
        await hear(told.model_copy(update=update), teller="survey")

    return tell


async def report(house, own):
    [lies] = [one for one in await house.jobs("report") if one.period == "2026-02"]
    done = await house.do_job(lies.id, by="quality-1", fields={"text": "如常"})
    await own()
    return done


async def test_a_review_is_refused_while_one_of_its_inputs_is_missing(review, house, own, summed_up, published):
    await report(house, own)
    with pytest.raises(Refused, match="调查汇总 is not there yet") as refused:
        await house.do_job(review.id, by="quality-1", fields={"text": "好"})
    assert refused.value.clause == CLAUSE
    await summed_up()
    await house.do_job(review.id, by="quality-1", fields={"text": "好"})
    ends = [one.end for event in await published(OccasionsJudged) for one in event.occasions if one.clause == CLAUSE]
    assert ends == ["opened", "kept"]


async def test_what_was_read_is_named_by_its_hash_on_the_record(review, house, own, summed_up, api):
    done = await report(house, own)
    await summed_up()
    reviewed = await house.do_job(review.id, by="quality-1", fields={"text": "好"})
    sealed = (await api.get(f"/api/stats/records/{done.record}")).json()["hash"]
    read = (await api.get(f"/api/stats/records/{reviewed.record}")).json()["fields"]["read"]
    assert sealed in read and "ab" * 32 in read
    kept = {one["name"]: one for one in reviewed.found["inputs"]}
    assert kept["report"]["hash"] == sealed
    assert kept["summary"]["url"] == "/survey/records/r7"


async def test_who_says_why_an_input_is_missing_goes_on_without_it(review, house, own, api):
    await report(house, own)
    reviewed = await house.do_job(review.id, by="quality-1", fields={"text": "好"}, missing={"summary": "本月无调查"})
    read = (await api.get(f"/api/stats/records/{reviewed.record}")).json()["fields"]["read"]
    assert "调查汇总：缺，本月无调查" in read


async def test_a_record_from_before_the_period_looked_back_on_is_none(review, house, own, summed_up, hear):
    await report(house, own)
    await summed_up()
    await house.advance(days=60)
    await own()
    [april] = [one for one in await house.jobs("review") if one.period == "2026-04"]
    with pytest.raises(Refused, match="is not there yet"):
        await house.do_job(april.id, by="quality-1", fields={"text": "好"})


async def test_the_page_shows_what_is_there_and_asks_why_the_rest_is_missing(review, house, own, api):
    await report(house, own)
    headers = {**house.headers("quality-1", "zh-CN"), "accept": "text/html"}
    page = (await api.get(f"/stats/jobs/{review.id}", headers=headers)).text
    assert 'name="missing.summary"' in page and 'name="missing.report"' not in page
    form = {"missing.summary": "本月无调查", "fields.text": "好"}
    answer = await api.post(f"/stats/jobs/{review.id}/done", data=form, headers=headers)
    assert answer.status_code == 303


async def test_an_alarm_puts_a_job_on_a_desk_once(hear, about, a_case, house, own, published):
    for number in (1, 2):
        await hear(about(CaseRegistered, a_case(number)))
    await house.advance(days=35)
    await own()
    [alarm] = await published(AlarmRaised)
    await hear(alarm, teller="stats")
    await own()
    [follows] = await house.jobs("look_into")
    assert follows.id == f"job:P00.look_into.2026-01.{alarm.alarm_id}"
    assert (follows.period, follows.desk) == ("2026-01", "quality")
    assert await house.jobs("other_alarm") == []
    await house.do_job(follows.id, by="quality-1", fields={"text": "查明"})
    ends = [
        one.end for event in await published(OccasionsJudged) for one in event.occasions if one.clause == OF_THE_ALARM
    ]
    assert ends == ["opened", "kept"]


async def test_what_follows_an_alarm_and_is_not_done_in_time_is_a_breach(hear, about, a_case, house, own, published):
    for number in (1, 2):
        await hear(about(CaseRegistered, a_case(number)))
    await house.advance(days=35)
    await own()
    await house.advance(days=10)
    ends = [
        one.end for event in await published(OccasionsJudged) for one in event.occasions if one.clause == OF_THE_ALARM
    ]
    assert ends == ["opened", "breached"]


async def test_the_end_of_a_survey_puts_the_analysis_on_a_desk(hear, house, own):
    closed = an_example(SurveyClosed, procedure="P00", occasions=(), survey_id="s1", survey="owners", place=None)
    await hear(closed.model_copy(update={"key": "s1"}))
    await own()
    [analysis] = await house.jobs("analysis")
    assert analysis.period == "2026-01-05"
    await hear(closed.model_copy(update={"key": "s1"}))
    await own()
    assert len(await house.jobs("analysis")) == 1
