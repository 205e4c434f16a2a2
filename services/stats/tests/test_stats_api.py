"""The JSON of stats: what is asked wrongly is said in one sentence, and lists go on where they stopped."""

from datetime import UTC, datetime

import pytest

from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.every import AttemptRefused, OccasionsJudged
from closeloop.contracts.intake import CaseRegistered
from closeloop.contracts.personal import Audience

JANUARY = "period=2026-01"


@pytest.fixture
async def three_cases(hear, a_case, about, judged):
    """Two complaints at one place, a repair at another."""
    for number, kind, place in (
        (1, "complaint", "garden-estate"),
        (2, "complaint", "garden-estate"),
        (3, "repair", "river-towers"),
    ):
        case = a_case(number, kind=kind, place=place)
        kept = judged("P00-4.1-b1", "kept", id=f"kept{number}")
        await hear(about(CaseRegistered, case, occasions=(kept,)))
    return 3


async def figure(api, name, query=JANUARY):
    return {one["indicator"]: one for one in (await api.get(f"/api/stats/indicators?{query}")).json()}[name]


async def test_a_figure_says_what_it_is_made_of(api, three_cases):
    registered = await figure(api, "cases_registered")
    assert (registered["value"], registered["numerator"], registered["denominator"]) == (3, 3, None)
    assert registered["title"]["zh"]
    assert registered["met"] is None
    rate = await figure(api, "complaint_callback_rate")
    assert (rate["value"], rate["numerator"], rate["denominator"], rate["met"]) == (None, 0, 0, None)
    assert rate["target"] == {"at_least": 90.0}


async def test_a_figure_is_shown_for_the_periods_that_the_procedure_names(api, three_cases):
    week = {one["indicator"] for one in (await api.get("/api/stats/indicators?period=2026-W02")).json()}
    assert "repair_callback_rate" in week
    assert "complaint_callback_rate" not in week


async def test_without_a_period_the_month_is_meant_in_which_it_is_now(api, three_cases):
    assert (await figure(api, "cases_registered", ""))["period"] == "2026-01"


async def test_a_place_narrows_figure_and_list_alike(api, three_cases):
    registered = await figure(api, "cases_registered", f"{JANUARY}&place=river-towers")
    assert registered["value"] == 1
    [item] = (await api.get(registered["cases"])).json()["items"]
    assert (item["number"], item["place"], item["counts"]) == ("QR-022-2026-0003", "river-towers", 1)


async def test_who_works_at_one_place_sees_only_that_one(api, house, three_cases):
    mine = house.headers("desk-2")
    found = (await api.get(f"/api/stats/indicators?{JANUARY}", headers=mine)).json()
    assert next(one["value"] for one in found if one["indicator"] == "cases_registered") == 1
    refused = await api.get("/api/stats/indicators?place=garden-estate", headers=mine)
    assert refused.status_code == 422


async def test_who_sees_only_their_department_sees_what_lies_on_its_desks(api, house, hear, a_case, about):
    for number, desk in ((1, "engineering"), (2, "security"), (3, "repair_leader")):
        await hear(about(DutyIssued, a_case(number), desk=desk))
    mine = house.headers("repair-leader")
    found = (await api.get(f"/api/stats/indicators?{JANUARY}", headers=mine)).json()
    [registered] = [one for one in found if one["indicator"] == "cases_registered"]
    assert registered["value"] == 2
    everybodys = await figure(api, "cases_registered")
    assert everybodys["value"] == 3


async def test_a_list_goes_on_where_it_stopped(api, three_cases):
    link = (await figure(api, "cases_registered"))["cases"]
    first = (await api.get(f"{link}&limit=2")).json()
    rest = (await api.get(f"{link}&limit=2&cursor={first['next']}")).json()
    assert [item["number"][-1] for item in first["items"] + rest["items"]] == ["1", "2", "3"]
    assert rest["next"] is None
    assert first["items"][0]["case"] == "/api/intake/cases/QR-022-2026-0001"


@pytest.mark.parametrize(
    "path", ["indicators", "clauses", "indicators/cases_registered/cases", "clauses/P00-4.1-b1/occasions"]
)
@pytest.mark.parametrize(
    "query, part",
    [("period=2026-W60", "2026-W03"), ("period=soon", "2026-W03"), ("place=moon", "moon"), ("procedure=P99", "P99")],
)
async def test_what_is_asked_wrongly_is_said_in_one_sentence(api, path, query, part):
    answer = await api.get(f"/api/stats/{path}?{query}")
    assert answer.status_code == 422
    assert part in answer.json()["detail"]
    assert answer.headers["content-type"].startswith("application/problem+json")
    chinese = await api.get(f"/api/stats/{path}?{query}", headers={"accept-language": "zh-CN"})
    assert chinese.json()["detail"] != answer.json()["detail"]


@pytest.mark.parametrize(
    "path, status",
    [
        ("indicators/nothing/cases", 404),
        ("indicators/cases_registered/cases?part=denominator", 404),
        ("indicators/cases_registered/cases?part=whole", 422),
        ("indicators/cases_registered/cases?cursor=nonsense", 422),
        ("indicators/cases_registered/cases?limit=0", 422),
        ("clauses/P00-99/occasions", 404),
        ("clauses/P00-4.1-b1/occasions?end=sometimes", 422),
    ],
)
async def test_what_is_not_there_is_said_too(api, path, status):
    assert (await api.get(f"/api/stats/{path}")).status_code == status


