"""Section 6.3 and 5.2: months and quarters counted by level and branch, and three rises in a row said once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.clauses.branch_chain.chain import CLERK, GENERAL_MANAGER, MAJOR, MINOR, OFFICE, TYPED, Chain
from tests.clauses.loop import ZONE, Thing
from tests.clauses.packs import clause

PROCEDURE = "P02"
MINORS = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6}
MAJORS = {1: 2, 2: 1, 3: 1, 4: 2, 5: 0}
"""Complaints of each month by level; only the minor ones rise three times in a row, and go on rising."""
RIVERSIDE = {"by": "duty-riverside", "place": "riverside"}
JANUARY = {"人民广场店": (1, 2), "滨江店": (1, 0), "西站店": (0, 0)}


@pytest.fixture(scope="module")
def lived(loop: Chain) -> list[list[Thing]]:
    """January to May with what was counted after each month, and the alarms that stood then."""
    seen = []
    for month, minors in MINORS.items():
        loop.advance_to(max(loop.now, datetime(2026, month, 8, 9, tzinfo=ZONE)))
        loop.complaint(content="在滨江店等候", **RIVERSIDE)
        for _case in range(minors - 1):
            loop.complaint()
        for _case in range(MAJORS[month]):
            loop.complaint(level=MAJOR)
        loop.complaint(fields={"about": "logistics_centre"})
        loop.advance_to(datetime(2026, month + 1, 7, 9, tzinfo=ZONE))
        seen.append(loop.sees(GENERAL_MANAGER, "/api/stats/alarms", procedure="P02", period="2026"))
    return seen


def table_of(job: Thing) -> dict[str, dict[str, Any]]:
    """The table of a report: each row by what it is about."""
    return {next(iter(row.values())): row for row in job["found"]["fields"]["counts"]}


@clause("P02-6.3.1")
def test_the_table_of_a_month_counts_levels_by_branch_and_for_the_company(loop: Chain, lived: list[list[Thing]]):
    job = loop.job("stats", "monthly_table", "2026-02")
    table = table_of(job)
    for branch, (minors, majors) in JANUARY.items():
        row = table[branch]
        assert (row[MINOR], row[MAJOR], row["together"]) == (minors, majors, minors + majors), branch
    assert (table["合计"][MINOR], table["合计"][MAJOR], table["合计"]["together"]) == (2, 2, 4), "and no other"
    figure = loop.figures("2026-01")["complaints"]
    assert figure["value"] == 4 and len(list(loop.cases_of(figure))) == 4
    ends = loop.ends_of("P02-6.3.1", period="2026-01")
    assert ends and set(ends) == {"kept"}, "the figures of January were judged"


@clause("P02-6.3.1")
def test_the_office_draws_the_monthly_table_up_and_signs_it(loop: Chain, lived: list[list[Thing]]):
    assert loop.ends_of("P02-6.3.1", of="job", period="2026-02") == ["breached"], "nobody did in February"
    month = loop.next_month(day=1, hour=0)
    job = next_job(loop, "monthly_table", month)
    assert loop.ends_of("P02-6.3.1", of="job", period=month) == ["open"]
    loop.do_job(CLERK, "stats", "monthly_table", month, fields={"remarks": "上升明显"}, signature=TYPED)
    assert loop.ends_of("P02-6.3.1", of="job", period=month) == ["kept"]
    [record] = loop.records("stats", key=job["id"])
    loop.is_printed(record, "月份投诉统计表", "人民广场店", "合计", "上升明显", "办公室文员")


@clause("P02-5.2-c")
def test_the_office_adds_up_the_quarter_from_its_months(loop: Chain, lived: list[list[Thing]]):
    total = table_of(loop.job("stats", "quarterly_total", "2026-Q2"))
    months = [table_of(loop.job("stats", "monthly_table", f"2026-0{month}"))["合计"] for month in (2, 3, 4)]
    assert total["合计"]["together"] == sum(one["together"] for one in months) == 13
    assert total["轻微投诉"]["together"] == 9 and total["重大投诉"]["together"] == 4
    assert loop.ends_of("P02-5.2-c", of="job", period="2026-Q2") == ["breached"], "nobody signed it in time"


@clause("P02-5.2-c")
def test_the_total_of_the_quarter_is_signed_and_printed(loop: Chain, lived: list[list[Thing]]):
    loop.advance_to(datetime(2026, 7, 1, 9, 1, tzinfo=ZONE))
    job = next_job(loop, "quarterly_total", "2026-Q3")
    assert loop.ends_of("P02-5.2-c", of="job", period="2026-Q3") == ["open"]
    loop.do_job(OFFICE, "stats", "quarterly_total", "2026-Q3", signature=TYPED)
    assert loop.ends_of("P02-5.2-c", of="job", period="2026-Q3") == ["kept"]
    [record] = loop.records("stats", key=job["id"])
    loop.is_printed(record, "季度投诉总数", "轻微投诉", "办公室主任")


@clause("P02-6.3.2-b")
def test_three_rises_of_one_level_in_a_row_are_said_once(loop: Chain, lived: list[list[Thing]]):
    assert [len(alarms) for alarms in lived] == [0, 0, 0, 1, 1], "after April, and not again while it goes on rising"
    [alarm] = lived[-1]
    assert (alarm["alarm"], alarm["group"], alarm["period"]) == ("level_rises", "severity:minor", "2026-04")
    assert [one["figure"] for one in alarm["figures"]] == [2, 3, 4, 5]
    assert loop.ends_of("P02-6.3.2-b", of="alarm:level_rises:severity:minor") == ["kept"]
    page = loop.page(GENERAL_MANAGER, "/stats/alarms", procedure="P02", period="2026")
    assert "轻微投诉" in page and "任一级别投诉总数连续三个月上升" in page


def next_job(loop: Chain, name: str, period: str) -> Thing:
    """The job of a period, as soon as it lies on its desk."""
    for _day in range(12):
        if found := loop.jobs("stats", name, period=period):
            return found[0]
        loop.advance_to(loop.now.replace(hour=9, minute=1) + timedelta(days=1))
    raise AssertionError(f"There is no {name} in {period}.")
