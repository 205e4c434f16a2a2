"""Where tables made again differ from those in use, and how they take their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from closeloop.chassis.journals.beside import REBUILT, Both
from closeloop.chassis.rows import Kept, kept

SHOWN = 3  # examples of each table


@dataclass(slots=True)
class Compared:
    """One table in use, held against the one that was made again."""

    table: str
    rows: int
    """How many follow from the journals."""
    missing: int = 0
    """Rows that follow from the journals and are not in use."""
    surplus: int = 0
    """Rows in use that follow from nothing that was told."""
    other: int = 0
    """Rows that say something else."""
    examples: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Some of the rows that differ, and in which columns; none where the whole row is missing or surplus."""

    @property
    def differs(self) -> bool:
        """Whether there is anything to put right."""
        return bool(self.missing or self.surplus or self.other)


async def compare(both: Both, cls: type[Any]) -> Compared:
    """Hold a table against the one in use: first as the database sees it, then what JSON means."""
    about = kept(cls)
    used, made = _each(about)
    here = _by_identity(about, await both.rows(f"{used} except {made}"))
    there = _by_identity(about, await both.rows(f"{made} except {used}"))
    [[rows]] = await both.rows(f"select count(*) from {REBUILT}.{about.name}")
    found = Compared(about.name, rows)
    for identity in sorted(here.keys() | there.keys()):
        differing: tuple[str, ...] = ()
        if identity not in here:
            found.missing += 1
        elif identity not in there:
            found.surplus += 1
        else:
            pairs = zip(about.names, here[identity], there[identity], strict=True)
            differing = tuple(name for name, one, other in pairs if one != other)
            if not differing:
                continue
            found.other += 1
        if len(found.examples) < SHOWN:
            found.examples.append((" ".join(map(str, identity)), differing))
    return found


async def put_in(both: Both, classes: Iterable[type[Any]]) -> None:
    """Put what was made again in the place of what is in use; whoever works on one of its keys looks again."""
    await both.execute("create temporary table touched (key text not null)")
    for cls in classes:
        about = kept(cls)
        same = " and ".join(f"r.{name} = t.{name}" for name in about.primary)
        used, made = _each(about)
        if about.tally:
            await both.execute(f"delete from {about.name} where {about.tally} = 0")
        if about.key:
            for one, other in ((used, made), (made, used)):
                await both.execute(f"insert into touched (key) select {about.key} from ({one} except {other}) d")
        primary = ", ".join(about.primary)
        await both.execute(
            f"delete from {about.name} where ({primary}) in (select {primary} from ({used} except {made}) d)"
        )
        names = ", ".join(about.names)
        await both.execute(
            f"insert into {about.name} ({names}) select {names} from {REBUILT}.{about.name} r "
            f"where not exists (select 1 from {about.name} t where {same})"
        )
    await _note_keys(both)
    await both.execute("drop table touched")


async def _note_keys(both: Both) -> None:
    """A key says which tables have rows of it, and has another version as soon as they are others."""
    await both.execute("update keys set version = version + 1 where key in (select key from touched)")
    found = await both.rows(
        f"select r.key, r.holds, k.holds from {REBUILT}.keys r left join keys k on k.key = r.key "
        "where r.key in (select key from touched)"
    )
    fresh: list[tuple[Any, ...]] = []
    known: list[tuple[Any, ...]] = []
    for key, made, used in found:
        if used is None:
            fresh.append((key, 1, 0, made))
        elif not set(made.split()) <= (before := set(used.split())):
            known.append((" ".join(sorted(before | set(made.split()))), key))
    await both.many("insert into keys (key, version, sequence, holds) values (?, ?, ?, ?)", fresh)
    await both.many("update keys set holds = ? where key = ?", known)


def _each(about: Kept) -> tuple[str, str]:
    """What is in use, and what was made again; what was counted to nothing is as good as not there."""
    counts = f" where {about.tally} <> 0" if about.tally else ""
    return (
        f"select {_columns(about)} from {about.name}{counts}",
        f"select {_columns(about)} from {REBUILT}.{about.name}{counts}",
    )


def _columns(about: Kept) -> str:
    """Every column; JSON as it was written, since not every database can compare it."""
    return ", ".join(f"cast({c.name} as text) as {c.name}" if _is_json(c) else c.name for c in about.columns)


def _is_json(column: Any) -> bool:
    return column.type in (dict, list)


def _by_identity(about: Kept, rows: Sequence[Sequence[Any]]) -> dict[tuple[Any, ...], list[Any]]:
    at = [about.names.index(name) for name in about.primary]
    found = {}
    for row in rows:
        said = [
            from_json(value) if value is not None and _is_json(column) else value
            for value, column in zip(row, about.columns, strict=True)
        ]
        found[tuple(row[n] for n in at)] = said
    return found
