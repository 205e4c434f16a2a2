"""What a periodic job of stats finds when it begins: numbers that open their cases, and what stands on its form."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import Sentence
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.schedules import ScheduledJob, bearings
from closeloop.contracts.procedure.stats import Count
from closeloop.contracts.vocabulary import Outcome, label
from closeloop.stats.asking import Asked
from closeloop.stats.counting import RECEIVED, Counting, asked_for
from closeloop.stats.model import CaseFacts
from closeloop.stats.opening import of_coverage, query_of
from closeloop.stats.tables import ANSWER, CASES, Day
from closeloop.stats.words import ANSWERS

DESK_EYES = Person("stats", "stats")
"""What lies on a desk shows no case that only named persons may read."""


def period_before(job: ScheduledJob, eyes: Person = DESK_EYES) -> Asked:
    """The question that a job asks: what the period was like that ended before it."""
    return Asked(eyes, (bearings.pack_of(job),), bearings.period_before(job), here.get().now(), job.place)


def about(job: ScheduledJob, asked: Asked, day: Day, count: Count = RECEIVED) -> Counting:
    """The cases that the job is about: those of a coverage where it names one, otherwise all."""
    name = asked.pack.jobs[job.name].about
    if name in asked.pack.callback.said.coverage:
        return of_coverage(asked, name, count, day)
    return Counting(asked.pack, count, day)


def item(title: Any, n: int, asked: Asked, wanted: Counting) -> dict[str, Any]:
    """A number on the page of the job, with the address of its cases."""
    query = query_of(wanted, asked)
    return {
        "title": title.texts if isinstance(title, Sentence) else title,
        "value": n,
        "url": f"/stats/cases?{urlencode(query, doseq=True)}",
    }


async def cases_of(read: Read, asked: Asked, wanted: Counting) -> list[tuple[CaseFacts, str]]:
    """All of these cases in the order of their numbers, each with what came of asking its customer."""
    statement = asked_for(sa.select(CASES.table, ANSWER.label("answer")), asked, wanted).order_by(CASES.table.c.number)
    found = await read.all(statement)
    rows = await read.rows(CaseFacts, asked_for(sa.select(CASES.table), asked, wanted))
    known = {row.id: row for row in rows}
    fitting = [(known[row["id"]], str(row["answer"])) for row in found if row["id"] in known]
    if wanted.rule is None and not wanted.asks:
        return fitting
    return [(row, answer) for row, answer in fitting if wanted.includes(row.known_traits)]


def drawn(seed: str, rows: Sequence[tuple[CaseFacts, str]], size: int) -> list[tuple[CaseFacts, str]]:
    """So many of the cases, by chance and yet the same for everybody who has their numbers."""

    def lot(row: tuple[CaseFacts, str]) -> str:
        return sha256(f"{seed}\n{row[0].number}".encode()).hexdigest()

    return sorted(sorted(rows, key=lot)[:size], key=lambda row: row[0].number)


def line_of(row: CaseFacts, answer: str, asked: Asked) -> str:
    """A case as one line of a list: number, days, result, callback."""
    zone = asked.span.zone
    days = [at.astimezone(zone).date().isoformat() if at else "—" for at in (row.received_at, row.closed_at)]
    kinds = asked.pack.intake.said.kinds
    kind = kinds[row.kind].title.zh if row.kind in kinds else row.kind
    result = label(Outcome(row.outcome)).zh if row.outcome else "—"
    return "　".join([row.number, kind, f"{days[0]} → {days[1]}", result, ANSWERS[answer].zh])


def lines(rows: Sequence[tuple[CaseFacts, str]], asked: Asked) -> str:
    """A list of cases as it stands on a form; nothing where there is none."""
    return "\n".join(line_of(row, answer, asked) for row, answer in rows) or NOTHING


NOTHING = "无"
