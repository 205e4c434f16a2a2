"""A few cases that were really played, as they stand in the databases: what every copy is made from."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import asyncpg

DAY = re.compile(r"\d{4}-\d\d-\d\d")
IDENTITY = re.compile(r"(?<![0-9a-f])([0-9a-f]{6})([0-9a-f]{6}7[0-9a-f]{7})[0-9a-f]{6}([0-9a-f]{6})(?![0-9a-f])")
CODE, NUMBER, CONTENT, PHONE, NAME = "\x01", "\x02", "\x03", "\x04", "\x05"
BEGIN, END, TABLE, LINE = "\x0e", "\x0f", "\x1c", "\x1d"
NOT_COPIED = frozenset({"answers", "unsent", "chain", "positions", "heard", "parked", "counters"}) | {
    "case_words",
    "case_sums",
    "clause_sums",
}
JOURNAL = "journal"
PREFIX_BITS = 24
DAY_MS = 86_400_000


@dataclass
class Template:
    """One case: all its rows in one service, with gaps where each copy says something of its own."""

    tables: list[str]
    text: str
    days: dict[str, date] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)

    def copied(self, code: str, number: str, content: str, phone: str, name: str, days_ago: int) -> list[str]:
        """The rows of a copy, one text for each table."""
        text = self.text.replace(CODE, code).replace(NUMBER, number)
        text = text.replace(CONTENT, content).replace(PHONE, phone).replace(NAME, name)
        for gap, day in self.days.items():
            text = text.replace(gap, (day - timedelta(days=days_ago)).isoformat())
        for gap, moment in self.moments.items():
            text = text.replace(gap, _earlier(moment, days_ago))
        return text.split(TABLE)


def _earlier(moment: int, days: int) -> str:
    return f"{moment - (days * DAY_MS >> PREFIX_BITS):06x}"


@dataclass(frozen=True)
class Played:
    """One case that was played."""

    id: str
    number: str
    content: str
    phone: str
    name: str
    is_open: bool


async def played(intake: asyncpg.Connection[asyncpg.Record]) -> list[Played]:
    """Every case of the register."""
    rows = await intake.fetch("select id, number, content, phone, name, status <> 'closed' from cases order by id")
    return [Played(*row.values()) for row in rows]


async def templates(service: asyncpg.Connection[asyncpg.Record], cases: Iterable[Played]) -> dict[str, Template]:
    """What a service keeps of each of these cases, by their ids."""
    names = await service.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
    tables = [name for (name,) in names if name not in NOT_COPIED and not name.startswith("version_of")]
    lines = {table: await _lines(service, table) for table in tables}
    return {case.id: _template(case, tables, lines) for case in cases}


async def _lines(service: asyncpg.Connection[asyncpg.Record], table: str) -> list[str]:
    """The rows of a table as COPY writes them; those of the journal without `seq`, which each copy gets anew."""
    into = io.BytesIO()
    if table == JOURNAL:
        wanted = "select key, sequence, subject, recorded_at, body from journal order by seq"
        await service.copy_from_query(wanted, output=into)
    else:
        await service.copy_from_table(table, output=into)
    return into.getvalue().decode().splitlines()


def _template(case: Played, tables: list[str], lines: dict[str, list[str]]) -> Template:
    mine = {table: [line for line in lines[table] if case.id in line] for table in tables}
    there = [table for table in tables if mine[table]]
    made = Template(there, "")
    text = TABLE.join(LINE.join(mine[table]) for table in there)
    for said, gap in ((case.number, NUMBER), (case.content, CONTENT), (case.phone[-8:], PHONE), (case.name, NAME)):
        text = text.replace(said, gap)
    text = DAY.sub(lambda found: _gap(made.days, "d", date.fromisoformat(found[0])), text)
    made.text = IDENTITY.sub(
        lambda found: f"{_gap(made.moments, 'm', int(found[1], 16))}{found[2]}{CODE}{found[3]}", text
    )
    return made


def _gap(known: dict[str, date] | dict[str, int], kind: str, value: date | int) -> str:
    """The gap of a value, the same for the same one."""
    for gap, one in known.items():
        if one == value:
            return gap
    gap = f"{BEGIN}{kind}{len(known)}{END}"
    known[gap] = value  # type: ignore[assignment]
    return gap
