"""Rehearsing a procedure: who works, which cases come in, what is waited for, and the whole of it in one go."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from closeloop.chassis.packs import load_pack
from closeloop.chassis.people import People
from closeloop.chassis.people.keys import keys_in
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.contracts.vocabulary import Text
from closeloop.suite.rehearsal.bringing import made_up, read_file
from closeloop.suite.rehearsal.house import house_for
from closeloop.suite.rehearsal.refusing import CannotRehearse
from closeloop.suite.rehearsal.rehearsing import months_from, rehearsed
from closeloop.suite.rehearsal.staff import Staff, organisation_for
from closeloop.suite.rehearsal.tally import Tally
from closeloop.suite.rehearsal.told import Found, lines
from closeloop.suite.replay.chance import Chance

PROCEDURE = "P03"
FIRST = date(2026, 3, 1)
MONDAY = datetime.fromisoformat("2026-03-02T10:00+08:00").astimezone(UTC)
A_FILE = """received_at,kind,content,field.address,facet.responsible
2026-03-03T09:10:00+08:00,complaint,灯不亮,一号,
2026-03-02T09:10:00+08:00,complaint,太吵,二号,
2026-06-02T09:10:00+08:00,complaint,太晚,三号,
"""


def staff_of(folder: Path, many: int) -> Staff:
    return Staff(People(organisation_for(load_pack(PROCEDURE), many), keys_in(folder)), Chance("1"))


def test_every_desk_of_the_procedure_has_so_many_people(tmp_path: Path):
    pack, staff = load_pack(PROCEDURE), staff_of(tmp_path, 3)
    assert all(len(staff.at(role)) == 3 for role in pack.head.roles)
    assert all(len(staff.at(name)) >= 3 for name in pack.head.departments)


def test_whoever_is_busy_begins_when_what_was_before_is_done(tmp_path: Path):
    staff = staff_of(tmp_path, 1)
    [somebody] = staff.at("desk")
    assert staff.begins(somebody, MONDAY) == MONDAY
    staff.works(somebody, MONDAY, 90)
    assert staff.begins(somebody, MONDAY) == MONDAY + timedelta(minutes=90)
    night = MONDAY + timedelta(hours=12)
    assert staff.begins(somebody, night).astimezone(staff.calendar.zone).hour == 8
    assert staff.minutes == {somebody: 90.0}


def test_what_waits_is_given_to_whoever_is_free(tmp_path: Path):
    staff = staff_of(tmp_path, 2)
    first, second = staff.at("desk")
    staff.works(first, MONDAY, 60)
    assert {staff.who("desk", number) for number in range(9)} == {second}
    assert staff.who("desk", 1, without=(second,)) == first and staff.who("desk", 1, without=(first, second)) is None


def test_made_up_cases_come_in_working_hours_and_are_the_same_by_one_seed(tmp_path: Path):
    calendar = staff_of(tmp_path, 1).calendar
    since, until = months_from(FIRST, 1)
    once, again = (made_up(Chance("7"), calendar, since, until, 40) for _ in range(2))
    assert once == again != made_up(Chance("8"), calendar, since, until, 40)
    assert all(calendar.is_working_day(one.at.astimezone(calendar.zone).date()) for one in once)
    assert since <= once[0].at and once[-1].at < until and len(once) == 40


def test_a_file_of_cases_is_read_as_far_as_it_falls_into_the_months(tmp_path: Path):
    file = tmp_path / "cases.csv"
    file.write_text(A_FILE, encoding="utf-8")
    first, second = read_file(file, *months_from(FIRST, 3))
    assert first.said["content"] == "太吵" and second.said["field.address"] == "一号"
    assert "facet.responsible" not in first.said, "what is empty was not said"


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("field.address", "address", "has the columns"),
        ("received_at", "at", "has the columns"),
        ("2026-03-02T09:10:00+08:00", "2026-03-02 09:10", "line 3"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, old: str, new: str, said: str):
    file = tmp_path / "cases.csv"
    file.write_text(A_FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(CannotRehearse, match=said):
        read_file(file, *months_from(FIRST, 3))


def test_what_waits_and_what_is_late_is_counted_by_desk():
    tally, due = Tally(), MONDAY + timedelta(hours=1)
    title = Text(zh="回访", en="Call")
    for number, ended in enumerate((timedelta(minutes=30), timedelta(hours=3), None)):
        task = TaskOpened(
            task_id=str(number), kind="call", of=f"callback:{number}", desk="callback", title=title, url="/", due_at=due
        )
        tally.opened(task, MONDAY)
        if ended is not None:
            tally.closed(TaskClosed(task_id=str(number), kind="call", of=task.of), MONDAY + ended)
    [(heap, pile)] = tally.piles(MONDAY + timedelta(days=1)).items()
    assert heap == ("callback", "call") and len(pile.waited) == 2
    assert (pile.late, pile.lies) == (2, 1) and pile.usual == timedelta(hours=1, minutes=45)


async def test_a_month_is_rehearsed_the_same_by_one_seed():
    once, again = [await a_month("1"), await a_month("1")]
    said = [list(lines(found)) for found in (once, again)]
    assert said[0] == said[1]
    assert len(once.cases) == 12 and Counter(case["status"] for case in once.cases)["closed"] > 6
    assert any(row["kept"] for row in once.figures["clauses"]) and once.play.not_taken == 0


async def a_month(seed: str) -> Found:
    """Twelve cases of a month by an installed procedure."""
    pack, chance = load_pack(PROCEDURE), Chance(seed)
    organisation = organisation_for(pack, 1)
    since, until = months_from(FIRST, 1)
    async with house_for(pack, organisation, since) as house:
        cases = made_up(chance, house.people.calendar(), since, until - timedelta(days=10), 12)
        return await rehearsed(house, pack, organisation, cases, chance, until)


@pytest.mark.parametrize("procedure", ["P02", "P06", "P09"])
async def test_made_up_people_can_do_everything_that_a_procedure_asks_of_them(procedure: str):
    """Whatever lies on a desk is done by somebody, and nothing is refused again and again."""
    pack, chance = load_pack(procedure), Chance("1")
    organisation = organisation_for(pack, 2)
    since, until = months_from(FIRST, 1)
    async with house_for(pack, organisation, since) as house:
        cases = made_up(chance, house.people.calendar(), since, until - timedelta(days=15), 6)
        found = await rehearsed(house, pack, organisation, cases, chance, until)
    assert len(found.cases) >= 6 and found.play.not_taken == 0
    assert dict(found.play.tally.not_simulated) == {}
    assert {task.kind for task in found.play.stuck} <= {"job"}, "only a job whose form requires a photo is left lying"
