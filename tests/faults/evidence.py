"""What is on disk after a trial: every table of every service, the streams, and what people were answered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import nats
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError
from sqlalchemy.engine import make_url

from closeloop.chassis.broker import BrokerAddress, stream_of
from closeloop.contracts.loop import SERVICES

Row = dict[str, Any]
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody took and that was answered with success."""

    case: str
    what: str
    number: int


@dataclass(slots=True)
class Promised:
    """What people were answered; nothing of it may be lost, nothing of it may have happened twice."""

    registered: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What the customer said (each says something else) to the id and number that the desk was answered."""
    steps: list[Step] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)
    """Answers that nobody should get who asks rightly and repeats what was not answered."""


@dataclass(slots=True)
class Evidence:
    """Everything that the checker looks at; it asks no service anything."""

    tables: Mapping[str, Mapping[str, Sequence[Row]]]
    streams: Mapping[str, Sequence[bytes]]
    promised: Promised
    now: datetime
    branch: str = "main"

    def of(self, service: str, table: str) -> Sequence[Row]:
        """The rows of a table of a service."""
        return self.tables[service][table]

    def told(self, service: str, *subjects: str) -> list[Row]:
        """The events in a service's journal, in the order in which they were published, of these subjects."""
        journal = {entry["seq"]: entry for entry in self.of(service, "journal")}
        links = sorted(self.of(service, "chain"), key=lambda link: int(link["position"]))
        events = [event_of(journal[link["seq"]]) | link for link in links if link["seq"] in journal]
        return [event for event in events if not subjects or event["subject"] in subjects]


def event_of(entry: Row) -> Row:
    """A journal entry with what its event says."""
    envelope = json.loads(entry["body"])
    return {**entry, "id": envelope["id"], "says": envelope["data"]}


def moment(value: Any) -> datetime | None:
    """A moment as any of the databases, or JSON, gives it."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC) if value else None


def parts(value: Any) -> Any:
    """A JSON column as any of the databases gives it."""
    return json.loads(value) if isinstance(value, str) else value


async def evidence_of(
    databases: Mapping[str, str],
    broker: BrokerAddress,
    promised: Promised,
    branch: str = "main",
    strangers: Collection[tuple[str, int]] = (),
) -> Evidence:
    """Read everything there is; messages that strangers put into a stream are passed over."""
    tables = {service: await tables_of(url) for service, url in databases.items()}
    return Evidence(tables, await streams_of(broker, branch, strangers), promised, datetime.now(UTC), branch)


async def tables_of(url: str, *only: str) -> dict[str, list[Row]]:
    """Every table of a database, or these."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _tables_of_file(str(address.database), only)
    connection = await asyncpg.connect(address.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        found = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        names = [name for (name,) in found if not only or name in only]
        return {name: [dict(row) for row in await connection.fetch(f'select * from "{name}"')] for name in names}
    finally:
        await connection.close()


def _tables_of_file(path: str, only: Collection[str]) -> dict[str, list[Row]]:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        names = [name for (name,) in found if not only or name in only]
        return {name: [dict(row) for row in connection.execute(f'select * from "{name}"')] for name in names}


async def streams_of(
    broker: BrokerAddress, branch: str = "main", strangers: Collection[tuple[str, int]] = ()
) -> dict[str, list[bytes]]:
    """Every message of every stream, oldest first, but those of strangers."""
    client = await nats.connect(broker.url, user=broker.user, password=broker.password)
    try:
        streams = {service: await _messages(client, stream_of(branch, service)) for service in SERVICES}
    finally:
        await client.close()
    return {
        service: [data for place, data in messages if (service, place) not in strangers]
        for service, messages in streams.items()
    }


async def _messages(client: Client, stream: str) -> list[tuple[int, bytes]]:
    streams = client.jetstream()
    try:
        wanted = (await streams.stream_info(stream)).state.messages
    except NotFoundError:
        return []
    reading = await streams.pull_subscribe("", stream=stream, config=ConsumerConfig(ack_policy=AckPolicy.NONE))
    found: list[tuple[int, bytes]] = []
    while len(found) < wanted:
        fetched = await reading.fetch(min(AT_ONCE, wanted - len(found)), timeout=10)
        found += [(message.metadata.sequence.stream, message.data) for message in fetched]
    await reading.unsubscribe()
    return found


def by(rows: Iterable[Row], *columns: str) -> dict[Any, list[Row]]:
    """Rows by the values of these columns."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns), []).append(row)
    return found
