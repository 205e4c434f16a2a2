"""SQLite: one writing connection; a batch reads, runs and writes in one transaction, without a thread (0012)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from closeloop.chassis.batch import Batch, Changes, Conflict, CounterNotRead, KeySet
from closeloop.chassis.rows import Kept, Raw, kept, moment_text
from closeloop.chassis.store.asking import Asking
from closeloop.chassis.store.faults import Away, Repeated, Unwritable
from closeloop.chassis.store.tables import READ_WITH_EVERY_KEY, Counter, HeardStream, Key, Position

Result = TypeVar("Result")
KEYS_AT_ONCE = 500  # SQLite takes at most 999 arguments in its oldest builds
NOT_UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
BUSY_LOOKS = 1_000  # how often we look whether another program let go of the file, and after which pause
BUSY_PAUSE_SECONDS = 0.01
CACHE_KIB = 8 * 1024  # pages in memory, for each service; SQLite's own 2 MiB hold less than a day's cases
PAGES_BEFORE_CHECKPOINT = 4_000  # 16 MiB: a page that is written often is copied into the file once
STATEMENTS_KEPT = 2_000  # each number of keys of a batch is a statement of its own, for every table
PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=0",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
    f"cache_size=-{CACHE_KIB}",
    f"wal_autocheckpoint={PAGES_BEFORE_CHECKPOINT}",
)


class _Busy(Away):
    """Another program is writing into the file just now."""


class SqliteStore(Asking):
    """One file, one writer; the file's lock makes its process the only one that hears, relays and fires timers."""

    dialect = "sqlite"

    def __init__(self, path: Path, rows: Sequence[type[Any]], *, waits_for_disk: bool = True) -> None:
        super().__init__()
        self.path = path
        self._pragmas = (*PRAGMAS, f"synchronous={'FULL' if waits_for_disk else 'NORMAL'}")
        self.classes = (*READ_WITH_EVERY_KEY, *(cls for cls in rows if kept(cls).read))
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the file; `Away` if it cannot be opened."""
        await _patiently(self._open)

    async def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def commit(self, batch: Batch, run: Callable[[Batch], Changes], *, locked: bool = False) -> None:
        """Read the rows of all keys, run the pieces, write what they changed: all of it or nothing; always locked."""
        await asyncio.sleep(0)  # whatever arrived meanwhile is taken in before the next batch
        await _patiently(self._begin)
        self._commit(batch, run)

    async def chain(self, links: Sequence[tuple[int, int, str]]) -> None:
        """Give entries their positions: (position, seq, hash)."""
        await _patiently(self._begin)
        self._chain(links)

    async def lead(self, name: str) -> bool:
        """The process that holds the file is the one."""
        return True

    async def fetch(self, sql: str, *arguments: Any) -> list[Sequence[Any]]:
        """Read with a statement that both databases understand; `?` stands for an argument."""
        return await _patiently(self._fetch, sql, arguments)

    async def execute(self, sql: str, *arguments: Any) -> None:
        """Change one of the chassis' own rows outside a batch; `?` stands for an argument."""
        await _patiently(self._fetch, sql, arguments)

    def _open(self) -> None:
        try:
            connection = sqlite3.connect(self.path, isolation_level=None, cached_statements=STATEMENTS_KEPT)
            for pragma in self._pragmas:
                connection.execute(f"pragma {pragma}")
        except sqlite3.Error as error:
            raise self._away(error) from error
        self._connection = connection

    def _away(self, error: sqlite3.Error) -> Away:
        is_busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        return (_Busy if is_busy else Away)(f"{self.path.name}: {error}")

    def _fetch(self, sql: str, arguments: Sequence[Any]) -> list[Sequence[Any]]:
        assert self._connection is not None
        try:
            return self._connection.execute(sql, [_plain(argument) for argument in arguments]).fetchall()
        except sqlite3.Error as error:
            raise self._away(error) from error

    def _begin(self) -> None:
        assert self._connection is not None
        try:
            self._connection.execute("begin immediate")
        except sqlite3.Error as error:
            raise self._away(error) from error

    def _chain(self, links: Sequence[tuple[int, int, str]]) -> None:
        connection = self._connection
        assert connection is not None
        try:
            connection.executemany("insert into chain (position, seq, hash) values (?, ?, ?)", links)
            connection.executemany("delete from unsent where seq = ?", [(seq,) for _, seq, _ in links])
            connection.execute("commit")
        except sqlite3.Error as error:
            _undone(connection)
            raise self._away(error) from error

    def _commit(self, batch: Batch, run: Callable[[Batch], Changes]) -> None:
        connection = self._connection
        assert connection is not None
        try:
            batch.loaded(self._read(connection, batch.keys_to_read()))
            while True:
                try:
                    changes = run(batch)
                    break
                except CounterNotRead as missing:
                    found = connection.execute("select n from counters where name = ?", (missing.name,)).fetchone()
                    batch.counters_read[missing.name] = batch.counters[missing.name] = found[0] if found else 0
            if changes:
                self._write(connection, changes)
                connection.execute("commit")
            else:
                connection.execute("rollback")
        except sqlite3.IntegrityError as error:
            _undone(connection)
            if error.sqlite_errorcode not in NOT_UNIQUE:
                raise Unwritable(str(error)) from error
            raise (Repeated() if "answers." in str(error) else Conflict(str(error))) from error
        except sqlite3.OperationalError as error:
            _undone(connection)
            raise self._away(error) from error
        except sqlite3.Error as error:
            _undone(connection)
            raise Unwritable(str(error)) from error
        except BaseException:
            _undone(connection)
            raise

    def _read(self, connection: sqlite3.Connection, keys: list[str]) -> list[KeySet]:
        keysets: dict[str, KeySet] = {}
        for start in range(0, len(keys), KEYS_AT_ONCE):
            some = keys[start : start + KEYS_AT_ONCE]
            marks = ", ".join("?" * len(some))
            holds: set[str] = set()
            for found in connection.execute(_reading(kept(Key), marks), some):
                keyset = keysets[found[0]] = KeySet(*found)
                holds |= keyset.holds
            for cls in self.classes:
                about = kept(cls)
                if not about.may_lie_under(some, holds):
                    continue
                for raw in connection.execute(_reading(about, marks), some):
                    key = raw[about.key_at]
                    keyset = keysets.get(key) or keysets.setdefault(key, KeySet(key))
                    keyset.read(cls, about.thaw(raw, self.dialect), raw)
        return list(keysets.values())

    def _write(self, connection: sqlite3.Connection, changes: Changes) -> None:
        insert = connection.executemany
        insert(_inserting(kept(Key)), changes.new_keys)
        for key, before, after, sequence, holds in changes.keys:
            _moved(
                connection,
                "update keys set version = ?, sequence = ?, holds = ? where key = ? and version = ?",
                (after, sequence, holds, key, before),
            )
        insert(
            _inserting(kept(Key)) + " on conflict (key) do update set version = version + 1, "
            "holds = holds || ' ' || excluded.holds",
            [(key, 1, 0, " ".join(sorted(tables))) for key, tables in changes.elsewhere.items()],
        )
        for name, before, n in changes.counters:
            if before == 0:
                connection.execute(_inserting(kept(Counter)), (name, n))
            else:
                _moved(connection, "update counters set n = ? where name = ? and n = ?", (n, name, before))
        for publisher, place in changes.positions.items():
            sql = (
                _inserting(kept(Position)) + " on conflict (publisher) do update set position = excluded.position, "
                "chain = excluded.chain where position < excluded.position"
            )
            _moved(connection, sql, (publisher, *place))
        streams = [(stream, created, sequence) for stream, (created, sequence) in changes.streams.items()]
        insert(
            _inserting(kept(HeardStream))
            + " on conflict (stream) do update set created = excluded.created, sequence = excluded.sequence",
            streams,
        )
        for cls, identities in changes.removed.items():
            about = kept(cls)
            for identity in identities:
                _moved(connection, f"delete from {about.name} where {about.primary[0]} = ?", (identity,))
        for cls, rows in changes.added.items():
            insert(_inserting(kept(cls)), rows)
        for cls, rows in changes.changed.items():
            insert(*_updating(kept(cls), rows))
        for cls, counts in changes.tallies.items():
            self._count(connection, kept(cls), counts)
        self._journal(connection, changes)

    def _count(self, connection: sqlite3.Connection, about: Kept, counts: dict[Raw, int]) -> None:
        at = about.names.index(about.tally or "")
        added = f"{about.tally} = {about.tally} + excluded.{about.tally}"
        more = f" on conflict ({', '.join(about.primary)}) do update set {added}"
        connection.executemany(_inserting(about) + more, [(*raw[:at], n, *raw[at + 1 :]) for raw, n in counts.items()])

    def _journal(self, connection: sqlite3.Connection, changes: Changes) -> None:
        """Entries with their places in the chain; without, or while others wait for theirs, they wait in `unsent`."""
        if not changes.journal:
            return
        before = connection.execute("select coalesce(max(seq), 0) from journal").fetchone()[0]
        connection.executemany(
            "insert into journal (seq, key, sequence, subject, recorded_at, body) values (?, ?, ?, ?, ?, ?)",
            [
                (seq, e.key, e.sequence, e.subject, moment_text(e.recorded_at), e.body)
                for seq, e in enumerate(changes.journal, before + 1)
            ],
        )
        if not changes.chain:
            connection.execute("insert into unsent (seq) select seq from journal where seq > ?", (before,))
            return
        if connection.execute("select 1 from unsent limit 1").fetchone():
            raise Conflict
        connection.executemany(
            "insert into chain (position, seq, hash) values (?, ?, ?)",
            [(position, seq, link) for seq, (position, link) in enumerate(changes.chain, before + 1)],
        )


