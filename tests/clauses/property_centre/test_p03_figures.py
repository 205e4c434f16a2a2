"""The figures of a small month against SQL over what intake, dispatch and callback say of each case."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.clauses.loop import ZONE, Case
from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import DESK, ENGINEERING, HEAD, Centre

PROCEDURE = "P03"
SEED, DAYS, A_DAY = 2019, 15, 4
MONTH, RATE = "2026-01", "_callback_rate"
TABLES = """
create table cases(number primary key, kind, received);
create table duties(number, rule, round, returned);
create table limits(number, missed);
create table callbacks(number, round, required, waiver);
create table attempts(number, round, attempt, outcome, counts);
"""
HANDLED = """
with handled as (
  select cases.number, kind, max(returned) as day from cases join duties using (number)
  where round = 1 group by cases.number having count(*) = count(returned)),
asked as (select distinct number from attempts where counts),
exempted as (select number from callbacks where waiver is not null and waiver <> 'not_in_sample'),
of_period as (
  select * from handled
  where day >= :first and day < :after and kind in (select value from json_each(:kinds)))
select
  (select count(*) from of_period where number in asked) as above,
  (select count(*) from of_period where number in asked or number not in exempted) as below,
  (select group_concat(number) from of_period where number in asked) as members
"""


@pytest.fixture(scope="module")
def month(loop: Centre) -> sqlite3.Connection:
    """A January in which some are late, some are not reached, some are not satisfied; then what is known of it."""
    chance = Random(SEED)
    rate = {"value": 50, "reason": "本月重点", "from": f"{loop.now:%Y-%m-%d}"}
    loop.does(HEAD, "/api/callback/parameters/opinion_callback_rate_min", rate, expect=201)
    for day in range(DAYS):
        for _case in range(A_DAY):
            _live_through(loop, chance)
        loop.advance_to(_next_working_morning(loop.now))
        if day % 5 == 4:
            _ask_who_is_to_be_asked(loop, chance)
    loop.advance_to(datetime(2026, 2, 12, 9, tzinfo=ZONE))
    return _known_of(loop)


def _live_through(loop: Centre, chance: Random) -> None:
    """A case that is handled, or forgotten."""
    kind = chance.choice(["complaint", "complaint", "repair", "repair", "opinion", "suggestion"])
    more: dict[str, Any] = {} if chance.random() < 0.85 else {"wants_callback": False}
    case = loop.register_repair(**more) if kind == "repair" else loop.a_complaint("engineering", kind=kind, **more)
    if chance.random() < 0.15:
        return
    loop.advance(hours=chance.choice([0, 0, 0, 3, 6]))
    if kind == "repair":
        loop.carry_out_order(case)
    else:
        loop.carry_out_sheet(case, by=ENGINEERING)


def _ask_who_is_to_be_asked(loop: Centre, chance: Random) -> None:
    """On Saturdays callers work through their list, but not to its end."""
    for callback in loop.all_of(HEAD, "/api/callback/callbacks", status="planned"):
        if callback["waits"] or chance.random() < (0.3 if callback["required"] else 0.6):
            continue
        outcome = chance.choice(["satisfied", "satisfied", "satisfied", "dissatisfied", "unreachable"])
        said = {"form": "telephone", "outcome": outcome, "note": "电话"}
        loop.does(HEAD, f"/api/callback/callbacks/{callback['id']}/attempts", said)


def _next_working_morning(moment: datetime) -> datetime:
    day = moment.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, datetime.min.time(), ZONE).replace(hour=9)


def _known_of(loop: Centre) -> sqlite3.Connection:
    """What the services say of every case, each asked for its own, in tables."""
    tables = sqlite3.connect(":memory:")
    tables.executescript(TABLES)
    for case in loop.all_of(DESK, "/api/intake/cases", limit=200):
        tables.execute("insert into cases values (?, ?, ?)", (case["number"], case["kind"], _day(case["received_at"])))
        _know_the_handling(loop, tables, case)
    return tables


def _know_the_handling(loop: Centre, tables: sqlite3.Connection, case: Case) -> None:
    number = case["number"]
    for duty in loop.duties(case):
        if duty["status"] == "withdrawn":
            continue
        returned = duty["returned_at"] and _day(duty["returned_at"])
        tables.execute("insert into duties values (?, ?, ?, ?)", (number, duty["rule"], duty["round"], returned))
        whole = loop.sees(HEAD, f"/api/dispatch/cases/{duty['case']}/duties/{duty['number']}")
        missed = [(number, _day(limit["missed_at"])) for limit in whole["limits"] if limit["missed_at"]]
        tables.executemany("insert into limits values (?, ?)", missed)
    for callback in loop.all_of(HEAD, "/api/callback/callbacks", case=case["id"]):
        waiver = callback["waiver"] and callback["waiver"]["reason"]
        said = (number, callback["round"], callback["required"], waiver)
        tables.execute("insert into callbacks values (?, ?, ?, ?)", said)
        attempts = loop.sees(HEAD, f"/api/callback/callbacks/{callback['id']}")["attempts"]
        told = [(number, callback["round"], one["number"], one["outcome"], one["counts"]) for one in attempts]
        tables.executemany("insert into attempts values (?, ?, ?, ?, ?)", told)


def _day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZONE).date().isoformat()


def _rate(month: sqlite3.Connection, kinds: str, first: date, after: date) -> tuple[int, int, set[str]]:
    """How many were asked, of how many, and who."""
    asked = {"kinds": kinds, "first": first.isoformat(), "after": after.isoformat()}
    above, below, members = month.execute(HANDLED, asked).fetchone()
    return above, below, set((members or "").split(",")) - {""}


JANUARY = (date(2026, 1, 1), date(2026, 2, 1))


def test_the_cases_of_a_month_are_those_of_the_register(loop: Centre, month: sqlite3.Connection):
    numbers = {number for (number,) in month.execute("select number from cases where received like '2026-01-%'")}
    figure = loop.figures(MONTH)["cases_registered"]
    assert figure["value"] == len(numbers) == DAYS * A_DAY
    assert set(loop.cases_of(figure)) == numbers


@pytest.mark.parametrize(
    "indicator, kinds",
    [
        ("complaint_callback_rate", '["complaint"]'),
        ("repair_callback_rate", '["repair"]'),
        ("opinion_callback_rate", '["opinion", "suggestion"]'),
    ],
)
def test_a_callback_rate_is_who_was_asked_of_whom_was_handled(
    loop: Centre, month: sqlite3.Connection, indicator: str, kinds: str
):
    above, below, members = _rate(month, kinds, *JANUARY)
    assert 0 < above <= below
    figure = loop.figures(MONTH)[indicator]
    assert (figure["numerator"], figure["denominator"]) == (above, below)
    assert figure["value"] == pytest.approx(100 * above / below, abs=0.01)
    assert set(loop.cases_of(figure)) == members


def test_the_repair_callback_rate_of_each_week_is_that_of_its_orders(loop: Centre, month: sqlite3.Connection):
    for monday in (date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)):
        week = f"{monday:%G-W%V}"
        figure = loop.figures(week)["repair_callback_rate"]
        above, below, members = _rate(month, '["repair"]', monday, monday + timedelta(days=7))
        assert (figure["numerator"], figure["denominator"]) == (above, below), week
        assert set(loop.cases_of(figure)) == members


def test_callback_counts_like_stats(loop: Centre, month: sqlite3.Connection):
    figures = loop.figures(MONTH)
    for covered in loop.sees(HEAD, "/api/callback/coverage", period=MONTH)["items"]:
        figure = figures[
            {"complaints": "complaint", "repairs": "repair", "opinions": "opinion"}[covered["coverage"]] + RATE
        ]
        assert (covered["called_back"], covered["denominator"]) == (figure["numerator"], figure["denominator"])


def test_the_limits_missed_are_those_of_the_duties(loop: Centre, month: sqlite3.Connection):
    [(missed,)] = month.execute(
        "select count(*) from limits join cases using (number) where received like '2026-01-%'"
    ).fetchall()
    assert missed > 0
    assert loop.figures(MONTH)["overdue_duties"]["value"] == missed


@clause("P03-3.2")
def test_quality_management_counts_the_cases_of_the_whole_area(loop: Centre):
    case = loop.register_repair()
    assert case["number"] in set(loop.cases_of(loop.figures(loop.month())["cases_registered"]))
