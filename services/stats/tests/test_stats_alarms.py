"""Alarms: a run of figures is noticed when its last period is judged, once for each run and group."""

import json
from datetime import UTC, datetime

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.contracts.every import OccasionsJudged
from closeloop.contracts.intake import CaseAssessed, CaseRegistered
from closeloop.contracts.stats import AlarmRaised, AlarmWithdrawn
from closeloop.stats.alarms import RaisedAlarm, rises_at_the_end
from closeloop.stats.model import OccasionFact

CLAUSE, RERATED = "P00-4.4-f", "P00-4.11-a"
TITLE = {"zh": "上升", "en": "Rises"}
OWN = {"own_practice": "To know."}
COUNT = {"title": TITLE, "numerator": {"of": ["cases_received"]}, "unit": "count", "per": ["month"], **OWN}


@pytest.fixture(scope="session")
def pack(pack):
    written = json.loads(pack.canonical)
    written["stats"]["indicators"] |= {
        "received": {**COUNT, "by": ["cause", "place"]},
        "noise_share": {
            "title": TITLE,
            "numerator": {"of": ["cases_received"], "when": {"cause": {"is": "noise"}}},
            "denominator": {"of": ["cases_received"]},
            "per": ["month"],
            **OWN,
        },
    }
    rises = {"title": TITLE, "of": "received", "per": "month", "rises": 3}
    written["stats"]["alarms"] = {
        "cause_rises": {**rises, "each": "cause", "clauses": [CLAUSE]},
        "cause_rises_as_rerated": {**rises, "each": "cause", "figures": "as_rerated", "clauses": [RERATED]},
        "all_rise": {**rises, **OWN},
        "little_noise": {"title": TITLE, "of": "noise_share", "per": "month", "below": 50, **OWN},
    }
    return Pack.from_json(json.dumps(written))


@pytest.fixture(autouse=True)
def in_force(running, pack):
    """The procedure came into force on the fifth of January; `in_force(day)`: on another day."""

    def since(at):
        running.procedures._since = {pack.id: [(at, pack.version)]}

    since(day(1, of=5))
    return since


@pytest.fixture
def settled(hear, published, house, running):
    """`await settled(day)`: time passes until this day, and stats hears what it told itself."""
    here.set(running)
    heard = set()

    async def own():
        for kind in (OccasionsJudged, AlarmRaised, AlarmWithdrawn):
            for event in await published(kind):
                if event.id not in heard:
                    heard.add(event.id)
                    await hear(event, teller="stats")

    async def until(day):
        await house.advance(seconds=max(0, (day - house.clock.now()).total_seconds()))
        await own()

    return until


