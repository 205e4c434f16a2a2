"""Whoever does not believe a figure counts it again: here by SQL over the raw facts as the API gives them."""

import csv
import io
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

PERIOD = "period=2026-01"
END = datetime(2026, 1, 31, 16, tzinfo=UTC)


async def all_of(api, address):
    items, cursor = [], ""
    while cursor is not None:
        page = (await api.get(f"{address}&limit=17{'&cursor=' + cursor if cursor else ''}")).json()
        items += page["items"]
        cursor = page["next"]
    return items


@pytest.fixture
async def sql(api, a_busy_time):
    """The facts of the year in tables of their own: `sql("select …")` answers the first value."""
    base = sqlite3.connect(":memory:")
    base.execute("create table cases (id, kind, cause, received, handled, closed, made, waived, opinion)")
    base.execute("create table limits (case_id, due, stopped, missed)")
    base.execute("create table occasions (clause, end, counted)")
    for case in await all_of(api, "/api/stats/facts/cases?period=2026"):
        row = (case["id"], case["kind"], case["facets"].get("cause"))
        days = (case["received_at"], case["handled_at"], case["closed_at"])
        rest = (case["callbacks_made"], case["waived_at"], case["opinion"])
        base.execute("insert into cases values (?,?,?,?,?,?,?,?,?)", (*row, *days, *rest))
        for duty in case["duties"]:
            for limit in duty["limits"]:
                told = (limit["due_at"], limit["stopped_at"], limit["missed"])
                base.execute("insert into limits values (?,?,?,?)", (case["id"], *told))
    for one in await all_of(api, "/api/stats/facts/occasions?period=2026-01"):
        base.execute("insert into occasions values (?,?,?)", (one["clause"], one["end"], one["counted_at"]))
    yield lambda question, *values: base.execute(question, values).fetchone()[0]
    base.close()


def text(at):
    return at.isoformat().replace("+00:00", "Z")


START, AFTER = text(END - timedelta(days=31)), text(END)


async def test_rates_are_those_of_the_raw_facts(api, sql):
    figures = {one["indicator"]: one for one in (await api.get(f"/api/stats/indicators?{PERIOD}")).json()}
    for name, kinds in (
        ("complaint_callback_rate", "('complaint')"),
        ("opinion_callback_rate", "('opinion','suggestion')"),
    ):
        handled = f"from cases where kind in {kinds} and handled >= ? and handled < ?"
        above = sql(f"select count(*) {handled} and made > 0", START, AFTER)
        below = sql(f"select count(*) {handled} and not (waived is not null and made = 0)", START, AFTER)
        assert below
        assert (figures[name]["numerator"], figures[name]["denominator"]) == (above, below)
    received = sql("select count(*) from cases where received >= ? and received < ?", START, AFTER)
    assert figures["cases_registered"]["value"] == received
    missed = "select count(*) from limits join cases on id = case_id where received >= ? and received < ? and missed"
    assert figures["overdue_duties"]["value"] == sql(missed, START, AFTER)


async def test_open_and_overdue_of_each_week_are_those_of_the_raw_facts(api, sql):
    weeks = (await api.get(f"/api/stats/weeks?{PERIOD}")).json()
    assert [week["period"] for week in weeks] == ["2026-W01", "2026-W02", "2026-W03", "2026-W04", "2026-W05"]
    seen = 0
    for n, week in enumerate(weeks):
        end = text(datetime(2026, 1, 4, 16, tzinfo=UTC) + timedelta(weeks=n))
        stood = "received < ?1 and (closed is null or closed >= ?1)"
        assert week["open"]["n"] == sql(f"select count(*) from cases where {stood}", end)
        passed = "id in (select case_id from limits where due < ?1 and (stopped is null or stopped >= ?1))"
        overdue = sql(f"select count(*) from cases where {stood} and {passed}", end)
        assert week["overdue"]["n"] == overdue
        seen += overdue
        for name in ("received", "open", "overdue"):
            assert (await api.get(week[name]["cases"])).json()["total"] == week[name]["n"]
    assert seen > 5


async def test_causes_are_those_of_the_raw_facts(api, sql):
    causes, opinions = [
        (await api.get(f"/api/stats/indicators/{name}?{PERIOD}")).json() for name in ("causes", "opinion_classes")
    ]
    for group in causes["groups"]["cause"]:
        rated = None if group["value"] == "none" else group["value"]
        within = "select count(*) from cases where received >= ? and received < ? and cause is ?"
        assert group["numerator"] == sql(within, START, AFTER, rated)
        assert (await api.get(group["cases"])).json()["total"] == group["numerator"]
    assert causes["groups"]["cause"][-1]["value"] == "none"
    assert sum(group["numerator"] for group in causes["groups"]["cause"]) == causes["numerator"]
    said = sql(
        "select count(*) from cases where received >= ? and received < ? and kind in ('opinion', 'suggestion')",
        START,
        AFTER,
    )
    assert opinions["value"] == said


async def test_occasions_are_those_of_the_raw_facts(api, sql):
    for row in (await api.get(f"/api/stats/clauses?{PERIOD}")).json():
        for end in ("kept", "breached", "open"):
            assert row[end] == sql("select count(*) from occasions where clause = ? and end = ?", row["clause"], end)
    assert sql("select count(*) from occasions")


async def test_coverage_says_what_is_missing(api, sql):
    [complaints, *_] = (await api.get(f"/api/stats/coverage?{PERIOD}")).json()
    asked, needed = complaints["called_back"]["n"], -(-9 * complaints["denominator"] // 10)
    assert (complaints["needed"], complaints["shortfall"]) == (needed, max(0, needed - asked))
    assert complaints["not_asked"]["n"] == complaints["denominator"] - asked
    assert (await api.get(complaints["not_asked"]["cases"])).json()["total"] == complaints["not_asked"]["n"]


async def test_the_table_of_the_month_adds_up(api, sql):
    *lines, total = (await api.get(f"/api/stats/months?{PERIOD}")).json()
    assert total["is_sum"]
    for name, number in total["numbers"].items():
        assert number["n"] == sum(line["numbers"][name]["n"] for line in lines)
    received = total["numbers"]["cases_received"]["n"]
    assert received == sql("select count(*) from cases where received >= ? and received < ?", START, AFTER)
    for part in ("outcome:", "answer:"):
        assert sum(one["n"] for name, one in total["numbers"].items() if name.startswith(part)) == received


async def test_facts_are_there_as_csv_too_and_of_one_kind(api, a_busy_time):
    page = await api.get(f"/api/stats/facts/cases.csv?{PERIOD}&kind=repair&limit=200")
    rows = list(csv.DictReader(io.StringIO(page.text)))
    assert rows and {row["kind"] for row in rows} == {"repair"}
    assert len(rows) == len(await all_of(api, f"/api/stats/facts/cases?{PERIOD}&kind=repair"))
    some = await api.get(f"/api/stats/facts/occasions.csv?{PERIOD}&limit=3")
    assert len(some.text.strip().splitlines()) == 4
    assert some.headers["x-next-cursor"]


async def test_who_sees_only_one_place_gets_the_facts_of_that_place(api, house, a_busy_time):
    mine = house.headers("desk-2")
    page = (await api.get(f"/api/stats/facts/cases?{PERIOD}", headers=mine)).json()
    assert page["items"] == []
