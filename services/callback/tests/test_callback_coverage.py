"""Coverage: what was reached and what is missing, while the period still runs; shares that the director sets."""

import pytest

from closeloop.contracts.callback import ParameterSet
from closeloop.contracts.every import MarkSet
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.vocabulary import OccasionEnd

HEAD = "customer-service-head"
CALL = {"form": "telephone", "outcome": "satisfied", "note": "好"}
HTML = {"accept": "text/html", "origin": "http://closeloop"}
RATE = "/api/callback/parameters/opinion_callback_rate_min"


@pytest.fixture
def handle(hear, about, handled, clock):
    """A case is handled; its customer may be asked."""

    async def one(number, kind="complaint", **changes):
        await hear(about(CaseAssessed, kind, number, **changes))
        await hear(handled(kind, number, occurred_at=clock.now(), **changes))

    return one


@pytest.fixture
def covered(api):
    async def of(name, **query):
        found = (await api.get("/api/callback/coverage", params=query)).json()["items"]
        return [one for one in found if one["coverage"] == name]

    return of


async def test_what_is_missing_is_seen_before_the_month_ends(handle, covered, api):
    for number in range(1, 11):
        await handle(number)
    for number in range(1, 9):
        await api.post(f"/api/callback/callbacks/case{number}.1/attempts", json=CALL)
    [now] = await covered("complaints")
    assert (now["period"], now["handled"], now["called_back"], now["still_open"]) == ("2026-01", 10, 8, 2)
    assert (now["rate"], now["target"], now["needed"], now["shortfall"], now["met"]) == (80, 90, 9, 1, False)
    await api.post("/api/callback/callbacks/case9.1/attempts", json=CALL)
    [now] = await covered("complaints")
    assert (now["rate"], now["shortfall"], now["met"]) == (90, 0, True)


async def test_exempted_cases_stand_beside_the_share(handle, covered):
    await handle(1)
    await handle(2, contact_left=False)
    [now] = await covered("complaints")
    assert (now["handled"], now["exempted"], now["denominator"]) == (2, 1, 1)


async def test_a_case_counts_in_the_period_in_which_it_was_first_handled(handle, covered, hear, handled, house, about):
    await handle(1)
    await house.advance(days=40)
    await hear(handled(round=2))
    await handle(2)
    [then] = await covered("complaints", period="2026-01")
    [now] = await covered("complaints")
    assert (then["handled"], now["period"], now["handled"]) == (1, "2026-02", 1)


async def test_handling_taken_back_is_not_counted(handle, covered, hear, about):
    await handle(1)
    await hear(about(MarkSet, mark="handled", is_set=False))
    [now] = await covered("complaints")
    assert (now["handled"], now["rate"], now["met"]) == (0, None, None)


async def test_of_repairs_last_week_is_shown_beside_this_one(handle, covered, house, api):
    await house.keep_schedules()
    for number in range(1, 5):
        await handle(number, "repair")
    await house.advance(days=7, hours=1)
    last, this = await covered("repairs")
    assert (last["period"], this["period"]) == ("2026-W02", "2026-W03")
    assert (last["handled"], last["denominator"], last["needed"], last["shortfall"]) == (4, 4, 2, 2)
    assert last["still_open"] == 2  # who was left out of the sample stays below the line


async def test_places_and_people_see_their_own(handle, covered, api, house):
    await handle(1)
    assert [one["handled"] for one in await covered("complaints", place="river-towers")] == [0]
    stranger = house.headers("repair-leader")
    found = (await api.get("/api/callback/coverage", headers=stranger)).json()["items"]
    assert {one["handled"] for one in found} == {0}


@pytest.mark.parametrize("period", ["2026-13", "January", "2026-W60"])
async def test_a_period_that_is_none_is_refused_with_a_sentence(api, period):
    answer = await api.get("/api/callback/coverage", params={"period": period})
    assert answer.status_code == 422 and "period" in answer.json()["detail"]