def day(month, of=2, hour=2):
    return datetime(2026 + (month - 1) // 12, (month - 1) % 12 + 1, of, hour, tzinfo=UTC)


@pytest.fixture
def months(hear, about, a_case, settled):
    """`await months({"noise": [2, 3, 4, 5]})`: so many cases of each cause in January, February …, each judged."""
    numbers = iter(range(1, 10_000))

    async def live(causes, place="garden-estate", first=1, settle=True):
        for n, month in enumerate(range(first, first + max(map(len, causes.values())))):
            if settle and month > 1:
                await settled(day(month))
            for cause, counts in causes.items():
                for _ in range(counts[n] if n < len(counts) else 0):
                    facets = {"cause": cause} if cause else {}
                    case = a_case(next(numbers), facets=facets, place=place, received_at=day(month, of=8))
                    await hear(about(CaseRegistered, case, occurred_at=day(month, of=8)))
        if settle:
            await settled(day(first + max(map(len, causes.values())), of=20))

    return live


@pytest.fixture
def raised(published):
    """`await raised("cause_rises")`: the group, month and figures of each time that it was raised."""

    async def alarms(name="cause_rises"):
        told = [one for one in await published(AlarmRaised) if one.alarm == name]
        return [(one.group, one.period, one.figures) for one in told]

    return alarms


@pytest.mark.parametrize(
    "figures, rises",
    [
        ([2, 3, 4, 5], 3),
        ([2, 3, 3, 4, 5], 2),
        ([5, 6, 7], 2),
        ([5], 0),
        ([9, 2, 3, 4, 5], 3),
        ([2, 3, None, 4, 5], 1),
        ([3, 2], 0),
    ],
)
def test_only_strict_rises_up_to_the_last_figure_count(figures, rises):
    assert rises_at_the_end(figures) == rises


async def test_three_rises_in_a_row_are_noticed_when_the_fourth_month_is_judged(months, raised, published):
    await months({"noise": [2, 3, 4, 5]})
    assert await raised() == [("cause:noise", "2026-04", (2, 3, 4, 5))]
    [told] = [one for one in await published(AlarmRaised) if one.alarm == "cause_rises"]
    assert told.periods == ("2026-01", "2026-02", "2026-03", "2026-04")
    assert not told.late
    assert [(one.clause, one.end) for one in told.occasions] == [(CLAUSE, "opened"), (CLAUSE, "kept")]
    assert {one.of for one in told.occasions} == {"alarm:cause_rises:cause:noise"}


async def test_the_clause_has_an_occasion_in_the_month_of_the_alarm_and_in_no_other(months, api):
    await months({"noise": [2, 3, 4, 5]})
    for period, kept in (("2026-03", 0), ("2026-04", 1)):
        rows = (await api.get(f"/api/stats/clauses?period={period}")).json()
        [row] = [row for row in rows if row["clause"] == CLAUSE]
        assert (row["kept"], row["open"]) == (kept, 0)


async def test_a_month_like_the_one_before_is_no_rise(months, raised):
    await months({"noise": [2, 3, 3, 4, 5]})
    assert await raised() == []


async def test_two_rises_are_not_three(months, raised):
    await months({"noise": [7, 5, 6, 7]})
    assert await raised() == []


async def test_a_run_that_goes_on_is_said_once(months, raised):
    await months({"noise": [2, 3, 4, 5, 6, 7]})
    assert [period for _group, period, _figures in await raised()] == ["2026-04"]


async def test_a_new_run_after_a_fall_is_said_again(months, raised):
    await months({"noise": [2, 3, 4, 5, 4, 5, 6, 7]})
    assert [period for _group, period, _figures in await raised()] == ["2026-04", "2026-08"]


async def test_a_month_without_cases_is_nought_and_ends_the_run(months, raised):
    await months({"noise": [2, 3, 0, 4, 5]})
    assert await raised() == []
    await months({"noise": [6]}, first=6)
    assert await raised() == [("cause:noise", "2026-06", (0, 4, 5, 6))]


async def test_the_sum_may_rise_while_no_cause_does(months, raised):
    await months({"noise": [1, 3, 2, 4], "parking": [1, 0, 3, 2]})
    assert await raised() == []
    assert await raised("all_rise") == [(None, "2026-04", (2, 3, 5, 6))]


async def test_two_causes_that_rise_are_two_alarms(months, raised):
    await months({"noise": [1, 2, 3, 4], "parking": [2, 3, 4, 5], "air": [1, 1, 1, 1]})
    assert {group for group, _period, _figures in await raised()} == {"cause:noise", "cause:parking"}


async def test_places_are_added_up(months, raised):
    await months({"noise": [1, 2, 3, 4]}, settle=False)
    await months({"noise": [4, 3, 2, 1]}, place="river-towers", settle=False)
    await months({"noise": [0]}, first=5)
    assert await raised() == []
    assert await raised("all_rise") == []


async def test_what_nobody_rated_is_no_cause(months, raised):
    await months({None: [1, 2, 3, 4]})
    assert await raised() == []


async def test_months_before_the_procedure_came_into_force_are_unknown(months, raised, in_force):
    in_force(day(2, of=2))
    await months({"noise": [2, 3, 4, 5]})
    assert await raised() == []
    await months({"noise": [6]}, first=5)
    assert await raised() == [("cause:noise", "2026-05", (3, 4, 5, 6))]


async def test_after_downtime_over_the_end_of_the_month_it_is_said_once_and_said_to_be_late(
    months, raised, published, house, settled
):
    await months({"noise": [2, 3, 4]})
    await months({"noise": [5]}, first=4, settle=False)
    house.clock.advance_to(day(5, of=20))  # nobody was there to judge April on the sixth of May
    await settled(day(5, of=21))
    assert await raised() == [("cause:noise", "2026-04", (2, 3, 4, 5))]
    [told] = [one for one in await published(AlarmRaised) if one.alarm == "cause_rises"]
    assert told.late


async def test_two_months_that_are_judged_late_at_once_raise_one_alarm(months, raised, house, settled):
    await months({"noise": [2, 3, 4]})
    await months({"noise": [5, 6]}, first=4, settle=False)
    house.clock.advance_to(day(6, of=20))
    await settled(day(6, of=21))
    assert [period for _group, period, _figures in await raised()] == ["2026-04"]


@pytest.fixture
def rerated(hear, about, a_case, settled):
    """`await rerated(41, month=4, cause="noise")`: a case of that month gets another cause, a day passes."""

    async def rate(number, month, cause, then):
        case = a_case(number, facets={"cause": cause}, received_at=day(month, of=8), sequence=9)
        await hear(about(CaseAssessed, case, received_at=case.received_at))
        await settled(then)

    return rate


async def test_a_case_that_is_rated_anew_raises_late_by_the_figures_as_they_are_and_not_as_reported(
    months, rerated, raised, published
):
    await months({"noise": [2, 3, 3, 5], "air": [0, 0, 1, 0]})  # case 9 is the one of March that is rated anew
    assert await raised("cause_rises_as_rerated") == []
    await rerated(9, month=3, cause="noise", then=day(5, of=25))
    assert await raised("cause_rises") == []
    assert await raised("cause_rises_as_rerated") == [("cause:noise", "2026-04", (2, 3, 4, 5))]
    [told] = [one for one in await published(AlarmRaised) if one.alarm == "cause_rises_as_rerated"]
    assert told.late


async def test_a_case_that_is_rated_anew_takes_the_cause_of_an_alarm_away(months, rerated, raised, published, rows):
    await months({"noise": [2, 3, 4, 5]})
    assert len(await raised("cause_rises_as_rerated")) == 1
    await rerated(7, month=3, cause="air", then=day(5, of=25))  # a case of March
    assert len(await raised("cause_rises")) == 1
    [withdrawn] = await published(AlarmWithdrawn)
    assert (withdrawn.alarm, withdrawn.group, withdrawn.period) == (
        "cause_rises_as_rerated",
        "cause:noise",
        "2026-04",
    )
    [occasion] = [one for one in await rows(OccasionFact) if one.clause == RERATED]
    assert occasion.ended_as == "withdrawn"
    standing = [one for one in await rows(RaisedAlarm) if one.withdrawn_at is None]
    assert {one.alarm for one in standing} == {"cause_rises", "all_rise"}


async def test_what_changes_no_figure_raises_nothing_again(months, raised, hear, about, a_case, settled):
    await months({"noise": [2, 3, 4, 5]})
    case = a_case(12, facets={"cause": "noise"}, received_at=day(4, of=8), sequence=7)
    await hear(about(CaseAssessed, case, received_at=case.received_at))
    await settled(day(5, of=25))
    assert len(await raised()) == 1


async def test_a_share_below_its_threshold_is_said_once_until_it_was_above_again(months, raised):
    await months({"noise": [1, 0, 1, 2, 1], "air": [1, 1, 3, 1, 2]})
    assert await raised("little_noise") == [
        (None, "2026-02", (0.0,)),
        (None, "2026-05", (33.3333,)),
    ]


async def test_an_alarm_opens_each_of_its_figures_into_its_cases(months, api):
    await months({"noise": [2, 3, 4, 5], "air": [4, 3, 2, 1]})
    found = (await api.get("/api/stats/alarms?period=2026-04")).json()
    alarm = next(one for one in found if one["alarm"] == "cause_rises")
    assert alarm["group_title"]["zh"] != "noise" and alarm["clauses"] == [CLAUSE]
    assert [one["figure"] for one in alarm["figures"]] == [2, 3, 4, 5]
    for one in alarm["figures"]:
        listed = (await api.get(one["cases"].replace("/stats/", "/api/stats/", 1))).json()
        assert listed["total"] == one["figure"]
    assert (await api.get("/api/stats/alarms?period=2026-03")).json() == []


@pytest.mark.parametrize("language, words", [("en", ["Raised", "Rises"]), ("zh-CN", ["已预警", "上升"])])
async def test_alarms_stand_on_a_page_of_their_own(months, api, language, words):
    await months({"noise": [2, 3, 4, 5]})
    page = await api.get("/stats/alarms?period=2026", headers={"accept": "text/html", "accept-language": language})
    assert page.status_code == 200
    assert all(word in page.text for word in words)
    assert "group=cause%3Anoise" in page.text


async def test_a_figure_that_only_an_alarm_watches_stands_on_the_board_without_a_judgement(months, api):
    await months({"noise": [2, 3]})
    page = await api.get("/stats?period=2026-01", headers={"accept": "text/html", "accept-language": "en"})
    assert page.status_code == 200
    assert "Rises" in page.text and "judged" in page.text
