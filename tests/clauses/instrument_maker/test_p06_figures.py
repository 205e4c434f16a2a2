"""Section 3.2.1 and 3.7.1: timely service, complaints caused by service, book and stock; each judged by its number."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.clauses.instrument_maker.maker import ADMINISTRATOR, MANAGER, PART, STORE, TYPED, Maker
from tests.clauses.loop import ZONE, Thing
from tests.clauses.packs import clause

PROCEDURE = "P06"
JANUARY, FEBRUARY = "2026-01", "2026-02"


def a_fault(loop: Maker, in_time: bool = True) -> None:
    """A fault at which somebody is on site in time, or is not."""
    case = loop.fault()
    loop.analyse(case)
    loop.step(MANAGER, loop.duty(case, "visit"), "assign", to="engineer-1")
    if not in_time:
        loop.advance(hours=25)
    loop.carry_out_visit(case)
    loop.enter_solution(case)


@pytest.fixture(scope="module")
def lived(loop: Maker) -> None:
    """A January of good service, a February of bad one, until both are judged."""
    for _fault in range(3):
        a_fault(loop)
    loop.complaint("quality")
    loop.advance_to(datetime(2026, 2, 9, 9, tzinfo=ZONE))
    a_fault(loop)
    a_fault(loop, in_time=False)
    loop.complaint("service")
    loop.complaint("service", accepted="refused")
    loop.advance_to(datetime(2026, 3, 12, 9, tzinfo=ZONE))


@clause("P06-3.2.1-a")
def test_service_is_timely_in_90_of_100_cases(loop: Maker, lived: None):
    good, bad = (loop.figures(month)["timely_service_rate"] for month in (JANUARY, FEBRUARY))
    assert (good["value"], good["target"], good["met"]) == (100, {"at_least": 90.0}, True)
    assert (bad["value"], bad["met"]) == (50, False)
    assert loop.ends_of("P06-3.2.1-a", period=JANUARY) == ["kept"]
    assert loop.ends_of("P06-3.2.1-a", period=FEBRUARY) == ["breached"]


@clause("P06-3.2.1-c")
def test_only_accepted_complaints_caused_by_service_count(loop: Maker, lived: None):
    good, bad = (loop.figures(month)["complaint_rate"] for month in (JANUARY, FEBRUARY))
    assert (good["numerator"], good["denominator"], good["met"]) == (0, 3, True)
    assert (bad["numerator"], bad["denominator"], bad["target"], bad["met"]) == (1, 2, {"below": 3.0}, False)
    assert len(list(loop.cases_of(bad))) == 1
    assert loop.ends_of("P06-3.2.1-c", period=JANUARY) == ["kept"]
    assert loop.ends_of("P06-3.2.1-c", period=FEBRUARY) == ["breached"]


@clause("P06-3.2.1-b")
@pytest.mark.parametrize("dissatisfied, met, end", [(3, True, "kept"), (4, False, "breached")])
def test_users_are_satisfied_in_85_of_100_answers(loop: Maker, dissatisfied: int, met: bool, end: str):
    loop.next_month(day=8)
    month, surveys = loop.month(), "/api/survey/surveys"
    said = {"procedure": "P06", "survey": "on_visits", "starts_on": f"{loop.now:%Y-%m-%d}"}
    survey = loop.does(ADMINISTRATOR, surveys, said, expect=201)
    loop.does(ADMINISTRATOR, f"{surveys}/{survey['id']}/open")
    for number in range(5):
        case = loop.a_visit()
        loop.visit(case, "prepare")
        [sheet] = [one for one in _sheets(loop, survey) if one["case"] == case["id"]]
        answers = dict.fromkeys(("speed", "skill", "attitude", "result"), "satisfied")
        bad = list(answers)[: dissatisfied if number == 0 else 0]
        loop.does(None, sheet["address"], {"answers": {**answers, **dict.fromkeys(bad, "dissatisfied")}})
    loop.next_month(day=8)
    figure = loop.figures(month)["user_satisfaction"]
    assert (figure["numerator"], figure["denominator"], figure["met"]) == (20 - dissatisfied, 20, met)
    assert loop.ends_of("P06-3.2.1-b", period=month) == [end]
    loop.does(ADMINISTRATOR, f"{surveys}/{survey['id']}/close", {})


def _sheets(loop: Maker, survey: Thing) -> list[Thing]:
    return loop.all_of(ADMINISTRATOR, f"/api/survey/surveys/{survey['id']}/sheets")


@clause("P06-3.7.1-b")
def test_book_and_stock_are_compared_every_month(loop: Maker):
    loop.receive(3)
    period = loop.month()
    while not (found := loop.jobs("dispatch", "stocktake", period=period)):
        loop.advance_to(loop.now.replace(hour=9, minute=1) + timedelta(days=1))
    [job] = found
    assert loop.ends_of("P06-3.7.1-b", of="job", period=period) == ["open"]
    counted = [{**PART, "quantity": int(loop.has("store")["传感器 S-3 合格"])}]
    said = {"fields": {"parts": counted, "placed_neatly": True}, "signature": TYPED}
    loop.does(STORE, f"/api/dispatch/jobs/{job['id']}/done", said)
    assert loop.ends_of("P06-3.7.1-b", of="job", period=period) == ["kept"]
    [record] = loop.records("dispatch", key=job["id"])
    loop.is_printed(record, "备用件盘点表", "传感器", "库管员一")
