"""What a period is judged by: the rates of callbacks, the count of cases; and the months of quality management."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.clauses.loop import ZONE, Case
from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import HEAD, Centre

PROCEDURE = "P03"
GOOD_WEEK, BAD_WEEK = "2026-W02", "2026-W11"
GOOD, BAD = "2026-01", "2026-03"


@pytest.fixture(scope="module")
def lived(loop: Centre) -> dict[str, Case]:
    """A January in which everybody is asked, a March in which nobody is, and the days until both are judged."""
    cases = {"asked": loop.a_handled_complaint(), "called": loop.a_handled_repair()}
    for case in cases.values():
        loop.call_back(case)
    loop.advance_to(datetime(2026, 2, 27, 9, tzinfo=ZONE))
    rate = {"value": 80, "reason": "本季度重点", "from": "2026-03-01"}
    loop.does(HEAD, "/api/callback/parameters/opinion_callback_rate_min", rate, expect=201)
    loop.advance_to(datetime(2026, 3, 10, 9, tzinfo=ZONE))
    cases["not_asked"], cases["not_called"] = loop.a_handled_complaint(), loop.a_handled_repair()
    cases["opinion"] = loop.a_handled_complaint(kind="opinion")
    loop.advance_to(datetime(2026, 4, 15, 9, tzinfo=ZONE))
    return cases


def judged(loop: Centre, number: str, period: str) -> list[str]:
    """How the figure of a period was judged."""
    return loop.ends_of(number, of="figure", period=period)


@clause("P03-3.2")
def test_quality_management_has_the_cases_of_every_month_counted(loop: Centre, lived: dict[str, Case]):
    assert judged(loop, "P03-3.2", GOOD) == ["kept"]
    figure = loop.figures(GOOD)["cases_registered"]
    assert figure["value"] == 2
    assert set(loop.cases_of(figure)) == {lived["asked"]["number"], lived["called"]["number"]}


@clause("P03-4.4-f")
def test_the_callback_rate_of_complaints_is_judged_every_month(loop: Centre, lived: dict[str, Case]):
    assert judged(loop, "P03-4.4-f", GOOD) == ["kept"]
    assert judged(loop, "P03-4.4-f", BAD) == ["breached"]
    good, bad = (loop.figures(month)["complaint_callback_rate"] for month in (GOOD, BAD))
    assert (good["value"], good["target"], good["met"]) == (100, {"at_least": 90.0}, True)
    assert (bad["value"], bad["met"]) == (0, False)
    assert list(loop.cases_of(bad, "denominator_cases")) == [lived["not_asked"]["number"]]


@clause("P03-4.6-a2")
def test_the_callback_rate_of_repairs_is_judged_every_week(loop: Centre, lived: dict[str, Case]):
    assert judged(loop, "P03-4.6-a2", GOOD_WEEK) == ["kept"]
    assert judged(loop, "P03-4.6-a2", BAD_WEEK) == ["breached"]
    bad = loop.figures(BAD_WEEK)["repair_callback_rate"]
    assert (bad["value"], bad["target"], bad["met"]) == (0, {"at_least": 30.0}, False)
    assert list(loop.cases_of(bad, "denominator_cases")) == [lived["not_called"]["number"]]


@clause("P03-4.7-c")
def test_the_callback_rate_of_opinions_is_judged_by_what_the_director_set(loop: Centre, lived: dict[str, Case]):
    assert judged(loop, "P03-4.7-c", BAD) == ["breached"]
    figure = loop.figures(BAD)["opinion_callback_rate"]
    assert (figure["target"], figure["met"]) == ({"at_least": 80.0}, False)
    assert list(loop.cases_of(figure, "denominator_cases")) == [lived["opinion"]["number"]]
