"""Reports: figures are written into the form when the job begins, and stay what they were."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.contracts.every import OccasionsJudged
from closeloop.contracts.intake import CaseAssessed, CaseRegistered

CLAUSE = "P00-4.12-b"
OWN = {"own_practice": "To know."}
PLACES = ("garden-estate", "river-towers")
TITLE = {"zh": "月报", "en": "Monthly report"}


def titled(text, **said):
    return {"title": {"zh": text, "en": text}, **said}


NUMBER = {"type": "number"}
FORM = {
    "title": TITLE,
    "version": "1",
    **OWN,
    "fields": {
        "period": titled("期间", **{"from": "job.period"}),
        "counts": titled(
            "件数",
            type="rows",
            **{"from": "figures.received"},
            columns={
                "place": titled("场所"),
                "noise": titled("噪音", **NUMBER),
                "parking": titled("停车", **NUMBER),
                "together": titled("合计", **NUMBER),
            },
        ),
        "share": titled("满意率", type="number", **{"from": "figures.satisfied_rate"}),
        "causes": titled("原因", type="long_text", **{"from": "figures.causes"}),
        "remarks": titled("说明", type="long_text", required=True),
    },
}
JOB = {
    "title": TITLE,
    "service": "stats",
    "every": "month",
    "on": "first working day",
    "desk": "quality",
    "form": "report",
    "figures": ["received", "satisfied_rate", "causes"],
    "within": "3 working days",
    "clauses": [CLAUSE],
}


@pytest.fixture(scope="session")
def pack(pack):
    written = json.loads(pack.canonical)
    written["stats"]["indicators"]["received"] = {
        "title": {"zh": "件数", "en": "Cases"},
        "numerator": {"of": ["cases_received"]},
        "unit": "count",
        "by": ["place", "cause"],
        **OWN,
    }
    written["schedule"]["jobs"] = {"report": JOB}
    written["forms/report"] = FORM
    return Pack.from_json(json.dumps(written))


@pytest.fixture
async def february(house, hear, running, a_case, about):
    """Forty cases of January and ten of February, and the report of January lies on its desk."""
    here.set(running)
    chance = random.Random(20260201)
    told = []
    for number in range(1, 51):
        start = datetime(2026, 1 if number <= 40 else 2, 2, tzinfo=UTC)
        at = start + timedelta(hours=chance.randrange(20 * 24))
        case = a_case(
            number,
            place=chance.choice(PLACES),
            received_at=at,
            facets={"cause": chance.choice(["noise", "parking"])},
        )
        told.append(case)
        await hear(about(CaseRegistered, case, occurred_at=at))
    await house.keep_schedules()
    await house.advance(days=31)
    [job] = await house.jobs("report")
    return job, told[:40]


def table(told):
    return Counter((case.place, case.facets["cause"]) for case in told)


async def test_each_place_by_each_cause_adds_up_to_the_whole(february):
    job, told = february
    *rows, whole = job.found["fields"]["counts"]
    counts = table(told)
    assert len(rows) == len({row["place"] for row in rows})
    there = [row for row in rows if row["together"]]
    assert sorted((row["noise"], row["parking"], row["together"]) for row in there) == sorted(
        (counts[at, "noise"], counts[at, "parking"], counts[at, "noise"] + counts[at, "parking"]) for at in PLACES
    )
    for column in ("noise", "parking", "together"):
        assert whole[column] == sum(row[column] for row in rows)
    assert whole["together"] == 40 and whole["place"] == "合计"


async def test_a_place_without_a_case_has_a_row_of_noughts(house, hear, running, a_case, about):
    here.set(running)
    await hear(about(CaseRegistered, a_case(1, place="garden-estate", facets={"cause": "noise"})))
    await house.keep_schedules()
    await house.advance(days=31)
    [job] = await house.jobs("report")
    rows = [(row["noise"], row["parking"], row["together"]) for row in job.found["fields"]["counts"]]
    assert rows == [(1, 0, 1), (0, 0, 0), (1, 0, 1)]


async def test_what_is_not_there_is_left_empty_and_text_says_it_in_lines(february, pack):
    job, told = february
    assert job.found["fields"]["share"] is None
    assert job.found["fields"]["period"] == "2026年1月"
    causes = Counter(case.facets["cause"] for case in told)
    lines = job.found["fields"]["causes"].splitlines()
    known = pack.intake.said.facets["cause"].values
    assert lines == ["40", *(f"{value.title.zh}：{causes[name]}" for name, value in known.items())]


async def test_figures_stay_on_the_record_what_they_were(february, house, hear, about, api):
    job, told = february
    case = told[0].model_copy(update={"facets": {"cause": "air"}, "sequence": 9})
    await hear(about(CaseAssessed, case, received_at=case.received_at))
    done = await house.do_job(job.id, by="quality-1", fields={"remarks": "如表"})
    record = (await api.get(f"/api/stats/records/{done.record}")).json()
    assert record["fields"]["counts"] == job.found["fields"]["counts"]
    assert record["fields"]["counts"][-1]["together"] == 40
    assert record["is_as_sealed"]


async def test_nobody_writes_over_a_figure(february, house, api, people):
    job, _told = february
    fields = {"remarks": "如表", "counts": [{"place": "x", "together": 1}]}
    answer = await api.post(
        f"/api/stats/jobs/{job.id}/done", json={"fields": fields}, headers=house.headers("quality-1")
    )
    assert answer.status_code == 422 and "as they were counted" in answer.text
    done = await house.do_job(job.id, by="quality-1", fields=fields)
    record = (await api.get(f"/api/stats/records/{done.record}")).json()
    assert record["fields"]["counts"][-1]["together"] == 40


async def test_the_report_has_its_clause_and_each_figure_opens_its_cases(february, house, api, published):
    job, _told = february
    item = next(one for one in job.found["items"] if one["title"]["zh"] == "件数")
    query = item["url"].partition("?")[2]
    assert (await api.get(f"/api/stats/cases?{query}")).json()["total"] == 40 == int(item["value"])
    await house.do_job(job.id, by="quality-1", fields={"remarks": "如表"})
    told = [event for event in await published(OccasionsJudged) if event.key == job.id]
    ends = [(one.clause, one.end.value) for event in told for one in event.occasions]
    assert [end for clause, end in ends if clause == CLAUSE] == ["opened", "kept"]


@pytest.mark.parametrize("language, words", [("en", ["Together", "Cases"]), ("zh-CN", ["件数", "满意率"])])
async def test_the_page_shows_the_figures_and_asks_only_for_the_rest(february, api, house, language, words):
    job, _told = february
    headers = {**house.headers("quality-1"), "accept": "text/html", "accept-language": language}
    page = (await api.get(f"/stats/jobs/{job.id}", headers=headers)).text
    assert 'name="fields.remarks"' in page
    assert "fields.counts" not in page