async def test_nobody_sees_figures_without_signing_in(api):
    assert (await api.get("/api/stats/indicators", headers={"Authorization": ""})).status_code == 401


async def test_before_a_procedure_is_in_force_there_is_nothing_to_show(api):
    assert (await api.get("/api/stats/indicators?period=1999-01")).json() == []
    assert (await api.get("/api/stats/clauses?period=1999-01")).json() == []


async def test_every_clause_is_there_and_the_quiet_ones_say_so(api, pack, three_cases):
    matrix = (await api.get(f"/api/stats/clauses?{JANUARY}&procedure=P00")).json()
    assert [row["clause"] for row in matrix] == list(pack.clauses)
    [row] = [row for row in matrix if row["clause"] == "P00-4.1-b1"]
    assert (row["kept"], row["occasions"], row["without_occasion"]) == (3, 3, False)
    assert row["text"]["zh"] and row["text"]["en"]
    assert all(one["without_occasion"] for one in matrix if one is not row)
    found = (await api.get(f"{row['link']}&end=kept")).json()["items"]
    assert [item["case"][-1] for item in found] == ["1", "2", "3"]


async def test_a_prevented_attempt_counts_at_the_place_of_its_case(api, hear, a_case, about, judged, three_cases):
    refused = about(AttemptRefused, a_case(3), occasions=(judged("P00-4.5-a1", "prevented", of="attempt:sign"),))
    await hear(refused.model_copy(update={"case": None, "place": None}))
    for place, n in (("river-towers", 1), ("garden-estate", 0)):
        matrix = (await api.get(f"/api/stats/clauses?{JANUARY}&place={place}")).json()
        assert sum(row["prevented"] for row in matrix) == n


async def test_a_withdrawn_occasion_leaves_the_counts(api, hear, a_case, about, judged):
    at = datetime(2026, 1, 9, tzinfo=UTC)
    for end in ("opened", "breached", "withdrawn"):
        await hear(about(DutyIssued, a_case(), occasions=(judged("P00-4.1-b1", end, at=at),)))
    rows = (await api.get(f"/api/stats/clauses?{JANUARY}")).json()
    [row] = [row for row in rows if row["clause"] == "P00-4.1-b1"]
    assert (row["breached"], row["withdrawn"], row["occasions"]) == (0, 1, 0)
    assert (await api.get(row["link"])).json()["items"] == []
    assert len((await api.get(row["link"] + "&end=withdrawn")).json()["items"]) == 1


async def test_an_occasion_of_a_job_names_the_job_its_period_and_place_and_where_it_opens(
    api, hear, a_case, about, judged
):
    job = "job:P00.monthly_handover.2026-01.garden-estate"
    told = about(OccasionsJudged, a_case(), period="2026-01", occasions=(judged("P00-4.12-b", "opened", of="job"),))
    told = told.model_copy(update={"case": None, "key": job, "place": "garden-estate"})
    await hear(told, teller="stats")
    [item] = (await api.get(f"/api/stats/clauses/P00-4.12-b/occasions?{JANUARY}")).json()["items"]
    assert (item["case"], item["period"], item["place"]) == (None, "2026-01", "garden-estate")
    assert item["whose"]["zh"] == "按月移交投诉记录"
    assert item["opens"] == f"/stats/jobs/{job}"
    page = await api.get(f"/stats/clauses/P00-4.12-b?{JANUARY}", headers={"accept": "text/html"})
    assert f'href="/stats/jobs/{job}"' in page.text


async def test_an_occasion_of_a_case_names_that_very_case(api, three_cases):
    items = (await api.get(f"/api/stats/clauses/P00-4.1-b1/occasions?{JANUARY}")).json()["items"]
    assert {(item["key"], item["case"]) for item in items} == {
        (f"case{n:04}", f"QR-022-2026-{n:04}") for n in range(1, 4)
    }
    assert items[0]["opens"] == f"/intake/cases/{items[0]['case']}"


async def test_hidden_cases_are_in_no_count_of_the_matrix_for_who_may_not_read_them(
    api, house, hear, a_case, about, judged
):
    for number, audience in ((1, "internal"), (2, "restricted")):
        kept = judged("P00-4.1-b1", "kept", id=f"kept{number}")
        await hear(about(CaseRegistered, a_case(number, audience=audience), occasions=(kept,)))
    alone = about(OccasionsJudged, a_case(3), occasions=(judged("P00-4.1-b1", "kept", id="kept3"),))
    await hear(alone.model_copy(update={"case": None, "key": "elsewhere", "audience": Audience.RESTRICTED}))
    for login, n in (("desk-1", 1), ("management-representative", 3)):
        rows = (await api.get(f"/api/stats/clauses?{JANUARY}", headers=house.headers(login))).json()
        [row] = [row for row in rows if row["clause"] == "P00-4.1-b1"]
        assert row["kept"] == n
        found = (await api.get(f"{row['link']}&end=kept", headers=house.headers(login))).json()["items"]
        assert len(found) == n
