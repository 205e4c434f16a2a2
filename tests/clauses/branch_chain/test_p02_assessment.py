"""Section 5.5: the audit department assesses every business manager and supervisor, and not everybody reads it."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.clauses.branch_chain.chain import AUDIT, BRANCH_MANAGER, CLERK, SUPERVISOR, TYPED, Chain
from tests.clauses.loop import ZONE, Thing
from tests.clauses.packs import clause

PROCEDURE = "P02"
ASSESSED = {
    "manager-people-square",
    "manager-riverside",
    "manager-west-station",
    "supervisor-east",
    "supervisor-west",
}
WRITTEN = {"complaints": 2, "assessment": "处理及时，记录完整"}


@pytest.fixture(scope="module")
def quarter(loop: Chain) -> dict[str, Thing]:
    """The assessments of a quarter, by whom they are about."""
    loop.advance_to(datetime(2026, 4, 3, 9, tzinfo=ZONE))
    found = loop.all_of(AUDIT, "/api/stats/jobs", name="manager_assessment", period="2026-Q2")
    return {one["whom"]: one for one in found}


def where(job: Thing) -> str:
    return f"/api/stats/jobs/{job['id']}"


@clause("P02-5.5-c")
def test_each_manager_and_supervisor_is_assessed_by_the_audit_department(loop: Chain, quarter: dict[str, Thing]):
    assert set(quarter) == ASSESSED and {one["desk"] for one in quarter.values()} == {"audit"}
    job = quarter[BRANCH_MANAGER]
    assert loop.ends_of("P02-5.5-c", of="job", period="2026-Q2") == ["open"] * len(ASSESSED)
    loop.does(SUPERVISOR, f"{where(job)}/done", {"fields": WRITTEN}, expect=403)
    loop.does(AUDIT, f"{where(job)}/done", {"fields": WRITTEN, "signature": TYPED})
    assert sorted(loop.ends_of("P02-5.5-c", of="job", period="2026-Q2")) == ["kept", *["open"] * 4]
    [record] = loop.records("stats", key=job["id"])
    assert record["signatures"][0]["signer"] == "监督部经理"
    loop.is_printed(record, "营业经理、督导员考核表", "人民广场店经理", "处理及时")


@clause("P02-5.5-c")
def test_an_assessment_is_not_for_everybodys_eyes(loop: Chain, quarter: dict[str, Thing]):
    job = quarter[SUPERVISOR]
    assert loop.tries(CLERK, "GET", where(job)).status_code == 404
    titles = [one["title"]["zh"] for one in loop.all_of(CLERK, "/api/dispatch/tasks")]
    assert not any("考核营业经理" in title for title in titles)


@clause("P02-5.5-c")
def test_whoever_was_not_assessed_in_time_is_a_breach(loop: Chain, quarter: dict[str, Thing]):
    loop.advance_to(datetime(2026, 4, 30, 9, tzinfo=ZONE))
    ends = loop.ends_of("P02-5.5-c", of="job", period="2026-Q2")
    assert ends.count("breached") >= len(ASSESSED) - 1 and "open" not in ends
