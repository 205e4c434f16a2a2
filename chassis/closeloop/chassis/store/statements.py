"""The PostgreSQL statements of a batch: one that reads all rows of all keys, one that writes everything or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from closeloop.chassis.batch import Changes, Entry
from closeloop.chassis.rows import Kept, Raw, kept
from closeloop.chassis.store.others import AT_HAND, CHANNEL, ENTRIES
from closeloop.chassis.store.tables import Counter, HeardStream, Key, Position


class Statement(NamedTuple):
    """SQL and its arguments."""

    sql: str
    arguments: list[Any]


@cache
def reading(classes: tuple[type[Any], ...]) -> str:
    """One statement that answers a list of rows per class; `$1` is the list of keys."""
    return "select " + ", ".join(_rows_of(kept(cls)) for cls in classes)


def _rows_of(about: Kept) -> str:
    columns = ", ".join(f"t.{name}" for name in about.names)
    only = f" and ({about.only}) is true" if about.only else ""  # so said that no other index than the key's fits
    order = f"t.{about.order}"
    return (
        f"array(select row({columns}) from {about.name} t where t.{about.key} = any($1::text[]){only} order by {order})"
    )


Layouts = Mapping[str, Callable[[Raw], Raw]]
"""How a row of a table is laid out, where the database has its columns in another order than the class."""


def layouts(classes: Iterable[type[Any]], found: Iterable[tuple[str, Sequence[str]]]) -> Layouts:
    """What the database says of the tables of these classes, as far as it has them in another order."""
    described = {kept(cls).name: kept(cls) for cls in classes}
    return {
        table: _layout(described[table], columns)
        for table, columns in found
        if table in described and tuple(columns) != described[table].names
    }


def _layout(about: Kept, columns: Sequence[str]) -> Callable[[Raw], Raw]:
    at = [about.names.index(name) if name in about.names else None for name in columns]
    return lambda raw: tuple(None if n is None else raw[n] for n in at)


def writing(changes: Changes, layouts: Layouts) -> Statement:
    """Everything that the batch writes; a row that somebody else moved in the meantime makes it fail as a whole."""
    writer = _Writer(layouts)
    if changes.new_keys:
        writer.insert(kept(Key), changes.new_keys)
    if changes.keys:
        writer.advance_keys(changes.keys)
    if changes.elsewhere:
        writer.note_rows({key: " ".join(sorted(tables)) for key, tables in sorted(changes.elsewhere.items())})
    fresh = [(name, n) for name, before, n in changes.counters if before == 0]
    raised = [(name, before, n) for name, before, n in changes.counters if before]
    if fresh:
        writer.insert(kept(Counter), fresh)
    if raised:
        writer.raise_counters(raised)
    if changes.positions:
        places = [(publisher, position, chain) for publisher, (position, chain) in sorted(changes.positions.items())]
        writer.move_forward(kept(Position), places, "position")
    if changes.streams:
        streams = [(stream, created, sequence) for stream, (created, sequence) in sorted(changes.streams.items())]
        writer.replace(kept(HeardStream), streams)
    for cls, rows in changes.added.items():
        writer.insert(kept(cls), sorted(rows) if len(kept(cls).primary) == 1 else rows)
        if kept(cls).at_hand:
            writer.say(AT_HAND)
    for cls, rows in changes.changed.items():
        writer.update(kept(cls), rows)
    for cls, identities in changes.removed.items():
        writer.delete(kept(cls), identities)
    for cls, counts in changes.tallies.items():
        writer.tally(kept(cls), counts)
    if changes.journal:
        writer.journal(changes.journal, changes.chain)
    return writer.statement()


class _Writer:
    """Adds up the parts of one statement; parts that must have moved a known number of rows are checked at its end."""

    def __init__(self, layouts: Layouts) -> None:
        self.layouts = layouts
        self.parts: list[str] = []
        self.checks: list[str] = []
        self.arguments: list[Any] = []

    def statement(self) -> Statement:
        check = " and ".join(self.checks) or "true"
        return Statement(f"with {', '.join(self.parts)} select 1/({check})::int", self.arguments)

    def insert(self, about: Kept, rows: Sequence[Raw], suffix: str = "") -> None:
        self._part(f"{self._inserting(about, rows)}{suffix}")

    def replace(self, about: Kept, rows: Sequence[Raw]) -> None:
        changed = ", ".join(f"{name} = excluded.{name}" for name in about.names if name not in about.primary)
        self.insert(about, rows, f" on conflict ({', '.join(about.primary)}) do update set {changed}")

    def update(self, about: Kept, rows: Sequence[Raw]) -> None:
        changed = ", ".join(f"{name} = v.{name}" for name in about.names if name not in about.primary)
        same = " and ".join(f"t.{name} = v.{name}" for name in about.primary)
        self._part(f"update {about.name} t set {changed} from {self._rows(about, rows)} where {same}")

    def delete(self, about: Kept, identities: Iterable[Any]) -> None:
        """What is gone already was dealt with by somebody else, such as a parked message that two try again."""
        gone = list(identities)
        kind = self._argument(gone, "text")
        self._checked(f"delete from {about.name} where {about.primary[0]} = any({kind}) returning 1", len(gone))

    def tally(self, about: Kept, counts: dict[Raw, int]) -> None:
        at = about.names.index(about.tally or "")
        rows = [(*raw[:at], n, *raw[at + 1 :]) for raw, n in sorted(counts.items())]
        more = f"{about.tally} = {about.name}.{about.tally} + excluded.{about.tally}"
        self.insert(about, rows, f" on conflict ({', '.join(about.primary)}) do update set {more}")

    def move_forward(self, about: Kept, rows: Sequence[Raw], column: str) -> None:
        """Only ever forward: who finds it moved already is not the one who hears any more."""
        others = ", ".join(f"{name} = excluded.{name}" for name in about.names if name not in about.primary)
        suffix = f" on conflict ({about.primary[0]}) do update set {others}"
        guard = f" where {about.name}.{column} < excluded.{column} returning 1"
        self._checked(f"{self._inserting(about, rows)}{suffix}{guard}", len(rows))

    def advance_keys(self, rows: Sequence[tuple[str, int, int, int, str]]) -> None:
        keys, before, after, sequence, holds = zip(*rows, strict=True)
        values = (
            f"unnest({self._argument(keys, 'text')}, {self._argument(before, 'bigint')}, "
            f"{self._argument(after, 'bigint')}, {self._argument(sequence, 'bigint')}, "
            f"{self._argument(holds, 'text')}) as v(key, before, after, sequence, holds)"
        )
        self._checked(
            f"update keys t set version = v.after, sequence = v.sequence, holds = v.holds from {values} "
            "where t.key = v.key and t.version = v.before returning 1",
            len(rows),
        )

    def note_rows(self, holds: Mapping[str, str]) -> None:
        """Keys that nobody worked on have rows now; whoever works on one at this moment has to look again."""
        rows = [(key, 1, 0, tables) for key, tables in holds.items()]
        more = f"version = {kept(Key).name}.version + 1, holds = {kept(Key).name}.holds || ' ' || excluded.holds"
        self.insert(kept(Key), rows, f" on conflict (key) do update set {more}")

    def raise_counters(self, rows: Sequence[tuple[str, int, int]]) -> None:
        names, before, n = zip(*rows, strict=True)
        numbers = f"{self._argument(before, 'bigint')}, {self._argument(n, 'bigint')}"
        values = f"unnest({self._argument(names, 'text')}, {numbers}) as v(name, before, n)"
        self._checked(
            f"update counters t set n = v.n from {values} where t.name = v.name and t.n = v.before returning 1",
            len(rows),
        )

    def journal(self, entries: Sequence[Entry], chain: Sequence[tuple[int, str]]) -> None:
        """Entries with their places in the chain; without, or while others wait for theirs, they wait in `unsent`."""
        columns = tuple(zip(*entries, strict=True))
        kinds = ("text", "bigint", "text", "timestamptz", "text")
        values = [self._argument(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        self.parts.append(
            "journaled as (insert into journal (key, sequence, subject, recorded_at, body) "
            f"select * from unnest({', '.join(values)}) returning seq, key, sequence)"
        )
        if not chain:
            self._part("insert into unsent (seq) select seq from journaled")
            self.say(ENTRIES)
            return
        positions, hashes = zip(*chain, strict=True)
        places = f"{values[0]}, {values[1]}, {self._argument(positions, 'bigint')}, {self._argument(hashes, 'text')}"
        self.checks.append("not exists (select 1 from unsent)")
        self._part(
            "insert into chain (position, seq, hash) select v.position, j.seq, v.hash "
            f"from unnest({places}) v(key, sequence, position, hash) join journaled j using (key, sequence)"
        )

    def say(self, word: str) -> None:
        """The other processes hear of it as soon as it is on disk."""
        self.checks.append(f"(select pg_notify('{CHANNEL}', '{word}'))::text = ''")

    def _part(self, sql: str) -> None:
        self.parts.append(f"p{len(self.parts)} as ({sql})")

    def _checked(self, sql: str, rows: int) -> None:
        self.checks.append(f"(select count(*) from p{len(self.parts)}) = {self._argument(rows, None)}")
        self._part(sql)

    def _argument(self, value: Any, kind: str | None) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}::{kind}[]" if kind else f"${len(self.arguments)}::bigint"

    def _inserting(self, about: Kept, rows: Sequence[Raw]) -> str:
        return f"insert into {about.name} ({_names(about)}) select {_names(about)} from {self._rows(about, rows)}"

    def _rows(self, about: Kept, rows: Sequence[Raw]) -> str:
        """The rows as one argument: an array of the table's own row type."""
        lay = self.layouts.get(about.name)
        return f"unnest({self._argument([lay(raw) for raw in rows] if lay else rows, about.name)}) v"


@cache
def _names(about: Kept) -> str:
    return ", ".join(about.names)
