"""Rows: the things a service keeps, declared once as slotted dataclasses.

From one declaration come the table (for queries and migrations), the quick way in and out of
the database, and the comparison that finds what a piece of work has changed.
"""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, Literal, TypeVar, dataclass_transform

import sqlalchemy as sa
from pydantic_core import from_json, to_json
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.types import TypeDecorator

Row = TypeVar("Row")
Dialect = Literal["postgresql", "sqlite"]
Raw = tuple[Any, ...]


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: timestamptz on PostgreSQL, sortable text of fixed width on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        return moment_text(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class Exact(TypeDecorator[Decimal]):
    """A decimal kept exactly: numeric on PostgreSQL, text on SQLite."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def moment_text(moment: datetime) -> str:
    """The moment as SQLite keeps it: UTC, always with six decimals, so that text order is time order."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(timespec="microseconds")


def json_text(value: Any) -> str:
    """Compact JSON, characters as they are."""
    return to_json(value).decode()


@dataclass(frozen=True, slots=True)
class Kind:
    """How one Python type lies in each database."""

    sql: Callable[[], sa.types.TypeEngine[Any]]
    postgresql: str
    into: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    out_of: dict[str, Callable[[Any], Any]] = field(default_factory=dict)


KINDS: dict[type, Kind] = {
    str: Kind(sa.Text, "text"),
    int: Kind(sa.BigInteger, "bigint"),
    float: Kind(sa.Float, "double precision"),
    bool: Kind(sa.Boolean, "boolean", {"sqlite": int}, {"sqlite": bool}),
    datetime: Kind(Moment, "timestamptz", {"sqlite": moment_text}, {"sqlite": datetime.fromisoformat}),
    date: Kind(sa.Date, "date", {"sqlite": date.isoformat}, {"sqlite": date.fromisoformat}),
    Decimal: Kind(Exact, "numeric", {"sqlite": str}, {"sqlite": Decimal}),
    dict: Kind(
        sa.JSON,
        "json",
        {"sqlite": json_text, "postgresql": json_text},
        {"sqlite": from_json, "postgresql": from_json},
    ),
    list: Kind(
        sa.JSON,
        "json",
        {"sqlite": json_text, "postgresql": json_text},
        {"sqlite": from_json, "postgresql": from_json},
    ),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its Python type, and whether it may be empty."""

    name: str
    type: type
    nullable: bool

    @property
    def kind(self) -> Kind:
        return KINDS[str] if issubclass(self.type, StrEnum) else KINDS[self.type]


class Kept:
    """What `@keeps` knows of a row class; found by `kept(cls)`."""

    def __init__(
        self,
        cls: type[Any],
        table: str,
        key: str | None,
        primary: tuple[str, ...],
        read: bool,
        only: str | None,
        tally: str | None,
        under: str,
        loose: bool,
        ordered_by: str,
        at_hand: bool,
        indexes: Iterable[Sequence[str]],
    ) -> None:
        self.cls, self.name, self.key, self.read, self.only, self.tally = cls, table, key, read, only, tally
        self.under, self.loose, self._ordered_by, self.at_hand = under, loose, ordered_by, at_hand
        self.columns = _columns(cls)
        self.names = tuple(column.name for column in self.columns)
        self.primary = primary or (self.names[0],)
        self.key_at = self.names.index(key) if key else -1
        self.table = self._table(indexes)
        self._values: Callable[[Any], Any] = attrgetter(*self.names)
        self._codecs = {dialect: _codec(self.columns, dialect) for dialect in ("postgresql", "sqlite")}

    def may_lie_under(self, keys: Iterable[str], holds: Container[str]) -> bool:
        """Whether one of these keys may have such rows; `holds`: the tables that are known to have some."""
        return self.loose or self.name in holds or bool(self.under and any(key.startswith(self.under) for key in keys))

    @property
    def order(self) -> str:
        """The column by which its rows come."""
        return self._ordered_by or self.primary[0]

    @property
    def is_findable(self) -> bool:
        """Whether such rows are looked for without the key saying that it has some."""
        return self.loose or bool(self.under)

    def freeze(self, row: Any, dialect: str) -> Raw:
        """The row as the database holds it; two frozen rows are equal when nothing has changed."""
        into, _ = self._codecs[dialect]
        values = self._values(row)
        if not into:
            return typing.cast(Raw, values)
        raw = list(values)
        for at, convert in into:
            if raw[at] is not None:
                raw[at] = convert(raw[at])
        return tuple(raw)

    def thaw(self, raw: Sequence[Any], dialect: str) -> Any:
        """A row object from what the database holds."""
        _, out_of = self._codecs[dialect]
        values = list(raw)
        for at, convert in out_of:
            if values[at] is not None:
                values[at] = convert(values[at])
        return self.cls(*values)

    def restore(self, row: Any, raw: Raw, dialect: str) -> None:
        """Put an object back to what it was when it was frozen."""
        fresh = self.thaw(raw, dialect)
        for name in self.names:
            setattr(row, name, getattr(fresh, name))

    def _table(self, indexes: Iterable[Sequence[str]]) -> sa.Table:
        table = sa.Table(
            self.name,
            sa.MetaData(),
            *(
                sa.Column(
                    c.name, c.kind.sql(), primary_key=c.name in self.primary, nullable=c.nullable, autoincrement=False
                )
                for c in self.columns
            ),
        )
        wanted = [tuple(index) for index in indexes]
        if self.key and self.key != self.primary[0]:
            wanted.insert(0, (self.key,))
        for index in wanted:
            sa.Index(f"{self.name}_by_{'_'.join(index)}", *(table.c[name] for name in index))
        return table


def _columns(cls: type[Any]) -> tuple[Column, ...]:
    hints = typing.get_type_hints(cls, vars(sys.modules[cls.__module__]))
    return tuple(_column(cls, f.name, hints[f.name]) for f in fields(cls))


def _column(cls: type[Any], name: str, hint: Any) -> Column:
    if name in RESERVED_WORDS - {"of"}:  # "of" is a word of the grammar, but may name a column
        raise TypeError(f"{cls.__name__}.{name}: this name means something in SQL; take another word.")
    nullable = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        parts = [part for part in typing.get_args(hint) if part is not type(None)]
        nullable, hint = True, parts[0]
    plain = typing.get_origin(hint) or hint
    if plain is tuple:
        plain = list
    if plain not in KINDS and not (isinstance(plain, type) and issubclass(plain, StrEnum)):
        raise TypeError(
            f"{cls.__name__}.{name}: a column cannot be {hint}; "
            f"use one of {', '.join(kind.__name__ for kind in KINDS)} or a StrEnum."
        )
    return Column(name, plain, nullable)


Conversions = list[tuple[int, Callable[[Any], Any]]]


def _codec(columns: Sequence[Column], dialect: str) -> tuple[Conversions, Conversions]:
    into: Conversions = []
    out_of: Conversions = []
    for at, column in enumerate(columns):
        if issubclass(column.type, StrEnum):
            out_of.append((at, column.type))
            into.append((at, str))
            continue
        if dialect in column.kind.into:
            into.append((at, column.kind.into[dialect]))
        if dialect in column.kind.out_of:
            out_of.append((at, column.kind.out_of[dialect]))
    return into, out_of


_KEPT: dict[type[Any], Kept] = {}


@dataclass_transform(field_specifiers=(field,))
def keeps(
    table: str,
    *,
    key: str | None = None,
    primary: tuple[str, ...] = (),
    read: bool = True,
    only: str | None = None,
    tally: str | None = None,
    under: str = "",
    loose: bool = False,
    ordered_by: str = "",
    at_hand: bool = False,
    index: Sequence[str] = (),
    indexes: Iterable[Sequence[str]] = (),
) -> Callable[[type[Row]], type[Row]]:
    """Declare what a service keeps.

    `key` names the column that holds the key of the piece of work (case, survey, account …); rows of a key are
    read before the piece runs. The first column is the primary key unless `primary` names others.
    `read=False`: rows that are only ever added. `only`: an SQL condition on the rows worth reading. `tally`: a
    commutative count, raised by `work.count`, never read. `under`: how every key begins that has such rows.
    `loose`: pieces often add such rows to a key that they do not work on, so they are looked for under every key.
    `ordered_by`: the column by which rows of a key come, where it is not the first one. `at_hand`: every process of the
    service has these rows in memory; the others are told when some were added.
    """

    def declare(cls: type[Row]) -> type[Row]:
        row = dataclass(slots=True, eq=False)(cls)
        _KEPT[row] = Kept(
            row,
            table,
            key,
            primary,
            read and tally is None,
            only,
            tally,
            under,
            loose,
            ordered_by,
            at_hand,
            [*indexes, *([index] if index else [])],
        )
        return row

    return declare


def kept(cls: type[Any]) -> Kept:
    """What was declared of this row class."""
    return _KEPT[cls]


def table_of(cls: type[Any]) -> sa.Table:
    """The table of a row class, for queries: `select(table_of(Duty)).where(table_of(Duty).c.desk == desk)`."""
    return _KEPT[cls].table


col = field
