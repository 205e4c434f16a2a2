"""A batch: pieces of work that share one transaction, each on the rows of its keys, each undone on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from closeloop.chassis.piece import Piece
from closeloop.chassis.rows import Raw, kept
from closeloop.chassis.store.tables import Parked, StoredAnswer, Timer


class Entry(NamedTuple):
    """A journal entry: an event as it will be published, before it has a position."""

    key: str
    sequence: int
    subject: str
    recorded_at: datetime
    body: str


class CounterNotRead(Exception):
    """A series was asked for a number before its row was read; the store reads it and runs the batch again."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Conflict(Exception):
    """Somebody else changed the same rows at the same time; nothing was written."""


Frozen = tuple[type[Any], Any, Raw]
Snapshot = tuple[int, int, bool, list[Frozen]]


class KeySet:
    """The rows of one key as they were read, and as the pieces of this batch leave them."""

    __slots__ = (
        "before",
        "changed",
        "frozen",
        "holds",
        "key",
        "read_sequence",
        "read_version",
        "rows",
        "sequence",
        "version",
    )

    def __init__(self, key: str, version: int = 0, sequence: int = 0, holds: str = "") -> None:
        self.key = key
        self.holds = frozenset(holds.split())
        self.version = self.read_version = version
        self.sequence = self.read_sequence = sequence
        self.rows: dict[type[Any], list[Any]] = {}
        self.before: dict[int, Frozen] = {}
        self.frozen: list[Frozen] = []
        """The rows as they were read, or as the last piece left them."""
        self.changed = False

    def read(self, cls: type[Any], row: Any, raw: Raw) -> None:
        """Take in a row as the database holds it."""
        self.rows.setdefault(cls, []).append(row)
        self.frozen.append((cls, row, raw))
        self.before[id(row)] = self.frozen[-1]

    def tables(self) -> str:
        """The tables that have rows of it, or had some once."""
        return " ".join(sorted(self.holds | {kept(cls).name for cls, rows in self.rows.items() if rows}))

    def snapshot(self) -> Snapshot:
        """What is needed to put everything back."""
        return self.version, self.sequence, self.changed, self.frozen

    def freeze(self, dialect: str) -> bool:
        """Keep how a piece left the rows; answers whether it changed any."""
        before = self.frozen
        self.frozen = [(cls, row, kept(cls).freeze(row, dialect)) for cls, rows in self.rows.items() for row in rows]
        return len(before) != len(self.frozen) or any(
            was[1] is not now[1] or was[2] != now[2] for was, now in zip(before, self.frozen, strict=True)
        )

    def restore(self, snapshot: Snapshot, dialect: str) -> None:
        """Put everything back as it was at the snapshot."""
        self.version, self.sequence, self.changed, self.frozen = snapshot
        self.rows = {}
        for cls, row, raw in self.frozen:
            kept(cls).restore(row, raw, dialect)
            self.rows.setdefault(cls, []).append(row)