async def _patiently(function: Callable[..., Result], *arguments: Any) -> Result:
    """Do it as soon as no other program holds the file; what follows at once has the connection to itself."""
    for _look in range(BUSY_LOOKS):
        try:
            return function(*arguments)
        except _Busy:
            await asyncio.sleep(BUSY_PAUSE_SECONDS)
    return function(*arguments)


@cache
def _reading(about: Kept, marks: str) -> str:
    only = f" and {about.only}" if about.only else ""
    wanted = f"select {', '.join(about.names)} from {about.name}"
    return f"{wanted} where {about.key} in ({marks}){only} order by {about.order}"


@cache
def _inserting(about: Kept) -> str:
    return f"insert into {about.name} ({', '.join(about.names)}) values ({', '.join('?' * len(about.names))})"


def _updating(about: Kept, rows: Sequence[Raw]) -> tuple[str, list[Raw]]:
    others = [name for name in about.names if name not in about.primary]
    changed, same = ", ".join(f"{n} = ?" for n in others), " and ".join(f"{n} = ?" for n in about.primary)
    sql = f"update {about.name} set {changed} where {same}"
    order = [about.names.index(name) for name in (*others, *about.primary)]
    return sql, [tuple(row[at] for at in order) for row in rows]


def _moved(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> None:
    if connection.execute(sql, arguments).rowcount != 1:
        raise Conflict


def _undone(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("rollback")


def _plain(argument: Any) -> Any:
    return moment_text(argument) if hasattr(argument, "astimezone") else argument
