"""What was added up and what is counted row by row is the same, whatever came in whichever order."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from closeloop.chassis.rows import table_of
from closeloop.contracts.dispatch import DutyReturned
from closeloop.contracts.intake import CaseClosed, CaseReopened
from closeloop.stats.model import CaseFacts, OccasionFact
from closeloop.stats.sums import reading
from closeloop.stats.sums.model import CaseSum, ClauseSum, day_of, identity_of, sums_of

MONTHS = ("2025-12", "2026-01", "2026-02", "2026-Q1", "2026")
LATER = datetime(2026, 2, 18, 3, tzinfo=UTC)


@pytest.fixture
async def a_busy_time_and_its_end(a_busy_time, hear, about, judged, rows):
    """Cases close, some again, some are opened again, some learn something after they were closed."""
    known = {event.case.id: event.case for event in a_busy_time if event.case}
    breached = {one.key: one.id for one in await rows(OccasionFact) if one.ended_as == "breached"}
    for number, (_identity, case) in enumerate(sorted(known.items())):
        later = case.model_copy(update={"sequence": 9, "facets": {**case.facets, "cause": "air"}})
        if number % 3 == 0:
            await hear(about(CaseClosed, case, occurred_at=LATER))
        if number % 5 == 0:
            await hear(about(CaseReopened, later, occurred_at=LATER))
        if number % 4 == 0:
            told = {"returned_at": LATER, "outcome": "solved"}
            if case.id in breached:
                told["occasions"] = (judged("P00-4.1-b1", "withdrawn", id=breached[case.id], at=LATER),)
            await hear(about(DutyReturned, later, **told))
        if number % 6 == 0:
            await hear(about(CaseClosed, later, occurred_at=LATER))
    return rows


async def test_every_closed_case_stands_in_its_sums_and_no_other(a_busy_time_and_its_end):
    rows = a_busy_time_and_its_end
    cases = await rows(CaseFacts)
    wanted = Counter(identity_of(one) for case in cases for one in sums_of(case))
    assert {one.id: one.n for one in await rows(CaseSum) if one.n} == wanted
    assert 20 < sum(case.closed_at is not None for case in cases) < len(cases)


async def test_every_occasion_stands_in_the_sum_of_its_day(a_busy_time_and_its_end):
    rows = a_busy_time_and_its_end
    occasions = await rows(OccasionFact)
    wanted = Counter((day_of(one), one.place or "", one.clause, one.ended_as) for one in occasions)
    found = {(one.day, one.place, one.clause, one.ended_as): one.n for one in await rows(ClauseSum) if one.n}
    assert found == wanted
    assert len({end for _day, _place, _clause, end in found}) > 2


@pytest.mark.usefixtures("a_busy_time_and_its_end")
async def test_figures_of_months_are_those_of_their_cases(api, house, monkeypatch):
    async def said():
        answers: list[Any] = []
        for login in ("desk-1", "customer-service-head"):
            for period in MONTHS:
                for path in ("indicators", "indicators/satisfied_rate", "clauses"):
                    asked = {"period": period, "procedure": "P00"}
                    answer = await api.get(f"/api/stats/{path}", params=asked, headers=house.headers(login))
                    answers.append((login, period, path, answer.status_code, answer.json()))
            page = await api.get("/stats/months", params={"period": "2026-01"}, headers=house.headers(login))
            answers.append((login, page.status_code, page.text))
        return answers

    with_sums = await said()
    monkeypatch.setattr(reading, "is_of_months", lambda span: False)
    assert with_sums == await said()


def test_a_sum_has_every_column_that_figures_ask_for():
    columns = set(table_of(CaseSum).c.keys()) - {"id", "by_day", "month", "n"}
    assert columns == set(reading.COLUMNS)