@dataclass(slots=True)
class Changes:
    """Everything that one batch writes, in one statement or transaction."""

    new_keys: list[tuple[str, int, int, str]] = field(default_factory=list)
    keys: list[tuple[str, int, int, int, str]] = field(default_factory=list)
    """Key, the version that was read, the new one, the number of its events, and the tables that have rows of it."""
    elsewhere: dict[str, set[str]] = field(default_factory=dict)
    """Keys that nobody worked on and that got rows in these tables."""
    added: dict[type[Any], list[Raw]] = field(default_factory=dict)
    changed: dict[type[Any], list[Raw]] = field(default_factory=dict)
    removed: dict[type[Any], list[Any]] = field(default_factory=dict)
    tallies: dict[type[Any], dict[Raw, int]] = field(default_factory=dict)
    counters: list[tuple[str, int, int]] = field(default_factory=list)
    journal: list[Entry] = field(default_factory=list)
    chain: Sequence[tuple[int, str]] = ()
    """Position and hash of each entry; none if the relay is to give them their places."""
    positions: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Publisher to how far it was heard, and the head of its chain before that."""
    streams: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(
            self.new_keys
            or self.keys
            or self.added
            or self.changed
            or self.removed
            or self.tallies
            or self.journal
            or self.positions
            or self.streams
        )


class Batch:
    """Runs pieces in order on what was read, and adds up what is to be written."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        *,
        now: datetime,
        dialect: str,
        counters: dict[str, int],
        parked: Mapping[str, int],
    ) -> None:
        self.pieces = pieces
        self.ran = 0
        self.earliest_due: datetime | None = None
        self.now = now
        self.dialect = dialect
        self.counters = dict(counters)
        self.counters_read = counters
        self.parked = parked
        self.parked_now: Counter[str] = Counter()
        self.keysets: dict[str, KeySet] = {piece.keys[0]: KeySet(piece.keys[0]) for piece in pieces if piece.new}
        self.journal: list[Entry] = []
        self.loose: list[tuple[type[Any], Any]] = []
        self.dropped: list[tuple[type[Any], Any]] = []
        self.tallies: list[tuple[type[Any], Raw, int]] = []

    def keys_to_read(self) -> list[str]:
        """The keys whose rows must be read before the batch runs."""
        return sorted({key for piece in self.pieces for key in piece.keys} - self.keysets.keys())

    def loaded(self, keysets: Iterable[KeySet]) -> None:
        """The rows were read; keys without rows start empty."""
        self.keysets |= {keyset.key: keyset for keyset in keysets}
        for piece in self.pieces:
            for key in piece.keys:
                if key not in self.keysets:
                    self.keysets[key] = KeySet(key)

    def undo_point(self, piece: Piece) -> tuple[Any, ...]:
        """What `undo` needs to take this piece back."""
        return (
            [(keyset, keyset.snapshot()) for keyset in (self.keysets[key] for key in piece.keys)],
            len(self.journal),
            len(self.loose),
            len(self.dropped),
            len(self.tallies),
            dict(self.counters),
        )

    def freeze(self, piece: Piece) -> None:
        """Keep how the rows of a piece stand now."""
        for key in piece.keys:
            self.keysets[key].freeze(self.dialect)

    def undo(self, point: tuple[Any, ...]) -> None:
        """Take back everything since the undo point."""
        keysets, journal, loose, dropped, tallies, counters = point
        for keyset, snapshot in keysets:
            keyset.restore(snapshot, self.dialect)
        del self.journal[journal:], self.loose[loose:], self.dropped[dropped:], self.tallies[tallies:]
        self.counters = counters

    def park(self, piece: Piece, reason: str, *, tries: int, next_try_at: datetime | None) -> None:
        """Keep an event that could not be handled; what comes later for its key queues behind it."""
        heard = piece.heard
        assert heard is not None
        key = piece.keys[0] if piece.keys else ""
        if key:
            self.parked_now[key] += 1
        row = Parked(
            id=f"{heard.publisher}:{heard.position}" if heard.position else f"{heard.stream}:{heard.sequence}",
            key=key,
            publisher=heard.publisher,
            position=heard.position,
            subject=heard.subject,
            body=heard.body.decode(errors="replace"),
            reason=reason,
            tries=tries,
            parked_at=self.now,
            next_try_at=next_try_at,
        )
        self.loose.append((Parked, row))

    def changes(self) -> Changes:
        """What the batch writes, compared with what was read; a row's first column is its primary key."""
        changes = Changes(journal=self.journal)
        for key in sorted(self.keysets):
            self._changes_of(self.keysets[key], changes)
        for cls, row in self.loose:
            about = kept(cls)
            if about.key and about.read and not about.is_findable:
                changes.elsewhere.setdefault(getattr(row, about.key), set()).add(about.name)
            changes.added.setdefault(cls, []).append(kept(cls).freeze(row, self.dialect))
        for cls, identity in self.dropped:
            changes.removed.setdefault(cls, []).append(identity)
        for cls, raw, n in self.tallies:
            counts = changes.tallies.setdefault(cls, {})
            counts[raw] = counts.get(raw, 0) + n
        for name, n in sorted(self.counters.items()):
            if n != self.counters_read[name]:
                changes.counters.append((name, self.counters_read[name], n))
        for piece in self.pieces:
            if piece.heard:
                self._heard(piece, changes)
            if piece.idempotency and piece.outcome.error is None:
                changes.added.setdefault(StoredAnswer, []).append(self._answer(piece))
        timers = (*changes.added.get(Timer, ()), *changes.changed.get(Timer, ()))
        if timers:
            about = kept(Timer)
            first = min(timers, key=itemgetter(about.names.index("due_at")))
            self.earliest_due = about.thaw(first, self.dialect).due_at
        return changes

    def _changes_of(self, keyset: KeySet, changes: Changes) -> None:
        touched = keyset.changed
        gone = {(cls, raw[0]): row for cls, row, raw in keyset.before.values()}
        for cls, row, raw in keyset.frozen:
            was = keyset.before.get(id(row))
            replaced = gone.pop((cls, raw[0]), None) is not None
            if was is not None and was[2] == raw:
                continue
            (changes.changed if replaced else changes.added).setdefault(cls, []).append(raw)
            touched = True
        for cls, identity in gone:
            changes.removed.setdefault(cls, []).append(identity)
            touched = True
        if not touched:
            return
        version = max(keyset.version, keyset.read_version + 1)
        if keyset.read_version == 0:
            changes.new_keys.append((keyset.key, version, keyset.sequence, keyset.tables()))
        else:
            changes.keys.append((keyset.key, keyset.read_version, version, keyset.sequence, keyset.tables()))

    def _heard(self, piece: Piece, changes: Changes) -> None:
        heard = piece.heard
        assert heard is not None
        if heard.position > changes.positions.get(heard.publisher, (0, ""))[0]:
            changes.positions[heard.publisher] = (heard.position, heard.chain)
        if heard.stream:
            _, sequence = changes.streams.get(heard.stream, ("", 0))
            changes.streams[heard.stream] = (heard.created, max(sequence, heard.sequence))

    def _answer(self, piece: Piece) -> Raw:
        about, outcome = piece.idempotency, piece.outcome
        assert about is not None
        row = StoredAnswer(
            about.asker, about.key, about.fingerprint, outcome.status, outcome.body or "", outcome.version, self.now
        )
        return kept(StoredAnswer).freeze(row, self.dialect)
