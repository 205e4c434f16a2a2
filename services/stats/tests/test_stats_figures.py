"""Every figure is counted a second time here, by plain loops over what was told."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from closeloop.chassis.acting import here
from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.dispatch import DutyIssued, LimitMissed
from closeloop.contracts.event import Event
from closeloop.contracts.every import MarkSet
from closeloop.contracts.intake import CaseClosed, CaseRegistered
from closeloop.contracts.vocabulary import OccasionEnd

START = datetime(2025, 12, 31, 16, tzinfo=UTC)  # midnight of New Year in Shanghai
HALF_A_YEAR = 181


def told_about(number, chance, a_case, about, judged):
    """What four services tell of one case; the lists are in order, the services are not."""
    received = START + timedelta(minutes=chance.randrange(HALF_A_YEAR * 24 * 60))
    handled = received + timedelta(hours=chance.randrange(1, 600))
    case = a_case(
        number,
        kind=chance.choice(["complaint", "complaint", "repair", "opinion", "suggestion"]),
        place=chance.choice(["garden-estate", "river-towers"]),
        received_at=received,
        audience=chance.choice(["internal"] * 9 + ["restricted"]),
    )
    registered = judged("P00-4.1-b1", "kept", id=f"r{number}", at=received)
    intake = [about(CaseRegistered, case, occurred_at=received, occasions=(registered,))]
    dispatch = [about(DutyIssued, case, occurred_at=received)]
    callback = []
    if chance.random() < 0.3:
        opened = judged("P00-4.3.1-a", "opened", id=f"m{number}", of="duty:1:return", at=received)
        dispatch[0] = dispatch[0].model_copy(update={"occasions": (opened,)})
        missed = opened.model_copy(update={"end": OccasionEnd.BREACHED, "at": handled})
        dispatch.append(about(LimitMissed, case, limit="return", due_at=handled, occasions=(missed,)))
        if chance.random() < 0.3:
            taken_back = missed.model_copy(update={"end": OccasionEnd.WITHDRAWN})
            dispatch.append(about(LimitMissed, case, limit="return", due_at=handled, level=2, occasions=(taken_back,)))
    if chance.random() < 0.8:
        dispatch.append(about(MarkSet, case, mark="handled", is_set=True, round=1, occurred_at=handled))
        if chance.random() < 0.2:
            callback.append(about(CallbackWaived, case, occurred_at=handled))
        for _ in range(chance.randrange(3)):
            outcome = chance.choice(["satisfied", "dissatisfied", "unreachable"])
            callback.append(about(CallbackAttempted, case, outcome=outcome, counts=outcome != "unreachable"))
        if chance.random() < 0.5:
            intake.append(about(CaseClosed, case, occurred_at=handled + timedelta(hours=5)))
    return [intake, dispatch, callback]


def mixed(streams, chance):
    """One order in which it may be heard: each service's in its own order."""
    waiting = [list(stream) for stream in streams if stream]
    while waiting:
        stream = chance.choice(waiting)
        yield stream.pop(0)
        waiting = [stream for stream in waiting if stream]


@pytest.fixture
async def told(hear, running, a_case, about, judged):
    """A hundred and twenty cases of half a year, heard in a random order."""
    here.set(running)
    chance = random.Random(20260105)
    streams: list[list[Event]] = [[], [], []]
    for number in range(1, 121):
        for stream, news in zip(streams, told_about(number, chance, a_case, about, judged), strict=True):
            stream += news
    events = list(mixed(streams, chance))
    for event in events:
        await hear(event)
    return events


def counted_by_hand(events, start, end, kinds, day, place=None):
    """Callback rate and the like, from the events alone: numerator, denominator, and the numbers of the cases."""
    headers = {event.key: event.case for event in events}
    handled = {e.key: e.occurred_at for e in events if isinstance(e, MarkSet) and e.mark == "handled"}
    made = Counter(e.key for e in events if isinstance(e, CallbackAttempted) and e.counts)
    waived = {e.key for e in events if isinstance(e, CallbackWaived)}
    above, below = set(), set()
    for key, case in headers.items():
        at = handled.get(key) if day == "handled" else case.received_at
        if at is None or not start <= at < end or case.kind not in kinds or case.audience.value == "restricted":
            continue
        if place and case.place != place:
            continue
        if made[key]:
            above.add(case.number)
        if key not in waived or made[key]:
            below.add(case.number)
    return above, below


