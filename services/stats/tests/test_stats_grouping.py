"""Figures by groups, counted a second time by plain loops over what was told."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.dispatch import DutyIssued, DutyReturned, LimitMissed, LimitSet
from closeloop.contracts.every import MarkSet, OccasionsJudged
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed, CaseRegistered
from closeloop.contracts.survey import SheetReturned, SheetSent

JANUARY = "period=2026-01"
PLACES = ("garden-estate", "river-towers")
OWN = {"own_practice": "To know."}


def titled(**said):
    return {"title": {"zh": "数", "en": "Number"}, **OWN, **said}


COUNT = {"unit": "count", "numerator": {"of": ["cases_received"]}}
INDICATORS = {
    "by_everything": titled(**COUNT, by=["place", "kind", "channel", "cause", "department"]),
    "noise_share": titled(
        numerator={"of": ["cases_received"], "when": {"cause": {"is": "noise"}}},
        denominator={"of": ["cases_received"]},
        when={"kind": {"is": "complaint"}},
        by=["place"],
    ),
    "in_time": titled(
        numerator={"of": ["limits_kept"], "about": ["handling"]},
        denominator={"of": ["limits_kept", "limits_missed"], "about": ["handling"]},
        by=["place"],
    ),
    "returned": titled(unit="count", numerator={"of": ["duties_returned"], "about": ["repair"]}),
    "called_back": titled(
        numerator={"of": ["cases_called_back"]},
        denominator={"of": ["cases_handled"]},
        left_out={"of": ["cases_exempted"], **OWN},
        by_day="handled",
        by=["place"],
    ),
    "each_place": titled(
        numerator={"of": ["cases_satisfied"]},
        denominator={"of": ["cases_called_back"]},
        by=["place"],
        target={"at_least": 60},
        by_day="handled",
        clauses=["P00-4.4-f"],
    ),
    "satisfied_items": titled(
        numerator={"of": ["items_qualified"]},
        denominator={"of": ["items_qualified", "items_dissatisfied"]},
        left_out={"of": ["items_unanswered"], **OWN},
        by=["area"],
        clauses=["P00-4.4-f"],
        target={"at_least": 80},
    ),
}


@pytest.fixture(scope="session")
def pack(pack):
    written = json.loads(pack.canonical)
    written["stats"]["indicators"] |= INDICATORS
    return Pack.from_json(json.dumps(written))


@pytest.fixture
async def told(hear, running, a_case, about):
    """Eighty cases of January, each with what became of it; answers one row per case, as a reader would note it."""
    here.set(running)
    chance = random.Random(20260131)
    noted = []
    for number in range(1, 81):
        at = datetime(2026, 1, 1, 2, tzinfo=UTC) + timedelta(hours=chance.randrange(600))
        cause = chance.choice(["noise", "noise", "parking", None])
        row = {
            "kind": chance.choice(["complaint", "complaint", "repair", "opinion"]),
            "place": chance.choice(PLACES),
            "channel": chance.choice(["telephone", "counter"]),
            "cause": cause,
            "rule": chance.choice(["repair", "complaint"]),
            "desk": chance.choice(["cleaning", "repair_leader", None]),
            "late": chance.random() < 0.4,
            "handled": chance.random() < 0.8,
            "waived": chance.random() < 0.3,
            "said": chance.choice(["satisfied", "dissatisfied", None]),
        }
        noted.append(row)
        header = {name: row[name] for name in ("kind", "place", "channel")}
        case = a_case(number, **header, received_at=at, facets={"cause": cause} if cause else {})
        await hear(about(CaseRegistered, case, occurred_at=at))
        if row["desk"]:
            limits = tuple(
                LimitSet(name=name, due_at=at + timedelta(hours=5), stops="returned") for name in ("handling", "other")
            )
            issued = {"desk": row["desk"], "rule": row["rule"], "limits": limits, "occurred_at": at}
            await hear(about(DutyIssued, case, **issued))
            back = at + timedelta(hours=9 if row["late"] else 2)
            if row["late"]:
                await hear(about(LimitMissed, case, limit="handling", due_at=limits[0].due_at, desk=row["desk"]))
            await hear(about(DutyReturned, case, returned_at=back, desk=row["desk"], rule=row["rule"]))
        if row["handled"]:
            await hear(about(MarkSet, case, mark="handled", is_set=True, round=1, occurred_at=at))
            if row["waived"]:
                await hear(about(CallbackWaived, case, occurred_at=at))
            if row["said"]:
                await hear(about(CallbackAttempted, case, outcome=row["said"], counts=True, attempted_at=at))
    return noted


async def the(api, name, query=JANUARY):
    return (await api.get(f"/api/stats/indicators/{name}?{query}")).json()


def groups(figure, by, *names):
    names = names or ("numerator",)
    return {one["value"]: tuple(one[name] for name in names) for one in figure["groups"][by]}


async def test_each_group_is_what_is_counted_by_hand_and_opens_into_its_cases(told, api, pack):
    figure = await the(api, "by_everything")
    assert figure["numerator"] == len(told)
    departments = {"cleaning": "cleaning", "repair_leader": "engineering", None: "none"}
    for by in ("place", "kind", "channel", "cause", "department"):
        expected = Counter(departments[row["desk"]] if by == "department" else row[by] or "none" for row in told)
        found = groups(figure, by)
        assert {value: n for value, (n,) in found.items() if n} == expected, by
        for one in figure["groups"][by]:
            assert (await api.get(one["cases"])).json()["total"] == one["numerator"]
    assert list(groups(figure, "cause"))[:-1] == list(pack.intake.said.facets["cause"].values)
    assert groups(figure, "kind")["suggestion"] == (0,)
    assert figure["groups"]["place"][0]["title"] != figure["groups"]["place"][0]["value"]


async def test_each_side_of_the_line_has_a_condition_of_its_own(told, api):
    complaints = [row for row in told if row["kind"] == "complaint"]
    figure = await the(api, "noise_share")
    below = Counter(row["place"] for row in complaints)
    above = Counter(row["place"] for row in complaints if row["cause"] == "noise")
    assert groups(figure, "place", "numerator", "denominator") == {at: (above[at], below[at]) for at in PLACES}
    assert figure["value"] == round(100 * above.total() / below.total(), 2)
    listed = (await api.get(figure["cases"] + "&limit=200")).json()["items"]
    assert len(listed) == above.total()


async def test_only_the_limits_and_duties_that_are_named_are_counted(told, api):
    figure = await the(api, "in_time")
    given = [row for row in told if row["desk"]]
    for at in PLACES:
        kept = sum(not row["late"] for row in given if row["place"] == at)
        assert groups(figure, "place", "numerator", "denominator")[at] == (kept, sum(r["place"] == at for r in given))
    assert (await the(api, "returned"))["value"] == sum(row["rule"] == "repair" for row in given)
    listed = (await api.get(figure["denominator_cases"] + "&limit=200")).json()["items"]
    assert sum(one["counts"] for one in listed) == figure["denominator"]


async def test_what_is_left_out_counts_on_neither_side_and_is_shown_beside(told, api):
    figure = await the(api, "called_back")
    handled = [row for row in told if row["handled"]]
    left_out = [row for row in handled if row["waived"] and not row["said"]]
    numbers = (sum(bool(row["said"]) for row in handled), len(handled) - len(left_out), len(left_out))
    assert (figure["numerator"], figure["denominator"], figure["left_out"]) == numbers
    assert (await api.get(figure["left_out_cases"] + "&limit=200")).json()["items"]
    per_place = groups(figure, "place", "left_out")
    assert sum(n for (n,) in per_place.values()) == len(left_out)


async def ends(api, period="2026-01"):
    items = (await api.get(f"/api/stats/clauses/P00-4.4-f/occasions?period={period}")).json()["items"]
    return {one["of"]: one["end"] for one in items if one["key"].startswith("figure:P00.each_place")}


@pytest.fixture
def rated(hear, about, a_case):
    """`await rated(1, "garden-estate", "satisfied")`: a case that was handled, and what its customer said."""

    async def tell(number, place, said):
        case = a_case(number, place=place)
        await hear(about(MarkSet, case, mark="handled", is_set=True, round=1, occurred_at=case.received_at))
        await hear(about(CallbackAttempted, case, outcome=said, counts=True, attempted_at=case.received_at))

    return tell


@pytest.fixture
def settled(hear, published, house, running):
    """`await settled(days=40)`: time passes, and stats hears what it told itself."""
    here.set(running)
    heard = set()

    async def pass_(**by):
        await house.advance(**by)
        for event in await published(OccasionsJudged):
            if event.id not in heard:
                heard.add(event.id)
                await hear(event, teller="stats")

    return pass_


async def test_with_a_target_each_group_is_judged_and_the_whole_is_only_shown(rated, settled, api):
    for number in range(1, 10):
        await rated(number, "garden-estate", "satisfied")
    await rated(11, "river-towers", "satisfied")
    await rated(12, "river-towers", "dissatisfied")
    await settled()
    assert await ends(api) == {f"figure:place:{place}": "open" for place in PLACES}
    await settled(days=40)
    assert (await the(api, "each_place"))["value"] == 90.91
    assert await ends(api) == {"figure:place:garden-estate": "kept", "figure:place:river-towers": "breached"}


async def test_a_late_fact_judges_only_its_group_anew(rated, settled, api, published):
    await rated(1, "garden-estate", "satisfied")
    await rated(2, "river-towers", "dissatisfied")
    await settled(days=40)
    await rated(3, "river-towers", "satisfied")
    await rated(4, "river-towers", "satisfied")
    await settled(days=2)
    assert await ends(api) == {"figure:place:garden-estate": "kept", "figure:place:river-towers": "kept"}
    told = [one for one in await published(OccasionsJudged) if one.figure and one.figure.restated]
    [restated] = [one for one in told if one.figure.indicator == "each_place"]
    assert [(one.of, one.end) for one in restated.occasions] == [
        ("figure:place:river-towers", "withdrawn"),
        ("figure:place:river-towers", "kept"),
    ]
    assert {one.name: one.value for one in restated.figure.groups}["place:river-towers"] == 66.6667


async def test_a_group_that_gets_its_first_case_late_is_judged_too(rated, settled, api):
    await rated(1, "garden-estate", "satisfied")
    await settled(days=40)
    await rated(2, "river-towers", "dissatisfied")
    await settled(days=2)
    assert await ends(api) == {"figure:place:garden-estate": "kept", "figure:place:river-towers": "breached"}


async def test_a_case_that_is_rated_anew_moves_to_the_other_group(hear, about, a_case, api):
    await hear(about(CaseRegistered, a_case(1, facets={"cause": "noise"})))
    await hear(about(CaseAssessed, a_case(1, facets={"cause": "parking"}, sequence=2)))
    found = groups(await the(api, "by_everything"), "cause")
    assert (found["noise"], found["parking"]) == ((0,), (1,))


@pytest.fixture
def returned(hear):
    """`await returned(1, "east", 7, 1, 62)`: a sheet of an area came back with so many items of each sort."""

    async def tell(number, area, qualified, dissatisfied, unanswered):
        at = datetime(2026, 1, 8, 2, tzinfo=UTC)
        base = {"survey_id": "s1", "survey": "owners", "procedure": "P00", "occasions": (), "case": None}
        more = {"key": "s1", "sheet_id": f"sheet{number}", "place": None, "area": area}
        await hear(an_example(SheetSent, **base, sent_at=at).model_copy(update=more))
        counts = {"qualified": qualified, "dissatisfied": dissatisfied, "unanswered": unanswered}
        sheet = an_example(SheetReturned, **base, **counts, returned_at=at)
        await hear(sheet.model_copy(update=more))

    return tell


async def test_unanswered_items_are_in_no_part_of_the_rate(returned, settled, api):
    await returned(1, "east", 7, 1, 62)
    await returned(2, "west", 0, 0, 70)
    figure = await the(api, "satisfied_items")
    assert (figure["value"], figure["left_out"]) == (87.5, 132)
    assert groups(figure, "area", "figure", "left_out") == {"east": (87.5, 62), "west": (None, 70)}
    await settled(days=40)
    items = (await api.get("/api/stats/clauses/P00-4.4-f/occasions?period=2026-01")).json()["items"]
    found = {one["of"]: one["end"] for one in items}
    assert found == {"figure:area:east": "kept", "figure:area:west": "not_applicable"}


@pytest.mark.parametrize("language, word", [("en", "Left out"), ("zh-CN", "不计入")])
async def test_groups_stand_on_the_page_and_open_their_cases(told, api, language, word):
    page = await api.get(f"/stats?{JANUARY}", headers={"accept": "text/html", "accept-language": language})
    assert page.status_code == 200 and word in page.text
    assert "group=place%3Agarden-estate" in page.text
