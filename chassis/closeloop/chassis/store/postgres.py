"""PostgreSQL: reads a batch in one statement or two, writes it in one more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import asyncpg

from closeloop.chassis.batch import Batch, Changes, Conflict, CounterNotRead, KeySet
from closeloop.chassis.rows import kept
from closeloop.chassis.store.asking import Asking
from closeloop.chassis.store.faults import Away, Repeated, Unkeepable, Unwritable
from closeloop.chassis.store.others import AT_HAND, CHANNEL, ENTRIES
from closeloop.chassis.store.statements import Layouts, layouts, reading, writing
from closeloop.chassis.store.tables import CHASSIS_ROWS, READ_WITH_EVERY_KEY, Key

BY_INDEX = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off"}
"""Every statement of a batch goes by key. A plan made while a table was empty would read all of it ever after."""
STATEMENTS_REMEMBERED = 500  # one shape per set of tables that a batch touches
BESIDE_OTHERS_SECONDS = 1.0  # so long after a conflict batches take turns at the register's counters
COLUMNS = """
    select c.relname::text, array_agg(a.attname::text order by a.attnum)
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    group by c.relname
"""

CONNECTS_WITHIN_SECONDS = 5.0
ASKED_WITHIN_SECONDS = 5.0  # a question of the chassis' own, which is small
WRITTEN_WITHIN_SECONDS = 10.0
"""After so long a server that is there and does not answer counts as away: the connection is given up."""
UNANSWERED = "the database does not answer"

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says when the server vanishes between two messages
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,  # nothing for which a message is to blame: it waits until there is room
    asyncpg.PostgresIOError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is not the primary yet
    OSError,
    TimeoutError,
)


class PostgresStore(Asking):
    """One writing connection; who holds the service's advisory lock is the one that hears, relays and fires timers."""

    dialect = "postgresql"
    among = "= any(array({}))"

    def __init__(self, url: str, rows: Sequence[type[Any]]) -> None:
        super().__init__()
        self.url = url
        self.classes = (*READ_WITH_EVERY_KEY, *(cls for cls in rows if kept(cls).read))
        self._first: tuple[type[Any], ...] = (Key, *(cls for cls in self.classes if kept(cls).loose))
        self._written = (*CHASSIS_ROWS, *READ_WITH_EVERY_KEY, *rows)
        self._layouts: Layouts = {}
        self._connection: asyncpg.Connection[Any] | None = None
        self._aside: asyncpg.Connection[Any] | None = None
        self._series: set[str] = set()  # the counters that this process has raised
        self._alone_again_at = 0.0
        self._unanswered_at = 0.0
        self._one_at_a_time = asyncio.Lock()  # relay, timers, parking and hearers share the connection aside

    async def open(self) -> None:
        """Connect; `Away` if the database does not answer."""
        await self._writing()

    async def close(self) -> None:
        """Let go of the connections."""
        for connection in (self._connection, self._aside):
            if connection is not None and not connection.is_closed():
                try:
                    await connection.close(timeout=2)
                except _AWAY:
                    connection.terminate()
        self._connection = self._aside = None

    async def commit(self, batch: Batch, run: Callable[[Batch], Changes], *, locked: bool = False) -> None:
        """Read the rows of all keys, run the pieces, write what they changed: all of it or nothing.

        `locked` holds the keys and counters from reading to writing, for the second try after a conflict. While other
        processes number, too, a batch with something new takes its turn at the counters from the start.
        """
        connection = await self._writing()
        giving_up = _give_up_after(WRITTEN_WITHIN_SECONDS, connection)
        takes_turns = bool(batch.keysets) and asyncio.get_running_loop().time() < self._alone_again_at
        try:
            if locked or takes_turns:
                async with connection.transaction():
                    await self._lock(connection, batch)
                    await self._read_run_write(connection, batch, run)
            else:
                await self._read_run_write(connection, batch, run)
        except asyncpg.DivisionByZeroError:
            self._is_beside_others()
            raise Conflict from None
        except asyncpg.UniqueViolationError as error:
            raise (Repeated() if error.table_name == "answers" else Conflict(error.table_name)) from error
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            self._is_beside_others()
            raise Conflict from error
        except _AWAY as error:
            connection.terminate()
            raise _away(error) from error
        except (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError) as error:
            raise Unkeepable(str(error)) from error
        except asyncpg.PostgresError as error:
            raise Unwritable(str(error)) from error
        except Exception as error:
            if connection.is_closed():  # whatever asyncpg stumbled over, nobody knows whether it was written
                raise _away(error) from error
            raise
        finally:
            giving_up.cancel()

    async def _lock(self, connection: asyncpg.Connection[Any], batch: Batch) -> None:
        """Hold keys, then counters, in the one order of all; a counter is answered as whoever was first left it."""
        if keys := batch.keys_to_read():
            await connection.execute("select 1 from keys where key = any($1::text[]) order by key for update", keys)
        wanted = "select name, n from counters where name = any($1::text[]) order by name for update"
        found = {row[0]: int(row[1]) for row in await connection.fetch(wanted, sorted(self._series))}
        batch.counters_read.update(found)
        batch.counters.update(found)

    def _is_beside_others(self) -> None:
        """Somebody else writes into this database at the same time."""
        self._alone_again_at = asyncio.get_running_loop().time() + BESIDE_OTHERS_SECONDS

    async def _read_run_write(
        self, connection: asyncpg.Connection[Any], batch: Batch, run: Callable[[Batch], Changes]
    ) -> None:
        keys = batch.keys_to_read()
        batch.loaded(await self._read(connection, keys) if keys else ())
        while True:
            try:
                changes = run(batch)
                break
            except CounterNotRead as missing:
                batch.counters_read[missing.name] = await self._counter(connection, missing.name)
                batch.counters[missing.name] = batch.counters_read[missing.name]
        if changes:
            await connection.fetchval(*_flat(writing(changes, self._layouts)))

    async def chain(self, links: Sequence[tuple[int, int, str]]) -> None:
        """Give entries their positions: (position, seq, hash)."""
        positions, seqs, hashes = zip(*links, strict=True)
        await self._fetch(
            "with gone as (delete from unsent where seq = any($2::bigint[])) "
            "insert into chain (position, seq, hash) select * from unnest($1::bigint[], $2::bigint[], $3::text[])",
            list(positions),
            list(seqs),
            list(hashes),
        )

    async def lead(self, name: str) -> bool:
        """Try to be the one process of this service that hears, relays and fires timers."""
        [row] = await self._fetch("select pg_try_advisory_lock(hashtext($1))", f"closeloop:{name}")
        return bool(row[0])

    async def fetch(self, sql: str, *arguments: Any) -> list[Sequence[Any]]:
        """Read with a statement that both databases understand; `?` stands for an argument."""
        return list(await self._fetch(_numbered(sql), *arguments))

    async def execute(self, sql: str, *arguments: Any) -> None:
        """Change one of the chassis' own rows outside a batch; `?` stands for an argument."""
        await self._fetch(_numbered(sql), *arguments)

    async def _fetch(self, sql: str, *arguments: Any) -> list[Any]:
        now = asyncio.get_running_loop().time
        asked_at = now()
        async with self._one_at_a_time:
            if asked_at < self._unanswered_at:
                raise Away(UNANSWERED)  # nor was whoever waited before
            try:
                return await self._ask(sql, *arguments)
            except Away:
                self._unanswered_at = now()
                raise

    async def _ask(self, sql: str, *arguments: Any) -> list[Any]:
        connection = await self._beside()
        giving_up = _give_up_after(ASKED_WITHIN_SECONDS, connection)
        try:
            return list(await connection.fetch(sql, *arguments))
        except _AWAY as error:
            connection.terminate()
            raise _away(error) from error
        finally:
            giving_up.cancel()

    async def _writing(self) -> asyncpg.Connection[Any]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
            giving_up = _give_up_after(ASKED_WITHIN_SECONDS, self._connection)
            try:
                found = await self._connection.fetch(COLUMNS)
            except _AWAY as error:
                self._connection.terminate()
                raise _away(error) from error
            finally:
                giving_up.cancel()
            self._layouts = layouts(self._written, [(row[0], row[1]) for row in found])
        return self._connection

    async def _beside(self) -> asyncpg.Connection[Any]:
        if self._aside is None or self._aside.is_closed():
            was_away, connection = self._aside is not None, await self._connect()
            giving_up = _give_up_after(ASKED_WITHIN_SECONDS, connection)
            try:
                await connection.add_listener(CHANNEL, self._hear)
            except _AWAY as error:
                connection.terminate()
                raise _away(error) from error
            finally:
                giving_up.cancel()
            self._aside = connection
            for word in (ENTRIES, AT_HAND) if was_away else ():  # it may have been said while nobody listened
                self.others_say(word)
        return self._aside

    def _hear(self, connection: Any, pid: int, channel: str, word: object) -> None:
        mine = self._connection
        if mine is None or mine.is_closed() or pid != mine.get_server_pid():
            self.others_say(str(word))

    async def _connect(self) -> asyncpg.Connection[Any]:
        try:
            return await asyncpg.connect(
                self.url,
                statement_cache_size=STATEMENTS_REMEMBERED,
                max_cached_statement_lifetime=0,
                timeout=CONNECTS_WITHIN_SECONDS,
                server_settings=BY_INDEX,
            )
        except (*_AWAY, asyncpg.PostgresError) as error:
            raise _away(error) from error

    async def _read(self, connection: asyncpg.Connection[Any], keys: list[str]) -> list[KeySet]:
        """Two questions, the second only for tables that have something: each table costs, even if it has nothing."""
        known, *loose = await _answers(connection, self._first, keys)
        keysets = {found[0]: KeySet(*found) for found in known}
        self._take_in(keysets, self._first[1:], loose)
        holds = {name for keyset in keysets.values() for name in keyset.holds}
        rest = tuple(cls for cls in self.classes if cls not in self._first and kept(cls).may_lie_under(keys, holds))
        if rest:
            self._take_in(keysets, rest, await _answers(connection, rest, keys))
        return list(keysets.values())

    def _take_in(self, keysets: dict[str, KeySet], classes: Sequence[type[Any]], rows: Iterable[Any]) -> None:
        for cls, found in zip(classes, rows, strict=True):
            about = kept(cls)
            for record in found:
                raw = tuple(record)
                key = raw[about.key_at]
                keyset = keysets.get(key) or keysets.setdefault(key, KeySet(key))
                keyset.read(cls, about.thaw(raw, self.dialect), raw)

    async def _counter(self, connection: asyncpg.Connection[Any], name: str) -> int:
        self._series.add(name)
        locking = " for update" if connection.is_in_transaction() else ""
        return int(await connection.fetchval(f"select n from counters where name = $1{locking}", name) or 0)


def _give_up_after(seconds: float, connection: asyncpg.Connection[Any]) -> asyncio.TimerHandle:
    """Cut the connection unless this is cancelled before: a wait that is cancelled would ask the server to cancel."""
    return asyncio.get_running_loop().call_later(seconds, connection.terminate)


def _away(error: Exception) -> Away:
    if isinstance(error, TimeoutError | asyncpg.ConnectionDoesNotExistError):
        return Away(UNANSWERED)
    return Away(str(error))


async def _answers(
    connection: asyncpg.Connection[Any], classes: tuple[type[Any], ...], keys: list[str]
) -> Sequence[Any]:
    """The rows of these keys, class by class."""
    answer = await connection.fetchrow(reading(classes), keys)
    return () if answer is None else tuple(answer)


def _flat(statement: tuple[str, list[Any]]) -> tuple[Any, ...]:
    sql, arguments = statement
    return sql, *arguments


def _numbered(sql: str) -> str:
    parts = sql.split("?")
    return "".join(f"{part}${n}" for n, part in enumerate(parts[:-1], 1)) + parts[-1]