MONTHS = [(f"2026-{m:02}", datetime(2026, m, 1, tzinfo=UTC), datetime(2026, m + 1, 1, tzinfo=UTC)) for m in range(1, 7)]
EIGHT_HOURS = timedelta(hours=8)
RATES = {
    "complaint_callback_rate": {"complaint"},
    "repair_callback_rate": {"repair"},
    "opinion_callback_rate": {"opinion", "suggestion"},
}


async def numbers(api, link):
    """Every case behind a figure, page after page."""
    found, cursor = [], ""
    while cursor is not None:
        page = (await api.get(f"{link}&limit=7{'&cursor=' + cursor if cursor else ''}")).json()
        found += [item["number"] for item in page["items"] for _ in range(item["counts"])]
        cursor = page["next"]
    return found


async def test_every_rate_equals_what_is_counted_by_hand_and_opens_into_its_cases(told, api):
    compared = 0
    for name, first, beyond in MONTHS:
        for place in (None, "river-towers"):
            asked = f"/api/stats/indicators?period={name}" + (f"&place={place}" if place else "")
            figures = {one["indicator"]: one for one in (await api.get(asked)).json()}
            for rate, kinds in RATES.items():
                figure = figures[rate]
                above, below = counted_by_hand(told, first - EIGHT_HOURS, beyond - EIGHT_HOURS, kinds, "handled", place)
                assert (figure["numerator"], figure["denominator"]) == (len(above), len(below)), (name, place, rate)
                assert figure["value"] == (round(100 * len(above) / len(below), 2) if below else None)
                target = figure["target"]
                expected = 100 * len(above) >= target["at_least"] * len(below) if target and below else None
                assert figure["met"] is expected
                assert sorted(await numbers(api, figure["cases"])) == sorted(above)
                assert sorted(await numbers(api, figure["denominator_cases"])) == sorted(below)
                compared += len(below)
    assert compared > 50


async def test_plain_counts_equal_what_was_told_and_add_up_over_the_year(told, api):
    open_to_all = [e for e in told if e.case.audience.value != "restricted"]
    missed = {e.key for e in open_to_all if isinstance(e, LimitMissed)}
    year = {one["indicator"]: one for one in (await api.get("/api/stats/indicators?period=2026")).json()}
    assert year["cases_registered"]["value"] == sum(isinstance(e, CaseRegistered) for e in open_to_all)
    assert year["overdue_duties"]["value"] == len(missed)
    per_month = [(await api.get(f"/api/stats/indicators?period={name}")).json() for name, _, _ in MONTHS]
    counts = [one["value"] for month in per_month for one in month if one["indicator"] == "cases_registered"]
    assert sum(counts) == year["cases_registered"]["value"]
    assert len(await numbers(api, year["overdue_duties"]["cases"])) == len(missed)


async def test_whoever_may_read_restricted_cases_sees_them_counted(told, api, house):
    mine = house.headers("management-representative")
    [figure] = [
        one
        for one in (await api.get("/api/stats/indicators?period=2026", headers=mine)).json()
        if one["indicator"] == "cases_registered"
    ]
    assert figure["value"] == sum(isinstance(event, CaseRegistered) for event in told) == 120


async def test_the_clause_matrix_equals_what_was_judged(told, api, house):
    mine = house.headers("management-representative")
    last = {judged.id: judged for event in told for judged in event.occasions}
    expected = Counter((judged.clause, judged.end.value) for judged in last.values())
    matrix = {row["clause"]: row for row in (await api.get("/api/stats/clauses?period=2026", headers=mine)).json()}
    for clause in ("P00-4.1-b1", "P00-4.3.1-a"):
        row = matrix[clause]
        for end in ("kept", "breached", "withdrawn"):
            assert row[end] == expected[clause, end], (clause, end)
        assert row["occasions"] == sum(n for (of, end), n in expected.items() if of == clause and end != "withdrawn")
    quiet = [row for row in matrix.values() if row["without_occasion"]]
    assert len(quiet) == len(matrix) - 2
    link = matrix["P00-4.3.1-a"]["link"]
    found = (await api.get(f"{link}&limit=200", headers=mine)).json()["items"]
    assert Counter(item["end"] for item in found) == {"breached": matrix["P00-4.3.1-a"]["breached"]}
    assert all(item["case"].startswith("QR-022-2026-") for item in found)
