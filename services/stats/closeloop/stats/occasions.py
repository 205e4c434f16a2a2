"""The clause matrix: for every clause of a procedure how its occasions ended, and which ones they were."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import scoped
from closeloop.chassis.people.person import EVERYBODYS
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.personal import Audience
from closeloop.contracts.procedure.clauses import Clause
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.stats.asking import Asked, End
from closeloop.stats.counting import on_visible_desks
from closeloop.stats.model import CaseFacts, OccasionFact
from closeloop.stats.periods import survey_of
from closeloop.stats.sums.model import ClauseSum
from closeloop.stats.tables import beside

ENDS: dict[End, OccasionEnd] = {
    "kept": OccasionEnd.KEPT,
    "breached": OccasionEnd.BREACHED,
    "prevented": OccasionEnd.PREVENTED,
    "waived": OccasionEnd.WAIVED,
    "shown": OccasionEnd.SHOWN,
    "not_applicable": OccasionEnd.NOT_APPLICABLE,
    "open": OccasionEnd.OPENED,
    "withdrawn": OccasionEnd.WITHDRAWN,
}
"""The columns of the matrix; all but the last are occasions."""

_NAMES = {end: name for name, end in ENDS.items()}

occasions, cases, SUMS = table_of(OccasionFact), table_of(CaseFacts), table_of(ClauseSum)


@dataclass(frozen=True)
class ClauseCounts:
    """A clause and how often it became applicable in the period."""

    pack: Pack
    number: str
    clause: Clause
    ends: dict[End, int] = field(default_factory=lambda: dict.fromkeys(ENDS, 0))

    @property
    def occasions(self) -> int:
        """How many occasions there were; a withdrawn one was none."""
        return sum(self.ends.values()) - self.ends["withdrawn"]

    @property
    def not_bound(self) -> bool:
        """Whether no entry of the pack fulfils the clause yet."""
        return self.number in self.pack.not_yet


def name_of(end: OccasionEnd) -> End:
    """The column of the matrix in which an occasion stands."""
    return _NAMES[end]


async def clause_matrix(read: Read, asked: Asked) -> list[ClauseCounts]:
    """Every clause in the order of the procedure, those without an occasion too."""
    matrix: list[ClauseCounts] = []
    for pack in asked.packs:
        rows = {number: ClauseCounts(pack, number, clause) for number, clause in pack.clauses.items()}
        for sign, counts in _counts(asked, pack):
            for row in await read.all(counts):
                if row["clause"] in rows:
                    rows[row["clause"]].ends[name_of(OccasionEnd(row["ended_as"]))] += sign * int(row["n"])
        matrix += rows.values()
    return matrix


def clause(asked: Asked, number: str) -> tuple[Pack, Clause]:
    """The clause of this number; `NotFound` if no procedure in force has it."""
    for pack in asked.packs:
        if number in pack.clauses:
            return pack, pack.clauses[number]
    raise NotFound()


async def occasions_of(
    read: Read,
    asked: Asked,
    number: str,
    end: End | None = None,
    *,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[tuple[OccasionFact, str | None]]:
    """The occasions of a clause, each with the number of its case; without an end all but the withdrawn ones."""
    pack, _ = clause(asked, number)
    seen = _seen(asked, pack)
    wanted = sa.select(seen.c.id).where(seen.c.clause == number)
    withdrawn = OccasionEnd.WITHDRAWN.value
    wanted = wanted.where(seen.c.ended_as == ENDS[end].value if end else seen.c.ended_as != withdrawn)
    statement = sa.select(occasions).where(occasions.c.clause == number, occasions.c.id.in_(wanted))
    by: list[sa.ColumnElement[Any]] = [occasions.c.counted_at, occasions.c.id]
    page = await read.page(OccasionFact, statement, by=by, cursor=cursor, limit=limit)
    keys = {occasion.key for occasion in page.items}
    found = await read.all(sa.select(cases.c.id, cases.c.number).where(cases.c.id.in_(keys)))
    numbers: dict[str, str] = {row["id"]: row["number"] for row in found}
    return Paged([(occasion, numbers.get(occasion.key)) for occasion in page.items], page.next)


async def every_occasion(
    read: Read, asked: Asked, *, cursor: str | None = None, limit: int | None = None
) -> Paged[OccasionFact]:
    """All occasions of the period in the procedure, the withdrawn ones too."""
    pack = asked.pack
    statement = sa.select(occasions).where(*_in_the_period(asked, pack))
    statement = statement.where(occasions.c.id.in_(sa.select(_seen(asked, pack).c.id)))
    by: list[sa.ColumnElement[Any]] = [occasions.c.counted_at, occasions.c.id]
    return await read.page(OccasionFact, statement, by=by, cursor=cursor, limit=limit)


def _counts(asked: Asked, pack: Pack) -> Iterator[tuple[int, sa.Select[Any]]]:
    """How often each clause ended how; whoever sees all places and departments sees all but the few hidden cases, which
    are taken away again: so nobody has to look up the case of every occasion."""
    person = asked.person
    if asked.place or person.places is not None or person.departments is not None:
        yield 1, _grouped(_seen(asked, pack).c)
        return
    yield 1, _summed(asked, pack)
    hidden = sorted({one.value for one in Audience} - EVERYBODYS - person.audiences)
    if hidden:
        few = sa.select(occasions.c.clause, occasions.c.ended_as).where(*_in_the_period(asked, pack, beside))
        restricted = sa.select(cases.c.id).where(cases.c.audience.in_(hidden))
        yield -1, _grouped(few.where(occasions.c.key.in_(restricted)).subquery().c)
        known = sa.select(cases.c.id).where(cases.c.id == occasions.c.key)
        yield -1, _grouped(few.where(occasions.c.audience.in_(hidden), ~known.exists()).subquery().c)


def _summed(asked: Asked, pack: Pack) -> sa.Select[Any]:
    """All occasions of the period: those of whole days were added up when they were heard of."""
    span = asked.span
    if span.zone != HOME_ZONE or survey_of(span) is not None:
        of_the_period = sa.select(occasions.c.clause, occasions.c.ended_as).where(*_in_the_period(asked, pack))
        return _grouped(of_the_period.subquery().c)
    by = (SUMS.c.clause, SUMS.c.ended_as)
    added = sa.cast(sa.func.sum(SUMS.c.n), sa.BigInteger).label("n")
    of_days = (SUMS.c.procedure == pack.id, SUMS.c.day >= span.first, SUMS.c.day < span.after)
    return sa.select(*by, added).where(*of_days).group_by(*by)


def _grouped(columns: Any) -> sa.Select[Any]:
    by = (columns.clause, columns.ended_as)
    return sa.select(*by, sa.func.count().label("n")).group_by(*by)


def _in_the_period(asked: Asked, pack: Pack, by: Any = lambda column: column) -> list[sa.ColumnElement[bool]]:
    span = asked.span
    at = occasions.c.counted_at
    return [by(occasions.c.procedure) == pack.id, at >= span.start, at < span.end]


def _seen(asked: Asked, pack: Pack) -> sa.Subquery:
    """The occasions of the period that the person may see; a case's place and audience hold for its occasions."""
    each = (
        sa.select(
            occasions.c.id,
            occasions.c.clause,
            occasions.c.ended_as,
            sa.func.coalesce(cases.c.place, occasions.c.place).label("place"),
            sa.func.coalesce(cases.c.audience, occasions.c.audience).label("audience"),
            cases.c.desk,
        )
        .join_from(occasions, cases, cases.c.id == occasions.c.key, isouter=True)
        .where(*_in_the_period(asked, pack))
        .subquery("each")
    )
    seen = sa.select(each).where(on_visible_desks(each.c.desk, asked, pack))
    if asked.place:
        seen = seen.where(each.c.place == asked.place)
    return scoped(seen, each, asked.person).subquery("seen")