@pytest.mark.parametrize("language, words", [("zh", "回访覆盖率"), ("en", "Callback coverage")])
async def test_the_page_opens_into_whom_is_missing(handle, api, house, language, words):
    await handle(1)
    page = await api.get("/callback/coverage", headers=HTML | house.headers("desk-1", language))
    assert page.status_code == 200 and words in page.text and "<meter" in page.text
    url = "/callback/coverage/complaints/missing?period=2026-01"
    assert "coverage/complaints/missing?period=2026-01" in page.text
    shown = await api.get(url, headers=HTML | house.headers("desk-1", language))
    assert shown.status_code == 200 and "q=" in shown.text


async def test_the_director_sets_the_share_of_opinions_from_a_day_on(api, house, published, covered):
    said = {"value": 50, "from": "2026-02-01", "reason": "一半足够"}
    answer = await api.post(RATE, json=said, headers=house.headers(HEAD))
    assert answer.status_code == 201, answer.text
    [told] = await published(ParameterSet)
    assert (told.name, told.value, told.by, told.reason) == ("opinion_callback_rate_min", "50", HEAD, "一半足够")
    assert {one.clause: one.end for one in told.occasions} == {"P00-4.7-c": OccasionEnd.KEPT}
    assert [one["target"] for one in await covered("opinions")] == [None]
    assert [one["target"] for one in await covered("opinions", period="2026-02")] == [50]
    [shown] = [one for one in (await api.get("/api/callback/parameters")).json()["items"] if "opinion" in one["name"]]
    assert shown["value"] is None and [one["value"] for one in shown["history"]] == ["50"]


async def test_the_share_that_was_set_decides_how_many_are_drawn(handle, api, house):
    await house.keep_schedules()
    await api.post(RATE, json={"value": 50, "from": "2026-01-05", "reason": "一半"}, headers=house.headers(HEAD))
    for number in range(1, 6):
        await handle(number, "opinion")
    await house.advance(days=7, hours=1)
    job = (await house.jobs("opinion_callbacks"))[-1]
    assert (job.found["share"], len(job.found["drawn"])) == (50, 3)


@pytest.mark.parametrize(
    "login, name, said, status",
    [
        ("desk-1", "opinion_callback_rate_min", {}, 409),
        (HEAD, "opinion_callback_rate_min", {"value": 101}, 409),
        (HEAD, "opinion_callback_rate_min", {"value": -1}, 422),
        (HEAD, "opinion_callback_rate_min", {"from": "2026-01-04"}, 409),
        (HEAD, "opinion_callback_rate_min", {"reason": ""}, 422),
        (HEAD, "complaint_callback_rate_min", {}, 409),
        (HEAD, "handle_within", {}, 404),
        (HEAD, "no_such_number", {}, 404),
    ],
)
async def test_only_whom_the_procedure_names_sets_a_number_that_it_leaves_open(
    api, house, published, login, name, said, status
):
    body = {"value": 50, "from": "2026-02-01", "reason": "一半"} | said
    answer = await api.post(f"/api/callback/parameters/{name}", json=body, headers=house.headers(login))
    assert answer.status_code == status, answer.text
    assert await published(ParameterSet) == []


async def test_a_share_is_set_on_its_page(api, house, published):
    head = HTML | house.headers(HEAD)
    page = await api.get("/callback/parameters", headers=head)
    assert page.status_code == 200 and 'name="value"' in page.text
    assert 'name="value"' not in (await api.get("/callback/parameters", headers=HTML)).text
    said = {"value": "40", "from": "2026-01-05", "reason": "试行"}
    answer = await api.post("/callback/parameters/opinion_callback_rate_min", data=said, headers=head)
    assert answer.status_code == 303, answer.text
    assert [event.value for event in await published(ParameterSet)] == ["40"]
    assert "试行" in (await api.get("/callback/parameters", headers=head)).text
