"""Rows that are found by words: a text of terms in one column, indexed as each database can.

PostgreSQL: a GIN index over the terms. SQLite: a table of FTS5 that triggers fill. What a term is, is said by whoever
writes the column; between terms stands one blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from closeloop.chassis.rows import kept

Row = TypeVar("Row")
INDEX = "_found"
"""How the name of such an index ends, after that of its table."""

_FOUND_BY: dict[type[Any], str] = {}


def found_by(column: str) -> Callable[[type[Row]], type[Row]]:
    """Rows of this class, which has one column as its primary key, are found by the terms in this column."""

    def declare(cls: type[Row]) -> type[Row]:
        _FOUND_BY[cls] = column
        return cls

    return declare


def indexes_of(classes: Iterable[type[Any]], dialect: str) -> list[str]:
    """The statements that make the indexes of these classes where they are not there yet."""
    said = _ON_POSTGRESQL if dialect == "postgresql" else _ON_SQLITE
    found = [(kept(cls), _FOUND_BY[cls]) for cls in classes if cls in _FOUND_BY]
    return [
        one.format(table=about.name, index=about.name + INDEX, id=about.primary[0], words=column)
        for about, column in found
        for one in said
    ]


_ON_POSTGRESQL = (
    "create index if not exists {index} on {table} using gin (array_to_tsvector(string_to_array({words}, ' ')))",
)
_ON_SQLITE = (
    "create virtual table if not exists {index} using fts5"
    "({id} unindexed, {words}, tokenize = 'unicode61 remove_diacritics 0', detail = none, columnsize = 0)",
    "create trigger if not exists {index}_new after insert on {table} begin "
    "insert into {index} ({id}, {words}) values (new.{id}, new.{words}); end",
    "create trigger if not exists {index}_other after update on {table} begin "
    "update {index} set {words} = new.{words} where {id} = old.{id}; end",
    "create trigger if not exists {index}_gone after delete on {table} begin "
    "delete from {index} where {id} = old.{id}; end",
)

Term = tuple[str, bool]
"""A term, and whether it is only the beginning of one."""


class _Holds(FunctionElement[Any]):
    """A condition; no value that could be true, for SQLite would compare it with 1 and use no index."""

    inherit_cache = True
    type = sa.types.NullType()


def holds(cls: type[Any], any_of: Sequence[Sequence[Term]]) -> sa.ColumnElement[bool]:
    """Rows that hold all terms of one of these; terms are letters and digits, never quotes."""
    about = kept(cls)
    assert all(term.isalnum() for terms in any_of for term, _begins in terms), any_of
    on_postgresql = _said(any_of, "'", ":*", " & ", " | ")
    on_sqlite = _said(any_of, '"', "*", " AND ", " OR ")
    columns = (about.table.c[_FOUND_BY[cls]], about.table.c[about.primary[0]])
    return _Holds(*columns, sa.literal(on_postgresql, sa.Text()), sa.literal(on_sqlite, sa.Text()))


def _said(any_of: Sequence[Sequence[Term]], quote: str, begins_so: str, and_: str, or_: str) -> str:
    each = [
        and_.join(f"{quote}{term}{quote}{begins_so if begins else ''}" for term, begins in terms) for terms in any_of
    ]
    return or_.join(f"({terms})" for terms in each)


@compiles(_Holds, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    words, _identity, wanted, _other = element.clauses
    words, wanted = compiler.process(words, **how), compiler.process(wanted, **how)
    return f"array_to_tsvector(string_to_array({words}, ' ')) @@ (cast({wanted} as text)::tsquery)"


@compiles(_Holds, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    _words, identity, _other, wanted = element.clauses
    index, name = f"{identity.table.name}{INDEX}", identity.name
    of = compiler.process(identity, **how)
    return f"{of} in (select {name} from {index} where {index} match {compiler.process(wanted, **how)})"
