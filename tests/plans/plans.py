"""How the databases answer what is asked of them: which tables they would read from end to end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

GROWING = {
    *("cases", "case_words", "marks", "assessments", "register_columns", "messages", "profile_entries"),
    *("duties", "limits", "payments", "payment_requests", "questions", "raises", "callbacks", "attempts"),
    *("closed_cases", "offers", "sheets"),
    *("case_facts", "duty_facts", "limit_facts", "callback_facts", "sheet_facts", "occasion_facts"),
    *("journal", "chain", "keys", "tasks", "occasions", "records", "answers", "signings", "readers"),
}
"""Tables that have more rows the more cases there were."""
WALKS = ("Index Scan", "Index Only Scan")
ALL_OF_IT = ("Sort", "Incremental Sort", "Aggregate", "Hash", "Hash Join", "Merge Join", "WindowAgg", "Unique")
Asked = tuple[str, Any]


@asynccontextmanager
async def listening(engine: AsyncEngine) -> AsyncIterator[list[Asked]]:
    """Everything that is asked of a database meanwhile, with what it is asked about."""
    asked: list[Asked] = []

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().lower().startswith(("select", "with")):
            asked.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", heard)
    yield asked
    event.remove(engine.sync_engine, "before_cursor_execute", heard)


async def read_whole(connection: AsyncConnection, asked: Sequence[Asked]) -> list[str]:
    """The tables that are read from end to end for one of these, each with the question."""
    found = []
    for statement, parameters in asked:
        tables = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
        found += [
            f"{table}: {' '.join(statement.split())}" for table in await tables(connection, statement, parameters)
        ]
    return sorted(set(found))


async def _on_sqlite(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    rows = await connection.exec_driver_sql(f"explain query plan {statement}", parameters)
    said = [(row["id"], row["parent"], str(row["detail"]).split()) for row in rows.mappings()]
    within = {identity for identity, _parent, words in said if "SUBQUERY" in words}
    return [
        words[1]
        for _identity, parent, words in said
        if words[0] == "SCAN" and words[1] in GROWING and ("USING" not in words or parent in within)
    ]


async def _on_postgresql(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    """Empty tables would be read whole anyway; so it may not, and does where no index fits."""
    await connection.exec_driver_sql("set enable_seqscan = off")
    rows = await connection.exec_driver_sql(f"explain (format json) {statement}", parameters)
    [(said,)] = rows.all()
    plan = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
    return list(_read_whole(plan, is_cut_short=False))


def _read_whole(node: dict[str, Any], *, is_cut_short: bool) -> Iterator[str]:
    """Tables without an index that fits, and walks along a whole index that nothing ends."""
    kind, table = node["Node Type"], node.get("Relation Name", "")
    walks_on = kind in WALKS and "Index Cond" not in node and not is_cut_short
    if table in GROWING and (kind == "Seq Scan" or walks_on):
        yield table
    short = kind == "Limit" or (is_cut_short and kind not in ALL_OF_IT)
    for child in node.get("Plans", ()):
        yield from _read_whole(child, is_cut_short=short)
